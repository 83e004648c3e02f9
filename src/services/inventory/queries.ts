import { sql } from 'kysely'
import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { inventoryRoutes } from '../../contracts/inventory.ts'
import type { InputOf } from '../../contracts/route.ts'
import { foldText } from '../../domain/search-words.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import type { InventoryTables } from './tables.ts'

type Routes = typeof inventoryRoutes

const levelKeys = z.tuple([z.string()])
const movementKeys = z.tuple([z.int(), z.int()])

/** `%` and `_` of a searched text mean themselves. */
const containing = (text: string): string => `%${foldText(text).replace(/[!%_]/g, sign => `!${sign}`)}%`

const listStockLevels = async (input: InputOf<Routes['listStockLevels']>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, levelKeys)
  let query = db
    .tables<InventoryTables>()
    .selectFrom('inventory_level')
    .leftJoin('inventory_product', 'inventory_product.sku', 'inventory_level.sku')
    .select(['inventory_level.sku', 'inventory_product.name', 'level_micro', 'movements', 'position'])
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
  if (place) query = query.where('inventory_level.sku', '>', place[0])
  const rows = await query
    .orderBy('inventory_level.sku')
    .limit(input.limit + 1)
    .execute()
  return pageOf(
    rows,
    input.limit,
    row => [row.sku],
    row => ({
      sku: row.sku,
      name: row.name ?? row.sku,
      levelMicro: row.level_micro,
      movements: row.movements,
      position: row.position,
    }),
  )
}

const listStockMovements = async (input: InputOf<Routes['listStockMovements']>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, movementKeys)
  let query = db.tables<InventoryTables>().selectFrom('inventory_movement').selectAll()
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

export const inventoryQueries: Record<string, Query> = { listStockLevels, listStockMovements }

export const inventoryEffects: NonNullable<Front['effects']> = async (fact, db) => {
  const rows = await db
    .tables<InventoryTables>()
    .selectFrom('inventory_movement')
    .innerJoin('inventory_level', 'inventory_level.sku', 'inventory_movement.sku')
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
