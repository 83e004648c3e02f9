import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { purchasingRoutes } from '../../contracts/purchasing.ts'
import type { InputOf } from '../../contracts/route.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import { type RuledLevel, ruledLevels, storesWithout, withLevels } from './proposals.ts'
import { everyStore, type PurchasingTables } from './tables.ts'

type Routes = typeof purchasingRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const ruleKeys = z.tuple([z.string(), z.string()])
const positionKeys = z.tuple([z.int()])

const ordersOf = async (db: Reader, rows: readonly PurchasingTables['purchasing_order'][]) => {
  if (rows.length === 0) return []
  const tables = db.tables<PurchasingTables>()
  const ids = rows.map(row => row.purchase_order_id)
  const lines = await tables
    .selectFrom('purchasing_order_line')
    .selectAll()
    .where('purchase_order_id', 'in', ids)
    .where('quantity_micro', '>', 0)
    .orderBy('sku')
    .execute()
  const suppliers = await tables.selectFrom('purchasing_supplier').select(['supplier_id', 'name']).execute()
  const byOrder = Map.groupBy(lines, line => line.purchase_order_id)
  return rows.map(row => ({
    store: row.store,
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

/** What all stores that go by a rule for every store have of its SKU, and what is on its way to them. */
const sumOver = async (db: Reader, rule: PurchasingTables['purchasing_rule']): Promise<RuledLevel> => {
  const stores = await storesWithout(db, rule.sku)
  const levels = await withLevels(
    db,
    stores.map(store => ({ ...rule, store })),
  )
  const sum = { ...rule, level_micro: 0, on_order_micro: 0 }
  for (const level of levels) {
    sum.level_micro += level.level_micro
    sum.on_order_micro += level.on_order_micro
  }
  return sum
}

/** The rules that a store goes by, or all rules where none is asked about. */
const listReorderRules = async (input: Input<'listReorderRules'>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, ruleKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_rule').selectAll()
  if (input.sku !== undefined) query = query.where('sku', '=', input.sku)
  if (place)
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('sku', 'store'), '>', tuple(place[0], place[1])))
  if (store !== null) {
    const own = db.tables<PurchasingTables>().selectFrom('purchasing_rule').select('sku').where('store', '=', store)
    query = query.where(({ eb, or, and }) =>
      or([eb('store', '=', store), and([eb('store', '=', everyStore), eb('sku', 'not in', own)])]),
    )
  }
  const rows = await query
    .orderBy('sku')
    .orderBy('store')
    .limit(input.limit + 1)
    .execute()
  const isSummed = (row: (typeof rows)[number]) => store === null && row.store === everyStore
  const levels = new Map<string, RuledLevel>()
  const single = rows.filter(row => !isSummed(row)).map(row => ({ ...row, store: store ?? row.store }))
  for (const rule of await withLevels(db, single)) levels.set(`${rule.store} ${rule.sku}`, rule)
  for (const row of rows.filter(isSummed)) levels.set(`${everyStore} ${row.sku}`, await sumOver(db, row))
  return pageOf(
    rows,
    input.limit,
    rule => [rule.sku, rule.store],
    rule => {
      const level = levels.get(`${store ?? rule.store} ${rule.sku}`)
      return {
        sku: rule.sku,
        store: rule.store === everyStore ? null : rule.store,
        supplierId: rule.supplier_id,
        reorderPointMicro: rule.reorder_point_micro,
        targetLevelMicro: rule.target_level_micro,
        packMicro: rule.pack_micro,
        costMinor: rule.cost_minor,
        levelMicro: level?.level_micro ?? 0,
        onOrderMicro: level?.on_order_micro ?? 0,
      }
    },
  )
}

const listPurchaseOrders = async (input: Input<'listPurchaseOrders'>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, positionKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_order').selectAll()
  if (store !== null) query = query.where('store', '=', store)
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

const listDeliveries = async (input: Input<'listDeliveries'>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, positionKeys)
  let query = db.tables<PurchasingTables>().selectFrom('purchasing_delivery').selectAll()
  if (store !== null) query = query.where('store', '=', store)
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
      store: row.store,
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
  getPurchaseOrder: async (input: Input<'getPurchaseOrder'>, { db, store }) => {
    let query = db
      .tables<PurchasingTables>()
      .selectFrom('purchasing_order')
      .selectAll()
      .where('purchase_order_id', '=', input.purchaseOrderId)
    if (store !== null) query = query.where('store', '=', store)
    return (await ordersOf(db, await query.execute()))[0] ?? { ok: false, code: 'purchase-order-unknown' }
  },
}

export const purchasingEffects: NonNullable<Front['effects']> = async (fact, db) => {
  const places = new Map(stockMovesOf(fact).map(({ store, sku }) => [`${store} ${sku}`, { store, sku }]))
  if (places.size === 0) return []
  const rows = (await ruledLevels(db, [...places.values()])).map(rule => ({
    sku: rule.sku,
    levelMicro: rule.level_micro,
    onOrderMicro: rule.on_order_micro,
    reorderPointMicro: rule.reorder_point_micro,
  }))
  return [{ title: 'reorder points looked at', atUs: null, rows }]
}
