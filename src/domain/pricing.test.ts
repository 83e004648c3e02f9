import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Basket, BasketLine, PricedBasket, PricingRules, Tax, TaxMode, TaxRounding } from './basket.ts'
import { priceBasket } from './pricing.ts'

const vat = (ratePpm: number): Tax => ({
  code: `vat-${ratePpm}`,
  name: 'VAT',
  parts: [{ code: 'vat', name: 'VAT', ratePpm, compound: false }],
})
const newYork: Tax = {
  code: 'nyc',
  name: 'Sales tax',
  parts: [
    { code: 'state', name: 'State', ratePpm: 40_000, compound: false },
    { code: 'city', name: 'City', ratePpm: 45_000, compound: false },
    { code: 'district', name: 'MCTD', ratePpm: 3_750, compound: false },
  ],
}
/** Quebec before 2013: QST on top of GST. */
const quebec: Tax = {
  code: 'qc',
  name: 'GST and QST',
  parts: [
    { code: 'gst', name: 'GST', ratePpm: 50_000, compound: false },
    { code: 'qst', name: 'QST', ratePpm: 95_000, compound: true },
  ],
}
const exempt: Tax = { code: 'exempt', name: 'Exempt', parts: [] }

const line = (quantity: number, unitPriceMinor: number, tax: Tax = vat(200_000), discountMinor = 0): BasketLine => ({
  sku: 'S',
  name: 'Something',
  quantityMicro: Math.round(quantity * 1_000_000),
  unitPriceMinor,
  priceSource: 'list',
  discountMinor,
  tax,
})
const rulesOf = (taxMode: TaxMode, taxRounding: TaxRounding = 'line'): PricingRules => ({
  currency: 'EUR',
  taxMode,
  taxRounding,
  cashStepMinor: 1,
})
const price = (basket: Basket, rules: PricingRules): PricedBasket => {
  const outcome = priceBasket(basket, rules)
  if (!outcome.ok) throw new Error(outcome.code)
  return outcome.priced
}

describe('a basket is priced', () => {
  test.each<[string, Basket, PricingRules, string, string[]]>([
    [
      'tax inside',
      { lines: [line(1, 1_190, vat(210_000))] },
      rulesOf('included'),
      '1190 -0 = 983 + 207 = 1190',
      ['1190: 983 + 207'],
    ],
    [
      'tax on top',
      { lines: [line(1, 9_176, vat(190_000))] },
      rulesOf('excluded'),
      '9176 -0 = 9176 + 1743 = 10919',
      ['9176: 9176 + 1743'],
    ],
    [
      'weighed goods',
      { lines: [line(0.432, 299, vat(70_000))] },
      rulesOf('included'),
      '129 -0 = 121 + 8 = 129',
      ['129: 121 + 8'],
    ],
    [
      'half a cent goes up',
      { lines: [line(0.5, 129, exempt)] },
      rulesOf('included'),
      '65 -0 = 65 + 0 = 65',
      ['65: 65 + 0'],
    ],
    [
      'and back down',
      { lines: [line(-0.5, 129, exempt)] },
      rulesOf('included'),
      '-65 -0 = -65 + 0 = -65',
      ['-65: -65 + 0'],
    ],
    [
      'a line discount',
      { lines: [line(2, 1_000, vat(200_000), 500)] },
      rulesOf('included'),
      '2000 -500 = 1250 + 250 = 1500',
      ['2000: 1250 + 250'],
    ],
    [
      'three parts',
      { lines: [line(1, 1_999, newYork)] },
      rulesOf('excluded'),
      '1999 -0 = 1999 + 177 = 2176',
      ['1999: 1999 + 177'],
    ],
    [
      'a compound part',
      { lines: [line(1, 10_000, quebec)] },
      rulesOf('excluded'),
      '10000 -0 = 10000 + 1498 = 11498',
      ['10000: 10000 + 1498'],
    ],
    [
      'a compound part inside',
      { lines: [line(1, 11_498, quebec)] },
      rulesOf('included'),
      '11498 -0 = 10000 + 1498 = 11498',
      ['11498: 10000 + 1498'],
    ],
    ['goods for nothing', { lines: [line(1, 0)] }, rulesOf('included'), '0 -0 = 0 + 0 = 0', ['0: 0 + 0']],
    [
      'an amount off the sale, by what remains of each line',
      {
        lines: [line(1, 1_000), line(1, 2_000, vat(200_000), 1_000), line(1, 0)],
        discount: { kind: 'amount', amountMinor: 500 },
      },
      rulesOf('included'),
      '3000 -1500 = 1250 + 250 = 1500',
      ['1000: 625 + 125', '2000: 625 + 125', '0: 0 + 0'],
    ],
    [
      'a share off the sale',
      { lines: [line(1, 333), line(1, 333), line(1, 333)], discount: { kind: 'share', sharePpm: 100_000 } },
      rulesOf('excluded'),
      '999 -100 = 899 + 180 = 1079',
      ['333: 299 + 60', '333: 300 + 60', '333: 300 + 60'],
    ],
    [
      'goods that come back take no part in a sale discount',
      { lines: [line(1, 1_000), line(-1, 400)], discount: { kind: 'share', sharePpm: 500_000 } },
      rulesOf('included'),
      '600 -500 = 84 + 16 = 100',
      ['1000: 417 + 83', '-400: -333 + -67'],
    ],
    [
      'unless all goods come back',
      { lines: [line(-1, 1_000), line(-1, 1_000)], discount: { kind: 'amount', amountMinor: 300 } },
      rulesOf('included'),
      '-2000 --300 = -1416 + -284 = -1700',
      ['-1000: -708 + -142', '-1000: -708 + -142'],
    ],
    [
      'everything off',
      { lines: [line(1, 1_000), line(3, 777)], discount: { kind: 'share', sharePpm: 1_000_000 } },
      rulesOf('included'),
      '3331 -3331 = 0 + 0 = 0',
      ['1000: 0 + 0', '2331: 0 + 0'],
    ],
    [
      'by line: 3 x 0.1666 up is 0.51',
      { lines: [line(1, 100), line(1, 100), line(1, 100)] },
      rulesOf('included'),
      '300 -0 = 249 + 51 = 300',
      ['100: 83 + 17', '100: 83 + 17', '100: 83 + 17'],
    ],
    [
      'by document: 0.50, and a line takes the difference',
      { lines: [line(1, 100), line(1, 100), line(1, 100)] },
      rulesOf('included', 'document'),
      '300 -0 = 250 + 50 = 300',
      ['100: 83 + 17', '100: 83 + 17', '100: 84 + 16'],
    ],
  ])('%s', (_, basket, rules, totals, lines) => {
    const priced = price(basket, rules)
    expect(
      `${priced.subtotalMinor} -${priced.discountMinor} = ${priced.netMinor} + ${priced.taxMinor} = ${priced.totalMinor}`,
    ).toBe(totals)
    expect(priced.lines.map(each => `${each.grossMinor}: ${each.netMinor} + ${each.taxMinor}`)).toEqual(lines)
  })

  test('tax rows stand for each part at each rate', () => {
    const priced = price(
      { lines: [line(1, 1_999, newYork), line(2, 500, vat(70_000)), line(1, 501, newYork)] },
      rulesOf('excluded'),
    )
    expect(priced.taxes).toEqual([
      { taxCode: 'nyc', partCode: 'state', name: 'State', ratePpm: 40_000, netMinor: 2_500, taxMinor: 100 },
      { taxCode: 'nyc', partCode: 'city', name: 'City', ratePpm: 45_000, netMinor: 2_500, taxMinor: 113 },
      { taxCode: 'nyc', partCode: 'district', name: 'MCTD', ratePpm: 3_750, netMinor: 2_500, taxMinor: 9 },
      { taxCode: 'vat-70000', partCode: 'vat', name: 'VAT', ratePpm: 70_000, netMinor: 1_000, taxMinor: 70 },
    ])
  })

  test('a line keeps what else it carries, and the basket given stays as it was', () => {
    const basket = { lines: [{ ...line(1, 100), note: 'gift' }] }
    const before = structuredClone(basket)
    expect(price(basket, rulesOf('included')).lines[0]).toMatchObject({ note: 'gift', totalMinor: 100 })
    expect(basket).toEqual(before)
  })

  test('the same tax read twice from JSON is one tax', () => {
    const lines = [line(1, 100), line(1, 100), line(1, 100)]
    const copies = lines.map(each => structuredClone(each))
    expect(price({ lines: copies }, rulesOf('included', 'document'))).toEqual(
      price({ lines }, rulesOf('included', 'document')),
    )
  })
})

const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 2 ** 53 + 1, -0, 0.5]

describe('a basket is refused', () => {
  const basketWith = (change: Partial<BasketLine>): Basket => ({
    lines: [line(1, 100), { ...line(1, 100), ...change }],
  })
  test.each<[string, Basket]>([
    ['no-lines', { lines: [] }],
    ['too-many-lines', { lines: Array.from({ length: 10_001 }, () => line(1, 1)) }],
    ['quantity-zero', basketWith({ quantityMicro: 0 })],
    ['quantity-zero', basketWith({ quantityMicro: -0 })],
    ['quantity-not-integer', basketWith({ quantityMicro: 1.5 })],
    ['quantity-not-integer', basketWith({ quantityMicro: Number.NaN })],
    ['amount-too-large', basketWith({ quantityMicro: 1e308 })],
    ['price-not-integer', basketWith({ unitPriceMinor: 1.5 })],
    ['price-negative', basketWith({ unitPriceMinor: -1 })],
    ['price-negative', basketWith({ unitPriceMinor: -0 })],
    ['discount-not-integer', basketWith({ discountMinor: 0.5 })],
    ['discount-negative', basketWith({ discountMinor: -1 })],
    ['discount-exceeds-line', basketWith({ discountMinor: 101 })],
    ['discount-exceeds-line', basketWith({ quantityMicro: -1_000_000, discountMinor: 101 })],
    ['discount-exceeds-sale', { lines: [line(2, 100, vat(0), 50)], discount: { kind: 'amount', amountMinor: 151 } }],
    ['discount-negative', { lines: [line(1, 100)], discount: { kind: 'amount', amountMinor: -1 } }],
    ['share-out-of-range', { lines: [line(1, 100)], discount: { kind: 'share', sharePpm: 1_000_001 } }],
    ['share-out-of-range', { lines: [line(1, 100)], discount: { kind: 'share', sharePpm: -1 } }],
    ['tax-rate-invalid', basketWith({ tax: vat(-1) })],
    ['tax-rate-invalid', basketWith({ tax: vat(10_000_001) })],
    ['amount-too-large', { lines: [line(9_000_000_000, 1_100_000)] }],
    ['amount-too-large', { lines: [line(1, Number.MAX_SAFE_INTEGER), line(1, 1)] }],
    ['amount-too-large', { lines: [line(1, Number.MAX_SAFE_INTEGER), line(-1, Number.MAX_SAFE_INTEGER)] }],
  ])('%s', (code, basket) => {
    expect(priceBasket(basket, rulesOf('included'))).toMatchObject({ ok: false, code })
  })

  test('says which line', () => {
    expect(priceBasket(basketWith({ quantityMicro: 0 }), rulesOf('included'))).toEqual({
      ok: false,
      code: 'quantity-zero',
      detail: { lineNo: 2 },
    })
  })

  test('as many lines as a sale takes', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => line(1, 1, vat(i % 3_000)))
    for (const rounding of ['line', 'document'] as const) {
      expect(priceBasket({ lines }, rulesOf('excluded', rounding))).toMatchObject({
        ok: true,
        priced: { netMinor: 10_000 },
      })
    }
  })

  test.each(bad)('%d in any place', value => {
    const baskets: Basket[] = [
      basketWith({ quantityMicro: value }),
      basketWith({ unitPriceMinor: value }),
      basketWith({ discountMinor: value }),
      basketWith({ tax: vat(value) }),
      { lines: [line(1, 100)], discount: { kind: 'amount', amountMinor: value } },
      { lines: [line(1, 100)], discount: { kind: 'share', sharePpm: value } },
    ]
    for (const basket of baskets) {
      for (const mode of ['included', 'excluded'] as const) {
        for (const rounding of ['line', 'document'] as const) {
          const outcome = priceBasket(basket, rulesOf(mode, rounding))
          expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^[a-z-]+$/) })
        }
      }
    }
  })

  test('a tax that grows beyond what can be booked', () => {
    const absurd: Tax = {
      code: 'x',
      name: 'X',
      parts: Array.from({ length: 9 }, (_, i) => ({ ...quebec.parts[1]!, code: `${i}`, ratePpm: 10_000_000 })),
    }
    for (const rounding of ['line', 'document'] as const) {
      expect(priceBasket({ lines: [line(1, 1, absurd)] }, rulesOf('excluded', rounding)).ok).toBe(true)
      expect(priceBasket({ lines: [line(1, 90_071_992_547, absurd)] }, rulesOf('excluded', rounding))).toMatchObject({
        ok: false,
        code: 'amount-too-large',
      })
    }
  })
})

const taxes = [vat(0), vat(70_000), vat(190_000), vat(200_000), vat(88_750), newYork, quebec, exempt]
const arbitraryLine = fc
  .record({
    quantityMicro: fc.oneof(
      fc.integer({ min: 1, max: 20 }).map(pieces => pieces * 1_000_000),
      fc.integer({ min: -5, max: -1 }).map(pieces => pieces * 1_000_000),
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.integer({ min: 1, max: 2 ** 50 }),
    ),
    unitPriceMinor: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 900_000 })),
    off: fc.constantFrom(0, 0, 0, 10, 33, 100),
    tax: fc.constantFrom(...taxes),
  })
  .map(({ off, ...rest }): BasketLine => {
    const gross = Number((BigInt(rest.quantityMicro) * BigInt(rest.unitPriceMinor)) / 1_000_000n)
    return { ...line(1, 0), ...rest, discountMinor: Math.floor((Math.abs(gross) * off) / 100) }
  })
const arbitraryBasket: fc.Arbitrary<Basket> = fc
  .record({
    lines: fc.array(arbitraryLine, { minLength: 1, maxLength: 8 }),
    discount: fc.oneof(
      fc.constant(undefined),
      fc.integer({ min: 0, max: 1_000_000 }).map(sharePpm => ({ kind: 'share' as const, sharePpm })),
      fc.integer({ min: 0, max: 5_000 }).map(amountMinor => ({ kind: 'amount' as const, amountMinor })),
    ),
  })
  .map(({ lines, discount }) => (discount ? { lines, discount } : { lines }))

type Fraction = { over: bigint; under: bigint }
const half = (over: bigint, under: bigint): bigint => {
  const magnitude = over < 0n ? -over : over
  const rounded = (2n * magnitude + under) / (2n * under)
  return over < 0n ? -rounded : rounded
}
const plus = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
})
const times = (a: Fraction, b: Fraction): Fraction => ({ over: a.over * b.over, under: a.under * b.under })

/** The exact taxes of an amount, as the definition has it: parts on net, compound parts on net and what came before. */
const exactParts = (amountMinor: number, tax: Tax, mode: TaxMode): Fraction[] => {
  const one: Fraction = { over: 1n, under: 1n }
  let gross = one
  const shares = tax.parts.map(part => {
    const share = times(part.compound ? gross : one, { over: BigInt(part.ratePpm), under: 1_000_000n })
    gross = plus(gross, share)
    return share
  })
  const amount: Fraction = { over: BigInt(amountMinor), under: 1n }
  const net = mode === 'excluded' ? amount : times(amount, { over: gross.under, under: gross.over })
  return shares.map(share => times(net, share))
}

test('every basket adds up, and its taxes are what exact fractions give', () => {
  const modes = fc.constantFrom<TaxMode>('included', 'excluded')
  const roundings = fc.constantFrom<TaxRounding>('line', 'document')
  let priced = 0
  fc.assert(
    fc.property(arbitraryBasket, modes, roundings, (basket, mode, rounding) => {
      const outcome = priceBasket(basket, rulesOf(mode, rounding))
      if (!outcome.ok) {
        expect(outcome.code).toBe('discount-exceeds-sale')
        return
      }
      priced += 1
      const { lines, ...totals } = outcome.priced
      const sum = (figure: (line: (typeof lines)[number]) => number): number =>
        lines.reduce((all, each) => all + figure(each), 0)
      const amountOf = (each: (typeof lines)[number]): number =>
        each.grossMinor - Math.sign(each.quantityMicro) * (each.discountMinor + each.saleDiscountMinor)
      for (const each of lines) {
        expect(BigInt(each.grossMinor)).toBe(half(BigInt(each.unitPriceMinor) * BigInt(each.quantityMicro), 1_000_000n))
        expect(each.netMinor + each.taxMinor).toBe(each.totalMinor)
        expect(mode === 'included' ? each.totalMinor : each.netMinor).toBe(amountOf(each))
        expect(each.saleDiscountMinor).toBeGreaterThanOrEqual(0)
        expect(each.discountMinor + each.saleDiscountMinor).toBeLessThanOrEqual(Math.abs(each.grossMinor))
      }
      expect(totals.subtotalMinor).toBe(sum(each => each.grossMinor))
      expect(totals.discountMinor).toBe(sum(each => each.grossMinor - amountOf(each)))
      expect(totals.netMinor).toBe(sum(each => each.netMinor))
      expect(totals.taxMinor).toBe(sum(each => each.taxMinor))
      expect(totals.totalMinor).toBe(totals.netMinor + totals.taxMinor)
      expect(totals.taxMinor).toBe(totals.taxes.reduce((all, row) => all + row.taxMinor, 0))

      const expected = new Map<string, bigint>()
      const exact = new Map<string, Fraction>()
      for (const each of lines) {
        exactParts(amountOf(each), each.tax, mode).forEach((part, i) => {
          const key = `${each.tax.code} ${each.tax.parts[i]!.code}`
          expected.set(key, (expected.get(key) ?? 0n) + half(part.over, part.under))
          exact.set(key, plus(exact.get(key) ?? { over: 0n, under: 1n }, part))
        })
      }
      for (const row of totals.taxes) {
        const key = `${row.taxCode} ${row.partCode}`
        const all = exact.get(key)!
        expect(BigInt(row.taxMinor)).toBe(rounding === 'line' ? expected.get(key)! : half(all.over, all.under))
      }
      expect(totals.taxes.length).toBe(exact.size)
    }),
    { numRuns: 1_500 },
  )
  expect(priced).toBeGreaterThan(500)
})

test('a basket turned around mirrors itself', () => {
  fc.assert(
    fc.property(
      arbitraryBasket,
      fc.constantFrom<TaxMode>('included', 'excluded'),
      fc.constantFrom<TaxRounding>('line', 'document'),
      (basket, mode, rounding) => {
        const { lines } = basket
        const there = price({ lines }, rulesOf(mode, rounding))
        const back = price(
          { lines: lines.map(each => ({ ...each, quantityMicro: -each.quantityMicro })) },
          rulesOf(mode, rounding),
        )
        for (const field of ['subtotalMinor', 'discountMinor', 'netMinor', 'taxMinor', 'totalMinor'] as const) {
          expect(back[field]).toBe(0 - there[field])
          expect(Object.is(back[field], -0)).toBe(false)
        }
        expect(back.lines.map(each => each.taxMinor)).toEqual(there.lines.map(each => 0 - each.taxMinor))
      },
    ),
  )
})
