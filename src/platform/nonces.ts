import { toBase64url } from './bytes.ts'
import type { Clock, Keys, Secrets } from './ports.ts'

export type Nonces = {
  /** What the next request is to be signed with. */
  next(): Promise<string>
  /** Whether a request with this nonce was signed within the last ten minutes, five at the least. */
  isFresh(nonce: string): Promise<boolean>
}

const bucketMs = 5 * 60_000
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/**
 * Nonces that a server gives and keeps nowhere (like those of RFC 9449, section 8): the number of five minutes of the server's own
 * clock, and an HMAC of it by a secret of this process. So what a device signs is fresh, whatever its own clock says.
 */
export const createNonces = (
  { clock, keys, secrets }: { clock: Clock; keys: Keys; secrets: Secrets },
  secret: Uint8Array = secrets.random(32),
): Nonces => {
  const nonceOf = async (bucket: number): Promise<string> => {
    const mac = await keys.mac(secret, bytesOf(`tillwire nonce ${bucket}`))
    return `${bucket.toString(36)}.${toBase64url(mac.subarray(0, 16))}`
  }
  const bucketNow = (): number => Math.floor(clock.nowMs() / bucketMs)
  let kept = { bucket: Number.NaN, current: '', before: '' }
  const now = async () => {
    const bucket = bucketNow()
    if (kept.bucket !== bucket) kept = { bucket, current: await nonceOf(bucket), before: await nonceOf(bucket - 1) }
    return kept
  }
  return {
    next: async () => (await now()).current,
    isFresh: async nonce => {
      const { current, before } = await now()
      return secrets.same(nonce, current) || secrets.same(nonce, before)
    },
  }
}
