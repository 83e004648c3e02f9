import { describe, expect, test } from 'vitest'
import {
  type BuyGetOffer,
  buyGetOff,
  type LineOffer,
  type OfferLine,
  offerOff,
  type PromotedLine,
  priceOffers,
  type SaleOffer,
  shareOffEach,
} from './promotion.ts'

const line = (product: string, quantity: number, totalMinor: number): PromotedLine => ({
  product,
  quantity,
  totalMinor,
})
const amount = (amountMinor: number) => ({ kind: 'amount' as const, amountMinor })
const share = (percent: number) => ({ kind: 'share' as const, sharePpm: percent * 10_000 })

describe('offers on lines', () => {
  test.each<[string, PromotedLine[], LineOffer, number[]]>([
    [
      'off each unit',
      [line('shirt', 2, 200), line('sweater', 3, 600)],
      { off: amount(50), spread: 'each' },
      [100, 150],
    ],
    [
      'off one unit, at most its price',
      [line('shirt', 1, 100), line('sweater', 5, 750)],
      { off: amount(200), spread: 'each', mostUnits: 1 },
      [100, 150],
    ],
    [
      'off all, by value',
      [line('shirt', 2, 200), line('sweater', 2, 600)],
      { off: amount(400), spread: 'across' },
      [100, 300],
    ],
    ['off all, at most all', [line('shirt', 2, 200)], { off: amount(400), spread: 'across' }, [200]],
    [
      'a share off all',
      [line('shirt', 2, 200), line('sweater', 2, 600)],
      { off: share(10), spread: 'across' },
      [20, 60],
    ],
    ['a share off two units', [line('shirt', 3, 300)], { off: share(10), spread: 'each', mostUnits: 2 }, [20]],
  ])('%s', (_, lines, offer, expected) => {
    expect(offerOff(lines, offer)).toEqual(expected)
  })
})

describe('buy and get', () => {
  const same = (buyUnits: number, getUnits: number): BuyGetOffer => ({
    buyProduct: 'P1',
    buyUnits,
    getProduct: 'P1',
    getUnits,
  })
  test.each<[string, PromotedLine[], BuyGetOffer[], number[][]]>([
    ['two for two', [line('P1', 4, 1_000), line('P2', 2, 2_000)], [same(2, 2)], [[500, 0]]],
    [
      'the dearest count as bought',
      [line('P1', 1, 500), line('P1', 1, 500), line('P1', 1, 1_000), line('P1', 1, 1_000)],
      [same(2, 2)],
      [[500, 500, 0, 0]],
    ],
    ['units are used once', [line('P1', 1_080, 2_700)], [same(50, 1_000), same(10, 20)], [[2_500], [50]]],
    ['not all there', [line('P1', 3, 300)], [same(2, 2)], [[0]]],
    ['an offer that fails uses nothing', [line('P1', 3, 300)], [same(2, 2), same(2, 1)], [[0], [100]]],
    [
      'another product',
      [line('P1', 1, 900), line('P2', 2, 400)],
      [{ buyProduct: 'P1', buyUnits: 1, getProduct: 'P2', getUnits: 1 }],
      [[0, 200]],
    ],
    ['any product', [line('P1', 1, 900), line('P2', 1, 400)], [{ buyUnits: 1, getUnits: 1 }], [[0, 400]]],
  ])('%s', (_, lines, offers, expected) => {
    expect(buyGetOff(lines, offers)).toEqual(expected)
  })
})

describe('offers on units and on the sale', () => {
  const lines = (...of: [unitPriceMinor: number, quantity: number, percent: number][]): OfferLine[] =>
    of.map(([unitPriceMinor, quantity, percent]) => ({ unitPriceMinor, quantity, ratePpm: percent * 10_000 }))
  const units = (off: SaleOffer['off'], rest: Partial<SaleOffer> = {}): SaleOffer => ({
    name: 'units',
    scope: 'unit',
    off,
    ...rest,
  })
  const sale = (off: SaleOffer['off'], rest: Partial<SaleOffer> = {}): SaleOffer => ({
    name: 'sale',
    scope: 'sale',
    off,
    ...rest,
  })
  const half = sale(share(50), { name: 'three', condition: { kind: 'line-units', units: 3 } })
  const tenth = sale(share(10), { name: 'spend', condition: { kind: 'sale-amount', amountMinor: 1_000 } })
  test.each<[string, OfferLine[], SaleOffer[], 'included' | 'excluded', string, string[]]>([
    ['none, on top', lines([123, 3, 20]), [], 'excluded', '369 443', []],
    [
      'half off a unit, the price rounded up',
      lines([8_333, 1, 20]),
      [units(share(50))],
      'excluded',
      '4167 5000',
      ['units'],
    ],
    [
      'half off units, inside',
      lines([1_400, 1, 20], [650, 2, 10]),
      [units(share(50))],
      'included',
      '1174 1350',
      ['units'],
    ],
    [
      'only at a price',
      lines([1_000, 1, 0], [900, 1, 0]),
      [units(amount(100), { onlyUnitPriceMinor: 1_000 })],
      'included',
      '1800 1800',
      ['units'],
    ],
    ['never below zero', lines([100, 2, 0]), [units(amount(500)), sale(amount(500))], 'included', '0 0', ['units']],
    ['off the sale, shared', lines([500, 1, 20], [500, 1, 0]), [sale(amount(500))], 'included', '458 500', ['sale']],
    [
      'units, then the sale',
      lines([155_880, 1, 20]),
      [sale(share(10)), units(share(10))],
      'excluded',
      '126263 151516',
      ['sale', 'units'],
    ],
    ['both conditions met', lines([800, 3, 20]), [half, tenth], 'excluded', '1080 1296', ['three', 'spend']],
    ['the first switches the second off', lines([500, 3, 20]), [half, tenth], 'excluded', '750 900', ['three']],
    ['only the second', lines([500, 2, 20]), [half, tenth], 'excluded', '900 1080', ['spend']],
    [
      'a condition on units is looked at before',
      lines([500, 1, 0]),
      [units(amount(100), { condition: { kind: 'line-units', units: 2 } })],
      'included',
      '500 500',
      [],
    ],
    [
      'many at once',
      lines([1_000, 2, 20], [3_499, 1, 10], [255, 4, 10]),
      [units(share(15), { onlyUnitPriceMinor: 1_000 }), sale(amount(500))],
      'included',
      '5081 5719',
      ['units', 'sale'],
    ],
  ])('%s', (_, of, offers, mode, expected, applied) => {
    const totals = priceOffers(of, offers, mode)
    expect(`${totals.netMinor} ${totals.totalMinor}`).toBe(expected)
    expect(totals.applied).toEqual(applied)
    expect(totals.lines.reduce((sum, each) => sum + each.totalMinor, 0)).toBe(totals.totalMinor)
  })
})

test('a share off each price is rounded at the unit', () => {
  expect(shareOffEach([106, 206, 306, 406], 100_000)).toEqual([11, 21, 31, 41])
  expect(shareOffEach([104, 204, 304, 404], 100_000)).toEqual([10, 20, 30, 40])
})
