import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { purchasingRoutes } from '../../contracts/purchasing.ts'
import type { InputOf } from '../../contracts/route.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import { ruledLevels } from './proposals.ts'
import type { PurchasingTables } from './tables.ts'

type Routes = typeof purchasingRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const skuKeys = z.tuple([z.string()])
const positionKeys = z.tuple([z.int()])

const ordersOf = async (db: Reader, rows: readonly PurchasingTables['purchasing_order'][]) => {
  if (rows.length === 0) return []
  const tables = db.tables<PurchasingTables>()
  const ids = rows.map(row => row.purchase_order_id)
  const lines = await tables
    .selectFrom('purchasing_order_line')
    .selectAll()
    .where('purchase_order_id', 'in', ids)
    .orderBy('sku')
    .execute()
  const suppliers = await tables.selectFrom('purchasing_supplier').select(['supplier_id', 'name']).execute()
  const byOrder = Map.groupBy(lines, line => line.purchase_order_id)
  return rows.map(row => ({
    purchaseOrderId: row.purchase_order_id,
    supplierId: row.supplier_id,
    supplierName: suppliers.find(each => each.supplier_id === row.supplier_id)?.name ?? '',
    state: row.state,
    lines: (byOrder.get(row.purchase_order_id) ?? []).map(line => ({
      sku: line.sku,
      quantityMicro: line.quantity_micro,
      costMinor: line.cost_minor,
      deliveredMicro: line.delivered_micro,
    })),
    createdAtMs: row.created_at_ms,
    orderedAtMs: row.ordered_at_ms,
    cause: row.cause,
  }))
}

const listReorderRules = async (input: Input<'listReorderRules'>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, skuKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_rule').select('sku')
  if (input.sku !== undefined) query = query.where('sku', '=', input.sku)
  if (place) query = query.where('sku', '>', place[0])
  const rows = await query
    .orderBy('sku')
    .limit(input.limit + 1)
    .execute()
  const rules = await ruledLevels(
    db,
    rows.map(row => row.sku),
  )
  return pageOf(
    rules.toSorted((a, b) => (a.sku < b.sku ? -1 : 1)),
    input.limit,
    rule => [rule.sku],
    rule => ({
      sku: rule.sku,
      supplierId: rule.supplier_id,
      reorderPointMicro: rule.reorder_point_micro,
      targetLevelMicro: rule.target_level_micro,
      packMicro: rule.pack_micro,
      costMinor: rule.cost_minor,
      levelMicro: rule.level_micro,
      onOrderMicro: rule.on_order_micro,
    }),
  )
}

const listPurchaseOrders = async (input: Input<'listPurchaseOrders'>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, positionKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_order').selectAll()
  if (input.state !== undefined) query = query.where('state', '=', input.state)
  if (place) query = query.where('position', '<', place[0])
  const rows = await query
    .orderBy('position', 'desc')
    .limit(input.limit + 1)
    .execute()
  const orders = new Map((await ordersOf(db, rows.slice(0, input.limit))).map(order => [order.purchaseOrderId, order]))
  return pageOf(
    rows,
    input.limit,
    row => [row.position],
    row => orders.get(row.purchase_order_id),
  )
}

const listDeliveries = async (input: Input<'listDeliveries'>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, positionKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_delivery').selectAll()
  if (place) query = query.where('position', '<', place[0])
  const rows = await query
    .orderBy('position', 'desc')
    .limit(input.limit + 1)
    .execute()
  return pageOf(
    rows,
    input.limit,
    row => [row.position],
    row => ({
      deliveryId: row.delivery_id,
      supplierId: row.supplier_id,
      purchaseOrderId: row.purchase_order_id,
      lines: JSON.parse(row.lines) as unknown,
      reference: row.reference,
      receivedAtMs: row.received_at_ms,
    }),
  )
}

export const purchasingQueries: Record<string, Query> = {
  listReorderRules,
  listPurchaseOrders,
  listDeliveries,
  listSuppliers: async (_input, { db }) => {
    const rows = await db
      .tables<PurchasingTables>()
      .selectFrom('purchasing_supplier')
      .selectAll()
      .orderBy('name')
      .orderBy('supplier_id')
      .execute()
    return {
      rows: rows.map(row => ({ supplierId: row.supplier_id, name: row.name, email: row.email, note: row.note })),
    }
  },
  getPurchaseOrder: async (input: Input<'getPurchaseOrder'>, { db }) => {
    const rows = await db
      .tables<PurchasingTables>()
      .selectFrom('purchasing_order')
      .selectAll()
      .where('purchase_order_id', '=', input.purchaseOrderId)
      .execute()
    return (await ordersOf(db, rows))[0] ?? { ok: false, code: 'purchase-order-unknown' }
  },
}

export const purchasingEffects: NonNullable<Front['effects']> = async (fact, db) => {
  const skus = [...new Set(stockMovesOf(fact).map(move => move.sku))]
  if (skus.length === 0) return []
  const rows = (await ruledLevels(db, skus)).map(rule => ({
    sku: rule.sku,
    levelMicro: rule.level_micro,
    onOrderMicro: rule.on_order_micro,
    reorderPointMicro: rule.reorder_point_micro,
  }))
  return [{ title: 'reorder points looked at', atUs: null, rows }]
}
