import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countDelta, levelOf, reorderQuantity, type StockMovement, type StockReason } from './stock.ts'

const movement = (quantityMicro: number, reason: StockReason = 'sale'): StockMovement => ({
  sku: 'DAI-003',
  quantityMicro,
  reason,
  atMs: 0,
})

const quantity = fc.integer({ min: -1e12, max: 1e12 })

describe('levelOf', () => {
  test('a day of one product', () => {
    const day = [
      movement(-2_000_000),
      movement(-432_000),
      movement(1_000_000, 'return'),
      movement(24_000_000, 'delivery'),
      movement(-1_000_000, 'adjustment'),
      movement(-68_000, 'count'),
    ]
    expect(levelOf(10_000_000, day)).toBe(31_500_000)
    expect(levelOf(0, [])).toBe(0)
    expect(levelOf(1_000_000, [movement(-3_000_000)])).toBe(-2_000_000)
  })

  test('does not depend on the order of arrival', () => {
    const shuffled = fc
      .array(fc.record({ quantity, key: fc.double({ noNaN: true }) }), { maxLength: 40 })
      .map(rows => [rows, rows.toSorted((a, b) => a.key - b.key)] as const)
    fc.assert(
      fc.property(quantity, shuffled, (opening, [rows, other]) => {
        const level = levelOf(
          opening,
          rows.map(row => movement(row.quantity)),
        )
        expect(
          levelOf(
            opening,
            other.map(row => movement(row.quantity)),
          ),
        ).toBe(level)
        expect(BigInt(level)).toBe(rows.reduce((sum, row) => sum + BigInt(row.quantity), BigInt(opening)))
      }),
    )
  })

  test('can be cut anywhere: the level so far is the opening of the rest', () => {
    fc.assert(
      fc.property(quantity, fc.array(quantity), fc.nat(100), (opening, quantities, cut) => {
        const movements = quantities.map(value => movement(value))
        expect(levelOf(levelOf(opening, movements.slice(0, cut)), movements.slice(cut))).toBe(
          levelOf(opening, movements),
        )
      }),
    )
  })

  test('no order overflows where another does not', () => {
    const largest = Number.MAX_SAFE_INTEGER
    expect(levelOf(largest, [movement(largest), movement(-largest)])).toBe(largest)
  })

  test.each([[Number.NaN], [1e308], [2 ** 53], [0.5]])('throws on a quantity of %d', bad => {
    expect(() => levelOf(0, [movement(bad)])).toThrow(RangeError)
    expect(() => levelOf(bad, [])).toThrow(RangeError)
  })

  test('throws on another SKU', () => {
    expect(() => levelOf(0, [movement(1), { ...movement(1), sku: 'DAI-004' }])).toThrow('one SKU')
  })
})

describe('countDelta', () => {
  test.each([
    [10_000_000, 8_000_000, -2_000_000],
    [10_000_000, 10_000_000, 0],
    [-2_000_000, 3_000_000, 5_000_000],
  ])('level %i counted %i moves %i', (level, counted, delta) => expect(countDelta(level, counted)).toBe(delta))

  test('after the count the level is what was counted', () => {
    fc.assert(
      fc.property(quantity, fc.integer({ min: 0, max: 1e12 }), (level, counted) => {
        expect(levelOf(level, [movement(countDelta(level, counted), 'count')])).toBe(counted)
      }),
    )
  })

  test('throws on a negative count', () => expect(() => countDelta(0, -1)).toThrow(RangeError))
})

describe('reorderQuantity', () => {
  test.each([
    ['above the point', { levelMicro: 11, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 40 }, 0],
    ['at the point', { levelMicro: 10, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 40 }, 30],
    ['enough on order', { levelMicro: 2, onOrderMicro: 9, reorderPointMicro: 10, targetLevelMicro: 40 }, 0],
    ['not enough on order', { levelMicro: 2, onOrderMicro: 8, reorderPointMicro: 10, targetLevelMicro: 40 }, 30],
    [
      'whole packs',
      { levelMicro: 10, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 40, packMicro: 12 },
      36,
    ],
    [
      'packs that fit',
      { levelMicro: 10, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 40, packMicro: 15 },
      30,
    ],
    ['below zero', { levelMicro: -5, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 40 }, 45],
    ['target below the point', { levelMicro: 8, onOrderMicro: 0, reorderPointMicro: 10, targetLevelMicro: 5 }, 0],
  ])('%s', (_name, rule, expected) => expect(reorderQuantity(rule)).toBe(expected))

  test('reaches the target with less than one pack too many, in whole packs', () => {
    const amount = fc.integer({ min: 0, max: 1e9 })
    fc.assert(
      fc.property(
        quantity,
        amount,
        amount,
        amount,
        fc.integer({ min: 1, max: 1e8 }),
        (level, onOrder, point, above, pack) => {
          const target = point + above
          const ordered = reorderQuantity({
            levelMicro: level,
            onOrderMicro: onOrder,
            reorderPointMicro: point,
            targetLevelMicro: target,
            packMicro: pack,
          })
          expect(ordered % pack).toBe(0)
          if (level + onOrder > point) expect(ordered).toBe(0)
          else {
            expect(level + onOrder + ordered).toBeGreaterThanOrEqual(target)
            expect(level + onOrder + ordered - target).toBeLessThan(pack)
          }
        },
      ),
    )
  })

  const rule = { levelMicro: 0, onOrderMicro: 0, reorderPointMicro: 1, targetLevelMicro: 2 }
  test.each([
    ['no pack', { ...rule, packMicro: 0 }],
    ['a negative order', { ...rule, onOrderMicro: -1 }],
    ['NaN', { ...rule, levelMicro: Number.NaN }],
  ])('throws on %s', (_name, bad) => expect(() => reorderQuantity(bad)).toThrow(RangeError))
})
