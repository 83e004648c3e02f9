import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import { foldText } from '../../domain/search-words.ts'
import type { Transaction } from '../../platform/database/database.ts'

const movementColumns = ['position', 'line_no', 'sku', 'quantity_micro', 'reason', 'detail', 'at_ms', 'fact'] as const

/**
 * Facts to movements and levels. Levels are sums, so they do not depend on the order in which facts arrive; `position` is the
 * greatest that moved the level, by asking for the greater of two.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const movements: Array<Array<string | number>> = []
  const levels = new Map<string, { quantityMicro: number; movements: number; position: number }>()
  const names = new Map<string, string>()
  for (const fact of facts) {
    if (isFact(fact, 'product.saved')) {
      for (const { sku, form } of fact.body.variants)
        names.set(sku, form === '' ? fact.body.name : `${fact.body.name} ${form}`)
      continue
    }
    for (const move of stockMovesOf(fact)) {
      movements.push([
        fact.position,
        move.lineNo,
        move.sku,
        move.quantityMicro,
        move.reason,
        move.detail,
        fact.atMs,
        fact.id,
      ])
      const level = levels.get(move.sku)
      if (level) {
        level.quantityMicro += move.quantityMicro
        level.movements += 1
        level.position = Math.max(level.position, fact.position)
      } else levels.set(move.sku, { quantityMicro: move.quantityMicro, movements: 1, position: fact.position })
    }
  }
  if (names.size > 0) {
    await tx.bulk({
      table: 'inventory_product',
      columns: ['sku', 'name', 'folded_name'],
      rows: [...names].map(([sku, name]) => [sku, name, foldText(name)]),
      conflict: { keys: ['sku'], set: ['name', 'folded_name'] },
    })
  }
  if (movements.length === 0) return
  await tx.bulk({ table: 'inventory_movement', columns: movementColumns, rows: movements })
  await tx.bulk({
    table: 'inventory_level',
    columns: ['sku', 'level_micro', 'movements', 'position'],
    rows: [...levels].map(([sku, level]) => [sku, level.quantityMicro, level.movements, level.position]),
    conflict: { keys: ['sku'], add: ['level_micro', 'movements'], greatest: ['position'] },
  })
}
