type Formats = { day: Intl.DateTimeFormat; time: Intl.DateTimeFormat; dateTime: Intl.DateTimeFormat }
const formats = new Map<string, Formats>()

const formatsOf = (timeZone: string): Formats => {
  const known = formats.get(timeZone)
  if (known) return known
  const made = {
    day: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }),
    time: new Intl.DateTimeFormat(navigator.language, { timeZone, timeStyle: 'short' }),
    dateTime: new Intl.DateTimeFormat(navigator.language, { timeZone, dateStyle: 'medium', timeStyle: 'short' }),
  }
  formats.set(timeZone, made)
  return made
}

/** A moment by a store's own clocks: the time alone on the day that is named (YYYY-MM-DD), else with its date. */
export const timeThere = (atMs: number, timeZone: string, day: string): string => {
  const { day: dayOf, time, dateTime } = formatsOf(timeZone)
  return dayOf.format(atMs) === day ? time.format(atMs) : dateTime.format(atMs)
}
