import { expect, test } from 'vitest'
import { atMsOfLocal, localTimeOf } from './local-time.ts'

const rows: Array<[local: string, zone: string, utc: string]> = [
  ['2010-12-01T08:26', 'Europe/London', '2010-12-01T08:26:00Z'],
  ['2026-07-01T00:30', 'Europe/Berlin', '2026-06-30T22:30:00Z'],
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
  ['2026-01-01T12:00', 'Asia/Kathmandu', '2026-01-01T06:15:00Z'],
  ['2026-04-05T02:45', 'Pacific/Auckland', '2026-04-04T13:45:00Z'],
]
test.each(rows)('%s in %s is %s', (local, zone, utc) => {
  expect(new Date(atMsOfLocal(local, zone)).toISOString().replace('.000', '')).toBe(utc)
})

test('every instant of a year comes back from its local time, but for the second of two equal ones', () => {
  for (const zone of ['America/Sao_Paulo', 'Europe/Berlin', 'Pacific/Auckland', 'Australia/Lord_Howe']) {
    for (let atMs = Date.UTC(2026, 0, 1); atMs < Date.UTC(2027, 0, 1); atMs += 1_800_000) {
      const back = atMsOfLocal(localTimeOf(atMs, zone), zone)
      expect(localTimeOf(back, zone)).toBe(localTimeOf(atMs, zone))
      expect(back).toBeLessThanOrEqual(atMs)
    }
  }
})
