import type { z } from 'zod'
import type { CompletedSale, pricedLine, SaleRequest, saleLine, tender } from '../../contracts/sales.ts'
import type { BasketLine, Outcome, PricedLine, SaleDiscount, Tender } from '../../domain/basket.ts'
import { checkSale, totalsOf } from '../../domain/sale.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { Permission } from './overrides.ts'
import { articleAt, type PriceHistory, priceAt, type Shelf, shelfAt, taxAt } from './price-history.ts'

type LineRequest = z.output<typeof saleLine>
type LineFact = z.output<typeof pricedLine>

/** What a basket is judged by. */
export type View = {
  readonly prices: PriceHistory
  /** Undefined for a shift that is closed or was never opened. */
  tillOfOpenShift(shiftId: string): string | undefined
  /** The node that a till is, where it is one of its own. */
  nodeOfTill(store: string, till: string): string | undefined
}

const dayMs = 86_400_000

/**
 * What a store sells by at a version, the newest where none is named. Refused: `store-not-configured`, and
 * `catalogue-version-unknown` for a version newer than what is known here, or from before all that is.
 */
export const findShelf = (
  prices: PriceHistory,
  store: string,
  asked: number | undefined,
): Outcome<{ shelf: Shelf }> => {
  const version = asked ?? prices.newest
  const shelf = version > prices.newest ? undefined : shelfAt(prices, store, version)
  if (shelf) return { ok: true, shelf }
  if (!prices.stores.get(store)?.rules.length) return { ok: false, code: 'store-not-configured' }
  return {
    ok: false,
    code: 'catalogue-version-unknown',
    detail: { catalogueVersion: version, newest: prices.newest },
  }
}

/**
 * Lines with the names, prices and taxes of a shelf. Goods that come back may be of a product that is no longer
 * sold. Refused with sku and lineNo: `sku-unknown`, and `price-wrong` (claimedMinor, expectedMinor) for a price from the list.
 */
export const findLines = (
  prices: PriceHistory,
  shelf: Shelf,
  lines: readonly LineRequest[],
): Outcome<{ lines: BasketLine[] }> => {
  const found: BasketLine[] = []
  for (let i = 0; i < lines.length; i++) {
    const { sku, quantityMicro, unitPriceMinor, priceSource, discountMinor } = lines[i]!
    const article = articleAt(prices, sku, shelf.version)
    const tax = article && taxAt(prices, shelf, article.taxCode)
    if (!article || !tax || (article.archived && quantityMicro > 0)) {
      return { ok: false, code: 'sku-unknown', detail: { sku, lineNo: i + 1 } }
    }
    if (priceSource === 'list') {
      const expectedMinor = priceAt(prices, shelf, article)
      if (unitPriceMinor !== expectedMinor) {
        const detail = { sku, lineNo: i + 1, claimedMinor: unitPriceMinor, expectedMinor }
        return { ok: false, code: 'price-wrong', detail }
      }
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
const checkRights = (input: SaleRequest, { allows }: Permission): Outcome<object> => {
  const mayOverride = allows('sales:override')
  const mayReturn = allows('returns:without-receipt')
  if (mayOverride && mayReturn) return { ok: true }
  if (!mayOverride && takesOff(input.discount)) return { ok: false, code: 'override-not-allowed' }
  for (let i = 0; i < input.lines.length; i++) {
    const { sku, quantityMicro, priceSource, discountMinor } = input.lines[i]!
    const lineNo = i + 1
    const detail = { sku, lineNo }
    const isChosen = priceSource === 'override' || discountMinor !== 0
    if (isChosen && !mayOverride && !allows('sales:override', lineNo)) {
      return { ok: false, code: 'override-not-allowed', detail }
    }
    if (quantityMicro < 0 && !mayReturn && !allows('returns:without-receipt', lineNo)) {
      return { ok: false, code: 'return-without-receipt-not-allowed', detail }
    }
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

/** Where a sale or return is decided: `till` is the handle of the till that this node is, where it is one. */
export type Place = { node: NodeIdentity; store: string; ownTill: string | undefined }

/**
 * Each till is sold at by one node, so that its receipts count on from each other. Refused: `store-elsewhere`,
 * `till-is-own-node`, `till-elsewhere`.
 */
export const checkPlace = (view: View, till: string, { node, store, ownTill }: Place): Outcome<object> => {
  if (store !== node.store) return { ok: false, code: 'store-elsewhere', detail: { store, expected: node.store } }
  const own = view.nodeOfTill(store, till)
  if (own !== undefined && own !== node.id) return { ok: false, code: 'till-is-own-node', detail: { till } }
  if (ownTill !== undefined && ownTill !== till) {
    return { ok: false, code: 'till-elsewhere', detail: { till, expected: ownTill } }
  }
  return { ok: true }
}

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
  place: Place,
  who: { name: string; nowMs: number; id: string; permission: Permission },
): Outcome<Sold> => {
  const { prices } = view
  const here = checkPlace(view, input.till, place)
  if (!here.ok) return here
  const found = findShelf(prices, place.store, input.catalogueVersion)
  if (!found.ok) return found
  const { version, rules } = found.shelf
  if (input.currency !== rules.currency) {
    return { ok: false, code: 'currency-wrong', detail: { claimed: input.currency, expected: rules.currency } }
  }
  const completedAtMs = input.completedAtMs ?? who.nowMs
  const inTime = checkTime(completedAtMs, who.nowMs)
  if (!inTime.ok) return inTime
  const basket = findLines(prices, found.shelf, input.lines)
  if (!basket.ok) return basket
  const allowed = checkRights(input, who.permission)
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
    cashier: who.name,
    lines: lineFacts(priced.lines, input.lines),
    totals: totalsOf(priced, settled),
    taxes: priced.taxes,
    tenders,
    changeMinor: settled.changeMinor,
  }
  if (input.shiftId !== undefined) body.shiftId = input.shiftId
  if (discount) body.discount = discount
  if (input.note !== undefined) body.note = input.note
  if (who.permission.overrides.length > 0) body.overrides = who.permission.overrides
  return { ok: true, body }
}
