import { Agent, fetch as undiciFetch } from 'undici'
import { type Client, createClient } from '../contracts/client.ts'
import type { Keys, Signer } from '../platform/ports.ts'
import { signedFetcher } from '../platform/signed-request.ts'
import type { Enrolled } from './enrolled.ts'

const connectWithinMs = 5_000
/** Longer than a parent keeps a reader waiting. */
const answerWithinMs = 120_000

/** `fetch` that believes an authority of one's own too. */
export const fetcherTrusting = (authority: string | null): ((request: Request) => Promise<Response>) => {
  const agent = new Agent({
    connect: { timeout: connectWithinMs, ...(authority === null ? {} : { ca: authority }) },
    headersTimeout: answerWithinMs,
    bodyTimeout: answerWithinMs,
  })
  return async request => {
    const body = await request.arrayBuffer()
    const answered = await undiciFetch(request.url, {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      dispatcher: agent,
      signal: request.signal,
      ...(body.byteLength > 0 ? { body } : {}),
    })
    const headers = new Headers(Object.fromEntries(answered.headers))
    return new Response(await answered.arrayBuffer(), { status: answered.status, headers })
  }
}

/** The node above, as this device's signed requests reach it. */
export const parentClient = (kept: Enrolled, signer: Signer, keys: Keys): Client =>
  createClient(signedFetcher(fetcherTrusting(kept.authority), signer, keys), new URL(kept.parentUrl).origin)
