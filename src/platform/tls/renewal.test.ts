import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authoritySpan, plausibleMs, renewalReason, type Span, serverSpan } from './renewal.ts'

const dayMs = 86_400_000
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)
const days = ({ fromMs, toMs }: Span): string =>
  [fromMs, toMs].map(ms => new Date(ms).toISOString().slice(0, 10)).join(' to ')

const authority = authoritySpan(at('2026-03-01'))

describe('how long they last', () => {
  test.each([
    ['2026-03-01', '2026-02-28 to 2036-02-28'],
    ['1970-01-01', '2025-12-31 to 2035-12-31'],
  ])('an authority that is made on %s: %s', (day, span) => expect(days(authoritySpan(at(day)))).toBe(span))

  test.each([
    ['2026-03-01', '2026-02-28 to 2026-05-30'],
    ['2026-09-10', '2026-09-09 to 2026-12-09'],
    ['2036-02-01', '2036-01-31 to 2036-02-28'],
  ])('a server certificate that is made on %s: %s', (day, span) => {
    expect(days(serverSpan(authority, at(day)))).toBe(span)
  })
})

describe('when a server certificate is renewed', () => {
  const server = serverSpan(authority, at('2026-06-01'))
  const reason = (nowMs: number, missing: string[] = []) =>
    renewalReason(server, authority, missing, plausibleMs(nowMs, authority, server))

  test.each([
    ['2026-06-01', null],
    ['2026-07-30', null],
    ['2026-07-31', 'a third of its life is left'],
    ['2026-08-30', 'a third of its life is left'],
    ['2027-06-01', 'a third of its life is left'],
    // Made by a clock that was ahead.
    ['2026-05-01', 'it begins in the future'],
    // A machine that does not know the time yet.
    ['1970-01-01', null],
    ['2026-02-01', null],
  ])('on %s: %j', (day, expected) => expect(reason(at(day))).toBe(expected))

  test('when the machine has an address that it does not name, at any time', () => {
    for (const day of ['2026-06-01', '2026-08-30', '1970-01-01'])
      expect(reason(at(day), ['10.0.0.7', 'new.local'])).toBe('it does not name 10.0.0.7, new.local')
  })

  test('one that is made where the time is not known yet lasts as long as the newest that there was', () => {
    const nowMs = plausibleMs(0, authority, server)
    expect(days(serverSpan(authority, nowMs))).toBe('2026-05-30 to 2026-08-29')
  })

  test('whatever the clock does, what is made is within the authority and is not made again at once', () => {
    const time = fc.integer({ min: 0, max: at('2045-01-01') })
    fc.assert(
      fc.property(time, fc.array(time, { minLength: 1, maxLength: 20 }), (birthMs, looks) => {
        const above = authoritySpan(birthMs)
        let current: Span | null = null
        for (const clockMs of looks) {
          const nowMs = plausibleMs(clockMs, above, current)
          if (nowMs >= above.toMs) continue
          if (current === null || renewalReason(current, above, [], nowMs) !== null) current = serverSpan(above, nowMs)
          expect(renewalReason(current, above, [], plausibleMs(clockMs, above, current))).toBeNull()
          expect(current.fromMs).toBeGreaterThanOrEqual(above.fromMs)
          expect(current.toMs).toBeLessThanOrEqual(above.toMs)
          expect(current.toMs - current.fromMs).toBeLessThanOrEqual(398 * dayMs)
          expect(nowMs).toBeGreaterThanOrEqual(current.fromMs)
          expect(nowMs).toBeLessThan(current.toMs)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('looked at every day for ten years, it is never over and is renewed every two months', () => {
    let current = serverSpan(authority, at('2026-03-01'))
    let renewals = 0
    for (let nowMs = at('2026-03-01'); nowMs < authority.toMs; nowMs += dayMs) {
      if (renewalReason(current, authority, [], nowMs) !== null) {
        current = serverSpan(authority, nowMs)
        renewals++
      }
      expect(nowMs).toBeLessThan(current.toMs)
    }
    expect(renewals).toBe(60)
  })
})
