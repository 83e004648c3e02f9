import type { inventoryRoutes } from '../../contracts/inventory.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, Refusal } from '../../platform/host/service.ts'
import type { InventoryTables } from './tables.ts'

type Routes = typeof inventoryRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

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

const skusOf = (lines: ReadonlyArray<{ sku: string }>): string[] => lines.map(line => line.sku)

/** Stock is moved in its own store and nowhere else. */
const elsewhere = ({ node, store }: CommandContext): Refusal | null =>
  store === node.store ? null : { ok: false, code: 'store-elsewhere', detail: { store } }

const levelsOf = async (tx: Transaction, store: string, skus: readonly string[]): Promise<Map<string, number>> => {
  const rows = await tx
    .tables<InventoryTables>()
    .selectFrom('inventory_level')
    .select(['sku', 'level_micro'])
    .where('store', '=', store)
    .where('sku', 'in', [...skus])
    .execute()
  return new Map(rows.map(row => [row.sku, row.level_micro]))
}

/** What leaves may be more than is known to be here: it was in someone's hands. */
const sendTransfer = async (
  { toStore, lines, note }: Input<'sendTransfer'>,
  context: CommandContext,
): Promise<Decision> => {
  const { tx, id: transferId, node } = context
  if (node.top && node.kind === 'store') return { ok: false, code: 'transfer-nowhere' }
  if (toStore === node.store) return { ok: false, code: 'transfer-same-store' }
  await context.catchUp()
  const skus = skusOf(lines)
  const fault = elsewhere(context) ?? (await skuFault(tx, skus))
  if (fault) return fault
  const body = { transferId, fromStore: node.store, toStore, lines, note }
  return { ok: true, facts: [{ id: '', type: 'transfer.sent', audience: toStore, body }] }
}

/**
 * The store that goods were sent to is the one that says what arrived, once, so there is nothing to agree on. It says of each
 * SKU what was sent as well, so that whoever hears of it can tell what is no longer on the way.
 */
const receiveTransfer = async (
  { transferId, lines, note }: Input<'receiveTransfer'>,
  context: CommandContext,
): Promise<Decision> => {
  const { tx, node } = context
  await context.catchUp()
  const fault = elsewhere(context) ?? (lines ? await skuFault(tx, skusOf(lines)) : null)
  if (fault) return fault
  const tables = tx.tables<InventoryTables>()
  const transfer = await tables
    .selectFrom('inventory_transfer')
    .selectAll()
    .where('transfer_id', '=', transferId)
    .where('to_store', '=', node.store)
    .executeTakeFirst()
  if (!transfer) return { ok: false, code: 'transfer-unknown' }
  if (transfer.received_at_ms !== null) return { ok: false, code: 'transfer-received' }
  const sent = await tables
    .selectFrom('inventory_transfer_line')
    .select(['sku', 'sent_micro'])
    .where('transfer_id', '=', transferId)
    .orderBy('sku')
    .execute()
  const sentMicro = new Map(sent.map(line => [line.sku, line.sent_micro]))
  const arrived = new Map(lines ? lines.map(line => [line.sku, line.quantityMicro]) : sentMicro)
  const body = {
    transferId,
    fromStore: transfer.from_store,
    toStore: node.store,
    lines: [...new Set([...sentMicro.keys(), ...arrived.keys()])].map(sku => ({
      sku,
      sentMicro: sentMicro.get(sku) ?? 0,
      quantityMicro: arrived.get(sku) ?? 0,
    })),
    note,
  }
  return { ok: true, facts: [{ id: '', type: 'transfer.received', audience: transfer.from_store, body }] }
}

export const inventoryCommands: Record<string, Command> = {
  adjustStock: {
    decidedBy: 'store',
    decide: async ({ lines, reason, note }: Input<'adjustStock'>, context) => {
      await context.catchUp()
      const skus = skusOf(lines)
      const fault = elsewhere(context) ?? (await skuFault(context.tx, skus))
      if (fault) return fault
      const zero = lines.find(line => line.quantityMicro === 0)
      if (zero) return { ok: false, code: 'stock-quantity-zero', detail: { sku: zero.sku } }
      return { ok: true, facts: [{ id: '', type: 'stock.adjusted', body: { lines, reason, note } }] }
    },
    answer: fact => ({ adjustmentId: fact.id }),
  },
  /** Counted is compared with all that was sold up to now, so that the difference is the truth of this moment. */
  countStock: {
    decidedBy: 'store',
    decide: async ({ lines, note }: Input<'countStock'>, context) => {
      const { tx } = context
      await context.catchUp()
      const skus = skusOf(lines)
      const fault = elsewhere(context) ?? (await skuFault(tx, skus))
      if (fault) return fault
      const levels = await levelsOf(tx, context.store, skus)
      const counted = lines.map(({ sku, countedMicro }) => ({
        sku,
        countedMicro,
        quantityMicro: countedMicro - (levels.get(sku) ?? 0),
      }))
      return { ok: true, facts: [{ id: '', type: 'stock.counted', body: { lines: counted, note } }] }
    },
    answer: fact => ({ countId: fact.id, lines: fact.body.lines }),
  },
  sendTransfer: {
    decidedBy: 'store',
    decide: sendTransfer,
    answer: fact => ({ transferId: bodyOf(fact, 'transfer.sent').transferId }),
  },
  receiveTransfer: {
    decidedBy: 'store',
    decide: receiveTransfer,
    answer: fact => ({ transferId: bodyOf(fact, 'transfer.received').transferId }),
  },
}
