import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import type { InputOf, ResponseOf } from '../../contracts/route.ts'
import type { CompletedReturn, CompletedSale, salesRoutes } from '../../contracts/sales.ts'
import { atMsOfLocal } from '../../domain/local-time.ts'
import { priceBasket } from '../../domain/pricing.ts'
import { totalsOf } from '../../domain/sale.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext, Refusal } from '../../platform/host/service.ts'
import { readPriceHistory } from './price-history.ts'
import { findLines, findRules, lineFacts } from './sell.ts'
import type { SalesTables } from './tables.ts'
import { priceTakenBack, readOriginals, readReturned } from './take-back.ts'

type Routes = typeof salesRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
type Answer<Name extends keyof Routes> = Promise<ResponseOf<Routes[Name]> | Refusal>

const noRounding = (totalMinor: number) => ({ roundingMinor: 0, dueMinor: totalMinor })

const quoteSale = async (input: Input<'quoteSale'>, { db }: QueryContext): Answer<'quoteSale'> => {
  const prices = await readPriceHistory(
    db,
    input.lines.map(line => line.sku),
  )
  const version = input.catalogueVersion ?? prices.newest
  const found = findRules(prices, version)
  if (!found.ok) return found
  const basket = findLines(prices, input.lines, version)
  if (!basket.ok) return basket
  const { lines } = basket
  const outcome = priceBasket(input.discount ? { lines, discount: input.discount } : { lines }, found.rules)
  if (!outcome.ok) return outcome
  const { priced } = outcome
  return {
    catalogueVersion: version,
    currency: priced.currency,
    lines: lineFacts(priced.lines, input.lines),
    totals: totalsOf(priced, noRounding(priced.totalMinor)),
    taxes: priced.taxes,
  }
}

const quoteReturn = async ({ lines }: Input<'quoteReturn'>, { db }: QueryContext): Answer<'quoteReturn'> => {
  const skus = lines.flatMap(line => ('saleId' in line ? [] : [line.sku]))
  const prices = await readPriceHistory(db, skus)
  const outcome = priceTakenBack(lines, await readOriginals(db, lines), prices)
  if (!outcome.ok) return outcome
  const { priced } = outcome
  return {
    refundMinor: 0 - priced.totalMinor,
    lines: priced.lines,
    totals: totalsOf(priced, noRounding(priced.totalMinor)),
    taxes: priced.taxes,
  }
}

/** The list is ordered by when a sale was completed; the position tells those of one millisecond apart. */
const keys = z.tuple([z.int(), z.int()])

/** Where a day begins and ends in the store's time zone. */
const boundsOfDay = async (db: Reader, day: string): Promise<{ fromMs: number; toMs: number } | undefined> => {
  const atMidnight = new Date(`${day}T00:00Z`)
  if (Number.isNaN(atMidnight.getTime()) || atMidnight.toISOString().slice(0, 10) !== day) return undefined
  const newest = await db
    .tables<SalesTables>()
    .selectFrom('sales_store')
    .select('time_zone')
    .orderBy('from_position', 'desc')
    .limit(1)
    .executeTakeFirst()
  const timeZone = newest?.time_zone ?? 'UTC'
  const next = new Date(atMidnight.getTime() + 86_400_000).toISOString().slice(0, 10)
  return { fromMs: atMsOfLocal(`${day}T00:00`, timeZone), toMs: atMsOfLocal(`${next}T00:00`, timeZone) }
}

const invalid = (parameter: string): Refusal => ({ ok: false, code: 'parameters-invalid', detail: { parameter } })

const listSales = async (input: Input<'listSales'>, { db }: QueryContext): Answer<'listSales'> => {
  let query = db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select([
      'id',
      'kind',
      'till',
      'receipt_number',
      'completed_at_ms',
      'cashier',
      'currency',
      'total_minor',
      'lines',
      'tenders',
      'position',
    ])
  if (input.cursor !== undefined) {
    const place = placeOf(input.cursor, keys)
    if (!place) return invalid('cursor')
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('completed_at_ms', 'position'), '<', tuple(place[0], place[1])),
    )
  }
  if (input.day !== undefined) {
    const bounds = await boundsOfDay(db, input.day)
    if (!bounds) return invalid('day')
    query = query.where('completed_at_ms', '>=', bounds.fromMs).where('completed_at_ms', '<', bounds.toMs)
  }
  const { till, receipt, kind, sku, limit } = input
  if (till !== undefined) query = query.where('till', '=', till)
  if (receipt !== undefined) query = query.where('receipt_number', '=', receipt)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (sku !== undefined) {
    query = query.where('position', 'in', ({ selectFrom }) =>
      selectFrom('sales_sale_sku').select('sales_sale_sku.position').where('sku', '=', sku),
    )
  }
  const rows = await query
    .orderBy('completed_at_ms', 'desc')
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows,
    limit,
    row => [row.completed_at_ms, row.position],
    row => ({
      id: row.id,
      kind: row.kind,
      till: row.till,
      receiptNumber: row.receipt_number,
      completedAtMs: row.completed_at_ms,
      cashier: row.cashier,
      currency: row.currency,
      totalMinor: row.total_minor,
      lines: row.lines,
      tenders: row.tenders,
      position: row.position,
    }),
  )
}

const getSale = async ({ saleId }: Input<'getSale'>, { db }: QueryContext): Answer<'getSale'> => {
  const row = await db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select(['kind', 'position', 'document'])
    .where('id', '=', saleId)
    .executeTakeFirst()
  if (!row) return { ok: false, code: 'not-found' }
  const sale = JSON.parse(row.document) as CompletedSale | CompletedReturn
  const returnedMicro = await readReturned(db, saleId, sale.lines.length)
  return { kind: row.kind, position: row.position, sale, returnedMicro }
}

const listParkedSales = async (_input: object, { db }: QueryContext): Answer<'listParkedSales'> => {
  const rows = await db
    .tables<SalesTables>()
    .selectFrom('sales_parked')
    .select(['document', 'parked_at_ms'])
    .where('taken_up', '=', 0)
    .orderBy('parked_at_ms')
    .orderBy('parked_sale_id')
    .execute()
  return {
    rows: rows.map(row => ({
      ...(JSON.parse(row.document) as FactBody<'sale.parked'>),
      parkedAtMs: row.parked_at_ms,
    })),
  }
}

export const salesQueries = {
  quoteSale,
  quoteReturn,
  listSales,
  getSale,
  listParkedSales,
} satisfies Record<string, Query>

type Effects = Awaited<ReturnType<NonNullable<Front['effects']>>>

/** What a fact did here: its own are applied in the transaction that records them, those of the catalogue and of shifts after it. */
export const salesEffects = async (fact: RecordedFact, db: Reader): Promise<Effects> => {
  const own = (title: string, row: Effects[number]['rows'][number]): Effects => [
    { title, atUs: fact.recordedAtUs, rows: [row] },
  ]
  if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')) {
    const { till, receiptNumber, totals, currency, lines } = fact.body
    const row = { till, receiptNumber, totalMinor: totals.totalMinor, currency, lines: lines.length }
    return own(fact.type === 'sale.completed' ? 'sale recorded' : 'return recorded', row)
  }
  if (isFact(fact, 'sale.voided')) return own('basket given up', { till: fact.body.till, lines: fact.body.lines })
  if (isFact(fact, 'sale.parked')) return own('basket set aside', { till: fact.body.till, label: fact.body.label })
  if (isFact(fact, 'sale.taken-up')) return own('basket taken up', { till: fact.body.till })
  if (isFact(fact, 'shift.opened')) {
    return [{ title: 'sells in this shift', atUs: null, rows: [{ till: fact.body.till }] }]
  }
  if (isFact(fact, 'shift.closed')) {
    return [{ title: 'no longer sells in this shift', atUs: null, rows: [{ till: fact.body.till }] }]
  }
  if (isFact(fact, 'tax.set')) return [{ title: 'sells with this tax', atUs: null, rows: [{ tax: fact.body.code }] }]
  if (isFact(fact, 'store.configured')) {
    return [{ title: 'sells by these settings', atUs: null, rows: [{ currency: fact.body.currency }] }]
  }
  const articles = await db
    .tables<SalesTables>()
    .selectFrom('sales_article')
    .select(['sku', 'name', 'price_minor as priceMinor', 'archived'])
    .where('from_position', '=', fact.position)
    .orderBy('sku')
    .limit(100)
    .execute()
  return articles.length === 0 ? [] : [{ title: 'sells at these prices', atUs: null, rows: articles }]
}
