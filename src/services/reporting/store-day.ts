import { localTimeOf } from '../../domain/local-time.ts'

const quarterMs = 900_000
const keptAtMost = 50_000
const kept = new Map<string, { day: string; quarter: number }>()

/**
 * The store's day and the quarter hour of it (0 to 95) of an instant. Every offset in use is a whole number of quarter hours,
 * so all of one quarter hour have the same answer, which is kept: a busy shop asks thousands of times a second.
 */
export const storeDayOf = (atMs: number, timeZone: string): { day: string; quarter: number } => {
  const key = `${Math.floor(atMs / quarterMs)} ${timeZone}`
  const known = kept.get(key)
  if (known) return known
  const [day = '', time = '00:00'] = localTimeOf(atMs, timeZone).split('T')
  const found = { day, quarter: Number(time.slice(0, 2)) * 4 + Math.floor(Number(time.slice(3)) / 15) }
  if (kept.size >= keptAtMost) kept.clear()
  kept.set(key, found)
  return found
}
