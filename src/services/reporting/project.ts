import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { storeDayOf } from './store-day.ts'
import type { ReportingTables } from './tables.ts'

type Sold = FactBody<'sale.completed'> | FactBody<'sale.returned'>
type Row = Array<string | number>

/** Rows of one table by their key, whose figures are added up over a batch before anything is written. */
type Sums = { table: string; keys: readonly string[]; adds: readonly string[]; rows: Map<string, Row> }

const sums = (table: keyof ReportingTables, keys: readonly string[], adds: readonly string[]): Sums => ({
  table,
  keys,
  adds,
  rows: new Map(),
})

const add = (to: Sums, keys: Row, amounts: readonly number[]): void => {
  const key = keys.join('\n')
  const row = to.rows.get(key)
  if (!row) {
    to.rows.set(key, [...keys, ...amounts])
    return
  }
  for (let i = 0; i < amounts.length; i++) row[keys.length + i] = (row[keys.length + i] as number) + amounts[i]!
}

const write = async (tx: Transaction, { table, keys, adds, rows }: Sums): Promise<void> => {
  if (rows.size > 0)
    await tx.bulk({ table, columns: [...keys, ...adds], rows: [...rows.values()], conflict: { keys, add: adds } })
}

const million = 1_000_000
/** Cost of a quantity, rounded half away from zero. */
const costOf = (costMinor: number, quantityMicro: number): number => {
  const product = costMinor * Math.abs(quantityMicro)
  const cost = Number.isSafeInteger(product)
    ? Math.floor((product + million / 2) / million)
    : Number((BigInt(costMinor) * BigInt(Math.abs(quantityMicro)) + 500_000n) / 1_000_000n)
  return quantityMicro < 0 ? -cost : cost
}

type Costs = Map<string, number | null>

const knownCosts = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<Costs> => {
  const skus = new Set<string>()
  for (const fact of facts)
    if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned'))
      for (const { sku } of fact.body.lines) skus.add(sku)
  const costs: Costs = new Map()
  const all = [...skus]
  const skusAtOnce = 500
  for (let from = 0; from < all.length; from += skusAtOnce) {
    const some = all.slice(from, from + skusAtOnce)
    const rows = await tx
      .tables<ReportingTables>()
      .selectFrom('reporting_article')
      .select(['sku', 'cost_minor'])
      .where('sku', 'in', some)
      .execute()
    for (const row of rows) costs.set(row.sku, row.cost_minor)
  }
  return costs
}

/** The tenders of a sale with what went back taken from the cash. */
const tendersOf = ({ tenders, changeMinor }: Sold): Array<[kind: string, amountMinor: number]> => {
  let backMinor = changeMinor
  return tenders.map(({ kind, amountMinor }) => {
    if (kind !== 'cash' || backMinor === 0) return [kind, amountMinor]
    const back = backMinor
    backMinor = 0
    return [kind, amountMinor - back]
  })
}

/** Facts to sums, in order: a sale counts by the time zone and the costs that the store had when it was recorded. */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const costs = await knownCosts(tx, facts)
  const store = await tx.tables<ReportingTables>().selectFrom('reporting_store').select('time_zone').executeTakeFirst()
  let timeZone = store?.time_zone ?? 'UTC'
  const articles = new Map<string, [sku: string, name: string, costMinor: number | null]>()
  const byDay = sums(
    'reporting_day',
    ['day'],
    [
      'sales',
      'returns',
      'total_minor',
      'lines',
      'gross_minor',
      'discount_minor',
      'net_minor',
      'tax_minor',
      'cost_minor',
    ],
  )
  const byQuarter = sums('reporting_quarter', ['day', 'quarter'], ['sales', 'returns', 'total_minor'])
  const byProduct = sums('reporting_product', ['day', 'sku'], ['quantity_micro', 'total_minor'])
  const byCashier = sums('reporting_cashier', ['day', 'cashier'], ['sales', 'returns', 'total_minor'])
  const byTender = sums('reporting_tender', ['day', 'kind'], ['count', 'amount_minor'])
  const byTax = sums('reporting_tax', ['day', 'tax_code', 'part_code', 'rate_ppm', 'name'], ['net_minor', 'tax_minor'])

  const count = (sold: Sold, isReturn: boolean): void => {
    const { day, quarter } = storeDayOf(sold.completedAtMs, timeZone)
    const { totals, lines } = sold
    const counted = [isReturn ? 0 : 1, isReturn ? 1 : 0, totals.totalMinor]
    let costMinor = 0
    for (const { sku, quantityMicro, totalMinor } of lines) {
      costMinor += costOf(costs.get(sku) ?? 0, quantityMicro)
      add(byProduct, [day, sku], [quantityMicro, totalMinor])
    }
    add(
      byDay,
      [day],
      [
        ...counted,
        lines.length,
        totals.subtotalMinor,
        totals.discountMinor,
        totals.netMinor,
        totals.taxMinor,
        costMinor,
      ],
    )
    add(byQuarter, [day, quarter], counted)
    add(byCashier, [day, sold.cashier], counted)
    for (const [kind, amountMinor] of tendersOf(sold)) add(byTender, [day, kind], [1, amountMinor])
    for (const tax of sold.taxes)
      add(byTax, [day, tax.taxCode, tax.partCode, tax.ratePpm, tax.name], [tax.netMinor, tax.taxMinor])
  }

  for (const fact of facts) {
    if (isFact(fact, 'sale.completed')) count(fact.body, false)
    else if (isFact(fact, 'sale.returned')) count(fact.body, true)
    else if (isFact(fact, 'product.saved')) {
      for (const { sku, form, costMinor } of fact.body.variants) {
        costs.set(sku, costMinor)
        articles.set(sku, [sku, form === '' ? fact.body.name : `${fact.body.name} ${form}`, costMinor])
      }
    } else if (isFact(fact, 'store.configured')) {
      timeZone = fact.body.timeZone
      await tx.bulk({
        table: 'reporting_store',
        columns: ['only', 'time_zone', 'currency'],
        rows: [[1, timeZone, fact.body.currency]],
        conflict: { keys: ['only'], set: ['time_zone', 'currency'] },
      })
    }
  }
  for (const each of [byDay, byQuarter, byProduct, byCashier, byTender, byTax]) await write(tx, each)
  if (articles.size > 0) {
    await tx.bulk({
      table: 'reporting_article',
      columns: ['sku', 'name', 'cost_minor'],
      rows: [...articles.values()],
      conflict: { keys: ['sku'], set: ['name', 'cost_minor'] },
    })
  }
}
