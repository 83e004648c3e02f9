import type { z } from 'zod'
import type { CompletedReturn, CompletedSale, pricedLine, returnLine, returnRequest } from '../../contracts/sales.ts'
import type { BasketLine, Outcome, PricedBasket, PricedLine, Tax, TaxTotal, Tender } from '../../domain/basket.ts'
import { priceBasket } from '../../domain/pricing.ts'
import { priceReturn } from '../../domain/refund.ts'
import { type Settled, settle } from '../../domain/tender.ts'
import type { Reader } from '../../platform/database/database.ts'
import { articleAt, type PriceHistory, type StoreRules, taxAt } from './price-history.ts'
import { findRules, tendersOf } from './sell.ts'
import type { SalesTables } from './tables.ts'

export type ReturnLineRequest = z.output<typeof returnLine>
type ReturnLine = CompletedReturn['lines'][number]
type LineFact = z.output<typeof pricedLine>
/** A sale, and the quantity of each of its lines that came back so far. */
export type Original = { sale: CompletedSale; returnedMicro: number[] }
export type PricedReturn = Omit<PricedBasket, 'lines'> & { lines: ReturnLine[] }

/** What came back so far of the lines of a sale that has `lines` lines. */
export const readReturned = async (db: Reader, saleId: string, lines: number): Promise<number[]> => {
  const rows = await db
    .tables<SalesTables>()
    .selectFrom('sales_returned')
    .select(['line_no', 'returned_micro'])
    .where('sale_id', '=', saleId)
    .execute()
  const returnedMicro = new Array<number>(lines).fill(0)
  for (const row of rows) returnedMicro[row.line_no - 1] = row.returned_micro
  return returnedMicro
}

/** The sales that these lines name, as far as they are known. */
export const readOriginals = async (
  db: Reader,
  lines: readonly ReturnLineRequest[],
): Promise<Map<string, Original>> => {
  const originals = new Map<string, Original>()
  const ids = [...new Set(lines.flatMap(line => ('saleId' in line ? [line.saleId] : [])))]
  if (ids.length === 0) return originals
  const rows = await db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select(['id', 'document'])
    .where('id', 'in', ids)
    .where('kind', '=', 'sale')
    .execute()
  for (const row of rows) {
    const sale = JSON.parse(row.document) as CompletedSale
    originals.set(row.id, { sale, returnedMicro: await readReturned(db, row.id, sale.lines.length) })
  }
  return originals
}

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

type Part = Omit<PricedBasket, 'lines'> & { lines: PricedLine[] }
type Placed = { part: Part; places: number[]; saleId?: string; lineNos?: number[] }

/** The lines of one receipt. Refused as `sale-unknown`, and with the codes of `priceReturn`. */
const priceFromReceipt = (
  saleId: string,
  places: number[],
  lines: readonly ReturnLineRequest[],
  original: Original | undefined,
): Outcome<{ placed: Placed }> => {
  if (!original) return { ok: false, code: 'sale-unknown', detail: { saleId } }
  const asked = places.flatMap(place => {
    const line = lines[place]!
    return 'saleId' in line ? [{ lineNo: line.lineNo, quantityMicro: line.quantityMicro }] : []
  })
  const { sale, returnedMicro } = original
  const outcome = priceReturn({ ...sale, lines: soldLines(sale.lines) }, returnedMicro, asked)
  if (!outcome.ok) return { ...outcome, detail: { saleId, ...outcome.detail } }
  const { lines: priced, ...sums } = outcome.priced
  const lineNos = priced.map(line => line.lineNo)
  return { ok: true, placed: { part: { ...sums, lines: priced }, places, saleId, lineNos } }
}

/** Lines without a receipt, at the price that is said and today's tax. Refused as `sku-unknown`, and with the codes of `priceBasket`. */
const priceWithoutReceipt = (
  places: number[],
  lines: readonly ReturnLineRequest[],
  prices: PriceHistory,
  rules: StoreRules,
): Outcome<{ placed: Placed }> => {
  const basket: BasketLine[] = []
  for (const place of places) {
    const line = lines[place]!
    if ('saleId' in line) continue
    const { sku, quantityMicro, unitPriceMinor } = line
    const article = articleAt(prices, sku, prices.newest)
    const tax = article && taxAt(prices, article.taxCode, prices.newest)
    if (!article || !tax) return { ok: false, code: 'sku-unknown', detail: { sku, lineNo: place + 1 } }
    const priceSource = unitPriceMinor === article.priceMinor ? 'list' : 'override'
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
  const outcome = priceBasket({ lines: basket }, rules)
  return outcome.ok ? { ok: true, placed: { part: outcome.priced, places } } : outcome
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

const sumUp = (placed: readonly Placed[], lines: number, rules: StoreRules): PricedReturn => {
  const sum: PricedReturn = {
    currency: rules.currency,
    taxMode: rules.taxMode,
    lines: [],
    subtotalMinor: 0,
    discountMinor: 0,
    netMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    taxes: [],
  }
  const byPlace = new Array<ReturnLine | undefined>(lines)
  for (const { part, places, saleId, lineNos } of placed) {
    places.forEach((place, i) => {
      const line: ReturnLine = { ...part.lines[i]!, lineNo: place + 1 }
      if (saleId !== undefined) line.original = { saleId, lineNo: lineNos![i]! }
      byPlace[place] = line
    })
    sum.subtotalMinor += part.subtotalMinor
    sum.discountMinor += part.discountMinor
    sum.netMinor += part.netMinor
    sum.taxMinor += part.taxMinor
    sum.totalMinor += part.totalMinor
    addTaxes(sum.taxes, part.taxes)
  }
  sum.lines = byPlace.flatMap(line => (line ? [line] : []))
  return sum
}

/**
 * Goods that come back, from any number of receipts and without one, in the order of the request. Refused with the codes of the
 * functions above, `store-not-configured`, and `currency-wrong` where a receipt is in another currency than the store's.
 */
export const priceTakenBack = (
  lines: readonly ReturnLineRequest[],
  originals: ReadonlyMap<string, Original>,
  prices: PriceHistory,
): Outcome<{ priced: PricedReturn; rules: StoreRules }> => {
  const found = findRules(prices, prices.newest)
  if (!found.ok) return found
  const { rules } = found
  const receipts = new Map<string, number[]>()
  const without: number[] = []
  lines.forEach((line, place) => {
    if (!('saleId' in line)) without.push(place)
    else if (receipts.has(line.saleId)) receipts.get(line.saleId)?.push(place)
    else receipts.set(line.saleId, [place])
  })
  const placed: Placed[] = []
  for (const [saleId, places] of receipts) {
    const outcome = priceFromReceipt(saleId, places, lines, originals.get(saleId))
    if (!outcome.ok) return outcome
    const { currency } = outcome.placed.part
    if (currency !== rules.currency) return { ok: false, code: 'currency-wrong', detail: { saleId, currency } }
    placed.push(outcome.placed)
  }
  if (without.length > 0) {
    const outcome = priceWithoutReceipt(without, lines, prices, rules)
    if (!outcome.ok) return outcome
    placed.push(outcome.placed)
  }
  return { ok: true, priced: sumUp(placed, lines.length, rules), rules }
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
