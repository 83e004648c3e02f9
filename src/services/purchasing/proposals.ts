import type { NewFact, RecordedFact } from '../../contracts/fact.ts'
import { stockMovesOf } from '../../contracts/stock-moves.ts'
import { reorderQuantity } from '../../domain/stock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { PurchasingTables } from './tables.ts'

/** Fewer parameters than either engine takes in one statement. */
const skusAtOnce = 500

export type RuledLevel = PurchasingTables['purchasing_rule'] & { level_micro: number; on_order_micro: number }

/** SKUs that have a rule, with what is in stock and what is on its way: open lines less what of them has arrived. */
export const ruledLevels = async (tx: Pick<Transaction, 'tables'>, skus: readonly string[]): Promise<RuledLevel[]> => {
  const found: RuledLevel[] = []
  for (let from = 0; from < skus.length; from += skusAtOnce) {
    const rules = await tx
      .tables<PurchasingTables>()
      .selectFrom('purchasing_rule')
      .leftJoin('purchasing_stock', 'purchasing_stock.sku', 'purchasing_rule.sku')
      .selectAll('purchasing_rule')
      .select('purchasing_stock.level_micro')
      .where('purchasing_rule.sku', 'in', skus.slice(from, from + skusAtOnce))
      .execute()
    const onOrder = await onOrderOf(
      tx,
      rules.map(rule => rule.sku),
    )
    for (const rule of rules)
      found.push({ ...rule, level_micro: rule.level_micro ?? 0, on_order_micro: onOrder.get(rule.sku) ?? 0 })
  }
  return found
}

const onOrderOf = async (tx: Pick<Transaction, 'tables'>, skus: readonly string[]): Promise<Map<string, number>> => {
  const onOrder = new Map<string, number>()
  if (skus.length === 0) return onOrder
  const lines = await tx
    .tables<PurchasingTables>()
    .selectFrom('purchasing_order_line')
    .select(['sku', 'quantity_micro', 'delivered_micro'])
    .where('open', '=', 1)
    .where('sku', 'in', [...skus])
    .execute()
  for (const line of lines)
    onOrder.set(line.sku, (onOrder.get(line.sku) ?? 0) + Math.max(0, line.quantity_micro - line.delivered_micro))
  return onOrder
}

/** The quantity that a rule asks for now, 0 where there is enough in stock and on its way. */
export const wantedQuantity = (rule: RuledLevel): number =>
  reorderQuantity({
    levelMicro: rule.level_micro,
    onOrderMicro: rule.on_order_micro,
    reorderPointMicro: rule.reorder_point_micro,
    targetLevelMicro: rule.target_level_micro,
    packMicro: rule.pack_micro,
  })

/** A fact that proposes a line, in the open proposal to its supplier where there is one. `open` remembers new ones. */
export const proposalOf = async (
  tx: Transaction,
  rule: RuledLevel,
  quantityMicro: number,
  open: Map<string, string>,
  newId: () => string,
): Promise<NewFact> => {
  const known =
    open.get(rule.supplier_id) ??
    (
      await tx
        .tables<PurchasingTables>()
        .selectFrom('purchasing_order')
        .select('purchase_order_id')
        .where('state', '=', 'proposed')
        .where('supplier_id', '=', rule.supplier_id)
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst()
    )?.purchase_order_id
  const purchaseOrderId = known ?? newId()
  open.set(rule.supplier_id, purchaseOrderId)
  const line = { sku: rule.sku, quantityMicro, costMinor: rule.cost_minor }
  return { id: newId(), type: 'purchase-order.proposed', body: { purchaseOrderId, supplierId: rule.supplier_id, line } }
}

/** Proposes what these facts made run short, each caused by the last fact that moved its stock. */
export const propose = async (
  tx: Transaction,
  facts: readonly RecordedFact[],
  { newId }: { newId(): string },
): Promise<Array<NewFact & { cause: string }>> => {
  const causes = new Map<string, string>()
  for (const fact of facts) for (const { sku } of stockMovesOf(fact)) causes.set(sku, fact.id)
  const proposals: Array<NewFact & { cause: string }> = []
  const open = new Map<string, string>()
  for (const rule of await ruledLevels(tx, [...causes.keys()])) {
    const quantityMicro = wantedQuantity(rule)
    if (quantityMicro === 0) continue
    proposals.push({ ...(await proposalOf(tx, rule, quantityMicro, open, newId)), cause: causes.get(rule.sku) ?? '' })
  }
  return proposals
}
