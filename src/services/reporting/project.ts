import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { knownCatalogue } from './known-catalogue.ts'
import { storeDayOf } from './store-day.ts'
import { createSums } from './sums.ts'

type Sold = FactBody<'sale.completed'> | FactBody<'sale.returned'>

const million = 1_000_000
/** Cost of a quantity, rounded half away from zero. */
const costOf = (costMinor: number, quantityMicro: number): number => {
  const product = costMinor * Math.abs(quantityMicro)
  const cost = Number.isSafeInteger(product)
    ? Math.floor((product + million / 2) / million)
    : Number((BigInt(costMinor) * BigInt(Math.abs(quantityMicro)) + 500_000n) / 1_000_000n)
  return quantityMicro < 0 ? -cost : cost
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

const daySums = [
  'sales',
  'returns',
  'total_minor',
  'lines',
  'gross_minor',
  'discount_minor',
  'net_minor',
  'tax_minor',
  'cost_minor',
]

const writeShifts = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const opened = new Map<string, string>()
  const closed = new Map<string, string>()
  for (const fact of facts) {
    if (isFact(fact, 'shift.opened')) opened.set(fact.body.shiftId, fact.store)
    else if (isFact(fact, 'shift.closed')) closed.set(fact.body.shiftId, fact.store)
  }
  const columns = ['shift_id', 'store', 'closed']
  const conflict = { keys: ['shift_id'] }
  const table = 'reporting_shift'
  if (opened.size > 0)
    await tx.bulk({ table, columns, rows: [...opened].map(([shiftId, store]) => [shiftId, store, 0]), conflict })
  if (closed.size > 0)
    await tx.bulk({
      table,
      columns,
      rows: [...closed].map(([shiftId, store]) => [shiftId, store, 1]),
      conflict: { ...conflict, set: ['closed'] },
    })
}

/**
 * Facts to sums of each store. A sale counts by the time zone and the costs of the catalogue version that it names, so in the same
 * day and at the same cost on every node, whenever the node hears of it.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const catalogue = await knownCatalogue(tx, facts)
  const lastSales = new Map<string, number>()
  const byDay = createSums('reporting_day', ['store', 'day'], daySums)
  const byQuarter = createSums('reporting_quarter', ['store', 'day', 'quarter'], ['sales', 'returns', 'total_minor'])
  const byProduct = createSums('reporting_product', ['store', 'day', 'sku'], ['quantity_micro', 'total_minor'])
  const byCashier = createSums('reporting_cashier', ['store', 'day', 'cashier'], ['sales', 'returns', 'total_minor'])
  const byTender = createSums('reporting_tender', ['store', 'day', 'kind'], ['count', 'amount_minor'])
  const byTax = createSums(
    'reporting_tax',
    ['store', 'day', 'tax_code', 'part_code', 'rate_ppm', 'name'],
    ['net_minor', 'tax_minor'],
  )
  const stock = createSums('reporting_stock', ['store', 'sku'], ['level_micro'])

  const count = (store: string, sold: Sold, isReturn: boolean): void => {
    const { totals, lines, catalogueVersion, completedAtMs } = sold
    const { day, quarter } = storeDayOf(completedAtMs, catalogue.timeZoneOf(store, catalogueVersion))
    const counted = [isReturn ? 0 : 1, isReturn ? 1 : 0, totals.totalMinor]
    let costMinor = 0
    for (const { sku, quantityMicro, totalMinor } of lines) {
      costMinor += costOf(catalogue.costMinorOf(sku, catalogueVersion), quantityMicro)
      byProduct.add([store, day, sku], [quantityMicro, totalMinor])
    }
    byDay.add(
      [store, day],
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
    byQuarter.add([store, day, quarter], counted)
    byCashier.add([store, day, sold.cashier], counted)
    for (const [kind, amountMinor] of tendersOf(sold)) byTender.add([store, day, kind], [1, amountMinor])
    for (const tax of sold.taxes)
      byTax.add([store, day, tax.taxCode, tax.partCode, tax.ratePpm, tax.name], [tax.netMinor, tax.taxMinor])
    if (!isReturn) lastSales.set(store, Math.max(completedAtMs, lastSales.get(store) ?? 0))
  }

  for (const fact of facts) {
    catalogue.learn(fact)
    if (isFact(fact, 'sale.completed')) count(fact.store, fact.body, false)
    else if (isFact(fact, 'sale.returned')) count(fact.store, fact.body, true)
    for (const { store, sku, quantityMicro } of stockMovesOf(fact)) stock.add([store, sku], [quantityMicro])
  }
  await catalogue.write(tx)
  for (const each of [byDay, byQuarter, byProduct, byCashier, byTender, byTax, stock]) await each.write(tx)
  await writeShifts(tx, facts)
  if (lastSales.size > 0)
    await tx.bulk({
      table: 'reporting_last_sale',
      columns: ['store', 'at_ms'],
      rows: [...lastSales],
      conflict: { keys: ['store'], greatest: ['at_ms'] },
    })
}
