import type { z } from 'zod'
import type { ClaimedGoods } from '../../contracts/return-claims.ts'
import type { CompletedReturn, pricedLine, returnLine, returnRequest } from '../../contracts/sales.ts'
import type { BasketLine, Outcome, PricedBasket, PricedLine, Tax, TaxTotal, Tender } from '../../domain/basket.ts'
import { priceBasket } from '../../domain/pricing.ts'
import { priceReturn, type SoldBasket } from '../../domain/refund.ts'
import { type Settled, settle } from '../../domain/tender.ts'
import { articleAt, type PriceHistory, priceAt, type Shelf, type StoreRules, taxAt } from './price-history.ts'
import { type Original, placesFor, type Span } from './returned.ts'
import { findShelf, tendersOf } from './sell.ts'

export type ReturnLineRequest = z.output<typeof returnLine>
type ReturnLine = CompletedReturn['lines'][number]
type LineFact = z.output<typeof pricedLine>
export type PricedReturn = ClaimedGoods
/** Goods of one sale that the store which sold them lets come back, priced by it. */
export type Granted = {
  saleId: string
  lines: ReadonlyArray<{ lineNo: number; quantityMicro: number }>
  goods: ClaimedGoods
}

export const saleIdsOf = (lines: readonly ReturnLineRequest[]): string[] => [
  ...new Set(lines.flatMap(line => ('saleId' in line ? [line.saleId] : []))),
]

/** A line of a sale as the domain prices it: without what was noted on it, taxes of one content as one object. */
const soldLines = (lines: readonly LineFact[]): PricedLine[] => {
  const taxes = new Map<string, Tax>()
  return lines.map(line => {
    const content = JSON.stringify(line.tax)
    const tax = taxes.get(content) ?? line.tax
    taxes.set(content, tax)
    const { reason: _reason, note: _note, ...priced } = line
    return { ...priced, tax }
  })
}

type Sums = Omit<PricedBasket, 'lines'>
/** Lines with the place in the request that each belongs to, and what they sum up to. */
type Part = { sums: Sums; lines: Array<{ place: number; line: ReturnLine }> }
type Piece = { place: number; lineNo: number; span: Span }

const reachOf = (spans: readonly Span[]): number => spans.reduce((reach, { toMicro }) => Math.max(reach, toMicro), 0)
const sizeOf = (spans: readonly Span[]): number =>
  spans.reduce((size, { fromMicro, toMicro }) => size + toMicro - fromMicro, 0)

const pricePieces = (
  sold: SoldBasket,
  saleId: string,
  returnedMicro: readonly number[],
  pieces: readonly Piece[],
): Outcome<{ part: Part }> => {
  const request = pieces.map(({ lineNo, span }) => ({ lineNo, quantityMicro: span.toMicro - span.fromMicro }))
  const outcome = priceReturn(sold, returnedMicro, request)
  if (!outcome.ok) return { ...outcome, detail: { saleId, ...outcome.detail } }
  const { lines, ...sums } = outcome.priced
  const placed = lines.map((line, i) => ({
    place: pieces[i]!.place,
    line: { ...line, original: { saleId, lineNo: line.lineNo } },
  }))
  return { ok: true, part: { sums, lines: placed } }
}

/** The lines of one receipt. Refused with the codes of `priceReturn`. */
const priceFromReceipt = (
  saleId: string,
  places: readonly number[],
  lines: readonly ReturnLineRequest[],
  { sale, taken }: Original,
): Outcome<{ parts: Part[] }> => {
  const sold: SoldBasket = { ...sale, lines: soldLines(sale.lines) }
  const now = taken.map(spans => [...spans])
  const pieces = places.flatMap((place): Piece[] => {
    const line = lines[place]!
    if (!('saleId' in line)) return []
    const { lineNo, quantityMicro } = line
    const spans = placesFor(now[lineNo - 1] ?? [], quantityMicro)
    now[lineNo - 1]?.push(...spans)
    return spans.map(span => ({ place, lineNo, span }))
  })
  if (taken.every(spans => reachOf(spans) === sizeOf(spans))) {
    const priced = pricePieces(sold, saleId, taken.map(reachOf), pieces)
    return priced.ok ? { ok: true, parts: [priced.part] } : priced
  }
  const parts: Part[] = []
  for (const piece of pieces) {
    const before = sale.lines.map((_, i) => (i + 1 === piece.lineNo ? piece.span.fromMicro : 0))
    const priced = pricePieces(sold, saleId, before, [piece])
    if (!priced.ok) return priced
    parts.push(priced.part)
  }
  return { ok: true, parts }
}

/** Lines without a receipt, at the price that is said and today's tax. Refused as `sku-unknown`, and with the codes of `priceBasket`. */
const priceWithoutReceipt = (
  places: readonly number[],
  lines: readonly ReturnLineRequest[],
  prices: PriceHistory,
  shelf: Shelf,
): Outcome<{ part: Part }> => {
  const basket: BasketLine[] = []
  for (const place of places) {
    const line = lines[place]!
    if ('saleId' in line) continue
    const { sku, quantityMicro, unitPriceMinor } = line
    const article = articleAt(prices, sku, shelf.version)
    const tax = article && taxAt(prices, shelf, article.taxCode)
    if (!article || !tax) return { ok: false, code: 'sku-unknown', detail: { sku, lineNo: place + 1 } }
    const priceSource = unitPriceMinor === priceAt(prices, shelf, article) ? 'list' : 'override'
    basket.push({
      sku,
      name: article.name,
      quantityMicro: -quantityMicro,
      unitPriceMinor,
      priceSource,
      discountMinor: 0,
      tax,
    })
  }
  const outcome = priceBasket({ lines: basket }, shelf.rules)
  if (!outcome.ok) return outcome
  const { lines: priced, ...sums } = outcome.priced
  const placed = priced.map((line, i) => ({ place: places[i]!, line: { ...line, lineNo: 0 } }))
  return { ok: true, part: { sums, lines: placed } }
}

const quantities = (lines: ReadonlyArray<{ lineNo: number; quantityMicro: number }>): string => {
  const byLine = new Map<number, number>()
  for (const { lineNo, quantityMicro } of lines) byLine.set(lineNo, (byLine.get(lineNo) ?? 0) + quantityMicro)
  return JSON.stringify([...byLine].toSorted(([a], [b]) => a - b))
}

/** What a claim gave, which has to be what is handed over. Refused: `claim-other`. */
const partOfClaim = (
  places: readonly number[],
  lines: readonly ReturnLineRequest[],
  granted: Granted,
): Outcome<{ part: Part }> => {
  const asked = places.flatMap(place => {
    const line = lines[place]!
    return 'saleId' in line ? [line] : []
  })
  if (quantities(asked) !== quantities(granted.lines))
    return { ok: false, code: 'claim-other', detail: { saleId: granted.saleId } }
  const { lines: goods, ...sums } = granted.goods
  return { ok: true, part: { sums, lines: goods.map(line => ({ place: places[0]!, line })) } }
}

const addTaxes = (totals: TaxTotal[], more: readonly TaxTotal[]): void => {
  for (const row of more) {
    const same = totals.find(
      each => each.taxCode === row.taxCode && each.partCode === row.partCode && each.ratePpm === row.ratePpm,
    )
    if (same) {
      same.netMinor += row.netMinor
      same.taxMinor += row.taxMinor
    } else totals.push({ ...row })
  }
}

const sumUp = (parts: readonly Part[], currency: string, taxMode: PricedReturn['taxMode']): PricedReturn => {
  const sum: PricedReturn = {
    currency,
    taxMode,
    lines: [],
    subtotalMinor: 0,
    discountMinor: 0,
    netMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    taxes: [],
  }
  for (const { sums } of parts) {
    sum.subtotalMinor += sums.subtotalMinor
    sum.discountMinor += sums.discountMinor
    sum.netMinor += sums.netMinor
    sum.taxMinor += sums.taxMinor
    sum.totalMinor += sums.totalMinor
    addTaxes(sum.taxes, sums.taxes)
  }
  const inOrder = parts.flatMap(part => part.lines).toSorted((a, b) => a.place - b.place)
  sum.lines = inOrder.map(({ line }, i) => ({ ...line, lineNo: i + 1 }))
  return sum
}

/** Goods of one sale, priced by the store that sold it, so that they can come back anywhere. Refused with the codes of `priceReturn`. */
export const priceClaim = (
  saleId: string,
  lines: ReadonlyArray<{ lineNo: number; quantityMicro: number }>,
  original: Original,
): Outcome<{ goods: ClaimedGoods }> => {
  const asked = lines.map(line => ({ saleId, ...line }))
  const priced = priceFromReceipt(
    saleId,
    asked.map((_, place) => place),
    asked,
    original,
  )
  if (!priced.ok) return priced
  const { currency, taxMode } = original.sale
  return { ok: true, goods: sumUp(priced.parts, currency, taxMode) }
}

/**
 * Goods that come back, from any number of receipts and without one, in the order of the request. Refused with the codes of the
 * functions above, `store-not-configured`, `sale-unknown`, `currency-wrong` where a receipt is in another currency than the
 * store's, and `tax-mode-wrong` where net and gross prices would stand in one return.
 */
export const priceTakenBack = (
  lines: readonly ReturnLineRequest[],
  known: { originals: ReadonlyMap<string, Original>; granted?: Granted | undefined },
  prices: PriceHistory,
  store: string,
): Outcome<{ priced: PricedReturn; rules: StoreRules }> => {
  const found = findShelf(prices, store, undefined)
  if (!found.ok) return found
  const { rules } = found.shelf
  const receipts = new Map<string, number[]>()
  const without: number[] = []
  lines.forEach((line, place) => {
    if (!('saleId' in line)) without.push(place)
    else if (receipts.has(line.saleId)) receipts.get(line.saleId)?.push(place)
    else receipts.set(line.saleId, [place])
  })
  const parts: Part[] = []
  for (const [saleId, places] of receipts) {
    if (known.granted?.saleId === saleId) {
      const outcome = partOfClaim(places, lines, known.granted)
      if (!outcome.ok) return outcome
      parts.push(outcome.part)
    } else {
      const original = known.originals.get(saleId)
      if (!original) return { ok: false, code: 'sale-unknown', detail: { saleId } }
      const outcome = priceFromReceipt(saleId, places, lines, original)
      if (!outcome.ok) return outcome
      parts.push(...outcome.parts)
    }
    const { currency } = parts.at(-1)?.sums ?? rules
    if (currency !== rules.currency) return { ok: false, code: 'currency-wrong', detail: { saleId, currency } }
  }
  if (without.length > 0) {
    const outcome = priceWithoutReceipt(without, lines, prices, found.shelf)
    if (!outcome.ok) return outcome
    parts.push(outcome.part)
  }
  const taxMode = parts[0]?.sums.taxMode ?? rules.taxMode
  if (parts.some(part => part.sums.taxMode !== taxMode)) return { ok: false, code: 'tax-mode-wrong' }
  return { ok: true, priced: sumUp(parts, rules.currency, taxMode), rules }
}

/**
 * Pays a refund out. What is paid has to be what is due after cash rounding, to the unit, and so has what the till says
 * (`refund-wrong`, with claimedMinor, paidMinor and expectedMinor). Tenders are answered with the sign of money flowing back.
 */
export const payRefund = (
  totalMinor: number,
  asked: Pick<z.output<typeof returnRequest>, 'refunds' | 'refundMinor'>,
  rules: StoreRules,
): Outcome<{ settled: Settled; tenders: Tender[] }> => {
  const tenders = tendersOf(asked.refunds.map(refund => ({ ...refund, amountMinor: 0 - refund.amountMinor })))
  const outcome = settle(totalMinor, tenders, rules)
  if (outcome.ok && asked.refundMinor === 0 - outcome.settled.dueMinor) return { ...outcome, tenders }
  const adds = new Set(['tender-too-small', 'no-tenders', 'refund-wrong'])
  if (!outcome.ok && !adds.has(outcome.code)) return outcome
  const dueMinor = outcome.ok ? outcome.settled.dueMinor : Number(outcome.detail?.dueMinor)
  const paidMinor = asked.refunds.reduce((sum, refund) => sum + refund.amountMinor, 0)
  const detail = { claimedMinor: asked.refundMinor, paidMinor, expectedMinor: 0 - dueMinor }
  return { ok: false, code: 'refund-wrong', detail }
}
