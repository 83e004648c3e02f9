import { X509Certificate } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { readCertificateFiles } from '../../platform/tls/certificate-files.ts'
import { covers, spanOf, WrongCertificate } from '../../platform/tls/keyed-certificate.ts'
import { namesOfMachine, reachableAddresses } from '../../platform/tls/names.ts'
import { authorityIn, DamagedAuthority, serverCertificateIn } from '../../platform/tls/own-authority.ts'
import { dayOf } from '../../platform/tls/renewal.ts'
import type { ShopConfig } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import type { Finding } from './finding.ts'

const dayMs = 86_400_000
/** An authority must be replaced on every device by hand, a certificate of one's own by whoever issues it. */
const leastDays = { authority: 180, server: 7, own: 14 }

const lifeFinding = (check: string, certificate: X509Certificate, least: number, nowMs: number): Finding => {
  const { fromMs, toMs } = spanOf(certificate)
  const days = Math.floor((toMs - nowMs) / dayMs)
  if (nowMs < fromMs)
    return { check, ok: false, says: `begins on ${dayOf(fromMs)} only; is this machine's clock right?` }
  return {
    check,
    ok: days >= least,
    says: days < 0 ? `ended on ${dayOf(toMs)}` : `${days} days left, until ${dayOf(toMs)}`,
  }
}

const namesFinding = (certificate: X509Certificate, names: readonly string[]): Finding => {
  const missing = names.filter(name => !covers(certificate, name))
  return {
    check: 'https names',
    // Any one that fits is enough for a till; which one it uses is told at the start.
    ok: missing.length < names.length || names.length === 0,
    says:
      missing.length === 0
        ? `the certificate names this machine's addresses: ${names.join(', ')}`
        : `the certificate does not name ${missing.join(', ')}, an address of this machine`,
  }
}

const ownFindings = (certificateFile: string, keyFile: string, nowMs: number): Finding[] => {
  const { certificate } = readCertificateFiles(certificateFile, keyFile, nowMs)
  return [lifeFinding('https certificate', new X509Certificate(certificate), leastDays.own, nowMs)]
}

/** The certificates that a node answers HTTPS with: how long they last, and whether they still fit this machine. */
export const httpsFindings = (config: ShopConfig, nowMs: number): Finding[] => {
  if (config.https === 'off') return [{ check: 'https', ok: true, says: 'off' }]
  try {
    if (config.certificate !== null && config.key !== null) return ownFindings(config.certificate, config.key, nowMs)
    const { tls } = dataFolder(config.data)
    const authority = authorityIn(tls)
    const server = serverCertificateIn(tls)
    if (!authority || !server)
      return [{ check: 'https', ok: true, says: 'no authority yet; the first start makes one' }]
    const addresses = reachableAddresses(networkInterfaces())
    return [
      lifeFinding('https authority', authority, leastDays.authority, nowMs),
      lifeFinding('https certificate', server, leastDays.server, nowMs),
      namesFinding(server, addresses.length > 0 ? addresses : namesOfMachine(hostname(), {}, config.httpsNames)),
    ]
  } catch (error) {
    if (error instanceof WrongCertificate || error instanceof DamagedAuthority)
      return [{ check: 'https', ok: false, says: error.message }]
    throw error
  }
}
