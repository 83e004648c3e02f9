import type { X509Certificate } from 'node:crypto'
import { systemPorts } from '../../platform/system.ts'
import { spanOf, titleOf } from '../../platform/tls/keyed-certificate.ts'
import { inUrl } from '../../platform/tls/names.ts'
import { serverCertificateIn } from '../../platform/tls/own-authority.ts'
import { dayOf } from '../../platform/tls/renewal.ts'
import type { ShopConfig } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import { httpsNames, openAuthority } from '../https.ts'
import { FolderTaken } from '../shop.ts'

type Ports = { http: number; https: number }

const said = (authority: X509Certificate, server: X509Certificate, { http, https }: Ports) => {
  const names = httpsNames(server, []).map(inUrl)
  return {
    authority: titleOf(authority),
    sha256: authority.fingerprint256,
    authorityUntil: dayOf(spanOf(authority).toMs),
    certificateUntil: dayOf(spanOf(server).toMs),
    trust: names.slice(0, 1).map(name => `http://${name}:${http}/trust`),
    tills: names.map(name => `https://${name}:${https}/till`),
  }
}

/** Where a running node listens, or where one that is started like this would. */
const portsOf = (config: ShopConfig): Ports => {
  const running = dataFolder(config.data).running()
  return {
    http: running ? Number(new URL(running.url).port) : config.port,
    https: running?.httpsPort ?? config.httpsPort,
  }
}

/**
 * Prints by what devices know this shop's authority, and where they learn to trust it. Makes both certificates where there
 * are none yet; with `renew` a new one of the server, which a running shop takes within a minute.
 */
export const trust = async (config: ShopConfig, given: { renew: boolean; json: boolean }): Promise<void> => {
  const folder = dataFolder(config.data)
  const isRunning = folder.running() !== null
  const release = isRunning ? () => {} : folder.take()
  if (!release) throw new FolderTaken(`another Tillwire has ${config.data}`)
  try {
    const own = await openAuthority(config, systemPorts(config.log))
    await (given.renew ? own.renew() : own.current())
    const server = serverCertificateIn(folder.tls)
    if (!server) throw new Error('the certificate that was just made is gone')
    const facts = said(own.authority, server, portsOf(config))
    if (given.json) {
      console.log(JSON.stringify(facts))
      return
    }
    console.log(`${facts.authority}, until ${facts.authorityUntil}`)
    console.log(`SHA-256  ${facts.sha256}`)
    console.log(`The certificate of this server ends on ${facts.certificateUntil} and is renewed long before.`)
    for (const url of facts.trust) console.log(`Once on each device  ${url}`)
    for (const url of facts.tills) console.log(`Then  ${url}`)
  } finally {
    release()
  }
}
