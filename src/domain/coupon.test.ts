import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyCoupons, type Coupon, type CouponStacking, type UnitLine } from './coupon.ts'

const units = (...lines: [unitPriceMinor: number, quantity: number][]): UnitLine[] =>
  lines.map(([unitPriceMinor, quantity]) => ({ unitPriceMinor, quantity }))
const share = (percent: number, mostUnits?: number): Coupon => ({
  kind: 'share',
  sharePpm: percent * 10_000,
  ...(mostUnits === undefined ? {} : { mostUnits }),
})
const each = (amountMinor: number, mostUnits?: number): Coupon => ({
  kind: 'unit-amount',
  amountMinor,
  ...(mostUnits === undefined ? {} : { mostUnits }),
})
const sale = (amountMinor: number): Coupon => ({ kind: 'sale-amount', amountMinor })

describe('coupons', () => {
  test.each<[string, UnitLine[], Coupon[], CouponStacking, number[][]]>([
    ['a share', units([1_000, 2], [500, 1]), [share(10)], 'list-price', [[200, 50]]],
    ['a share of one unit, the dearest', units([500, 2], [1_000, 2]), [share(10, 1)], 'list-price', [[0, 100]]],
    [
      'an amount off each unit, at most its price',
      units([1_395, 3], [180, 5]),
      [each(1_000)],
      'list-price',
      [[3_000, 900]],
    ],
    ['an amount off five units', units([1_395, 3], [180, 5]), [each(1_000, 5)], 'list-price', [[3_000, 360]]],
    [
      'an amount off the sale, by unit and not by value',
      units([6_000, 1], [4_000, 1]),
      [sale(1_000)],
      'list-price',
      [[500, 500]],
    ],
    [
      'the odd cent to the first of the dearest',
      units([3_333, 1], [3_333, 1], [3_333, 1]),
      [sale(1_000)],
      'list-price',
      [[334, 333, 333]],
    ],
    [
      'goods for nothing take no part',
      units([0, 4], [2_000, 1], [3_000, 1]),
      [sale(500)],
      'list-price',
      [[0, 250, 250]],
    ],
    ['never more than the sale', units([100, 2]), [sale(1_000)], 'list-price', [[200]]],
    ['a cheap line gives back what it cannot take', units([10, 1], [1_000, 1]), [sale(500)], 'list-price', [[10, 490]]],
    ['more than all of it', units([4_000, 1]), [share(150)], 'list-price', [[4_000]]],
    [
      'two, each from the list price',
      units([1_000, 2], [500, 1]),
      [share(10), share(20)],
      'list-price',
      [
        [200, 50],
        [400, 100],
      ],
    ],
    [
      'two, the second from what is left',
      units([1_000, 2], [500, 1]),
      [share(10), share(20)],
      'remaining-price',
      [
        [200, 50],
        [360, 90],
      ],
    ],
    [
      'halves go down',
      units([180, 10], [1_395, 3]),
      [share(10), share(20)],
      'remaining-price',
      [
        [180, 418],
        [324, 753],
      ],
    ],
    ['a cent that flooring lost goes to the dearest', units([95, 1], [195, 1]), [share(50)], 'list-price', [[47, 98]]],
    ['never below zero together', units([1_000, 1]), [each(700), each(700)], 'list-price', [[700], [300]]],
    ['nothing to take from', [], [sale(100), share(10), each(5)], 'list-price', [[], [], []]],
  ])('%s', (_, lines, coupons, stacking, expected) => {
    expect(applyCoupons(lines, coupons, stacking)).toEqual(expected)
  })

  test('take no more than a line costs, and an amount off the sale to the cent', () => {
    const lines = fc.array(
      fc.record({ unitPriceMinor: fc.nat({ max: 5_000 }), quantity: fc.integer({ min: 1, max: 9 }) }),
      { minLength: 1, maxLength: 6 },
    )
    const limit = fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined })
    const coupons = fc.array(
      fc.oneof(
        fc.tuple(fc.nat({ max: 100 }), limit).map(([percent, most]) => share(percent, most)),
        fc.tuple(fc.nat({ max: 2_000 }), limit).map(([amount, most]) => each(amount, most)),
        fc.nat({ max: 20_000 }).map(sale),
      ),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(
        lines,
        coupons,
        fc.constantFrom<CouponStacking>('list-price', 'remaining-price'),
        (some, given, stacking) => {
          const off = applyCoupons(some, given, stacking)
          const left = some.map(line => line.unitPriceMinor * line.quantity)
          for (const [at, parts] of off.entries()) {
            const before = left.reduce((sum, value) => sum + value, 0)
            for (const [i, part] of parts.entries()) {
              expect(Number.isSafeInteger(part) && part >= 0).toBe(true)
              left[i]! -= part
              expect(left[i]).toBeGreaterThanOrEqual(0)
            }
            const coupon = given[at]!
            if (coupon.kind === 'sale-amount') {
              expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Math.min(before, coupon.amountMinor))
            }
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test.each<[UnitLine[], Coupon[]]>([
    [units([1.5, 1]), []],
    [units([-1, 1]), []],
    [units([1, 0]), []],
    [units([Number.NaN, 1]), []],
    [units([1, 1]), [sale(-1)]],
    [units([1, 1]), [share(Number.NaN)]],
  ])('are refused what is no integer from zero: %j %j', (lines, coupons) => {
    expect(() => applyCoupons(lines, coupons, 'list-price')).toThrow(RangeError)
  })
})
