import type { z } from 'zod'
import type { CompletedSale, pricedLine, SaleRequest, saleLine, tender } from '../../contracts/sales.ts'
import type { BasketLine, Outcome, PricedLine, SaleDiscount, Tender } from '../../domain/basket.ts'
import { checkSale, totalsOf } from '../../domain/sale.ts'
import type { Principal } from '../../platform/host/service.ts'
import { articleAt, type PriceHistory, rulesAt, type StoreRules, taxAt } from './price-history.ts'

type LineRequest = z.output<typeof saleLine>
type LineFact = z.output<typeof pricedLine>

/** What a basket is judged by. `tillOfOpenShift` answers undefined for a shift that is closed or was never opened. */
export type View = { readonly prices: PriceHistory; tillOfOpenShift(shiftId: string): string | undefined }

const dayMs = 86_400_000

/** The rules that hold at a position. Refused: `store-not-configured`, `catalogue-version-unknown`. */
export const findRules = (prices: PriceHistory, version: number): Outcome<{ rules: StoreRules }> => {
  const rules = rulesAt(prices, version)
  if (rules) return { ok: true, rules }
  if (prices.rules.length === 0) return { ok: false, code: 'store-not-configured' }
  return { ok: false, code: 'catalogue-version-unknown', detail: { catalogueVersion: version } }
}

/**
 * Lines with the names and taxes of the catalogue at a version. Goods that come back may be of a product that is no longer
 * sold. Refused with sku and lineNo: `sku-unknown`, and `price-wrong` (claimedMinor, expectedMinor) for a price from the list.
 */
export const findLines = (
  prices: PriceHistory,
  lines: readonly LineRequest[],
  version: number,
): Outcome<{ lines: BasketLine[] }> => {
  const found: BasketLine[] = []
  for (let i = 0; i < lines.length; i++) {
    const { sku, quantityMicro, unitPriceMinor, priceSource, discountMinor } = lines[i]!
    const article = articleAt(prices, sku, version)
    const tax = article && taxAt(prices, article.taxCode, version)
    if (!article || !tax || (article.archived && quantityMicro > 0)) {
      return { ok: false, code: 'sku-unknown', detail: { sku, lineNo: i + 1 } }
    }
    if (priceSource === 'list' && unitPriceMinor !== article.priceMinor) {
      const detail = { sku, lineNo: i + 1, claimedMinor: unitPriceMinor, expectedMinor: article.priceMinor }
      return { ok: false, code: 'price-wrong', detail }
    }
    found.push({ sku, name: article.name, quantityMicro, unitPriceMinor, priceSource, discountMinor, tax })
  }
  return { ok: true, lines: found }
}

/** Priced lines as they stand in a fact: numbered from 1, with what the cashier noted. */
export const lineFacts = (priced: readonly PricedLine[], asked: readonly LineRequest[]): LineFact[] =>
  priced.map((line, i) => {
    const { reason, note } = asked[i]!
    const fact: LineFact = { ...line, lineNo: i + 1 }
    if (reason !== undefined) fact.reason = reason
    if (note !== undefined) fact.note = note
    return fact
  })

const takesOff = (discount: SaleDiscount | undefined): boolean =>
  discount !== undefined && (discount.kind === 'amount' ? discount.amountMinor : discount.sharePpm) !== 0

/** Prices and discounts that a person chose need `sales:override`; goods that come back in a basket, `returns:without-receipt`. */
const checkRights = (input: SaleRequest, principal: Principal): Outcome<object> => {
  const mayOverride = principal.scopes.includes('sales:override')
  const mayReturn = principal.scopes.includes('returns:without-receipt')
  if (mayOverride && mayReturn) return { ok: true }
  if (!mayOverride && takesOff(input.discount)) return { ok: false, code: 'override-not-allowed' }
  for (let i = 0; i < input.lines.length; i++) {
    const { sku, quantityMicro, priceSource, discountMinor } = input.lines[i]!
    const detail = { sku, lineNo: i + 1 }
    if (!mayOverride && (priceSource === 'override' || discountMinor !== 0)) {
      return { ok: false, code: 'override-not-allowed', detail }
    }
    if (!mayReturn && quantityMicro < 0) return { ok: false, code: 'return-without-receipt-not-allowed', detail }
  }
  return { ok: true }
}

/** A till's clock may be off; a day ahead is not a clock. Refused: `completed-in-future`. */
export const checkTime = (completedAtMs: number, nowMs: number): Outcome<object> =>
  completedAtMs > nowMs + dayMs
    ? { ok: false, code: 'completed-in-future', detail: { completedAtMs, nowMs } }
    : { ok: true }

/** The shift that is named has to be open at the same till. Refused: `shift-not-open`. */
export const checkShift = (view: View, shiftId: string | undefined, till: string): Outcome<object> =>
  shiftId !== undefined && view.tillOfOpenShift(shiftId) !== till
    ? { ok: false, code: 'shift-not-open', detail: { shiftId, till } }
    : { ok: true }

/** Tenders as the domain has them: what is not there is left out. */
export const tendersOf = (asked: readonly z.output<typeof tender>[]): Tender[] =>
  asked.map(({ kind, amountMinor, reference }) =>
    reference === undefined ? { kind, amountMinor } : { kind, amountMinor, reference },
  )

export type Sold = { body: Omit<CompletedSale, 'receiptNumber'> }

/**
 * Judges a sale by a view of the catalogue and the shifts, and makes the fact's body, without its receipt number. Every figure
 * in it is our own; what the till claimed only has to be the same. Refused with the codes of the functions above and of
 * `checkSale`, and `currency-wrong`.
 */
export const sell = (
  input: SaleRequest,
  view: View,
  who: { principal: Principal; nowMs: number; id: string },
): Outcome<Sold> => {
  const { prices } = view
  const version = input.catalogueVersion ?? prices.newest
  const found = findRules(prices, version)
  if (!found.ok) return found
  const { rules } = found
  if (input.currency !== rules.currency) {
    return { ok: false, code: 'currency-wrong', detail: { claimed: input.currency, expected: rules.currency } }
  }
  const completedAtMs = input.completedAtMs ?? who.nowMs
  const inTime = checkTime(completedAtMs, who.nowMs)
  if (!inTime.ok) return inTime
  const basket = findLines(prices, input.lines, version)
  if (!basket.ok) return basket
  const allowed = checkRights(input, who.principal)
  if (!allowed.ok) return allowed
  const inShift = checkShift(view, input.shiftId, input.till)
  if (!inShift.ok) return inShift
  const discount = input.discount
  const { totals, changeMinor } = input
  const tenders = tendersOf(input.tenders)
  const checked = checkSale(
    { totals, tenders, changeMinor },
    discount ? { lines: basket.lines, discount } : { lines: basket.lines },
    rules,
  )
  if (!checked.ok) return checked
  const { priced, settled } = checked
  const body: Sold['body'] = {
    saleId: who.id,
    till: input.till,
    completedAtMs,
    currency: rules.currency,
    taxMode: rules.taxMode,
    catalogueVersion: version,
    cashier: who.principal.name,
    lines: lineFacts(priced.lines, input.lines),
    totals: totalsOf(priced, settled),
    taxes: priced.taxes,
    tenders,
    changeMinor: settled.changeMinor,
  }
  if (input.shiftId !== undefined) body.shiftId = input.shiftId
  if (discount) body.discount = discount
  if (input.note !== undefined) body.note = input.note
  return { ok: true, body }
}
