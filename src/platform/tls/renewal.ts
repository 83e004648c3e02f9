const dayMs = 86_400_000

/** Long enough that a shop closed for the summer comes back with a valid one; browsers take at most 398 days. */
export const serverLifeMs = 90 * dayMs
export const authorityLifeMs = 3_652 * dayMs

/** So much earlier than now a certificate begins, for devices whose clocks are behind. */
export const earlierMs = dayMs

/** A clock that is behind this was never set; what it would date would be over before a device sees it. */
const firstPossibleMs = Date.UTC(2026, 0, 1)

/** Days as people compare them, in UTC. */
export const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)

export type Span = { fromMs: number; toMs: number }

export const authoritySpan = (nowMs: number): Span => {
  const fromMs = Math.max(nowMs, firstPossibleMs) - earlierMs
  return { fromMs, toMs: fromMs + authorityLifeMs }
}

/**
 * What time it is at least. A clock that is behind the making of the authority (a machine without a battery that has not
 * heard the time yet) is certainly wrong; then the newest certificate tells better.
 */
export const plausibleMs = (nowMs: number, authority: Span, server: Span | null): number =>
  nowMs >= authority.fromMs ? nowMs : Math.max(authority.fromMs, server?.fromMs ?? 0)

/** Within the life of its authority. `nowMs` is plausible. */
export const serverSpan = (authority: Span, nowMs: number): Span => ({
  fromMs: Math.max(nowMs - earlierMs, authority.fromMs),
  toMs: Math.min(nowMs + serverLifeMs, authority.toMs),
})

/**
 * Why a server certificate should be made anew, or null. `missing` are names of this machine that it lacks; names that it
 * has and the machine lost are no reason, or a pulled cable would be one. `nowMs` is plausible.
 */
export const renewalReason = (
  server: Span,
  authority: Span,
  missing: readonly string[],
  nowMs: number,
): string | null => {
  if (missing.length > 0) return `it does not name ${missing.join(', ')}`
  // The clock was ahead when it was made and has been put right since.
  if (nowMs < server.fromMs) return 'it begins in the future'
  // At the end of the authority a new one would end no later, and be made over and over.
  if (serverSpan(authority, nowMs).toMs <= server.toMs) return null
  return server.toMs - nowMs <= (server.toMs - server.fromMs) / 3 ? 'a third of its life is left' : null
}
