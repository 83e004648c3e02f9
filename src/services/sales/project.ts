import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { CompletedReturn, CompletedSale } from '../../contracts/sales.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { parkedText, returnText, saleText, taxText } from './document.ts'
import { type Additions, additionsOf } from './price-history.ts'
import type { SalesTables } from './tables.ts'

type Rows = Array<Array<string | number | null>>

const saleColumns = [
  'position',
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
  'document',
] as const satisfies readonly (keyof SalesTables['sales_sale'])[]

const saleRow = (
  position: number,
  kind: 'sale' | 'return',
  id: string,
  body: CompletedSale | CompletedReturn,
  document: string,
) => {
  const kinds: string[] = []
  for (const tender of body.tenders) if (!kinds.includes(tender.kind)) kinds.push(tender.kind)
  return [
    position,
    id,
    kind,
    body.till,
    body.receiptNumber,
    body.completedAtMs,
    body.cashier,
    body.currency,
    body.totals.totalMinor,
    body.lines.length,
    kinds.join(','),
    document,
  ]
}

const skuRows = (position: number, lines: readonly { sku: string }[], rows: Rows): void => {
  const seen = new Set<string>()
  for (const { sku } of lines) {
    if (seen.has(sku)) continue
    seen.add(sku)
    rows.push([sku, position])
  }
}

const writeAdditions = async (tx: Transaction, { articles, taxes, rules }: Additions): Promise<void> => {
  if (articles.length > 0) {
    await tx.bulk({
      table: 'sales_article',
      columns: ['sku', 'from_position', 'product_id', 'name', 'price_minor', 'tax_code', 'archived'],
      rows: articles.map(each => [
        each.sku,
        each.fromPosition,
        each.productId,
        each.name,
        each.priceMinor,
        each.taxCode,
        each.archived ? 1 : 0,
      ]),
    })
  }
  if (taxes.length > 0) {
    await tx.bulk({
      table: 'sales_tax',
      columns: ['code', 'from_position', 'tax'],
      rows: taxes.map(({ fromPosition, tax }) => [tax.code, fromPosition, taxText(tax)]),
    })
  }
  if (rules.length > 0) {
    await tx.bulk({
      table: 'sales_store',
      columns: ['from_position', 'currency', 'tax_mode', 'tax_rounding', 'cash_step_minor', 'time_zone'],
      rows: rules.map(each => [
        each.fromPosition,
        each.currency,
        each.taxMode,
        each.taxRounding,
        each.cashStepMinor,
        each.timeZone,
      ]),
    })
  }
}

/**
 * Facts to rows. Own facts (`sale.*`) and those of others write different tables, so their order to each other does not matter.
 * `heard` is told of the last fact of others.
 */
export const project = async (
  tx: Transaction,
  facts: readonly RecordedFact[],
  heard: (position: number) => void,
): Promise<void> => {
  const sales: Rows = []
  const skus: Rows = []
  const receiptNumbers = new Map<string, number>()
  const returned = new Map<string, [saleId: string, lineNo: number, returnedMicro: number]>()
  const parked: Rows = []
  const takenUp: string[] = []
  const shifts = new Map<string, [till: string, open: number]>()
  const catalogue: RecordedFact[] = []
  let heardTo = 0

  for (const fact of facts) {
    if (isFact(fact, 'sale.completed')) {
      const { body, position } = fact
      sales.push(saleRow(position, 'sale', body.saleId, body, saleText(body)))
      skuRows(position, body.lines, skus)
      receiptNumbers.set(body.till, body.receiptNumber)
    } else if (isFact(fact, 'sale.returned')) {
      const { body, position } = fact
      sales.push(saleRow(position, 'return', body.returnId, body, returnText(body)))
      skuRows(position, body.lines, skus)
      receiptNumbers.set(body.till, body.receiptNumber)
      for (const { original, quantityMicro } of body.lines) {
        if (!original) continue
        const { saleId, lineNo } = original
        const key = `${saleId} ${lineNo}`
        returned.set(key, [saleId, lineNo, (returned.get(key)?.[2] ?? 0) - quantityMicro])
      }
    } else if (isFact(fact, 'sale.parked')) {
      parked.push([fact.body.parkedSaleId, fact.atMs, 0, parkedText(fact.body)])
    } else if (isFact(fact, 'sale.taken-up')) {
      takenUp.push(fact.body.parkedSaleId)
    } else if (!isFact(fact, 'sale.voided')) {
      heardTo = fact.position
      if (isFact(fact, 'shift.opened')) shifts.set(fact.body.shiftId, [fact.body.till, 1])
      else if (isFact(fact, 'shift.closed')) shifts.set(fact.body.shiftId, [fact.body.till, 0])
      else catalogue.push(fact)
    }
  }

  if (sales.length > 0) {
    await tx.bulk({ table: 'sales_sale', columns: saleColumns, rows: sales })
    await tx.bulk({ table: 'sales_sale_sku', columns: ['sku', 'position'], rows: skus })
    await tx.bulk({
      table: 'sales_till',
      columns: ['till', 'receipt_number'],
      rows: [...receiptNumbers],
      conflict: { keys: ['till'], set: ['receipt_number'] },
    })
  }
  if (returned.size > 0) {
    await tx.bulk({
      table: 'sales_returned',
      columns: ['sale_id', 'line_no', 'returned_micro'],
      rows: [...returned.values()],
      conflict: { keys: ['sale_id', 'line_no'], add: ['returned_micro'] },
    })
  }
  if (parked.length > 0) {
    const columns = ['parked_sale_id', 'parked_at_ms', 'taken_up', 'document']
    await tx.bulk({ table: 'sales_parked', columns, rows: parked })
  }
  if (takenUp.length > 0) {
    const tables = tx.tables<SalesTables>()
    await tables.updateTable('sales_parked').set({ taken_up: 1 }).where('parked_sale_id', 'in', takenUp).execute()
  }
  if (shifts.size > 0) {
    await tx.bulk({
      table: 'sales_shift',
      columns: ['shift_id', 'till', 'open'],
      rows: [...shifts].map(([shiftId, [till, open]]) => [shiftId, till, open]),
      conflict: { keys: ['shift_id'], set: ['till', 'open'] },
    })
  }
  if (catalogue.length > 0) await writeAdditions(tx, await additionsOf(tx, catalogue))
  if (heardTo > 0) heard(heardTo)
}
