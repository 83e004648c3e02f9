import { sql } from 'kysely'
import type { NewFact, RecordedFact } from '../../contracts/fact.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import { reorderQuantity } from '../../domain/stock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { everyStore, type PurchasingTables } from './tables.ts'

/** Fewer parameters than either engine takes in one statement. */
const skusAtOnce = 500

type Reads = Pick<Transaction, 'tables'>
type Rule = PurchasingTables['purchasing_rule']
/** A SKU in a store. */
export type Place = { store: string; sku: string }
/** A rule as it is for one store, with what that store has and what is on its way there. */
export type RuledLevel = Rule & { level_micro: number; on_order_micro: number }

/** The rule that each place goes by: its store's own, or the one for every store. Places without one are left out. */
const rulesOf = async (tx: Reads, places: readonly Place[]): Promise<Rule[]> => {
  const skus = [...new Set(places.map(({ sku }) => sku))]
  const stores = [...new Set(places.map(({ store }) => store))]
  const known = new Map<string, Rule>()
  for (let from = 0; from < skus.length; from += skusAtOnce) {
    const rows = await tx
      .tables<PurchasingTables>()
      .selectFrom('purchasing_rule')
      .selectAll()
      .where('sku', 'in', skus.slice(from, from + skusAtOnce))
      .where('store', 'in', [everyStore, ...stores])
      .execute()
    for (const row of rows) known.set(`${row.store} ${row.sku}`, row)
  }
  return places.flatMap(({ store, sku }) => {
    const rule = known.get(`${store} ${sku}`) ?? known.get(`${everyStore} ${sku}`)
    return rule ? [{ ...rule, store }] : []
  })
}

type Level = { levelMicro: number; onOrderMicro: number }

/** What a store has of some SKUs, and what is on its way: open lines less what of them has arrived, and what other stores sent. */
const levelsOf = async (tx: Reads, store: string, skus: readonly string[]): Promise<Map<string, Level>> => {
  const levels = new Map<string, Level>(skus.map(sku => [sku, { levelMicro: 0, onOrderMicro: 0 }]))
  for (let from = 0; from < skus.length; from += skusAtOnce) {
    const some = skus.slice(from, from + skusAtOnce)
    const tables = tx.tables<PurchasingTables>()
    const stock = await tables
      .selectFrom('purchasing_stock')
      .selectAll()
      .where('store', '=', store)
      .where('sku', 'in', some)
      .execute()
    for (const row of stock) levels.set(row.sku, { levelMicro: row.level_micro, onOrderMicro: row.incoming_micro })
    const lines = await tables
      .selectFrom('purchasing_order_line')
      .select(['sku', 'quantity_micro', 'delivered_micro'])
      .where('open', '=', sql.lit(1))
      .where('store', '=', store)
      .where('sku', 'in', some)
      .execute()
    for (const line of lines) {
      const level = levels.get(line.sku)
      if (level) level.onOrderMicro += Math.max(0, line.quantity_micro - line.delivered_micro)
    }
  }
  return levels
}

/** These rules, each with what its store has and expects. */
export const withLevels = async (tx: Reads, rules: readonly Rule[]): Promise<RuledLevel[]> => {
  const found: RuledLevel[] = []
  for (const [store, ofStore] of Map.groupBy(rules, rule => rule.store)) {
    const levels = await levelsOf(
      tx,
      store,
      ofStore.map(rule => rule.sku),
    )
    for (const rule of ofStore) {
      const { levelMicro = 0, onOrderMicro = 0 } = levels.get(rule.sku) ?? {}
      found.push({ ...rule, level_micro: levelMicro, on_order_micro: onOrderMicro })
    }
  }
  return found
}

/** Places that have a rule, with what is in stock and what is on its way. */
export const ruledLevels = async (tx: Reads, places: readonly Place[]): Promise<RuledLevel[]> =>
  withLevels(tx, await rulesOf(tx, places))

/** The stores that have had a SKU, and go by no rule of their own. */
export const storesWithout = async (tx: Reads, sku: string): Promise<string[]> => {
  const tables = tx.tables<PurchasingTables>()
  const own = tables.selectFrom('purchasing_rule').select('store').where('sku', '=', sku)
  const rows = await tables
    .selectFrom('purchasing_stock')
    .select('store')
    .where('sku', '=', sku)
    .where('store', 'not in', own)
    .orderBy('store')
    .execute()
  return rows.map(row => row.store)
}

/** The quantity that a rule asks for now, 0 where there is enough in stock and on its way. */
export const wantedQuantity = (rule: RuledLevel): number =>
  reorderQuantity({
    levelMicro: rule.level_micro,
    onOrderMicro: Math.max(0, rule.on_order_micro),
    reorderPointMicro: rule.reorder_point_micro,
    targetLevelMicro: rule.target_level_micro,
    packMicro: rule.pack_micro,
  })

/**
 * A fact about a store's orders, for that store. A store does not name itself: what it recorded stays its own when it gets another
 * handle.
 */
export const factFor = (store: string, node: NodeIdentity, type: string, body: Record<string, unknown>): NewFact =>
  store === node.store ? { id: '', type, body } : { id: '', type, audience: store, body: { ...body, store } }

type Proposing = { newId(): string; node: NodeIdentity }

/** A fact that proposes a line, in the store's open proposal to its supplier where there is one. `open` remembers new ones. */
const proposalOf = async (
  tx: Transaction,
  rule: RuledLevel,
  quantityMicro: number,
  open: Map<string, string>,
  { newId, node }: Proposing,
): Promise<NewFact> => {
  const { store, supplier_id: supplierId } = rule
  const key = `${store} ${supplierId}`
  const known =
    open.get(key) ??
    (
      await tx
        .tables<PurchasingTables>()
        .selectFrom('purchasing_order')
        .select('purchase_order_id')
        .where('state', '=', 'proposed')
        .where('store', '=', store)
        .where('supplier_id', '=', supplierId)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst()
    )?.purchase_order_id
  const purchaseOrderId = known ?? newId()
  open.set(key, purchaseOrderId)
  const line = { sku: rule.sku, quantityMicro, costMinor: rule.cost_minor }
  const body = { purchaseOrderId, supplierId, line }
  return { ...factFor(store, node, 'purchase-order.proposed', body), id: newId() }
}

/** Proposes what is short by these rules, each with the rule that asks for it. */
export const proposalsFor = async (
  tx: Transaction,
  rules: readonly RuledLevel[],
  context: Proposing,
): Promise<Array<{ fact: NewFact; rule: RuledLevel }>> => {
  const open = new Map<string, string>()
  const proposals: Array<{ fact: NewFact; rule: RuledLevel }> = []
  for (const rule of rules) {
    const quantityMicro = wantedQuantity(rule)
    if (quantityMicro > 0) proposals.push({ fact: await proposalOf(tx, rule, quantityMicro, open, context), rule })
  }
  return proposals
}

/**
 * Proposes what these facts made run short, each caused by the last fact that moved its stock there. The node at the top proposes,
 * for every store: whoever else did it as well would order twice.
 */
export const propose = async (
  tx: Transaction,
  facts: readonly RecordedFact[],
  context: Proposing,
): Promise<Array<NewFact & { cause: string }>> => {
  if (!context.node.top) return []
  const moved = new Map<string, Place & { cause: string }>()
  for (const fact of facts)
    for (const { store, sku } of stockMovesOf(fact)) moved.set(`${store} ${sku}`, { store, sku, cause: fact.id })
  const proposals = await proposalsFor(tx, await ruledLevels(tx, [...moved.values()]), context)
  return proposals.map(({ fact, rule }) => ({ ...fact, cause: moved.get(`${rule.store} ${rule.sku}`)?.cause ?? '' }))
}
