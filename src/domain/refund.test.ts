import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BasketLine, PricedBasket, PricingRules, SaleDiscount, Tax } from './basket.ts'
import { priceBasket } from './pricing.ts'
import { type PricedReturn, priceReturn, type ReturnRequestLine } from './refund.ts'

const parts = (...rates: [number, boolean?][]): Tax => ({
  code: `tax-${rates.join('-')}`,
  name: 'Tax',
  parts: rates.map(([ratePpm, compound = false], i) => ({ code: `p${i}`, name: `P${i}`, ratePpm, compound })),
})
const line = (quantityMicro: number, unitPriceMinor: number, tax = parts([70_000]), discountMinor = 0): BasketLine => ({
  sku: 'S',
  name: 'Something',
  quantityMicro,
  unitPriceMinor,
  priceSource: 'list',
  discountMinor,
  tax,
})
const rules = (taxMode: 'included' | 'excluded', taxRounding: 'line' | 'document' = 'line'): PricingRules => ({
  currency: 'EUR',
  taxMode,
  taxRounding,
  cashStepMinor: 1,
})
const sell = (lines: BasketLine[], how = rules('included'), discount?: SaleDiscount): PricedBasket => {
  const outcome = priceBasket(discount ? { lines, discount } : { lines }, how)
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.priced
}
const takeBack = (sold: PricedBasket, returned: number[], request: ReturnRequestLine[]): PricedReturn => {
  const outcome = priceReturn(sold, returned, request)
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.priced
}

const piece = 1_000_000
const three = sell([line(3 * piece, 333, parts([200_000]), 0), line(piece, 500)], rules('included'), {
  kind: 'amount',
  amountMinor: 100,
})

describe('goods come back', () => {
  test('one by one they give back what was paid, to the cent', () => {
    const totals = [0, 1, 2].map(
      before => takeBack(three, [before * piece], [{ lineNo: 1, quantityMicro: piece }]).totalMinor,
    )
    expect(three.lines[0]!.totalMinor).toBe(932)
    expect(totals).toEqual([-311, -310, -311])
  })

  test('a return carries the signs of goods and money flowing back, and names the line', () => {
    const returned = takeBack(three, [0, 0], [{ lineNo: 2, quantityMicro: piece }])
    expect(returned).toEqual({
      currency: 'EUR',
      taxMode: 'included',
      lines: [
        {
          ...three.lines[1]!,
          lineNo: 2,
          quantityMicro: -piece,
          grossMinor: -500,
          discountMinor: 0,
          saleDiscountMinor: 33,
          netMinor: -436,
          taxMinor: -31,
          totalMinor: -467,
        },
      ],
      subtotalMinor: -500,
      discountMinor: -33,
      netMinor: -436,
      taxMinor: -31,
      totalMinor: -467,
      taxes: [{ taxCode: 'tax-70000', partCode: 'p0', name: 'P0', ratePpm: 70_000, netMinor: -436, taxMinor: -31 }],
    })
  })

  test('one piece of several gives its shelf price back', () => {
    const sold = sell([line(2 * piece, 129)])
    expect(takeBack(sold, [], [{ lineNo: 1, quantityMicro: piece }])).toMatchObject({
      totalMinor: -129,
      subtotalMinor: -129,
    })
    expect(takeBack(sold, [piece], [{ lineNo: 1, quantityMicro: piece }])).toMatchObject({ totalMinor: -129 })
  })

  test('the same line twice in one request counts on', () => {
    const request = [
      { lineNo: 1, quantityMicro: piece },
      { lineNo: 1, quantityMicro: 2 * piece },
    ]
    expect(takeBack(three, [], request).totalMinor).toBe(-932)
    expect(priceReturn(three, [piece], request)).toMatchObject({ ok: false, code: 'return-exceeds-sold' })
  })

  test('a sale that was priced elsewhere keeps its own tax, split over the parts by rate', () => {
    const sold = sell([line(piece, 1_000, parts([60_000], [40_000]))])
    const foreign = { ...sold, lines: [{ ...sold.lines[0]!, netMinor: 910, taxMinor: 90 }] }
    const returned = takeBack(foreign, [], [{ lineNo: 1, quantityMicro: piece }])
    expect(returned.taxes.map(row => row.taxMinor)).toEqual([-54, -36])
    expect(returned).toMatchObject({ netMinor: -910, taxMinor: -90, totalMinor: -1_000 })
  })
})

describe('a return is refused', () => {
  const exchange = sell([line(piece, 100), line(-piece, 50)])
  test.each<[string, PricedBasket, number[], ReturnRequestLine[], string]>([
    ['nothing', three, [], [], 'no-lines'],
    ['line 0', three, [], [{ lineNo: 0, quantityMicro: piece }], 'unknown-line'],
    ['line 3', three, [], [{ lineNo: 3, quantityMicro: piece }], 'unknown-line'],
    ['line NaN', three, [], [{ lineNo: Number.NaN, quantityMicro: piece }], 'unknown-line'],
    ['line 1.5', three, [], [{ lineNo: 1.5, quantityMicro: piece }], 'unknown-line'],
    ['zero', three, [], [{ lineNo: 1, quantityMicro: 0 }], 'quantity-zero'],
    ['negative zero', three, [], [{ lineNo: 1, quantityMicro: -0 }], 'quantity-zero'],
    ['negative', three, [], [{ lineNo: 1, quantityMicro: -piece }], 'quantity-zero'],
    ['NaN', three, [], [{ lineNo: 1, quantityMicro: Number.NaN }], 'quantity-not-integer'],
    ['1e308', three, [], [{ lineNo: 1, quantityMicro: 1e308 }], 'quantity-not-integer'],
    ['one more than sold', three, [], [{ lineNo: 1, quantityMicro: 3 * piece + 1 }], 'return-exceeds-sold'],
    ['more than what is left', three, [2 * piece], [{ lineNo: 1, quantityMicro: piece + 1 }], 'return-exceeds-sold'],
    ['a line that was a return', exchange, [], [{ lineNo: 2, quantityMicro: 1 }], 'return-exceeds-sold'],
  ])('%s', (_, sold, returned, request, code) => {
    expect(priceReturn(sold, returned, request)).toMatchObject({ ok: false, code })
  })

  test('and says by how much', () => {
    expect(priceReturn(three, [2 * piece], [{ lineNo: 1, quantityMicro: 2 * piece }])).toEqual({
      ok: false,
      code: 'return-exceeds-sold',
      detail: { lineNo: 1, soldMicro: 3 * piece, returnedMicro: 2 * piece, quantityMicro: 2 * piece },
    })
  })

  test('a returned quantity that cannot be is a fault of ours', () => {
    expect(() => priceReturn(three, [-1], [{ lineNo: 1, quantityMicro: piece }])).toThrow(RangeError)
  })
})

const taxes = [
  parts([70_000]),
  parts([200_000]),
  parts([40_000], [45_000], [3_750]),
  parts([50_000], [95_000, true]),
  parts(),
]
const soldLines = fc.array(
  fc
    .record({
      quantityMicro: fc.oneof(
        fc.integer({ min: 1, max: 6 }).map(pieces => pieces * piece),
        fc.integer({ min: 1, max: 3_000_000 }),
      ),
      unitPriceMinor: fc.integer({ min: 0, max: 5_000 }),
      off: fc.integer({ min: 0, max: 100 }),
      tax: fc.constantFrom(...taxes),
    })
    .map(({ quantityMicro, unitPriceMinor, off, tax }) =>
      line(
        quantityMicro,
        unitPriceMinor,
        tax,
        Math.floor((Math.floor((quantityMicro * unitPriceMinor) / piece) * off) / 300),
      ),
    ),
  { minLength: 1, maxLength: 4 },
)

test('in whatever pieces goods come back, they add up to the sale, and never to more on the way', () => {
  const how = fc.constantFrom(
    rules('included'),
    rules('excluded'),
    rules('included', 'document'),
    rules('excluded', 'document'),
  )
  const cuts = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 6 })
  const figures = ['subtotalMinor', 'discountMinor', 'netMinor', 'taxMinor', 'totalMinor'] as const
  fc.assert(
    fc.property(soldLines, how, cuts, fc.integer({ min: 0, max: 1_000_000 }), (lines, pricing, pieces, sharePpm) => {
      const sold = sell(lines, pricing, { kind: 'share', sharePpm })
      const whole = pieces.reduce((sum, each) => sum + each, 0)
      const returned = lines.map(() => 0)
      const sums = { subtotalMinor: 0, discountMinor: 0, netMinor: 0, taxMinor: 0, totalMinor: 0 }
      const taxRows = new Map<string, number>()
      let done = 0
      for (const each of pieces) {
        done += each
        for (const [i, { quantityMicro }] of lines.entries()) {
          const upTo = done === whole ? quantityMicro : Math.floor((quantityMicro * done) / whole)
          const quantity = upTo - returned[i]!
          if (quantity === 0) continue
          const priced = takeBack(sold, returned, [{ lineNo: i + 1, quantityMicro: quantity }])
          returned[i] = upTo
          for (const figure of figures) sums[figure] += priced[figure]
          for (const row of priced.taxes) {
            const key = `${row.taxCode} ${row.partCode}`
            taxRows.set(key, (taxRows.get(key) ?? 0) + row.taxMinor)
          }
          expect(priced.totalMinor).toBeLessThanOrEqual(0)
          expect(priced.netMinor + priced.taxMinor).toBe(priced.totalMinor)
          expect(priced.lines[0]!.saleDiscountMinor).toBeGreaterThanOrEqual(0)
        }
        for (const figure of ['subtotalMinor', 'taxMinor', 'totalMinor'] as const) {
          expect(0 - sums[figure]).toBeLessThanOrEqual(sold[figure])
        }
      }
      for (const figure of figures) expect(sums[figure]).toBe(0 - sold[figure])
      for (const row of sold.taxes) expect(taxRows.get(`${row.taxCode} ${row.partCode}`)).toBe(0 - row.taxMinor)
    }),
    { numRuns: 1_000 },
  )
})
