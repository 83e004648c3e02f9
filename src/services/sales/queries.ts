import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { FactBody } from '../../contracts/known-facts.ts'
import type { returnClaimRoutes } from '../../contracts/return-claims.ts'
import type { InputOf, ResponseOf } from '../../contracts/route.ts'
import type { CompletedReturn, CompletedSale, salesRoutes } from '../../contracts/sales.ts'
import { atMsOfLocal } from '../../domain/local-time.ts'
import { priceBasket } from '../../domain/pricing.ts'
import { totalsOf } from '../../domain/sale.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Query, QueryContext, Refusal } from '../../platform/host/service.ts'
import { readClaim } from './claim-rows.ts'
import { readTakenTwice } from './parked.ts'
import { readPriceHistory } from './price-tables.ts'
import { readOriginals, readReturned } from './returned.ts'
import { findLines, findShelf, lineFacts } from './sell.ts'
import type { SalesTables } from './tables.ts'
import { priceTakenBack, saleIdsOf } from './take-back.ts'

type ClaimInput = InputOf<typeof returnClaimRoutes.getReturnClaim>
type Routes = typeof salesRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
type Answer<Name extends keyof Routes> = Promise<ResponseOf<Routes[Name]> | Refusal>

const noRounding = (totalMinor: number) => ({ roundingMinor: 0, dueMinor: totalMinor })

const storeNeeded: Refusal = { ok: false, code: 'store-needed' }

const quoteSale = async (input: Input<'quoteSale'>, { db, store }: QueryContext): Answer<'quoteSale'> => {
  if (store === null) return storeNeeded
  const skus = input.lines.map(line => line.sku)
  const prices = await readPriceHistory(db, { store, skus })
  const found = findShelf(prices, store, input.catalogueVersion)
  if (!found.ok) return found
  const { version, rules } = found.shelf
  const basket = findLines(prices, found.shelf, input.lines)
  if (!basket.ok) return basket
  const { lines } = basket
  const outcome = priceBasket(input.discount ? { lines, discount: input.discount } : { lines }, rules)
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

/** As far as it is known here: what was promised to others counts as come back. */
const quoteReturn = async ({ lines }: Input<'quoteReturn'>, { db, store }: QueryContext): Answer<'quoteReturn'> => {
  if (store === null) return storeNeeded
  const skus = lines.flatMap(line => ('saleId' in line ? [] : [line.sku]))
  const prices = await readPriceHistory(db, { store, skus })
  const originals = await readOriginals(db, saleIdsOf(lines), store)
  const outcome = priceTakenBack(lines, { originals }, prices, store)
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

type Bounds = { fromMs: number; toMs: number; stores: string[] }

/** Where a day begins and ends in each time zone, with the stores that are in it; undefined for what is no day. */
const boundsOfDay = async (db: Reader, day: string, store: string | null): Promise<Bounds[] | undefined> => {
  const atMidnight = new Date(`${day}T00:00Z`)
  if (Number.isNaN(atMidnight.getTime()) || atMidnight.toISOString().slice(0, 10) !== day) return undefined
  const next = new Date(atMidnight.getTime() + 86_400_000).toISOString().slice(0, 10)
  let query = db.tables<SalesTables>().selectFrom('sales_store').select(['store', 'time_zone'])
  if (store !== null) query = query.where('store', '=', store)
  const zoneOf = new Map((await query.orderBy('from_version').execute()).map(row => [row.store, row.time_zone]))
  const zones = Map.groupBy([...zoneOf], ([, zone]) => zone)
  if (zones.size === 0) zones.set('UTC', [])
  return [...zones].map(([zone, stores]) => ({
    fromMs: atMsOfLocal(`${day}T00:00`, zone),
    toMs: atMsOfLocal(`${next}T00:00`, zone),
    stores: stores.map(([handle]) => handle),
  }))
}

const invalid = (parameter: string): Refusal => ({ ok: false, code: 'parameters-invalid', detail: { parameter } })

const listSales = async (input: Input<'listSales'>, { db, store }: QueryContext): Answer<'listSales'> => {
  let query = db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select([
      'id',
      'kind',
      'store',
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
    const bounds = await boundsOfDay(db, input.day, store)
    if (!bounds) return invalid('day')
    query = query.where(({ eb, or, and }) =>
      or(
        bounds.map(({ fromMs, toMs, stores }) =>
          and([
            eb('completed_at_ms', '>=', fromMs),
            eb('completed_at_ms', '<', toMs),
            // One time zone is that of every store.
            ...(bounds.length > 1 ? [eb('store', 'in', stores)] : []),
          ]),
        ),
      ),
    )
  }
  const { till, receipt, kind, sku, limit } = input
  if (store !== null) query = query.where('store', '=', store)
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
      store: row.store,
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

const getSale = async ({ saleId }: Input<'getSale'>, { db, store }: QueryContext): Answer<'getSale'> => {
  let query = db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select(['kind', 'store', 'position', 'document'])
    .where('id', '=', saleId)
  if (store !== null) query = query.where('store', '=', store)
  const row = await query.executeTakeFirst()
  if (!row) return { ok: false, code: 'not-found' }
  const sale = JSON.parse(row.document) as CompletedSale | CompletedReturn
  const parts = await readReturned(db, saleId, sale.lines.length)
  return { kind: row.kind, store: row.store, position: row.position, sale, ...parts }
}

/** The number of the last receipt of a till of a store, 0 where it gave none: above it the till goes on as a new node. */
export const lastReceiptNumber = async (db: Reader, store: string, till: string): Promise<number> => {
  const row = await db
    .tables<SalesTables>()
    .selectFrom('sales_till')
    .select('receipt_number')
    .where('store', '=', store)
    .where('till', '=', till)
    .executeTakeFirst()
  return row?.receipt_number ?? 0
}

const lastReceipt = async ({ till }: Input<'lastReceipt'>, { db, store }: QueryContext): Answer<'lastReceipt'> =>
  store === null ? storeNeeded : { till, receiptNumber: await lastReceiptNumber(db, store, till) }

const listParkedSales = async (_input: object, { db, store }: QueryContext): Answer<'listParkedSales'> => {
  let query = db
    .tables<SalesTables>()
    .selectFrom('sales_parked')
    .select(['document', 'parked_at_ms'])
    .where('taken_up', '=', 0)
  if (store !== null) query = query.where('store', '=', store)
  const rows = await query.orderBy('parked_at_ms').orderBy('parked_sale_id').execute()
  return {
    rows: rows.map(row => ({
      ...(JSON.parse(row.document) as FactBody<'sale.parked'>),
      parkedAtMs: row.parked_at_ms,
    })),
    takenTwice: await readTakenTwice(db, store),
  }
}

const getReturnClaim = async (
  { claimId }: ClaimInput,
  { db, store }: QueryContext,
): Promise<ResponseOf<typeof returnClaimRoutes.getReturnClaim> | Refusal> => {
  const claim = await readClaim(db, claimId)
  const concerned = [claim?.claimedBy.store, claim?.saleStore]
  if (!claim || (store !== null && !concerned.includes(store))) return { ok: false, code: 'claim-unknown' }
  const { saleId, saleStore, state, claimedBy, lines, code, goods } = claim
  return { claimId, saleId, saleStore, state, claimedBy, lines, code, goods }
}

export const salesQueries = {
  quoteSale,
  quoteReturn,
  listSales,
  getSale,
  lastReceipt,
  listParkedSales,
  getReturnClaim,
} satisfies Record<string, Query>
