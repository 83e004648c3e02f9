import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { CompletedReturn, CompletedSale } from '../../contracts/sales.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { deviceChange } from './devices.ts'
import { parkedText, returnText, saleText } from './document.ts'
import { projectCatalogue } from './price-tables.ts'
import { projectReturns } from './project-returns.ts'
import type { SalesTables } from './tables.ts'

type Rows = Array<Array<string | number | null>>

const saleColumns = [
  'position',
  'id',
  'kind',
  'store',
  'node',
  'epoch',
  'seq',
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
  { position, store, node, epoch, seq }: RecordedFact,
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
    store,
    node,
    epoch,
    seq,
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

const projectSales = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const sales: Rows = []
  const skus: Rows = []
  const tills = new Map<string, [store: string, till: string, receiptNumber: number]>()
  const returns: RecordedFact[] = []
  for (const fact of facts) {
    if (isFact(fact, 'sale.completed')) {
      const { body } = fact
      sales.push(saleRow(fact, 'sale', body.saleId, body, saleText(body)))
    } else if (isFact(fact, 'sale.returned')) {
      const { body } = fact
      sales.push(saleRow(fact, 'return', body.returnId, body, returnText(body)))
      returns.push(fact)
    } else {
      returns.push(fact)
      continue
    }
    const { position, store, body } = fact
    skuRows(position, body.lines, skus)
    const key = `${store} ${body.till}`
    tills.set(key, [store, body.till, Math.max(tills.get(key)?.[2] ?? 0, body.receiptNumber)])
  }
  if (sales.length > 0) {
    await tx.bulk({ table: 'sales_sale', columns: saleColumns, rows: sales })
    await tx.bulk({ table: 'sales_sale_sku', columns: ['sku', 'position'], rows: skus })
    await tx.bulk({
      table: 'sales_till',
      columns: ['store', 'till', 'receipt_number'],
      rows: [...tills.values()],
      conflict: { keys: ['store', 'till'], greatest: ['receipt_number'] },
    })
  }
  if (returns.length > 0) await projectReturns(tx, returns)
}

/** How often a basket was taken up is counted anew, so that it does not matter which of the two is heard of first. */
const projectBaskets = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const parked: Rows = []
  const takenUp: Rows = []
  const ids = new Set<string>()
  for (const fact of facts) {
    if (isFact(fact, 'sale.parked')) {
      parked.push([fact.body.parkedSaleId, fact.store, fact.atMs, 0, parkedText(fact.body)])
      ids.add(fact.body.parkedSaleId)
    } else if (isFact(fact, 'sale.taken-up')) {
      takenUp.push([fact.id, fact.body.parkedSaleId, fact.store, fact.atMs, fact.node, fact.body.till])
      ids.add(fact.body.parkedSaleId)
    }
  }
  if (ids.size === 0) return
  const columns = ['parked_sale_id', 'store', 'parked_at_ms', 'taken_up', 'document']
  await tx.bulk({ table: 'sales_parked', columns, rows: parked })
  const takenColumns = ['fact_id', 'parked_sale_id', 'store', 'at_ms', 'node', 'till']
  await tx.bulk({ table: 'sales_taken_up', columns: takenColumns, rows: takenUp })
  await tx
    .tables<SalesTables>()
    .updateTable('sales_parked')
    .set(({ selectFrom }) => ({
      taken_up: selectFrom('sales_taken_up')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('sales_taken_up.parked_sale_id', '=', 'sales_parked.parked_sale_id')
        .whereRef('sales_taken_up.store', '=', 'sales_parked.store'),
    }))
    .where('parked_sale_id', 'in', [...ids])
    .execute()
}

const projectShifts = (tx: Transaction, facts: readonly RecordedFact[]): Promise<number> => {
  const shifts = new Map<string, [till: string, open: number]>()
  for (const fact of facts) {
    if (isFact(fact, 'shift.opened')) shifts.set(fact.body.shiftId, [fact.body.till, 1])
    else if (isFact(fact, 'shift.closed')) shifts.set(fact.body.shiftId, [fact.body.till, 0])
  }
  return tx.bulk({
    table: 'sales_shift',
    columns: ['shift_id', 'till', 'open'],
    rows: [...shifts].map(([shiftId, [till, open]]) => [shiftId, till, open]),
    conflict: { keys: ['shift_id'], set: ['till', 'open'] },
  })
}

const projectDevices = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  for (const fact of facts) {
    const change = deviceChange(fact)
    if (!change) continue
    if (change.till !== undefined) {
      await tx.bulk({
        table: 'sales_device',
        columns: ['store', 'till', 'node'],
        rows: [[change.store, change.till, change.node]],
        conflict: { keys: ['store', 'till'], set: ['node'] },
      })
    } else {
      const revoked = tx.tables<SalesTables>().deleteFrom('sales_device').where('node', '=', change.node)
      await revoked.where('store', '=', change.store).execute()
    }
  }
}

const projectOverrides = (tx: Transaction, facts: readonly RecordedFact[]): Promise<number> =>
  tx.bulk({
    table: 'sales_override',
    columns: [
      'override_id',
      'permission',
      'target_kind',
      'target_id',
      'line_no',
      'approver_id',
      'approver_name',
      'granted_at_ms',
      'expires_at_ms',
    ],
    rows: facts.flatMap(fact => {
      if (!isFact(fact, 'override.granted')) return []
      const { overrideId, right, target, approverId, approverName, grantedAtMs, expiresAtMs } = fact.body
      const { kind, id, lineNo = null } = target
      return [[overrideId, right, kind, id, lineNo, approverId, approverName, grantedAtMs, expiresAtMs]]
    }),
    conflict: { keys: ['override_id'] },
  })

/** Which rows a fact goes into. What is in none, a basket that was given up, has no row. */
const kindOf = ({
  type,
}: RecordedFact): 'sale' | 'basket' | 'shift' | 'device' | 'override' | 'catalogue' | undefined => {
  if (type === 'sale.completed' || type === 'sale.returned' || type.startsWith('return.')) return 'sale'
  if (type === 'sale.parked' || type === 'sale.taken-up') return 'basket'
  if (type === 'sale.voided') return undefined
  if (type.startsWith('shift.')) return 'shift'
  if (type.startsWith('device.')) return 'device'
  return type === 'override.granted' ? 'override' : 'catalogue'
}

/**
 * Facts to rows. Facts of different kinds write different tables, so their order to each other does not matter. `heard` is told
 * of the last fact of others.
 */
export const project = async (
  tx: Transaction,
  facts: readonly RecordedFact[],
  heard: (position: number) => void,
): Promise<void> => {
  const { sale, basket, shift, device, override, catalogue } = Object.groupBy(facts, fact => kindOf(fact) ?? 'none')
  if (sale) await projectSales(tx, sale)
  if (basket) await projectBaskets(tx, basket)
  if (shift) await projectShifts(tx, shift)
  if (device) await projectDevices(tx, device)
  if (override) await projectOverrides(tx, override)
  if (catalogue) await projectCatalogue(tx, catalogue)
  const heardTo = [shift, device, override, catalogue].reduce((to, all) => Math.max(to, all?.at(-1)?.position ?? 0), 0)
  if (heardTo > 0) heard(heardTo)
}
