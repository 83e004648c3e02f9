import { expect, test } from 'vitest'
import { agoWords, countdown, lengthWords } from './time-words.ts'

const { language } = navigator
const ago = new Intl.RelativeTimeFormat(language, { style: 'short' })
const amount = (value: number, unit: string): string =>
  new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value)

test.each([
  [0, 0, 'second'],
  [-5_000, 0, 'second'],
  [59_999, 59, 'second'],
  [60_000, 1, 'minute'],
  [3_599_999, 59, 'minute'],
  [7_200_000, 2, 'hour'],
  [86_400_000, 1, 'day'],
] as const)('%i ms before is %i %s ago', (pastMs, value, unit) => {
  expect(agoWords(1_000_000_000 - pastMs, 1_000_000_000)).toBe(ago.format(-value, unit))
})

test.each([
  [0, amount(0, 'second')],
  [999, amount(0, 'second')],
  [-95_000, `${amount(1, 'minute')} ${amount(35, 'second')}`],
  [120_000, amount(2, 'minute')],
  [3_600_000 + 59_000, amount(1, 'hour')],
  [26 * 3_600_000, `${amount(1, 'day')} ${amount(2, 'hour')}`],
])('%i ms last %s', (lengthMs, words) => {
  expect(lengthWords(lengthMs)).toBe(words)
})

test('a countdown shows the second that has begun, and ends at zero', () => {
  expect([600_000, 599_001, 61_000, 999, 0, -1].map(countdown)).toEqual([
    '10:00',
    '10:00',
    '1:01',
    '0:01',
    '0:00',
    '0:00',
  ])
})
