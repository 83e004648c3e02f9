import type { z } from 'zod'
import { bodyOf, type FactBody } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { salesRoutes, takenTwice } from '../../contracts/sales.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Command } from '../../platform/host/service.ts'
import type { SalesTables } from './tables.ts'

type Input<Name extends keyof typeof salesRoutes> = InputOf<(typeof salesRoutes)[Name]>

const voidSale: Command = {
  decide: ({ till, lines, totalMinor, reason }: Input<'voidSale'>, { id }) => ({
    ok: true,
    facts: [{ id: '', type: 'sale.voided', body: { voidedSaleId: id, till, lines, totalMinor, reason } }],
  }),
  answer: fact => ({ voidedSaleId: bodyOf(fact, 'sale.voided').voidedSaleId }),
}

const parkSale: Command = {
  decide: ({ id: _id, ...basket }: Input<'parkSale'>, { id, principal }) => ({
    ok: true,
    facts: [{ id: '', type: 'sale.parked', body: { ...basket, parkedSaleId: id, cashier: principal.name } }],
  }),
  answer: fact => ({ parkedSaleId: bodyOf(fact, 'sale.parked').parkedSaleId }),
}

/**
 * The store gives a basket to one of those that ask it. A till that can't ask takes up what was parked at itself; where the
 * store gave the same basket away meanwhile, both have it, which the list says (a basket is no sale, so nothing is lost).
 */
const takeUpSale: Command = {
  decide: async ({ parkedSaleId, till }: Input<'takeUpSale'>, { tx, node }) => {
    const row = await tx
      .tables<SalesTables>()
      .selectFrom('sales_parked')
      .select('taken_up')
      .where('parked_sale_id', '=', parkedSaleId)
      .where('store', '=', node.store)
      .executeTakeFirst()
    if (row?.taken_up !== 0) return { ok: false, code: 'parked-sale-gone', detail: { parkedSaleId } }
    return { ok: true, facts: [{ id: '', type: 'sale.taken-up', body: { parkedSaleId, till } }] }
  },
  answer: async (fact, tx) => {
    const { document } = await tx
      .tables<SalesTables>()
      .selectFrom('sales_parked')
      .select('document')
      .where('parked_sale_id', '=', bodyOf(fact, 'sale.taken-up').parkedSaleId)
      .executeTakeFirstOrThrow()
    const { cashier: _cashier, ...basket } = JSON.parse(document) as FactBody<'sale.parked'>
    return basket
  },
}

export const basketCommands: Record<string, Command> = { voidSale, parkSale, takeUpSale }

const twiceAtMost = 20

/** The newest baskets that were taken up more than once, with who did: the first is who has it. */
export const readTakenTwice = async (db: Reader, store: string | null): Promise<Array<z.output<typeof takenTwice>>> => {
  const tables = db.tables<SalesTables>()
  let query = tables
    .selectFrom('sales_parked')
    .select(['parked_sale_id', 'store', 'document'])
    .where('taken_up', '>', 1)
  if (store !== null) query = query.where('store', '=', store)
  const rows = await query
    .orderBy('parked_at_ms', 'desc')
    .orderBy('parked_sale_id', 'desc')
    .limit(twiceAtMost)
    .execute()
  if (rows.length === 0) return []
  const takenUp = await tables
    .selectFrom('sales_taken_up')
    .selectAll()
    .where(
      'parked_sale_id',
      'in',
      rows.map(row => row.parked_sale_id),
    )
    .orderBy('at_ms')
    .orderBy('fact_id')
    .execute()
  const byBasket = Map.groupBy(takenUp, row => row.parked_sale_id)
  return rows.map(row => ({
    parkedSaleId: row.parked_sale_id,
    label: (JSON.parse(row.document) as FactBody<'sale.parked'>).label,
    takenUp: (byBasket.get(row.parked_sale_id) ?? [])
      .filter(each => each.store === row.store)
      .map(({ till, node, at_ms }) => ({ till, node, atMs: at_ms })),
  }))
}
