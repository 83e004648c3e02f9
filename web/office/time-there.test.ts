import { expect, test } from 'vitest'
import { timeThere } from './time-there.ts'

const { language } = navigator
const lateUtc = Date.parse('2026-03-01T23:30Z')
const time = (timeZone: string) => new Intl.DateTimeFormat(language, { timeZone, timeStyle: 'short' }).format(lateUtc)
const whole = (timeZone: string) =>
  new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(lateUtc)

test('a sale of a store is told by its own clocks, with the date where it was on another day there', () => {
  expect(timeThere(lateUtc, 'UTC', '2026-03-01')).toBe(time('UTC'))
  expect(timeThere(lateUtc, 'Europe/Berlin', '2026-03-02')).toBe(time('Europe/Berlin'))
  expect(timeThere(lateUtc, 'Europe/Berlin', '2026-03-01')).toBe(whole('Europe/Berlin'))
  expect(timeThere(lateUtc, 'America/New_York', '2026-03-01')).toBe(time('America/New_York'))
})
