/**
 * What a clock on the wall shows, and back, by the rules of the IANA time zone database that the platform's Intl carries.
 * A local time is written `YYYY-MM-DDTHH:MM`.
 */

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(timeZone, format)
  return format
}

/** The local time of an instant. Throws RangeError for a time zone that does not exist. */
export const localTimeOf = (atMs: number, timeZone: string): string => {
  const parts: Record<string, string> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) parts[type] = value
  return `${parts.year?.padStart(4, '0')}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`
}

const minutesOf = (localTime: string): number => Date.parse(`${localTime}Z`) / 60_000

/**
 * The instant at which a wall clock shows a local time. Where the clock shows it twice (autumn) it is the first time; where
 * it is jumped over (spring) it is as long after the jump as the local time is.
 */
export const atMsOfLocal = (localTime: string, timeZone: string): number => {
  const asUtc = minutesOf(localTime) * 60_000
  const offsetAt = (atMs: number) =>
    minutesOf(localTimeOf(atMs, timeZone)) * 60_000 - Math.floor(atMs / 60_000) * 60_000
  const dayMs = 86_400_000
  const before = asUtc - offsetAt(asUtc - dayMs)
  if (localTimeOf(before, timeZone) === localTime) return before
  const after = asUtc - offsetAt(asUtc + dayMs)
  return localTimeOf(after, timeZone) === localTime ? after : before
}
