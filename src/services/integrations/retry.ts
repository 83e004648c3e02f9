const minute = 60_000
const hour = 60 * minute

/** Waits between attempts; together some 75 hours, after which a delivery is dead. */
const waitsMs = [5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 23.4 * hour]
const longestAskedMs = 24 * hour

/**
 * When to try again after so many attempts, or null when to give up. Up to a tenth is added by `random` (from 0 to below 1), so that
 * receivers that come back are not met by everything at once. A receiver may ask for a longer wait (Retry-After), a day at the most.
 */
export const nextAttempt = (attempts: number, nowMs: number, random: number, askedMs = 0): number | null => {
  const waitMs = waitsMs[attempts - 1]
  if (waitMs === undefined) return null
  return nowMs + Math.max(Math.round(waitMs * (1 + random / 10)), Math.min(askedMs, longestAskedMs))
}

/** Milliseconds that a Retry-After header asks for: seconds, or a date (RFC 9110 section 10.2.3); 0 where it says nothing readable. */
export const retryAfterMs = (header: string | undefined, nowMs: number): number => {
  if (header === undefined) return 0
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs)
}
