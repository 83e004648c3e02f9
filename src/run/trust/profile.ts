import type { X509Certificate } from 'node:crypto'
import { titleOf } from '../../platform/tls/keyed-certificate.ts'
import { fileName } from './devices.ts'

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, character => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '')

/** RFC 9562, version 8: made from the fingerprint, so that installing the profile again replaces it. */
const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')

/** Apple's configuration profile with one payload, a root certificate. iPadOS installs no bare certificate as easily. */
export const appleProfile = (authority: X509Certificate): string => {
  const hex = authority.fingerprint256.replaceAll(':', '')
  const title = escaped(titleOf(authority))
  const identifier = `tillwire.authority.${hex.slice(0, 16).toLowerCase()}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${identifier}</string>
  <key>PayloadUUID</key><string>${uuidOf(hex.slice(0, 32))}</string>
  <key>PayloadDisplayName</key><string>${title}</string>
  <key>PayloadDescription</key><string>Lets this device trust the tills of one shop. It vouches for private addresses only.</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${identifier}.certificate</string>
      <key>PayloadUUID</key><string>${uuidOf(hex.slice(32))}</string>
      <key>PayloadDisplayName</key><string>${title}</string>
      <key>PayloadCertificateFileName</key><string>${fileName('cer')}</string>
      <key>PayloadContent</key>
      <data>${authority.raw.toString('base64')}</data>
    </dict>
  </array>
</dict>
</plist>
`
}
