import { type LookupAddress, lookup } from 'node:dns'
import { Agent } from 'undici'
import type { Outbound } from '../ports.ts'
import { isPublicAddress } from './public-address.ts'

export type Resolve = (hostname: string, answer: (error: Error | null, addresses: LookupAddress[]) => void) => void

const timeoutMs = 10_000
const connectionsPerHost = 32
const resolveBySystem: Resolve = (hostname, answer) => lookup(hostname, { all: true }, answer)

/**
 * Requests to servers of others. Where private addresses are not allowed, what a name resolves to is looked at in the moment of
 * connecting, so that a name can't point somewhere else by then (DNS rebinding). Redirects are not followed. An address
 * that is written as an IP is not resolved: whoever passes a URL looks at those itself.
 */
export const createOutbound = (options: { allowPrivate: boolean; resolve?: Resolve }): Outbound => {
  const { allowPrivate, resolve = resolveBySystem } = options
  const agent = new Agent({
    connections: connectionsPerHost,
    connect: {
      timeout: timeoutMs,
      lookup: (hostname, wanted, callback) => {
        resolve(hostname, (error, addresses) => {
          const inside = allowPrivate ? undefined : addresses?.find(({ address }) => !isPublicAddress(address))
          const fault =
            error ?? (inside ? new Error(`${hostname} is at ${inside.address}, inside a private network`) : null)
          const first = addresses?.[0]
          if (fault || !first) callback(fault ?? new Error(`${hostname} has no address`), '', 4)
          else if (wanted.all) callback(null, addresses)
          else callback(null, first.address, first.family)
        })
      },
    },
  })
  return {
    post: async (url, headers, body) => {
      const { origin, pathname, search } = new URL(url)
      const response = await agent.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers,
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      await response.body.dump()
      const asked = response.headers['retry-after']
      return { status: response.statusCode, retryAfter: typeof asked === 'string' ? asked : undefined }
    },
    close: () => agent.destroy(),
  }
}
