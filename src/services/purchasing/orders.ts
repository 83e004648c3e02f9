import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { PurchasingTables } from './tables.ts'

type OrderLine = FactBody<'purchase-order.created'>['lines'][number]
type Line = PurchasingTables['purchasing_order_line']
type State = PurchasingTables['purchasing_order']['state']

/** The store that an order or a rule is for, in facts that do not say it: the one that they are sent to, or that recorded them. */
export const storeOf = (fact: RecordedFact, store: string | undefined): string => store ?? fact.audience ?? fact.store

/** One line for each SKU: what stands twice is added up. */
const bySku = (lines: readonly OrderLine[]): OrderLine[] => {
  const found = new Map<string, OrderLine>()
  for (const line of lines) {
    const known = found.get(line.sku)
    found.set(line.sku, known ? { ...known, quantityMicro: known.quantityMicro + line.quantityMicro } : line)
  }
  return [...found.values()]
}

const lineColumns = ['purchase_order_id', 'store', 'sku', 'quantity_micro', 'cost_minor', 'delivered_micro', 'open']

const addLines = (tx: Transaction, purchaseOrderId: string, store: string, lines: readonly OrderLine[]) =>
  tx.bulk({
    table: 'purchasing_order_line',
    columns: lineColumns,
    rows: bySku(lines).map(line => [purchaseOrderId, store, line.sku, line.quantityMicro, line.costMinor, 0, 1]),
    conflict: { keys: ['purchase_order_id', 'sku'], add: ['quantity_micro'], set: ['cost_minor'] },
  })

const addOrder = (
  tx: Transaction,
  fact: RecordedFact,
  { purchaseOrderId, supplierId }: { purchaseOrderId: string; supplierId: string },
  store: string,
) =>
  tx.bulk({
    table: 'purchasing_order',
    columns: [
      'purchase_order_id',
      'store',
      'supplier_id',
      'state',
      'created_at_ms',
      'ordered_at_ms',
      'cancelled',
      'cause',
      'position',
    ],
    rows: [[purchaseOrderId, store, supplierId, 'proposed', fact.atMs, null, 0, fact.cause ?? null, fact.position]],
    conflict: { keys: ['purchase_order_id'] },
  })

/** Where an order stands. What arrived whole is delivered, even where it was given up while it was on its way. */
const stateOf = (
  order: { ordered_at_ms: number | null; cancelled: number },
  lines: ReadonlyArray<Pick<Line, 'quantity_micro' | 'delivered_micro'>>,
): State => {
  const asked = lines.filter(line => line.quantity_micro > 0)
  if (asked.length > 0 && asked.every(line => line.delivered_micro >= line.quantity_micro)) return 'delivered'
  if (order.cancelled === 1) return 'cancelled'
  if (lines.some(line => line.delivered_micro > 0)) return 'partly-delivered'
  return order.ordered_at_ms === null ? 'proposed' : 'ordered'
}

const settleState = async (tx: Transaction, purchaseOrderId: string): Promise<void> => {
  const tables = tx.tables<PurchasingTables>()
  const order = await tables
    .selectFrom('purchasing_order')
    .select(['ordered_at_ms', 'cancelled'])
    .where('purchase_order_id', '=', purchaseOrderId)
    .executeTakeFirst()
  if (!order) return
  const lines = await tables
    .selectFrom('purchasing_order_line')
    .select(['quantity_micro', 'delivered_micro'])
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
  const state = stateOf(order, lines)
  await tables.updateTable('purchasing_order').set({ state }).where('purchase_order_id', '=', purchaseOrderId).execute()
  await tables
    .updateTable('purchasing_order_line')
    .set({ open: state === 'delivered' || state === 'cancelled' ? 0 : 1 })
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
}

/** The lines that were ordered take the place of those that were proposed; what arrived of them stays. */
const replaceLines = async (
  tx: Transaction,
  purchaseOrderId: string,
  store: string,
  lines: readonly OrderLine[],
): Promise<void> => {
  const tables = tx.tables<PurchasingTables>()
  await tables
    .updateTable('purchasing_order_line')
    .set({ quantity_micro: 0 })
    .where('purchase_order_id', '=', purchaseOrderId)
    .execute()
  await addLines(tx, purchaseOrderId, store, lines)
  await tables
    .deleteFrom('purchasing_order_line')
    .where('purchase_order_id', '=', purchaseOrderId)
    .where('quantity_micro', '=', 0)
    .where('delivered_micro', '=', 0)
    .execute()
}

const addDelivery = async (tx: Transaction, fact: RecordedFact<FactBody<'delivery.received'>>): Promise<void> => {
  const { deliveryId, supplierId, purchaseOrderId, lines, reference } = fact.body
  const { store } = fact
  await tx.bulk({
    table: 'purchasing_delivery',
    columns: [
      'delivery_id',
      'store',
      'supplier_id',
      'purchase_order_id',
      'lines',
      'reference',
      'received_at_ms',
      'position',
    ],
    rows: [
      [
        deliveryId,
        store,
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
  await tx.bulk({
    table: 'purchasing_order_line',
    columns: lineColumns,
    rows: bySku(lines).map(({ sku, quantityMicro }) => [purchaseOrderId, store, sku, 0, null, quantityMicro, 1]),
    conflict: { keys: ['purchase_order_id', 'sku'], add: ['delivered_micro'] },
  })
  await settleState(tx, purchaseOrderId)
}

/** Facts about orders and deliveries to their rows: the same rows whether the store's facts or those from above come first. */
export const projectOrder = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const tables = tx.tables<PurchasingTables>()
  if (isFact(fact, 'purchase-order.proposed') || isFact(fact, 'purchase-order.created')) {
    const { purchaseOrderId } = fact.body
    const store = storeOf(fact, fact.body.store)
    await addOrder(tx, fact, fact.body, store)
    await addLines(tx, purchaseOrderId, store, 'line' in fact.body ? [fact.body.line] : fact.body.lines)
    await settleState(tx, purchaseOrderId)
  } else if (isFact(fact, 'purchase-order.ordered')) {
    const { purchaseOrderId, lines } = fact.body
    await replaceLines(tx, purchaseOrderId, storeOf(fact, fact.body.store), lines)
    await tables
      .updateTable('purchasing_order')
      .set({ ordered_at_ms: fact.atMs })
      .where('purchase_order_id', '=', purchaseOrderId)
      .execute()
    await settleState(tx, purchaseOrderId)
  } else if (isFact(fact, 'purchase-order.cancelled')) {
    const { purchaseOrderId } = fact.body
    await tables
      .updateTable('purchasing_order')
      .set({ cancelled: 1 })
      .where('purchase_order_id', '=', purchaseOrderId)
      .execute()
    await settleState(tx, purchaseOrderId)
  } else if (isFact(fact, 'delivery.received')) {
    await addDelivery(tx, fact)
  }
}
