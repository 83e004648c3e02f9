import type { inventoryRoutes } from '../../contracts/inventory.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, Refusal } from '../../platform/host/service.ts'
import type { InventoryTables } from './tables.ts'

type Routes = typeof inventoryRoutes

/** The fault of a list of SKUs: one that stands there twice, or that the catalogue does not have. */
const skuFault = async (tx: Transaction, skus: readonly string[]): Promise<Refusal | null> => {
  const twice = skus.find((sku, index) => skus.indexOf(sku) !== index)
  if (twice !== undefined) return { ok: false, code: 'stock-line-twice', detail: { sku: twice } }
  const rows = await tx
    .tables<InventoryTables>()
    .selectFrom('inventory_product')
    .select('sku')
    .where('sku', 'in', [...skus])
    .execute()
  const known = new Set(rows.map(row => row.sku))
  const unknown = skus.find(sku => !known.has(sku))
  return unknown === undefined ? null : { ok: false, code: 'stock-sku-unknown', detail: { sku: unknown } }
}

const levelsOf = async (tx: Transaction, skus: readonly string[]): Promise<Map<string, number>> => {
  const rows = await tx
    .tables<InventoryTables>()
    .selectFrom('inventory_level')
    .select(['sku', 'level_micro'])
    .where('sku', 'in', [...skus])
    .execute()
  return new Map(rows.map(row => [row.sku, row.level_micro]))
}

export const inventoryCommands: Record<string, Command> = {
  adjustStock: {
    decide: async ({ lines, reason, note }: InputOf<Routes['adjustStock']>, { tx, catchUp }) => {
      await catchUp()
      const fault = await skuFault(
        tx,
        lines.map(line => line.sku),
      )
      if (fault) return fault
      const zero = lines.find(line => line.quantityMicro === 0)
      if (zero) return { ok: false, code: 'stock-quantity-zero', detail: { sku: zero.sku } }
      return { ok: true, facts: [{ id: '', type: 'stock.adjusted', body: { lines, reason, note } }] }
    },
    answer: fact => ({ adjustmentId: fact.id }),
  },
  /** Counted is compared with all that was sold up to now, so that the difference is the truth of this moment. */
  countStock: {
    decide: async ({ lines, note }: InputOf<Routes['countStock']>, { tx, catchUp }) => {
      await catchUp()
      const skus = lines.map(line => line.sku)
      const fault = await skuFault(tx, skus)
      if (fault) return fault
      const levels = await levelsOf(tx, skus)
      const counted = lines.map(({ sku, countedMicro }) => ({
        sku,
        countedMicro,
        quantityMicro: countedMicro - (levels.get(sku) ?? 0),
      }))
      return { ok: true, facts: [{ id: '', type: 'stock.counted', body: { lines: counted, note } }] }
    },
    answer: fact => ({ countId: fact.id, lines: fact.body.lines }),
  },
}
