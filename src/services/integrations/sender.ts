import { Webhook } from 'standardwebhooks'
import type { Clock, Outbound } from '../../platform/ports.ts'
import { urlFault } from './address.ts'
import { retryAfterMs } from './retry.ts'

export type Sent = { status: number | null; error: string | null; firstByteAtUs: number; askedMs: number }
export type Message = { url: string; secret: string; webhookId: string; event: string }

/** Posts one signed event (Standard Webhooks). Never throws: what went wrong is part of the outcome. */
export const sendEvent = async (
  { url, secret, webhookId, event }: Message,
  { clock, outbound, allowPrivate }: { clock: Clock; outbound: Outbound; allowPrivate: boolean },
): Promise<Sent> => {
  const firstByteAtUs = clock.nowUs()
  const failed = (error: string): Sent => ({ status: null, error, firstByteAtUs, askedMs: 0 })
  const fault = urlFault(url, allowPrivate)
  if (fault) return failed(fault)
  const at = new Date(clock.nowMs())
  const headers = {
    'content-type': 'application/cloudevents+json',
    'user-agent': 'Tillwire',
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(webhookId, at, event),
  }
  try {
    const { status, retryAfter } = await outbound.post(url, headers, event)
    const isFine = status >= 200 && status < 300
    return {
      status,
      error: isFine ? null : `answered ${status}`,
      firstByteAtUs,
      askedMs: retryAfterMs(retryAfter, at.getTime()),
    }
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}
