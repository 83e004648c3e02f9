import { bodyOf } from '../../contracts/known-facts.ts'
import type { SaleRequest } from '../../contracts/sales.ts'
import type { Outcome } from '../../domain/basket.ts'
import type { Command, CommandContext, Decision } from '../../platform/host/service.ts'
import type { Memory } from './memory.ts'
import type { SalesOptions } from './options.ts'
import { byRights, type Permission, withOverrides } from './overrides.ts'
import { type Place, type Sold, sell, type View } from './sell.ts'
import { readView } from './view.ts'

/**
 * The hot path: decides from memory, without a query. Memory is milliseconds behind what the catalogue and the tills have just
 * recorded. So before a sale is refused, what is still unheard of is applied in this transaction; where that brought something
 * new, the sale is judged by the tables. So is one that needs someone's approval, which is not kept in memory.
 */
export const completeSale = (memory: Memory, options: SalesOptions): Command => {
  const judge = (input: SaleRequest, view: View, context: CommandContext, permission: Permission): Outcome<Sold> => {
    const { node, store, principal, nowMs, id } = context
    const place: Place = { node, store, ownTill: options.till }
    return sell(input, view, place, { name: principal.name, nowMs, id, permission })
  }
  const record = ({ body }: Sold, { node }: CommandContext): Decision => {
    const receiptNumber = memory.takeReceiptNumber(node.store, body.till)
    const atMs = body.completedAtMs
    return { ok: true, facts: [{ id: '', type: 'sale.completed', atMs, body: { ...body, receiptNumber } }] }
  }
  const judgeByNewest = async (input: SaleRequest, context: CommandContext): Promise<Decision> => {
    const { tx, principal, id, node, nowMs } = context
    await context.catchUp()
    const { overrideIds, completedAtMs = nowMs, shiftId, till } = input
    const allowed = await withOverrides(tx, principal, { overrideIds, kind: 'sale', id, completedAtMs })
    if (!allowed.ok) return allowed
    let view: View = memory
    if (memory.isBehind()) {
      const skus = input.lines.map(line => line.sku)
      view = await readView(tx, { store: node.store, skus, shiftId, till })
    }
    const outcome = judge(input, view, context, allowed.permission)
    return outcome.ok ? record(outcome, context) : outcome
  }
  return {
    hot: true,
    decide: (input: SaleRequest, context) => {
      if (!input.overrideIds?.length) {
        const outcome = judge(input, memory, context, byRights(context.principal))
        if (outcome.ok) return record(outcome, context)
      }
      return judgeByNewest(input, context)
    },
    answer: fact => {
      const { saleId, till, receiptNumber } = bodyOf(fact, 'sale.completed')
      return { saleId, till, receiptNumber, position: fact.position }
    },
  }
}
