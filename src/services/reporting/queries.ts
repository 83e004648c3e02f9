import { isFact } from '../../contracts/known-facts.ts'
import type { DayReport, reportingRoutes } from '../../contracts/reporting.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext, Refusal } from '../../platform/host/service.ts'
import { storeDayOf } from './store-day.ts'
import type { ReportingTables } from './tables.ts'

type Routes = typeof reportingRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

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

const storeOf = async (db: Reader): Promise<{ time_zone: string; currency: string }> =>
  (await db
    .tables<ReportingTables>()
    .selectFrom('reporting_store')
    .select(['time_zone', 'currency'])
    .executeTakeFirst()) ?? { time_zone: 'UTC', currency: 'XXX' }

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

const quartersOf = (db: Reader, day: string) =>
  db
    .tables<ReportingTables>()
    .selectFrom('reporting_quarter')
    .selectAll()
    .where('day', '=', day)
    .orderBy('quarter')
    .execute()

const reportOf = async (
  { db, position }: QueryContext,
  day: string,
  currency: string,
  products: number,
): Promise<DayReport> => {
  const tables = db.tables<ReportingTables>()
  const sum = (await tables.selectFrom('reporting_day').selectAll().where('day', '=', day).executeTakeFirst()) ?? noSums
  const sold = await tables
    .selectFrom('reporting_product')
    .leftJoin('reporting_article', 'reporting_article.sku', 'reporting_product.sku')
    .select(['reporting_product.sku', 'reporting_article.name', 'quantity_micro', 'total_minor'])
    .where('day', '=', day)
    .orderBy('total_minor', 'desc')
    .orderBy('reporting_product.sku')
    .limit(products)
    .execute()
  const cashiers = await tables
    .selectFrom('reporting_cashier')
    .selectAll()
    .where('day', '=', day)
    .orderBy('total_minor', 'desc')
    .orderBy('cashier')
    .execute()
  const tenders = await tables
    .selectFrom('reporting_tender')
    .selectAll()
    .where('day', '=', day)
    .orderBy('amount_minor', 'desc')
    .orderBy('kind')
    .execute()
  const taxes = await tables
    .selectFrom('reporting_tax')
    .selectAll()
    .where('day', '=', day)
    .orderBy('tax_code')
    .orderBy('part_code')
    .orderBy('rate_ppm')
    .execute()
  return {
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
    byHour: hoursOf(await quartersOf(db, day)),
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

const dayReport = async (input: Input<'dayReport'>, context: QueryContext): Promise<DayReport> => {
  const { time_zone, currency } = await storeOf(context.db)
  return reportOf(context, input.day ?? storeDayOf(context.nowMs, time_zone).day, currency, input.products)
}

const rangeReport = async ({ from, to }: Input<'rangeReport'>, { db, position }: QueryContext) => {
  const fromMs = Date.parse(`${from}T00:00Z`)
  const toMs = Date.parse(`${to}T00:00Z`)
  if (!(toMs >= fromMs) || toMs - fromMs > mostDays * dayMs) return { ok: false, code: 'range-wrong' } satisfies Refusal
  const { currency } = await storeOf(db)
  const rows = await db
    .tables<ReportingTables>()
    .selectFrom('reporting_day')
    .selectAll()
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
  return { currency, days, total, position }
}

const weekMs = 7 * dayMs

/** Last week's same weekday, whole and up to the quarter hour that it is now. */
const today = async (_input: object, context: QueryContext) => {
  const { db, nowMs } = context
  const { time_zone, currency } = await storeOf(db)
  const now = storeDayOf(nowMs, time_zone)
  // A week by the calendar: noon less seven days is on the same weekday whatever the clocks did.
  const lastDay = new Date(Date.parse(`${now.day}T12:00Z`) - weekMs).toISOString().slice(0, 10)
  const quarters = await quartersOf(db, lastDay)
  const sum = (rows: typeof quarters) => rows.reduce((total, row) => total + row.total_minor, 0)
  return {
    report: await reportOf(context, now.day, currency, 20),
    lastWeek: {
      day: lastDay,
      totalMinor: sum(quarters),
      totalUntilNowMinor: sum(quarters.filter(row => row.quarter <= now.quarter)),
      byHour: hoursOf(quarters).map(({ hour, totalMinor }) => ({ hour, totalMinor })),
    },
  }
}

export const reportingQueries: Record<string, Query> = { dayReport, rangeReport, today }

export const reportingEffects: NonNullable<Front['effects']> = async (fact, db) => {
  if (!isFact(fact, 'sale.completed') && !isFact(fact, 'sale.returned')) return []
  const { time_zone } = await storeOf(db)
  const { day } = storeDayOf(fact.body.completedAtMs, time_zone)
  const row = await db
    .tables<ReportingTables>()
    .selectFrom('reporting_day')
    .select(['sales', 'total_minor'])
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
