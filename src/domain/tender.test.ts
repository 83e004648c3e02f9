import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tender, TenderKind } from './basket.ts'
import type { RoundingMode } from './rounding.ts'
import { settle } from './tender.ts'

const tenders = (text: string): Tender[] =>
  text === ''
    ? []
    : text.split(', ').map(each => {
        const [kind, amount] = each.split(' ')
        return { kind: kind as TenderKind, amountMinor: Number(amount) }
      })

describe('a total is settled', () => {
  test.each<[number, string, number, string]>([
    [1_840, 'cash 2000', 1, 'due 1840 · rounding 0 · change 160'],
    [1_840, 'cash 1840', 1, 'due 1840 · rounding 0 · change 0'],
    [1_840, 'card 1840', 1, 'due 1840 · rounding 0 · change 0'],
    [1_840, 'card 1000, cash 1000', 1, 'due 1840 · rounding 0 · change 160'],
    [1_572, 'cash 1570', 5, 'due 1570 · rounding -2 · change 0'],
    [1_572, 'card 1572', 5, 'due 1572 · rounding 0 · change 0'],
    [1_572, 'card 68, cash 1505', 5, 'due 1573 · rounding 1 · change 0'],
    [1_572, 'card 1572, cash 100', 5, 'due 1572 · rounding 0 · change 100'],
    [1_573, 'cash 2000', 5, 'due 1575 · rounding 2 · change 425'],
    [1_573, 'cash 1575', 10, 'due 1570 · rounding -3 · change 5'],
    [2, 'cash 5', 5, 'due 0 · rounding -2 · change 5'],
    [0, '', 5, 'due 0 · rounding 0 · change 0'],
    [0, 'cash 500', 5, 'due 0 · rounding 0 · change 500'],
    [-1_572, 'cash -1570', 5, 'due -1570 · rounding 2 · change 0'],
    [-1_572, 'card -1572', 5, 'due -1572 · rounding 0 · change 0'],
    [-1_572, 'card -68, cash -1505', 5, 'due -1573 · rounding -1 · change 0'],
    [1_840, 'cash 1839', 1, 'tender-too-small {"dueMinor":1840,"tenderedMinor":1839}'],
    [1_573, 'cash 1573', 5, 'tender-too-small {"dueMinor":1575,"tenderedMinor":1573}'],
    [1_840, 'card 2000', 1, 'change-without-cash {"dueMinor":1840,"tenderedMinor":2000}'],
    [1_840, 'card 1842, cash 500', 5, 'change-without-cash {"dueMinor":1840,"tenderedMinor":2342}'],
    [0, 'voucher 500', 1, 'change-without-cash {"dueMinor":0,"tenderedMinor":500}'],
    [1_840, '', 1, 'no-tenders {"dueMinor":1840,"tenderedMinor":0}'],
    [1_840, 'cash 0, card 1840', 1, 'tender-zero'],
    [1_840, 'cash -0', 1, 'tender-zero'],
    [1_840, 'cash 0.5', 1, 'tender-not-integer'],
    [1_840, 'cash NaN', 1, 'tender-not-integer'],
    [1_840, 'cash 1e308', 1, 'tender-not-integer'],
    [1_840, 'cash Infinity', 1, 'tender-not-integer'],
    [1_840, 'cash 9007199254740993', 1, 'tender-not-integer'],
    [1_840, 'cash 9007199254740991, cash 9007199254740991', 1, 'amount-too-large'],
    [1_840, 'cash 2000, cash -160', 1, 'tender-direction-wrong {"amountMinor":-160}'],
    [-1_840, 'cash 1840', 1, 'tender-direction-wrong {"amountMinor":1840}'],
    [-1_840, 'cash -1839', 1, 'tender-too-small {"dueMinor":-1840,"tenderedMinor":-1839}'],
    [-1_840, 'cash -2000', 1, 'refund-wrong {"dueMinor":-1840,"tenderedMinor":-2000}'],
    [-1_840, 'card -2000', 1, 'refund-wrong {"dueMinor":-1840,"tenderedMinor":-2000}'],
    [-1_840, 'card -1842, cash -5', 5, 'refund-wrong {"dueMinor":-1840,"tenderedMinor":-1847}'],
    [Number.NaN, 'cash 5', 1, 'amount-too-large'],
  ])('total %d with %s in steps of %i: %s', (totalMinor, given, cashStepMinor, expected) => {
    const outcome = settle(totalMinor, tenders(given), { cashStepMinor })
    if (outcome.ok) {
      const { dueMinor, roundingMinor, changeMinor } = outcome.settled
      expect(`due ${dueMinor} · rounding ${roundingMinor} · change ${changeMinor}`).toBe(expected)
    } else {
      expect(outcome.detail ? `${outcome.code} ${JSON.stringify(outcome.detail)}` : outcome.code).toBe(expected)
    }
  })
})

test('whatever is settled balances, and a refund mirrors a sale', () => {
  const kinds = fc.constantFrom<TenderKind>('cash', 'card', 'voucher', 'account', 'other')
  const given = fc.array(fc.record({ kind: kinds, amountMinor: fc.integer({ min: 1, max: 3_000 }) }), { maxLength: 4 })
  let settledSome = 0
  fc.assert(
    fc.property(fc.nat({ max: 6_000 }), given, fc.constantFrom(1, 5, 10, 100), (totalMinor, handed, cashStepMinor) => {
      const outcome = settle(totalMinor, handed, { cashStepMinor })
      if (!outcome.ok) return
      settledSome += 1
      const { roundingMinor, dueMinor, tenderedMinor, changeMinor } = outcome.settled
      const sum = (some: Tender[]): number => some.reduce((all, each) => all + each.amountMinor, 0)
      const cashMinor = sum(handed.filter(each => each.kind === 'cash'))
      expect(tenderedMinor).toBe(sum(handed))
      expect(tenderedMinor - changeMinor).toBe(dueMinor)
      expect(dueMinor).toBe(totalMinor + roundingMinor)
      expect(changeMinor).toBeGreaterThanOrEqual(0)
      expect(changeMinor).toBeLessThanOrEqual(cashMinor)
      expect(Math.abs(roundingMinor) * 2).toBeLessThanOrEqual(cashStepMinor)
      if (cashMinor === 0) expect(roundingMinor).toBe(0)
      else expect((cashMinor - changeMinor) % cashStepMinor).toBe(0)
      if (changeMinor === 0 && totalMinor > 0) {
        const back = handed.map(each => ({ ...each, amountMinor: -each.amountMinor }))
        const mirrored = settle(-totalMinor, back, { cashStepMinor })
        expect(mirrored).toMatchObject({
          ok: true,
          settled: { dueMinor: 0 - dueMinor, roundingMinor: 0 - roundingMinor },
        })
      }
    }),
    { numRuns: 3_000 },
  )
  expect(settledSome).toBeGreaterThan(100)
})

test.each<[RoundingMode, number, number]>([
  ['down', 1_504, 1_500],
  ['up', 1_508, 1_510],
  ['half-down', 1_505, 1_500],
])('cash is rounded %s where the rules say so: %i is %i', (cashRounding, open, cashMinor) => {
  const rules = { cashStepMinor: 10, cashRounding }
  const settled = {
    roundingMinor: cashMinor - open,
    dueMinor: cashMinor + 68,
    tenderedMinor: cashMinor + 68,
    changeMinor: 0,
  }
  expect(settle(open + 68, tenders(`card 68, cash ${cashMinor}`), rules)).toEqual({ ok: true, settled })
})

test('a cash step that cannot be is a fault of the settings', () => {
  expect(() => settle(100, tenders('cash 100'), { cashStepMinor: 0 })).toThrow(RangeError)
})
