import { type LookupAddress, lookup } from 'node:dns'
import { Webhook } from 'standardwebhooks'
import { Agent } from 'undici'
import type { Clock } from '../../platform/ports.ts'
import { isPublicAddress, urlFault } from './address.ts'
import { retryAfterMs } from './retry.ts'

export type Resolve = (hostname: string, answer: (error: Error | null, addresses: LookupAddress[]) => void) => void
export type Sent = { status: number | null; error: string | null; firstByteAtUs: number; askedMs: number }
export type Send = (message: { url: string; secret: string; webhookId: string; event: string }) => Promise<Sent>

const timeoutMs = 10_000
const resolveBySystem: Resolve = (hostname, answer) => lookup(hostname, { all: true }, answer)

/**
 * Posts signed events (Standard Webhooks). Where private addresses are not allowed, the addresses that a name resolves to are
 * looked at in the moment of connecting, so that a name can't point somewhere else by then. Redirects are not followed.
 */
export const createSender = (options: {
  clock: Clock
  allowPrivate: boolean
  resolve?: Resolve
}): { send: Send; close(): Promise<void> } => {
  const { clock, allowPrivate, resolve = resolveBySystem } = options
  const agent = new Agent({
    connections: 8,
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

  const send: Send = async ({ url, secret, webhookId, event }) => {
    const firstByteAtUs = clock.nowUs()
    const fault = urlFault(url, allowPrivate)
    if (fault) return { status: null, error: fault, firstByteAtUs, askedMs: 0 }
    const at = new Date(clock.nowMs())
    const { origin, pathname, search } = new URL(url)
    try {
      const { statusCode, headers, body } = await agent.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents+json',
          'user-agent': 'Tillwire',
          'webhook-id': webhookId,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(webhookId, at, event),
        },
        body: event,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      })
      await body.dump()
      const asked = headers['retry-after']
      const isFine = statusCode >= 200 && statusCode < 300
      return {
        status: statusCode,
        error: isFine ? null : `answered ${statusCode}`,
        firstByteAtUs,
        askedMs: retryAfterMs(typeof asked === 'string' ? asked : undefined, at.getTime()),
      }
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error), firstByteAtUs, askedMs: 0 }
    }
  }
  return { send, close: () => agent.destroy() }
}
