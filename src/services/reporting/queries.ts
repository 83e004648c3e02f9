import { sql } from 'kysely'
import { isFact } from '../../contracts/known-facts.ts'
import type { DayReport, reportingRoutes } from '../../contracts/reporting.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext, Refusal } from '../../platform/host/service.ts'
import { storeDayOf } from './store-day.ts'
import type { ReportingTables } from './tables.ts'

type Routes = typeof reportingRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
/** How a store counts days and money. */
type Store = { store: string; name: string; timeZone: string; currency: string }

const mostDays = 400
const dayMs = 86_400_000
const noSums = {
  sales: 0,
  returns: 0,
  lines: 0,
  gross_minor: 0,
  discount_minor: 0,
  net_minor: 0,
  tax_minor: 0,
  total_minor: 0,
  cost_minor: 0,
}

const storeNeeded: Refusal = { ok: false, code: 'store-needed' }

/** How stores count days and money now, by store. */
const storesOf = async (db: Reader, store: string | null): Promise<Map<string, Store>> => {
  let query = db.tables<ReportingTables>().selectFrom('reporting_store').selectAll()
  if (store !== null) query = query.where('store', '=', store)
  // The newest comes last, and stays.
  const rows = await query.orderBy('store').orderBy('above').orderBy('version').execute()
  return new Map(
    rows.map(row => [row.store, { store: row.store, name: row.name, timeZone: row.time_zone, currency: row.currency }]),
  )
}

const unknownStore = (store: string): Store => ({ store, name: store, timeZone: 'UTC', currency: 'XXX' })
const storeOf = async (db: Reader, store: string): Promise<Store> =>
  (await storesOf(db, store)).get(store) ?? unknownStore(store)

const hoursOf = (quarters: ReadonlyArray<{ quarter: number; sales: number; returns: number; total_minor: number }>) => {
  const hours = new Map<number, { hour: number; sales: number; returns: number; totalMinor: number }>()
  for (const row of quarters) {
    const hour = Math.floor(row.quarter / 4)
    const sum = hours.get(hour) ?? { hour, sales: 0, returns: 0, totalMinor: 0 }
    hours.set(hour, {
      hour,
      sales: sum.sales + row.sales,
      returns: sum.returns + row.returns,
      totalMinor: sum.totalMinor + row.total_minor,
    })
  }
  return [...hours.values()]
}

const quartersOf = (db: Reader, store: string, day: string) =>
  db
    .tables<ReportingTables>()
    .selectFrom('reporting_quarter')
    .selectAll()
    .where('store', '=', store)
    .where('day', '=', day)
    .orderBy('quarter')
    .execute()

const reportOf = async (
  { db, position }: QueryContext,
  { store, currency }: Store,
  day: string,
  products: number,
): Promise<DayReport> => {
  const tables = db.tables<ReportingTables>()
  const sum =
    (await tables
      .selectFrom('reporting_day')
      .selectAll()
      .where('store', '=', store)
      .where('day', '=', day)
      .executeTakeFirst()) ?? noSums
  const sold = await tables
    .selectFrom('reporting_product')
    .leftJoin('reporting_article', 'reporting_article.sku', 'reporting_product.sku')
    .select(['reporting_product.sku', 'reporting_article.name', 'quantity_micro', 'total_minor'])
    .where('store', '=', store)
    .where('day', '=', day)
    .orderBy('total_minor', 'desc')
    .orderBy('reporting_product.sku')
    .limit(products)
    .execute()
  const cashiers = await tables
    .selectFrom('reporting_cashier')
    .selectAll()
    .where('store', '=', store)
    .where('day', '=', day)
    .orderBy('total_minor', 'desc')
    .orderBy('cashier')
    .execute()
  const tenders = await tables
    .selectFrom('reporting_tender')
    .selectAll()
    .where('store', '=', store)
    .where('day', '=', day)
    .orderBy('amount_minor', 'desc')
    .orderBy('kind')
    .execute()
  const taxes = await tables
    .selectFrom('reporting_tax')
    .selectAll()
    .where('store', '=', store)
    .where('day', '=', day)
    .orderBy('tax_code')
    .orderBy('part_code')
    .orderBy('rate_ppm')
    .execute()
  return {
    store,
    day,
    currency,
    sales: sum.sales,
    returns: sum.returns,
    lines: sum.lines,
    grossMinor: sum.gross_minor,
    discountMinor: sum.discount_minor,
    netMinor: sum.net_minor,
    taxMinor: sum.tax_minor,
    totalMinor: sum.total_minor,
    costMinor: sum.cost_minor,
    byHour: hoursOf(await quartersOf(db, store, day)),
    byProduct: sold.map(row => ({
      sku: row.sku,
      name: row.name ?? row.sku,
      quantityMicro: row.quantity_micro,
      totalMinor: row.total_minor,
    })),
    byCashier: cashiers.map(row => ({
      cashier: row.cashier,
      sales: row.sales,
      returns: row.returns,
      totalMinor: row.total_minor,
    })),
    byTender: tenders.map(row => ({ kind: row.kind, count: row.count, amountMinor: row.amount_minor })),
    byTax: taxes.map(row => ({
      taxCode: row.tax_code,
      partCode: row.part_code,
      name: row.name,
      ratePpm: row.rate_ppm,
      netMinor: row.net_minor,
      taxMinor: row.tax_minor,
    })),
    position,
  }
}

const dayReport = async (input: Input<'dayReport'>, context: QueryContext): Promise<DayReport | Refusal> => {
  if (context.store === null) return storeNeeded
  const store = await storeOf(context.db, context.store)
  return reportOf(context, store, input.day ?? storeDayOf(context.nowMs, store.timeZone).day, input.products)
}

const rangeReport = async ({ from, to }: Input<'rangeReport'>, { db, store, position }: QueryContext) => {
  if (store === null) return storeNeeded
  const fromMs = Date.parse(`${from}T00:00Z`)
  const toMs = Date.parse(`${to}T00:00Z`)
  if (!(toMs >= fromMs) || toMs - fromMs > mostDays * dayMs) return { ok: false, code: 'range-wrong' } satisfies Refusal
  const { currency } = await storeOf(db, store)
  const rows = await db
    .tables<ReportingTables>()
    .selectFrom('reporting_day')
    .selectAll()
    .where('store', '=', store)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .execute()
  const total = { sales: 0, returns: 0, totalMinor: 0, netMinor: 0, taxMinor: 0, discountMinor: 0 }
  for (const row of rows) {
    total.sales += row.sales
    total.returns += row.returns
    total.totalMinor += row.total_minor
    total.netMinor += row.net_minor
    total.taxMinor += row.tax_minor
    total.discountMinor += row.discount_minor
  }
  const days = rows.map(row => ({
    day: row.day,
    sales: row.sales,
    returns: row.returns,
    totalMinor: row.total_minor,
    netMinor: row.net_minor,
    taxMinor: row.tax_minor,
  }))
  return { store, currency, days, total, position }
}

const weekMs = 7 * dayMs

/** Last week's same weekday, whole and up to the quarter hour that it is now. */
const today = async (_input: object, context: QueryContext) => {
  const { db, nowMs } = context
  if (context.store === null) return storeNeeded
  const store = await storeOf(db, context.store)
  const now = storeDayOf(nowMs, store.timeZone)
  // A week by the calendar: noon less seven days is on the same weekday whatever the clocks did.
  const lastDay = new Date(Date.parse(`${now.day}T12:00Z`) - weekMs).toISOString().slice(0, 10)
  const quarters = await quartersOf(db, store.store, lastDay)
  const sum = (rows: typeof quarters) => rows.reduce((total, row) => total + row.total_minor, 0)
  return {
    report: await reportOf(context, store, now.day, 20),
    lastWeek: {
      day: lastDay,
      totalMinor: sum(quarters),
      totalUntilNowMinor: sum(quarters.filter(row => row.quarter <= now.quarter)),
      byHour: hoursOf(quarters).map(({ hour, totalMinor }) => ({ hour, totalMinor })),
    },
  }
}

/** Counts of what partial indexes hold: the engines use them only where the condition stands in the statement itself. */
const countsOf = async (
  rows: Promise<Array<{ store: string; count: number | string | bigint }>>,
): Promise<Map<string, number>> => new Map((await rows).map(row => [row.store, Number(row.count)]))

/** Stores as they are by now, each on its own day: a row for each that was configured here or has ever sold. */
const listStoreDays = async (input: Input<'listStoreDays'>, { db, node, store, nowMs, position }: QueryContext) => {
  const tables = db.tables<ReportingTables>()
  const stores = await storesOf(db, store)
  const lastSales = new Map(
    (await tables.selectFrom('reporting_last_sale').selectAll().execute()).map(row => [row.store, row.at_ms]),
  )
  for (const sold of lastSales.keys())
    if (!stores.has(sold) && (store ?? sold) === sold) stores.set(sold, unknownStore(sold))
  // HQ has settings of its own, and is a store only once it sells.
  if (store === null && node.kind === 'hq' && !lastSales.has(node.store)) stores.delete(node.store)
  const openShifts = await countsOf(
    tables
      .selectFrom('reporting_shift')
      .select(({ fn }) => ['store', fn.countAll().as('count')])
      .where('closed', '=', sql.lit(0))
      .groupBy('store')
      .execute(),
  )
  const negative = await countsOf(
    tables
      .selectFrom('reporting_stock')
      .select(({ fn }) => ['store', fn.countAll().as('count')])
      .where('level_micro', '<', sql.lit(0))
      .groupBy('store')
      .execute(),
  )
  const dayOf = (each: Store) => input.day ?? storeDayOf(nowMs, each.timeZone).day
  const days = [...new Set([...stores.values()].map(dayOf))]
  const sums = new Map<string, { sales: number; returns: number; total_minor: number }>()
  if (days.length > 0) {
    const rows = await tables.selectFrom('reporting_day').selectAll().where('day', 'in', days).execute()
    for (const row of rows) sums.set(`${row.store} ${row.day}`, row)
  }
  const rows = [...stores.values()]
    .toSorted((a, b) => (a.store < b.store ? -1 : 1))
    .map(each => {
      const day = dayOf(each)
      const sum = sums.get(`${each.store} ${day}`) ?? noSums
      return {
        ...each,
        day,
        sales: sum.sales,
        returns: sum.returns,
        totalMinor: sum.total_minor,
        openShifts: openShifts.get(each.store) ?? 0,
        negativeSkus: negative.get(each.store) ?? 0,
        lastSaleAtMs: lastSales.get(each.store) ?? null,
      }
    })
  const byCurrency = [...Map.groupBy(rows, row => row.currency)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, of]) => ({
      currency,
      stores: of.length,
      sales: of.reduce((sum, row) => sum + row.sales, 0),
      returns: of.reduce((sum, row) => sum + row.returns, 0),
      totalMinor: of.reduce((sum, row) => sum + row.totalMinor, 0),
    }))
  return { rows, byCurrency, position }
}

export const reportingQueries: Record<string, Query> = { dayReport, rangeReport, today, listStoreDays }

export const reportingEffects: NonNullable<Front['effects']> = async (fact, db) => {
  if (!isFact(fact, 'sale.completed') && !isFact(fact, 'sale.returned')) return []
  const { timeZone } = await storeOf(db, fact.store)
  const { day } = storeDayOf(fact.body.completedAtMs, timeZone)
  const row = await db
    .tables<ReportingTables>()
    .selectFrom('reporting_day')
    .select(['sales', 'total_minor'])
    .where('store', '=', fact.store)
    .where('day', '=', day)
    .executeTakeFirst()
  return [
    {
      title: 'dashboard moved',
      atUs: null,
      rows: [
        {
          day,
          addedMinor: fact.body.totals.totalMinor,
          dayTotalMinor: row?.total_minor ?? 0,
          daySales: row?.sales ?? 0,
        },
      ],
    },
  ]
}
