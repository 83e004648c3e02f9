import { o } from './messages.ts'

const percent = new Intl.NumberFormat(navigator.language, { style: 'percent', maximumFractionDigits: 0 })
/** The weekday of a day, in the person's language. */
export const weekdayOf = (day: string): string =>
  new Intl.DateTimeFormat(navigator.language, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00Z`))

/** Takings against those of the same weekday last week up to the same time, as a sentence. */
export const comparison = (nowMinor: number, thenMinor: number, weekday: string): string => {
  if (thenMinor <= 0) return o('today.first', { weekday })
  const change = nowMinor / thenMinor - 1
  if (Math.abs(change) < 0.005) return o('today.same', { weekday })
  return o(change > 0 ? 'today.more' : 'today.less', { percent: percent.format(Math.abs(change)), weekday })
}
