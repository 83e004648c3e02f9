import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import { foldText } from '../../domain/search-words.ts'
import type { Transaction } from '../../platform/database/database.ts'

const movementColumns = [
  'position',
  'line_no',
  'store',
  'sku',
  'quantity_micro',
  'reason',
  'detail',
  'at_ms',
  'fact',
] as const
const transferColumns = ['transfer_id', 'from_store', 'to_store', 'note', 'sent_at_ms', 'received_at_ms', 'position']

/** Goods on their way, and what became of them: the two facts about a transfer make the same rows in either order. */
const projectTransfer = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const lines: Array<[transferId: string, sku: string, sentMicro: number, receivedMicro: number]> = []
  if (isFact(fact, 'transfer.sent')) {
    const { transferId, fromStore, toStore, note } = fact.body
    await tx.bulk({
      table: 'inventory_transfer',
      columns: transferColumns,
      rows: [[transferId, fromStore, toStore, note, fact.atMs, null, fact.position]],
      conflict: { keys: ['transfer_id'], set: ['note', 'sent_at_ms'] },
    })
    for (const { sku, quantityMicro } of fact.body.lines) lines.push([transferId, sku, quantityMicro, 0])
  } else if (isFact(fact, 'transfer.received')) {
    const { transferId, fromStore, toStore } = fact.body
    await tx.bulk({
      table: 'inventory_transfer',
      columns: transferColumns,
      rows: [[transferId, fromStore, toStore, '', null, fact.atMs, fact.position]],
      conflict: { keys: ['transfer_id'], set: ['received_at_ms'] },
    })
    for (const { sku, quantityMicro } of fact.body.lines) lines.push([transferId, sku, 0, quantityMicro])
  }
  if (lines.length === 0) return
  await tx.bulk({
    table: 'inventory_transfer_line',
    columns: ['transfer_id', 'sku', 'sent_micro', 'received_micro'],
    rows: lines,
    conflict: { keys: ['transfer_id', 'sku'], add: ['sent_micro', 'received_micro'] },
  })
}

/**
 * Facts to movements and levels. Levels are sums, so they do not depend on the order in which facts arrive; `position` is the
 * greatest that moved the level, by asking for the greater of two.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const movements: Array<Array<string | number>> = []
  const levels = new Map<
    string,
    [store: string, sku: string, quantityMicro: number, movements: number, position: number]
  >()
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
        move.store,
        move.sku,
        move.quantityMicro,
        move.reason,
        move.detail,
        fact.atMs,
        fact.id,
      ])
      const { store, sku, quantityMicro } = move
      const key = `${store} ${sku}`
      const [, , sum, count, position] = levels.get(key) ?? [store, sku, 0, 0, 0]
      levels.set(key, [store, sku, sum + quantityMicro, count + 1, Math.max(position, fact.position)])
    }
    await projectTransfer(tx, fact)
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
    columns: ['store', 'sku', 'level_micro', 'movements', 'position'],
    rows: [...levels.values()],
    conflict: { keys: ['store', 'sku'], add: ['level_micro', 'movements'], greatest: ['position'] },
  })
}
