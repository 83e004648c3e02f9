import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** The authority's certificate in the forms that devices take, by the end of the file's name. */
export const fileTypes = {
  mobileconfig: 'application/x-apple-aspen-config',
  crt: 'application/x-x509-ca-cert',
  cer: 'application/pkix-cert',
} as const
export type FileType = keyof typeof fileTypes

export const fileName = (type: FileType): string => `tillwire-authority.${type}`

export type Device = {
  name: string
  file: FileType
  download: string
  /** What to do once the file is there. `authority` is what the authority calls itself. */
  steps(authority: string): Html[]
  /** How this device shows the fingerprint of what was downloaded, if it does. */
  compare: Html
  /** The same for who prefers a command. */
  command?: string
}

const certificateManager = 'chrome://certificate-manager'

export const devices = {
  ios: {
    name: 'iPad, iPhone',
    file: 'mobileconfig',
    download: 'Download the profile',
    steps: authority => [
      html`In Safari, download the profile and tap <b>Allow</b>.`,
      html`Open <b>Settings</b> and tap <b>Profile Downloaded</b> near the top (later: <b>General</b>, <b>VPN &amp; Device
        Management</b>). Tap <b>Install</b>.`,
      html`In <b>Settings</b>, <b>General</b>, <b>About</b>, <b>Certificate Trust Settings</b>, turn on
        <b>${authority}</b>.`,
    ],
    compare: html`iPadOS shows no fingerprint. Do this on the shop’s own network, where nobody can slip in another file.`,
  },
  android: {
    name: 'Android',
    file: 'crt',
    download: 'Download the certificate',
    steps: () => [
      html`Download the certificate and keep it.`,
      html`In <b>Settings</b>, search for <b>CA certificate</b> (under <b>Security</b>, <b>Encryption &amp;
        credentials</b>, <b>Install a certificate</b>). Tap <b>Install anyway</b>.`,
      html`Choose <b>${fileName('crt')}</b> among the downloads. Then use Chrome or Edge.`,
    ],
    compare: html`<b>Trusted credentials</b>, <b>User</b> shows the SHA-256 fingerprint. Android will say that the network may
      be watched; it says so of every authority that one adds.`,
  },
  windows: {
    name: 'Windows',
    file: 'cer',
    download: 'Download the certificate',
    steps: () => [
      html`Download the certificate and open it.`,
      html`Choose <b>Install Certificate…</b>, <b>Current User</b>, <b>Place all certificates in the following store</b>,
        <b>Trusted Root Certification Authorities</b>.`,
      html`Confirm with <b>Yes</b> and start the browser again.`,
    ],
    compare: html`Windows asks with the SHA-1 thumbprint; <code>certutil -hashfile ${fileName('cer')} SHA256</code> shows the
      other.`,
    command: `certutil -user -addstore Root "%USERPROFILE%\\Downloads\\${fileName('cer')}"`,
  },
  macos: {
    name: 'Mac',
    file: 'cer',
    download: 'Download the certificate',
    steps: authority => [
      html`Download the certificate and open it. <b>Keychain Access</b> adds it to <b>login</b>.`,
      html`There, open <b>${authority}</b>, unfold <b>Trust</b>, and set <b>When using this certificate</b> to
        <b>Always Trust</b>.`,
      html`Close the window, confirm with your password, and reload this page.`,
    ],
    compare: html`Keychain Access shows the SHA-256 fingerprint at the end of the certificate’s details.`,
    command: `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ~/Downloads/${fileName('cer')}`,
  },
  chromeos: {
    name: 'Chromebook',
    file: 'crt',
    download: 'Download the certificate',
    steps: () => [
      html`Download the certificate.`,
      html`Open <code>${certificateManager}</code> (also in <b>Settings</b>, <b>Privacy and security</b>, <b>Security</b>,
        <b>Manage certificates</b>).`,
      html`Under <b>Local certificates</b>, <b>Installed by you</b>, import the file as a trusted certificate; on an older
        Chromebook under <b>Authorities</b>, with <b>Trust this certificate for identifying websites</b>.`,
    ],
    compare: html`The manager shows the SHA-256 fingerprint of what it imported.`,
  },
  linux: {
    name: 'Linux',
    file: 'crt',
    download: 'Download the certificate',
    steps: () => [
      html`Download the certificate.`,
      html`In Chrome or Chromium, open <code>${certificateManager}</code>.`,
      html`Under <b>Local certificates</b>, <b>Installed by you</b>, import the file as a trusted certificate. Firefox keeps its
        own list.`,
    ],
    compare: html`<code>openssl x509 -noout -sha256 -fingerprint -in ${fileName('crt')}</code> shows it.`,
    command: `certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n Tillwire -i ~/Downloads/${fileName('crt')}`,
  },
  firefox: {
    name: 'Firefox',
    file: 'crt',
    download: 'Download the certificate',
    steps: () => [
      html`Download the certificate. On Windows and on a Mac, do as told for those instead: Firefox believes what they believe.`,
      html`In <b>Settings</b>, <b>Privacy &amp; Security</b>, <b>Certificates</b>, <b>View Certificates…</b>,
        <b>Authorities</b>, choose <b>Import…</b>.`,
      html`Tick <b>Trust this CA to identify websites</b>.`,
    ],
    compare: html`<b>View</b> in the import window shows the SHA-256 fingerprint.`,
  },
} as const satisfies Record<string, Device>
export type DeviceName = keyof typeof devices

export const isDevice = (name: string | undefined): name is DeviceName =>
  name !== undefined && Object.hasOwn(devices, name)

/** What asks, by what it says of itself. An iPad says that it is a Mac; the page looks again by its touch screen. */
export const deviceOf = (userAgent: string): DeviceName => {
  if (/iPad|iPhone|iPod/.test(userAgent)) return 'ios'
  if (/Android/.test(userAgent)) return 'android'
  if (/CrOS/.test(userAgent)) return 'chromeos'
  if (/Windows/.test(userAgent)) return 'windows'
  if (/Macintosh/.test(userAgent)) return 'macos'
  return /Firefox/.test(userAgent) ? 'firefox' : 'linux'
}
