import { sql } from 'kysely'
import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { inventoryRoutes } from '../../contracts/inventory.ts'
import type { InputOf } from '../../contracts/route.ts'
import { foldText } from '../../domain/search-words.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import type { InventoryTables } from './tables.ts'

type Routes = typeof inventoryRoutes

const levelKeys = z.tuple([z.string(), z.string()])
const transferKeys = z.tuple([z.int()])
const movementKeys = z.tuple([z.int(), z.int()])

/** `%` and `_` of a searched text mean themselves. */
const containing = (text: string): string => `%${foldText(text).replace(/[!%_]/g, sign => `!${sign}`)}%`

const listStockLevels = async (input: InputOf<Routes['listStockLevels']>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, levelKeys)
  let query = db
    .tables<InventoryTables>()
    .selectFrom('inventory_level')
    .leftJoin('inventory_product', 'inventory_product.sku', 'inventory_level.sku')
    .select(['store', 'inventory_level.sku', 'inventory_product.name', 'level_micro', 'movements', 'position'])
  if (store !== null) query = query.where('store', '=', store)
  if (input.sku !== undefined) query = query.where('inventory_level.sku', '=', input.sku)
  if (input.negative) query = query.where('level_micro', '<', 0)
  if (input.q !== undefined && input.q.trim() !== '') {
    const { q } = input
    query = query.where(({ or, eb }) =>
      or([
        eb('inventory_level.sku', '=', q.trim()),
        sql<boolean>`inventory_product.folded_name LIKE ${containing(q.trim())} ESCAPE '!'`,
      ]),
    )
  }
  if (place)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('store', 'inventory_level.sku'), '>', tuple(place[0], place[1])),
    )
  const rows = await query
    .orderBy('store')
    .orderBy('inventory_level.sku')
    .limit(input.limit + 1)
    .execute()
  return pageOf(
    rows,
    input.limit,
    row => [row.store, row.sku],
    row => ({
      store: row.store,
      sku: row.sku,
      name: row.name ?? row.sku,
      levelMicro: row.level_micro,
      movements: row.movements,
      position: row.position,
    }),
  )
}

const listStockMovements = async (input: InputOf<Routes['listStockMovements']>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, movementKeys)
  let query = db.tables<InventoryTables>().selectFrom('inventory_movement').selectAll()
  if (store !== null) query = query.where('store', '=', store)
  if (input.sku !== undefined) query = query.where('sku', '=', input.sku)
  if (input.fact !== undefined) query = query.where('fact', '=', input.fact)
  if (place)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('position', 'line_no'), '<', tuple(place[0], place[1])),
    )
  const rows = await query
    .orderBy('position', 'desc')
    .orderBy('line_no', 'desc')
    .limit(input.limit + 1)
    .execute()
  return pageOf(
    rows,
    input.limit,
    row => [row.position, row.line_no],
    row => ({
      store: row.store,
      sku: row.sku,
      quantityMicro: row.quantity_micro,
      reason: row.reason,
      detail: row.detail,
      atMs: row.at_ms,
      fact: row.fact,
      position: row.position,
    }),
  )
}

/** What was sent to a store and from it; between all stores where none is asked about. */
const listTransfers = async (input: InputOf<Routes['listTransfers']>, { db, store }: QueryContext) => {
  const place = placeOf(input.cursor, transferKeys)
  const tables = db.tables<InventoryTables>()
  let query = tables.selectFrom('inventory_transfer').selectAll()
  if (store !== null)
    query = query.where(({ eb, or }) => or([eb('from_store', '=', store), eb('to_store', '=', store)]))
  if (input.open !== undefined) query = query.where('received_at_ms', input.open ? 'is' : 'is not', null)
  if (place) query = query.where('position', '<', place[0])
  const rows = await query
    .orderBy('position', 'desc')
    .limit(input.limit + 1)
    .execute()
  const lines =
    rows.length === 0
      ? []
      : await tables
          .selectFrom('inventory_transfer_line')
          .leftJoin('inventory_product', 'inventory_product.sku', 'inventory_transfer_line.sku')
          .select(['transfer_id', 'inventory_transfer_line.sku', 'name', 'sent_micro', 'received_micro'])
          .where(
            'transfer_id',
            'in',
            rows.map(row => row.transfer_id),
          )
          .orderBy('inventory_transfer_line.sku')
          .execute()
  const byTransfer = Map.groupBy(lines, line => line.transfer_id)
  return pageOf(
    rows,
    input.limit,
    row => [row.position],
    row => {
      const isReceived = row.received_at_ms !== null
      return {
        transferId: row.transfer_id,
        fromStore: row.from_store,
        toStore: row.to_store,
        note: row.note,
        sentAtMs: row.sent_at_ms,
        receivedAtMs: row.received_at_ms,
        lines: (byTransfer.get(row.transfer_id) ?? []).map(line => ({
          sku: line.sku,
          name: line.name ?? line.sku,
          sentMicro: line.sent_micro,
          receivedMicro: isReceived ? line.received_micro : null,
          lostMicro: isReceived ? line.sent_micro - line.received_micro : 0,
        })),
        position: row.position,
      }
    },
  )
}

export const inventoryQueries: Record<string, Query> = { listStockLevels, listStockMovements, listTransfers }

export const inventoryEffects: NonNullable<Front['effects']> = async (fact, db) => {
  const rows = await db
    .tables<InventoryTables>()
    .selectFrom('inventory_movement')
    .innerJoin('inventory_level', join =>
      join
        .onRef('inventory_level.sku', '=', 'inventory_movement.sku')
        .onRef('inventory_level.store', '=', 'inventory_movement.store'),
    )
    .select(['inventory_movement.sku', 'quantity_micro', 'level_micro'])
    .where('inventory_movement.position', '=', fact.position)
    .orderBy('line_no')
    .execute()
  if (rows.length === 0) return []
  return [
    {
      title: 'stock moved',
      atUs: null,
      rows: rows.map(row => ({ sku: row.sku, quantityMicro: row.quantity_micro, levelMicro: row.level_micro })),
    },
  ]
}
