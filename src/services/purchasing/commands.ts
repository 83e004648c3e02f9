import type { NewFact } from '../../contracts/fact.ts'
import type { purchasingRoutes } from '../../contracts/purchasing.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, Refusal } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { factFor, proposalsFor, storesWithout, withLevels } from './proposals.ts'
import { everyStore, type PurchasingTables } from './tables.ts'

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
    .where('quantity_micro', '>', 0)
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

type Asked = Pick<CommandContext, 'node' | 'store' | 'principal'>

/** The store that an order or a rule is for: the one named in it, or asked about; null at HQ where none is. */
const storeFor = (named: string | undefined, { node, store }: Asked): string | null =>
  named ?? (node.kind === 'hq' && store === node.store ? null : store)

/** Why someone may not decide for a store, or for all (null): a shop decides for no other, and a person may be limited to some. */
const storeFault = (store: string | null, { node, principal }: Asked): Refusal | null => {
  if (node.kind !== 'hq' && store !== node.store) return refuse('store-elsewhere')
  const { stores } = principal
  return stores && !(store !== null && stores.includes(store)) ? refuse('store-not-allowed') : null
}

/** A fact about a store's rule, or about the one for every store. */
const ruleFact = (store: string | null, node: NodeIdentity, type: string, body: Record<string, unknown>): NewFact =>
  store === null ? { id: '', type, body: { ...body, store } } : factFor(store, node, type, body)

/** A rule that is set while there is too little proposes at once, as a sale would have done. */
const setReorderRule = async (input: Input<'setReorderRule'>, context: CommandContext): Promise<Decision> => {
  const { id: _id, store: named, ...rule } = input
  const { tx, node, catchUp } = context
  const store = named === null ? null : storeFor(named, context)
  const fault = storeFault(store, context)
  if (fault) return fault
  if (rule.targetLevelMicro <= rule.reorderPointMicro) return refuse('target-below-reorder-point')
  if (!(await supplierIsKnown(tx, rule.supplierId))) return refuse('supplier-unknown')
  await catchUp()
  const row = {
    sku: rule.sku,
    supplier_id: rule.supplierId,
    reorder_point_micro: rule.reorderPointMicro,
    target_level_micro: rule.targetLevelMicro,
    pack_micro: rule.packMicro,
    cost_minor: rule.costMinor,
  }
  const stores = store === null ? await storesWithout(tx, rule.sku) : [store]
  const ruled = await withLevels(
    tx,
    stores.map(each => ({ ...row, store: each })),
  )
  const proposals = await proposalsFor(tx, ruled, context)
  return { ok: true, facts: [ruleFact(store, node, 'reorder-rule.set', rule), ...proposals.map(({ fact }) => fact)] }
}

const removeReorderRule = async ({ sku }: Input<'removeReorderRule'>, context: CommandContext): Promise<Decision> => {
  const { tx, node } = context
  const store = storeFor(undefined, context)
  const fault = storeFault(store, context)
  if (fault) return fault
  const rule = await tx
    .tables<PurchasingTables>()
    .selectFrom('purchasing_rule')
    .select('sku')
    .where('sku', '=', sku)
    .where('store', '=', store ?? everyStore)
    .executeTakeFirst()
  if (!rule) return refuse('not-found')
  return { ok: true, facts: [ruleFact(store, node, 'reorder-rule.removed', { sku })] }
}

const createPurchaseOrder = async (
  { store: named, supplierId, lines }: Input<'createPurchaseOrder'>,
  context: CommandContext,
): Promise<Decision> => {
  const { tx, id, node } = context
  const store = storeFor(named, context)
  if (store === null) return refuse('store-needed')
  const fault = storeFault(store, context)
  if (fault) return fault
  if (!(await supplierIsKnown(tx, supplierId))) return refuse('supplier-unknown')
  return {
    ok: true,
    facts: [factFor(store, node, 'purchase-order.created', { purchaseOrderId: id, supplierId, lines })],
  }
}

/** The store itself takes goods in, for an order that it knows. */
const receiveDelivery = async (
  { supplierId, purchaseOrderId, lines, reference }: Input<'receiveDelivery'>,
  { tx, id, node, store }: CommandContext,
): Promise<Decision> => {
  if (store !== node.store) return refuse('store-elsewhere')
  if (!(await supplierIsKnown(tx, supplierId))) return refuse('supplier-unknown')
  if (purchaseOrderId !== null) {
    const order = await openOrder(tx, purchaseOrderId, ['ordered', 'partly-delivered'])
    if ('ok' in order) return order
    if (order.store !== store) return refuse('store-elsewhere')
    if (order.supplier_id !== supplierId) return refuse('supplier-differs')
  }
  return record('delivery.received', { deliveryId: id, supplierId, purchaseOrderId, lines, reference })
}

/** What is bought is decided at the top, for every store; what arrives is taken in by the store. */
export const purchasingCommands: Record<string, Command> = {
  saveSupplier: {
    decidedBy: 'top',
    decide: ({ id: _id, ...supplier }: Input<'saveSupplier'>, context) =>
      storeFault(context.node.kind === 'hq' ? null : context.node.store, context) ?? record('supplier.saved', supplier),
    answer: fact => fact.body,
  },
  setReorderRule: { decidedBy: 'top', decide: setReorderRule, answer: fact => fact.body },
  removeReorderRule: { decidedBy: 'top', decide: removeReorderRule, answer: fact => ({ sku: fact.body.sku }) },
  createPurchaseOrder: {
    decidedBy: 'top',
    decide: createPurchaseOrder,
    answer: fact => ({ purchaseOrderId: fact.id }),
  },
  orderPurchaseOrder: {
    decidedBy: 'top',
    decide: async ({ purchaseOrderId, lines }: Input<'orderPurchaseOrder'>, context) => {
      const { tx, node } = context
      const order = await openOrder(tx, purchaseOrderId, ['proposed'])
      if ('ok' in order) return order
      const { store } = order
      const fault = storeFault(store, context)
      if (fault) return fault
      const ordered = lines ?? (await linesOf(tx, purchaseOrderId))
      return { ok: true, facts: [factFor(store, node, 'purchase-order.ordered', { purchaseOrderId, lines: ordered })] }
    },
    answer: fact => ({ purchaseOrderId: fact.body.purchaseOrderId }),
  },
  cancelPurchaseOrder: {
    decidedBy: 'top',
    decide: async ({ purchaseOrderId }: Input<'cancelPurchaseOrder'>, context) => {
      const { tx, node } = context
      const order = await openOrder(tx, purchaseOrderId, ['proposed', 'ordered', 'partly-delivered'])
      if ('ok' in order) return order
      const { store } = order
      const fault = storeFault(store, context)
      if (fault) return fault
      return { ok: true, facts: [factFor(store, node, 'purchase-order.cancelled', { purchaseOrderId })] }
    },
    answer: fact => ({ purchaseOrderId: fact.body.purchaseOrderId }),
  },
  receiveDelivery: {
    decidedBy: 'store',
    decide: receiveDelivery,
    answer: fact => ({ deliveryId: fact.id }),
  },
}
