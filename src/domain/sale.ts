import type { Basket, Outcome, PricedBasket, PricingRules, Refusal, Tender } from './basket.ts'
import { priceBasket } from './pricing.ts'
import { type Settled, settle } from './tender.ts'

export type SaleTotals = {
  subtotalMinor: number
  discountMinor: number
  netMinor: number
  taxMinor: number
  totalMinor: number
  roundingMinor: number
  dueMinor: number
}

/** What a till says that it sold for, checked against a pricing of our own before it becomes a fact. */
export type ClaimedSale = {
  totals: SaleTotals
  lineTotalsMinor?: readonly number[]
  tenders: readonly Tender[]
  changeMinor: number
}

export const totalsOf = (priced: PricedBasket, settled: Pick<Settled, 'roundingMinor' | 'dueMinor'>): SaleTotals => ({
  subtotalMinor: priced.subtotalMinor,
  discountMinor: priced.discountMinor,
  netMinor: priced.netMinor,
  taxMinor: priced.taxMinor,
  totalMinor: priced.totalMinor,
  roundingMinor: settled.roundingMinor,
  dueMinor: settled.dueMinor,
})

const totalFields = [
  'subtotalMinor',
  'discountMinor',
  'netMinor',
  'taxMinor',
  'totalMinor',
  'roundingMinor',
  'dueMinor',
] as const satisfies readonly (keyof SaleTotals)[]

const lineTotalFault = (claimed: readonly number[], priced: PricedBasket): Refusal | undefined => {
  if (claimed.length !== priced.lines.length) {
    return { ok: false, code: 'line-total-wrong', detail: { claimedLines: claimed.length, lines: priced.lines.length } }
  }
  for (const [i, line] of priced.lines.entries()) {
    if (claimed[i] !== line.totalMinor) {
      const detail = { lineNo: i + 1, claimed: claimed[i] ?? 0, expected: line.totalMinor }
      return { ok: false, code: 'line-total-wrong', detail }
    }
  }
  return undefined
}

/**
 * Prices and settles a sale again and compares with what was claimed. Refused as `line-total-wrong` (lineNo, claimed, expected),
 * `totals-wrong` (field, claimed, expected) or `change-wrong` (claimed, expected), and with every code of priceBasket and
 * settle.
 */
export const checkSale = (
  claimed: ClaimedSale,
  basket: Basket,
  rules: PricingRules,
): Outcome<{ priced: PricedBasket; settled: Settled }> => {
  const pricing = priceBasket(basket, rules)
  if (!pricing.ok) return pricing
  const { priced } = pricing
  const lineFault = claimed.lineTotalsMinor && lineTotalFault(claimed.lineTotalsMinor, priced)
  if (lineFault) return lineFault
  const settlement = settle(priced.totalMinor, claimed.tenders, rules)
  const expected = totalsOf(
    priced,
    settlement.ok ? settlement.settled : { roundingMinor: 0, dueMinor: priced.totalMinor },
  )
  for (const field of totalFields) {
    // Rounding and what is due follow from the tenders: where those are refused, that refusal is the one to tell.
    if (!settlement.ok && (field === 'roundingMinor' || field === 'dueMinor')) continue
    if (claimed.totals[field] !== expected[field]) {
      return {
        ok: false,
        code: 'totals-wrong',
        detail: { field, claimed: claimed.totals[field], expected: expected[field] },
      }
    }
  }
  if (!settlement.ok) return settlement
  const { settled } = settlement
  if (claimed.changeMinor !== settled.changeMinor) {
    return { ok: false, code: 'change-wrong', detail: { claimed: claimed.changeMinor, expected: settled.changeMinor } }
  }
  return { ok: true, priced, settled }
}
