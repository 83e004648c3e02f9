import { networkInterfaces } from 'node:os'
import { inUrl, reachableAddresses } from '../../platform/tls/names.ts'
import { httpsNames } from '../https.ts'
import type { Listener } from '../listener.ts'

/** So many addresses of one machine are said; a machine with containers has dozens. */
const mostNames = 4

/** Where a node is, for who has just started it: on this machine, and from other devices. */
export const openLines = (host: string, { port, secure }: Listener): string[] => {
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const here = `http://${isEverywhere ? 'localhost' : inUrl(host)}:${port}`
  const lines = [
    'Tillwire is open.',
    `  Till    ${here}/till`,
    `  Office  ${here}/office`,
    `  API     ${here}/api/docs`,
  ]
  const reached = isEverywhere ? reachableAddresses(networkInterfaces()).map(inUrl) : [inUrl(host)]
  if (!secure) {
    const others = isEverywhere ? reached.slice(0, mostNames) : []
    return [...lines, ...others.map(name => `  also at http://${name}:${port}`)]
  }
  const names = isEverywhere ? httpsNames(secure.certificate(), []) : [host]
  for (const name of names.slice(0, mostNames))
    lines.push(`  Other devices  https://${inUrl(name)}:${secure.port}/till`)
  if (!secure.authority) return lines
  const [first = 'localhost'] = reached
  lines.push(`  Once on each of them, to trust this shop: http://${first}:${port}/trust`)
  return [...lines, `  Its authority, SHA-256: ${secure.authority.fingerprint256}`]
}
