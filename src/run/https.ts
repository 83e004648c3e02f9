import type { X509Certificate } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import type { Clock, Log } from '../platform/ports.ts'
import { certificateFiles, readCertificateFiles } from '../platform/tls/certificate-files.ts'
import type { CertificateSource } from '../platform/tls/certificate-source.ts'
import { covers, WrongCertificate } from '../platform/tls/keyed-certificate.ts'
import { hostNames, namesOfMachine, reachableAddresses } from '../platform/tls/names.ts'
import {
  checkAuthority,
  DamagedAuthority,
  NamesNotPermitted,
  type OwnAuthority,
  openOwnAuthority,
} from '../platform/tls/own-authority.ts'
import { exitCodes, Failed } from './commands/exit.ts'
import { type ShopConfig, WrongConfig } from './config.ts'
import { dataFolder } from './data-folder.ts'

/** How a node listens with HTTPS. */
export type Https = {
  port: number
  /** Makes what is missing; only for who has taken the data folder. */
  open(): Promise<{ source: CertificateSource; authority: X509Certificate | null }>
}

type Needs = { clock: Clock; log: Log }

const machineNames = (config: ShopConfig): string[] =>
  namesOfMachine(hostname(), networkInterfaces(), config.httpsNames)

/** Turns what is wrong with keys and certificates into the code that the process ends with. */
const explained = (error: unknown): unknown => {
  if (error instanceof WrongCertificate) return new WrongConfig(`--certificate: ${error.message}`)
  if (error instanceof NamesNotPermitted) return new WrongConfig(`--https-names: ${error.message}`)
  if (error instanceof DamagedAuthority) return new Failed(exitCodes.data, error.message)
  return error
}

export const openAuthority = async (config: ShopConfig, needs: Needs): Promise<OwnAuthority> => {
  const names = () => machineNames(config)
  const [host = hostname()] = hostNames(hostname()).slice(-1)
  return openOwnAuthority(dataFolder(config.data).tls, host, names, config.httpsNames, needs).catch(
    (error: unknown) => {
      throw explained(error)
    },
  )
}

/**
 * What HTTPS needs, looked at before anything is opened: throws WrongConfig where a certificate of one's own can't be used,
 * and Failed where the authority of this data folder is damaged. Null where HTTPS is off.
 */
export const prepareHttps = async (config: ShopConfig, needs: Needs): Promise<Https | null> => {
  if (config.https === 'off') return null
  const { certificate, key, httpsPort: port } = config
  try {
    if (certificate !== null && key !== null) {
      readCertificateFiles(certificate, key, needs.clock.nowMs())
      const source = certificateFiles(certificate, key, needs.clock)
      return { port, open: async () => ({ source, authority: null }) }
    }
    await checkAuthority(dataFolder(config.data).tls, config.httpsNames)
  } catch (error) {
    throw explained(error)
  }
  return {
    port,
    open: async () => {
      const own = await openAuthority(config, needs)
      return { source: own, authority: own.authority }
    },
  }
}

/** Names in a certificate that are no patterns. */
const plainNames = (certificate: X509Certificate): string[] =>
  (certificate.subjectAltName ?? '').split(', ').flatMap(name => /^DNS:([a-z0-9.-]+)$/i.exec(name)?.[1] ?? [])

/** Where other devices reach this machine with this certificate, the likeliest first. */
export const httpsNames = (certificate: X509Certificate, more: readonly string[]): string[] => {
  const [local = 'localhost'] = hostNames(hostname())
  const here = [...more, ...reachableAddresses(networkInterfaces()), local].filter(name => covers(certificate, name))
  return [...new Set([...here, ...plainNames(certificate).filter(name => name !== 'localhost' && name.includes('.'))])]
}
