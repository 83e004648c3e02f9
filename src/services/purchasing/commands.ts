import type { purchasingRoutes } from '../../contracts/purchasing.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, Refusal } from '../../platform/host/service.ts'
import { proposalOf, ruledLevels, wantedQuantity } from './proposals.ts'
import type { PurchasingTables } from './tables.ts'

type Routes = typeof purchasingRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
type Order = PurchasingTables['purchasing_order']

const refuse = (code: string, detail?: Refusal['detail']): Refusal => ({
  ok: false,
  code,
  ...(detail ? { detail } : {}),
})
const record = (type: string, body: Record<string, unknown>): Decision => ({
  ok: true,
  facts: [{ id: '', type, body }],
})

const supplierIsKnown = async (tx: Transaction, supplierId: string): Promise<boolean> =>
  (await tx
    .tables<PurchasingTables>()
    .selectFrom('purchasing_supplier')
    .select('supplier_id')
    .where('supplier_id', '=', supplierId)
    .executeTakeFirst()) !== undefined

const findOrder = (tx: Transaction, purchaseOrderId: string): Promise<Order | undefined> =>
  tx
    .tables<PurchasingTables>()
    .selectFrom('purchasing_order')
    .selectAll()
    .where('purchase_order_id', '=', purchaseOrderId)
    .executeTakeFirst()

const linesOf = async (tx: Transaction, purchaseOrderId: string) => {
  const rows = await tx
    .tables<PurchasingTables>()
    .selectFrom('purchasing_order_line')
    .selectAll()
    .where('purchase_order_id', '=', purchaseOrderId)
    .orderBy('sku')
    .execute()
  return rows.map(row => ({ sku: row.sku, quantityMicro: row.quantity_micro, costMinor: row.cost_minor }))
}

const openOrder = async (
  tx: Transaction,
  purchaseOrderId: string,
  states: ReadonlyArray<Order['state']>,
): Promise<Order | Refusal> => {
  const order = await findOrder(tx, purchaseOrderId)
  if (!order) return refuse('purchase-order-unknown')
  return states.includes(order.state) ? order : refuse('purchase-order-state', { state: order.state })
}

/** A rule that is set while there is too little proposes at once, as a sale would have done. */
const setReorderRule = async (
  { id: _id, ...rule }: Input<'setReorderRule'>,
  { tx, catchUp, newId }: CommandContext,
): Promise<Decision> => {
  if (rule.targetLevelMicro <= rule.reorderPointMicro) return refuse('target-below-reorder-point')
  if (!(await supplierIsKnown(tx, rule.supplierId))) return refuse('supplier-unknown')
  await catchUp()
  const decision = record('reorder-rule.set', rule)
  if (!decision.ok) return decision
  const [before] = await ruledLevels(tx, [rule.sku])
  const stock = before ?? (await unruledLevel(tx, rule.sku))
  const ruled = {
    ...stock,
    sku: rule.sku,
    supplier_id: rule.supplierId,
    reorder_point_micro: rule.reorderPointMicro,
    target_level_micro: rule.targetLevelMicro,
    pack_micro: rule.packMicro,
    cost_minor: rule.costMinor,
  }
  const quantityMicro = wantedQuantity(ruled)
  if (quantityMicro > 0) decision.facts.push(await proposalOf(tx, ruled, quantityMicro, new Map(), newId))
  return decision
}

const unruledLevel = async (tx: Transaction, sku: string): Promise<{ level_micro: number; on_order_micro: number }> => {
  const tables = tx.tables<PurchasingTables>()
  const stock = await tables
    .selectFrom('purchasing_stock')
    .select('level_micro')
    .where('sku', '=', sku)
    .executeTakeFirst()
  const lines = await tables
    .selectFrom('purchasing_order_line')
    .selectAll()
    .where('open', '=', 1)
    .where('sku', '=', sku)
    .execute()
  const onOrder = lines.reduce((sum, line) => sum + Math.max(0, line.quantity_micro - line.delivered_micro), 0)
  return { level_micro: stock?.level_micro ?? 0, on_order_micro: onOrder }
}

export const purchasingCommands: Record<string, Command> = {
  saveSupplier: {
    decide: ({ id: _id, ...supplier }: Input<'saveSupplier'>) => record('supplier.saved', supplier),
    answer: fact => fact.body,
  },
  setReorderRule: { decide: setReorderRule, answer: fact => fact.body },
  removeReorderRule: {
    decide: async ({ sku }: Input<'removeReorderRule'>, { tx }) => {
      const rule = await tx
        .tables<PurchasingTables>()
        .selectFrom('purchasing_rule')
        .select('sku')
        .where('sku', '=', sku)
        .executeTakeFirst()
      return rule ? record('reorder-rule.removed', { sku }) : refuse('not-found')
    },
    answer: fact => fact.body,
  },
  createPurchaseOrder: {
    decide: async ({ supplierId, lines }: Input<'createPurchaseOrder'>, { tx, id }) => {
      if (!(await supplierIsKnown(tx, supplierId))) return refuse('supplier-unknown')
      return record('purchase-order.created', { purchaseOrderId: id, supplierId, lines })
    },
    answer: fact => ({ purchaseOrderId: fact.id }),
  },
  orderPurchaseOrder: {
    decide: async ({ purchaseOrderId, lines }: Input<'orderPurchaseOrder'>, { tx }) => {
      const order = await openOrder(tx, purchaseOrderId, ['proposed'])
      if ('ok' in order) return order
      return record('purchase-order.ordered', { purchaseOrderId, lines: lines ?? (await linesOf(tx, purchaseOrderId)) })
    },
    answer: fact => ({ purchaseOrderId: fact.body.purchaseOrderId }),
  },
  cancelPurchaseOrder: {
    decide: async ({ purchaseOrderId }: Input<'cancelPurchaseOrder'>, { tx }) => {
      const order = await openOrder(tx, purchaseOrderId, ['proposed', 'ordered', 'partly-delivered'])
      return 'ok' in order ? order : record('purchase-order.cancelled', { purchaseOrderId })
    },
    answer: fact => ({ purchaseOrderId: fact.body.purchaseOrderId }),
  },
  receiveDelivery: {
    decide: async ({ supplierId, purchaseOrderId, lines, reference }: Input<'receiveDelivery'>, { tx, id }) => {
      if (!(await supplierIsKnown(tx, supplierId))) return refuse('supplier-unknown')
      if (purchaseOrderId !== null) {
        const order = await openOrder(tx, purchaseOrderId, ['ordered', 'partly-delivered'])
        if ('ok' in order) return order
        if (order.supplier_id !== supplierId) return refuse('supplier-differs')
      }
      return record('delivery.received', { deliveryId: id, supplierId, purchaseOrderId, lines, reference })
    },
    answer: fact => ({ deliveryId: fact.id }),
  },
}
