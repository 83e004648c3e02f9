import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { projectOrder, storeOf } from './orders.ts'
import { everyStore, type PurchasingTables } from './tables.ts'

/** The store that a rule is for: said, all where it is said that it is for all, or that of whoever recorded it. */
const ruleStoreOf = (fact: RecordedFact, store: string | null | undefined): string =>
  store === null ? everyStore : storeOf(fact, store)

const projectOwn = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  if (isFact(fact, 'supplier.saved')) {
    const { supplierId, name, email, note } = fact.body
    await tx.bulk({
      table: 'purchasing_supplier',
      columns: ['supplier_id', 'name', 'email', 'note'],
      rows: [[supplierId, name, email, note]],
      conflict: { keys: ['supplier_id'], set: ['name', 'email', 'note'] },
    })
  } else if (isFact(fact, 'reorder-rule.set')) {
    const rule = fact.body
    const set = ['supplier_id', 'reorder_point_micro', 'target_level_micro', 'pack_micro', 'cost_minor']
    const { supplierId, reorderPointMicro, targetLevelMicro, packMicro, costMinor } = rule
    await tx.bulk({
      table: 'purchasing_rule',
      columns: ['sku', 'store', ...set],
      rows: [
        [
          rule.sku,
          ruleStoreOf(fact, rule.store),
          supplierId,
          reorderPointMicro,
          targetLevelMicro,
          packMicro,
          costMinor,
        ],
      ],
      conflict: { keys: ['sku', 'store'], set },
    })
  } else if (isFact(fact, 'reorder-rule.removed')) {
    await tx
      .tables<PurchasingTables>()
      .deleteFrom('purchasing_rule')
      .where('sku', '=', fact.body.sku)
      .where('store', '=', ruleStoreOf(fact, fact.body.store))
      .execute()
  } else {
    await projectOrder(tx, fact)
  }
}

type Sums = Map<string, [store: string, sku: string, levelMicro: number, incomingMicro: number]>

const addStock = (sums: Sums, store: string, sku: string, levelMicro: number, incomingMicro: number): void => {
  const key = `${store} ${sku}`
  const [, , level, incoming] = sums.get(key) ?? [store, sku, 0, 0]
  sums.set(key, [store, sku, level + levelMicro, incoming + incomingMicro])
}

/** Facts to rows. Levels are sums over the whole batch; orders follow one by one, for they are few. */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const sums: Sums = new Map()
  for (const fact of facts) {
    for (const { store, sku, quantityMicro } of stockMovesOf(fact)) addStock(sums, store, sku, quantityMicro, 0)
    if (isFact(fact, 'transfer.sent')) {
      for (const { sku, quantityMicro } of fact.body.lines) addStock(sums, fact.body.toStore, sku, 0, quantityMicro)
    } else if (isFact(fact, 'transfer.received')) {
      for (const { sku, sentMicro } of fact.body.lines) addStock(sums, fact.body.toStore, sku, 0, -sentMicro)
    } else if (!isFact(fact, 'sale.completed')) await projectOwn(tx, fact)
  }
  if (sums.size === 0) return
  await tx.bulk({
    table: 'purchasing_stock',
    columns: ['store', 'sku', 'level_micro', 'incoming_micro'],
    rows: [...sums.values()],
    conflict: { keys: ['store', 'sku'], add: ['level_micro', 'incoming_micro'] },
  })
}
