import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock, Log } from '../ports.ts'
import type { CertificateSource } from './certificate-source.ts'
import {
  covers,
  type KeyedCertificate,
  readCertificate,
  readKey,
  spanOf,
  WrongCertificate,
} from './keyed-certificate.ts'
import { isPermitted, permittedAtFirst } from './names.ts'
import { authoritySpan, dayOf, plausibleMs, renewalReason, type Span, serverSpan } from './renewal.ts'
import { writeSecret } from './secret-file.ts'

/**
 * The authority of this shop can't be used. It is never made anew by itself: every device would have to be told to trust
 * the new one, and the owner should know why.
 */
export class DamagedAuthority extends Error {
  override name = 'DamagedAuthority'
}

/** Names that the authority of this shop may not vouch for. */
export class NamesNotPermitted extends Error {
  override name = 'NamesNotPermitted'
}

export type OwnAuthority = CertificateSource & {
  readonly authority: X509Certificate
  /** Names of this machine that the newest server certificate lacks and could have. */
  missing(): Promise<string[]>
  /** Makes a new server certificate whether or not it is time. A shop that runs takes it within a minute. */
  renew(): Promise<KeyedCertificate>
}

const separator = '-----BEGIN CERTIFICATE-----'

/** Key and certificate are one file, so that they can't come from two makings. */
const joined = ({ certificate, key }: KeyedCertificate): string => `${key}${certificate}`
const parted = (text: string): KeyedCertificate => {
  const at = text.indexOf(separator)
  if (at < 0) throw new WrongCertificate('holds no certificate in PEM form')
  return { key: text.slice(0, at), certificate: text.slice(at) }
}

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Throws WrongCertificate where the two don't belong together or can't be read. */
const checked = (text: string): { keyed: KeyedCertificate; certificate: X509Certificate } => {
  const keyed = parted(text)
  const certificate = readCertificate(keyed.certificate)
  if (!certificate.checkPrivateKey(readKey(keyed.key)))
    throw new WrongCertificate('holds a key that is not the key of its certificate')
  return { keyed, certificate }
}

const files = (folder: string) => ({ authority: join(folder, 'authority.pem'), server: join(folder, 'server.pem') })

const advice = (folder: string): string =>
  `Bring it back from a copy of ${folder}; or remove that folder for a new authority, which every device must trust anew`

/** The authority that is kept in a folder, or null where none was made yet. Throws DamagedAuthority. */
const readAuthority = (folder: string): { keyed: KeyedCertificate; certificate: X509Certificate } | null => {
  const { authority, server } = files(folder)
  const text = read(authority)
  if (text === null && read(server) === null) return null
  if (text === null) throw new DamagedAuthority(`${authority} is gone, which made ${server}. ${advice(folder)}`)
  try {
    const found = checked(text)
    if (!found.certificate.ca) throw new WrongCertificate('is not the certificate of an authority')
    return found
  } catch (error) {
    if (error instanceof WrongCertificate)
      throw new DamagedAuthority(`${authority} ${error.message}. ${advice(folder)}`)
    throw error
  }
}

/** The authority's certificate, or null where none was made yet. Makes nothing. Throws DamagedAuthority. */
export const authorityIn = (folder: string): X509Certificate | null => readAuthority(folder)?.certificate ?? null

/** The server certificate that was made last, or null. Makes nothing. */
export const serverCertificateIn = (folder: string): X509Certificate | null => {
  const text = read(files(folder).server)
  if (text === null) return null
  try {
    return checked(text).certificate
  } catch (error) {
    if (error instanceof WrongCertificate) return null
    throw error
  }
}

/** Names in a list that this authority may vouch for. */
const permittedOf = async (authority: KeyedCertificate, names: readonly string[]): Promise<string[]> => {
  if (names.length === 0) return []
  // Loaded only when it is needed: most starts sign nothing.
  const { permittedBy } = await import('./signing.ts')
  const limits = permittedBy(authority.certificate)
  return names.filter(name => isPermitted(limits, name))
}

/**
 * Whether the authority of this folder, if there is one, can be used for these names. Makes nothing. Throws
 * DamagedAuthority and NamesNotPermitted.
 */
export const checkAuthority = async (folder: string, wanted: readonly string[]): Promise<void> => {
  const own = readAuthority(folder)
  if (!own) return
  const vouched = await permittedOf(own.keyed, wanted)
  const refused = wanted.filter(name => !vouched.includes(name))
  if (refused.length === 0) return
  throw new NamesNotPermitted(
    `the authority of this shop may not vouch for ${refused.join(', ')}: it was made for private addresses and this host alone. Remove ${folder} for a new authority, which every device must trust anew`,
  )
}

/**
 * The authority of this folder, made where there is none, and the server certificate that it vouches for, renewed when it
 * is asked for and it is time. `names` says what a certificate should name now; what the authority may not vouch for is
 * left out, unless it is `wanted`. The caller has the folder to itself. Throws DamagedAuthority and NamesNotPermitted.
 */
export const openOwnAuthority = async (
  folder: string,
  host: string,
  names: () => string[],
  wanted: readonly string[],
  { clock, log }: { clock: Clock; log: Log },
): Promise<OwnAuthority> => {
  const made = async () => {
    const { makeAuthority } = await import('./signing.ts')
    const keyed = await makeAuthority(host, permittedAtFirst(names()), authoritySpan(clock.nowMs()))
    writeSecret(files(folder).authority, joined(keyed))
    return checked(joined(keyed))
  }
  await checkAuthority(folder, wanted)
  const own = readAuthority(folder) ?? (await made())
  const span = spanOf(own.certificate)
  const nowMs = (server: Span | null) => plausibleMs(clock.nowMs(), span, server)
  if (nowMs(null) >= span.toMs)
    throw new DamagedAuthority(
      `${files(folder).authority} ended on ${dayOf(span.toMs)}. Remove ${folder} for a new authority, which every device must trust anew`,
    )

  const permitted = (list: readonly string[]): Promise<string[]> => permittedOf(own.keyed, list)
  const lacking = (server: X509Certificate | null): Promise<string[]> =>
    permitted(names().filter(name => !server || !covers(server, name)))

  const present = (): { keyed: KeyedCertificate; certificate: X509Certificate } | null => {
    const text = read(files(folder).server)
    if (text === null) return null
    try {
      const found = checked(text)
      return found.certificate.verify(own.certificate.publicKey) ? found : null
    } catch (error) {
      // It can be made again at any time, unlike the authority.
      if (error instanceof WrongCertificate) return null
      throw error
    }
  }
  const make = async (server: X509Certificate | null): Promise<KeyedCertificate> => {
    const { makeServerCertificate } = await import('./signing.ts')
    const next = serverSpan(span, nowMs(server && spanOf(server)))
    const keyed = await makeServerCertificate(own.keyed, await permitted(names()), next)
    writeSecret(files(folder).server, joined(keyed))
    return keyed
  }

  return {
    authority: own.certificate,
    current: async () => {
      const found = present()
      if (!found) return make(null)
      const server = spanOf(found.certificate)
      const reason = renewalReason(server, span, await lacking(found.certificate), nowMs(server))
      if (reason === null) return found.keyed
      log.info({ reason }, 'the certificate of this server is made anew')
      return make(found.certificate)
    },
    missing: async () => lacking(present()?.certificate ?? null),
    renew: async () => make(present()?.certificate ?? null),
  }
}
