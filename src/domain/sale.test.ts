import { describe, expect, test } from 'vitest'
import type { Basket, PricingRules, Tender } from './basket.ts'
import { type ClaimedSale, checkSale, totalsOf } from './sale.ts'

const vat = { code: 'vat', name: 'VAT', parts: [{ code: 'vat', name: 'VAT', ratePpm: 70_000, compound: false }] }
const milk = { sku: 'MILK', name: 'Milk', quantityMicro: 2_000_000, unitPriceMinor: 129, discountMinor: 0, tax: vat }
const basket: Basket = { lines: [{ ...milk, priceSource: 'list' }] }
const rules: PricingRules = { currency: 'CHF', taxMode: 'included', taxRounding: 'line', cashStepMinor: 5 }

const claim = (change: Partial<ClaimedSale> = {}, totals: Partial<ClaimedSale['totals']> = {}): ClaimedSale => ({
  totals: {
    subtotalMinor: 258,
    discountMinor: 0,
    netMinor: 241,
    taxMinor: 17,
    totalMinor: 258,
    roundingMinor: 2,
    dueMinor: 260,
    ...totals,
  },
  lineTotalsMinor: [258],
  tenders: [{ kind: 'cash', amountMinor: 500 }],
  changeMinor: 240,
  ...change,
})
const cash = (amountMinor: number): Tender[] => [{ kind: 'cash', amountMinor }]

test('a sale that adds up is taken, with what it was priced and settled at', () => {
  const outcome = checkSale(claim(), basket, rules)
  expect(outcome).toMatchObject({
    ok: true,
    priced: { totalMinor: 258, taxMinor: 17 },
    settled: { dueMinor: 260, roundingMinor: 2, tenderedMinor: 500, changeMinor: 240 },
  })
  if (outcome.ok) expect(totalsOf(outcome.priced, outcome.settled)).toEqual(claim().totals)
})

test('line totals need not be claimed', () => {
  const { lineTotalsMinor: _, ...rest } = claim()
  expect(checkSale(rest, basket, rules).ok).toBe(true)
})

describe('a sale that does not add up is refused', () => {
  test.each<[string, ClaimedSale, string, Record<string, string | number> | undefined]>([
    [
      'subtotal',
      claim({}, { subtotalMinor: 257 }),
      'totals-wrong',
      { field: 'subtotalMinor', claimed: 257, expected: 258 },
    ],
    ['discount', claim({}, { discountMinor: 1 }), 'totals-wrong', { field: 'discountMinor', claimed: 1, expected: 0 }],
    ['net', claim({}, { netMinor: 240 }), 'totals-wrong', { field: 'netMinor', claimed: 240, expected: 241 }],
    ['tax', claim({}, { taxMinor: 18 }), 'totals-wrong', { field: 'taxMinor', claimed: 18, expected: 17 }],
    ['total', claim({}, { totalMinor: 0 }), 'totals-wrong', { field: 'totalMinor', claimed: 0, expected: 258 }],
    ['rounding', claim({}, { roundingMinor: 0 }), 'totals-wrong', { field: 'roundingMinor', claimed: 0, expected: 2 }],
    ['due', claim({}, { dueMinor: 258 }), 'totals-wrong', { field: 'dueMinor', claimed: 258, expected: 260 }],
    [
      'not a number',
      claim({}, { totalMinor: Number.NaN }),
      'totals-wrong',
      { field: 'totalMinor', claimed: Number.NaN, expected: 258 },
    ],
    ['line', claim({ lineTotalsMinor: [257] }), 'line-total-wrong', { lineNo: 1, claimed: 257, expected: 258 }],
    ['lines', claim({ lineTotalsMinor: [] }), 'line-total-wrong', { claimedLines: 0, lines: 1 }],
    ['change', claim({ changeMinor: 242 }), 'change-wrong', { claimed: 242, expected: 240 }],
    ['tender', claim({ tenders: cash(255) }), 'tender-too-small', { dueMinor: 260, tenderedMinor: 255 }],
    ['nothing handed over', claim({ tenders: [] }), 'no-tenders', { dueMinor: 258, tenderedMinor: 0 }],
    ['a half cent', claim({ tenders: cash(0.5) }), 'tender-not-integer', undefined],
    [
      'total before tender',
      claim({ tenders: cash(255) }, { totalMinor: 255 }),
      'totals-wrong',
      { field: 'totalMinor', claimed: 255, expected: 258 },
    ],
  ])('%s', (_, claimed, code, detail) => {
    expect(checkSale(claimed, basket, rules)).toEqual(detail ? { ok: false, code, detail } : { ok: false, code })
  })

  test('and what cannot be priced', () => {
    expect(checkSale(claim(), { lines: [] }, rules)).toEqual({ ok: false, code: 'no-lines' })
  })
})
