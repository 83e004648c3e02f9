/**
 * A scanner that types: keys that follow each other faster than anyone types, ended by Enter or Tab. A fold over (key, time),
 * so that it can be tested without a clock.
 */
export type Wedge = { typed: string; lastAtMs: number }
export const noKeys: Wedge = { typed: '', lastAtMs: 0 }

/** Scanners send a key every few milliseconds; the quickest typists need some sixty. */
const fastestTypingMs = 50
const shortestCode = 4

/** What a key makes of the keys before it. `scanned` is a whole code; `mine` says that the key belongs to a scan under way. */
export const foldKey = (
  wedge: Wedge,
  key: string,
  atMs: number,
): { wedge: Wedge; scanned: string | null; mine: boolean } => {
  const follows = atMs - wedge.lastAtMs <= fastestTypingMs
  if (key === 'Enter' || key === 'Tab') {
    const whole = follows && wedge.typed.length >= shortestCode
    return { wedge: noKeys, scanned: whole ? wedge.typed : null, mine: whole }
  }
  if ([...key].length !== 1) return { wedge: key === 'Shift' ? wedge : noKeys, scanned: null, mine: false }
  const typed = follows ? wedge.typed + key : key
  return { wedge: { typed, lastAtMs: atMs }, scanned: null, mine: follows && typed.length >= 2 }
}
