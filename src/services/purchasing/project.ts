import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { PurchasingTables } from './tables.ts'

type OrderLine = FactBody<'purchase-order.created'>['lines'][number]

/** One line for each SKU: what stands twice is added up. */
const bySku = (lines: readonly OrderLine[]): OrderLine[] => {
  const found = new Map<string, OrderLine>()
  for (const line of lines) {
    const known = found.get(line.sku)
    found.set(line.sku, known ? { ...known, quantityMicro: known.quantityMicro + line.quantityMicro } : line)
  }
  return [...found.values()]
}

const addLines = (tx: Transaction, purchaseOrderId: string, lines: readonly OrderLine[]) =>
  tx.bulk({
    table: 'purchasing_order_line',
    columns: ['purchase_order_id', 'sku', 'quantity_micro', 'cost_minor', 'delivered_micro', 'open'],
    rows: bySku(lines).map(line => [purchaseOrderId, line.sku, line.quantityMicro, line.costMinor, 0, 1]),
    conflict: { keys: ['purchase_order_id', 'sku'], add: ['quantity_micro'], set: ['cost_minor', 'open'] },
  })

const addOrder = (tx: Transaction, fact: RecordedFact, order: { purchaseOrderId: string; supplierId: string }) =>
  tx.bulk({
    table: 'purchasing_order',
    columns: ['purchase_order_id', 'supplier_id', 'state', 'created_at_ms', 'ordered_at_ms', 'cause', 'position'],
    rows: [[order.purchaseOrderId, order.supplierId, 'proposed', fact.atMs, null, fact.cause ?? null, fact.position]],
    conflict: { keys: ['purchase_order_id'] },
  })

const projectOrdered = async (
  tx: Transaction,
  fact: RecordedFact<FactBody<'purchase-order.ordered'>>,
): Promise<void> => {
  const { purchaseOrderId, lines } = fact.body
  const tables = tx.tables<PurchasingTables>()
  await tables.deleteFrom('purchasing_order_line').where('purchase_order_id', '=', purchaseOrderId).execute()
  await addLines(tx, purchaseOrderId, lines)
  await tables
    .updateTable('purchasing_order')
    .set({ state: 'ordered', ordered_at_ms: fact.atMs })
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
}

const projectDelivery = async (tx: Transaction, fact: RecordedFact<FactBody<'delivery.received'>>): Promise<void> => {
  const { deliveryId, supplierId, purchaseOrderId, lines, reference } = fact.body
  const tables = tx.tables<PurchasingTables>()
  await tx.bulk({
    table: 'purchasing_delivery',
    columns: ['delivery_id', 'supplier_id', 'purchase_order_id', 'lines', 'reference', 'received_at_ms', 'position'],
    rows: [
      [
        deliveryId,
        supplierId,
        purchaseOrderId,
        JSON.stringify(lines.map(({ sku, quantityMicro, costMinor }) => ({ sku, quantityMicro, costMinor }))),
        reference,
        fact.atMs,
        fact.position,
      ],
    ],
  })
  if (purchaseOrderId === null) return
  for (const { sku, quantityMicro } of bySku(lines)) {
    await tables
      .updateTable('purchasing_order_line')
      .set(({ eb }) => ({ delivered_micro: eb('delivered_micro', '+', quantityMicro) }))
      .where('purchase_order_id', '=', purchaseOrderId)
      .where('sku', '=', sku)
      .execute()
  }
  const ordered = await tables
    .selectFrom('purchasing_order_line')
    .selectAll()
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
  const isDone = ordered.every(line => line.delivered_micro >= line.quantity_micro)
  if (isDone) await closeLines(tx, purchaseOrderId)
  await tables
    .updateTable('purchasing_order')
    .set({ state: isDone ? 'delivered' : 'partly-delivered' })
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
}

const closeLines = (tx: Transaction, purchaseOrderId: string) =>
  tx
    .tables<PurchasingTables>()
    .updateTable('purchasing_order_line')
    .set({ open: 0 })
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()

const projectOwn = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const tables = tx.tables<PurchasingTables>()
  if (isFact(fact, 'supplier.saved')) {
    const { supplierId, name, email, note } = fact.body
    await tx.bulk({
      table: 'purchasing_supplier',
      columns: ['supplier_id', 'name', 'email', 'note'],
      rows: [[supplierId, name, email, note]],
      conflict: { keys: ['supplier_id'], set: ['name', 'email', 'note'] },
    })
  } else if (isFact(fact, 'reorder-rule.set')) {
    const rule = fact.body
    await tx.bulk({
      table: 'purchasing_rule',
      columns: ['sku', 'supplier_id', 'reorder_point_micro', 'target_level_micro', 'pack_micro', 'cost_minor'],
      rows: [
        [rule.sku, rule.supplierId, rule.reorderPointMicro, rule.targetLevelMicro, rule.packMicro, rule.costMinor],
      ],
      conflict: {
        keys: ['sku'],
        set: ['supplier_id', 'reorder_point_micro', 'target_level_micro', 'pack_micro', 'cost_minor'],
      },
    })
  } else if (isFact(fact, 'reorder-rule.removed')) {
    await tables.deleteFrom('purchasing_rule').where('sku', '=', fact.body.sku).execute()
  } else if (isFact(fact, 'purchase-order.proposed')) {
    await addOrder(tx, fact, fact.body)
    await addLines(tx, fact.body.purchaseOrderId, [fact.body.line])
  } else if (isFact(fact, 'purchase-order.created')) {
    await addOrder(tx, fact, fact.body)
    await addLines(tx, fact.body.purchaseOrderId, fact.body.lines)
  } else if (isFact(fact, 'purchase-order.ordered')) {
    await projectOrdered(tx, fact)
  } else if (isFact(fact, 'purchase-order.cancelled')) {
    const { purchaseOrderId } = fact.body
    await closeLines(tx, purchaseOrderId)
    await tables
      .updateTable('purchasing_order')
      .set({ state: 'cancelled' })
      .where('purchase_order_id', '=', purchaseOrderId)
      .execute()
  } else if (isFact(fact, 'delivery.received')) {
    await projectDelivery(tx, fact)
  }
}

/** Facts to rows. Levels are sums over the whole batch; orders follow one by one, for they are few. */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const levels = new Map<string, number>()
  for (const fact of facts) {
    for (const { sku, quantityMicro } of stockMovesOf(fact)) levels.set(sku, (levels.get(sku) ?? 0) + quantityMicro)
    if (!isFact(fact, 'sale.completed')) await projectOwn(tx, fact)
  }
  if (levels.size === 0) return
  await tx.bulk({
    table: 'purchasing_stock',
    columns: ['sku', 'level_micro'],
    rows: [...levels],
    conflict: { keys: ['sku'], add: ['level_micro'] },
  })
}
