import { hqHandle } from '../../contracts/devices.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { isReleased } from './claim-rows.ts'
import { goodsText } from './document.ts'
import { placesFor, type Span } from './returned.ts'
import type { SalesTables } from './tables.ts'

/** What a return or a claim takes of the lines of sales. */
type Taken = { saleId: string; lineNo: number; quantityMicro: number }

const partsColumns = ['sale_id', 'line_no', 'from_micro', 'to_micro', 'return_id', 'claimed']

const isTaken = async (tx: Transaction, returnId: string): Promise<boolean> =>
  (await tx
    .tables<SalesTables>()
    .selectFrom('sales_returned')
    .select('return_id')
    .where('return_id', '=', returnId)
    .limit(1)
    .executeTakeFirst()) !== undefined

const readSpans = async (tx: Transaction, saleId: string): Promise<Map<number, Span[]>> => {
  const rows = await tx
    .tables<SalesTables>()
    .selectFrom('sales_returned')
    .select(['line_no', 'from_micro', 'to_micro'])
    .where('sale_id', '=', saleId)
    .execute()
  const spans = Map.groupBy(rows, row => row.line_no)
  return new Map(
    [...spans].map(([lineNo, all]) => [lineNo, all.map(row => ({ fromMicro: row.from_micro, toMicro: row.to_micro }))]),
  )
}

/** Takes the first parts of each line that are left, as whoever decided has priced them. */
const place = async (tx: Transaction, returnId: string, all: readonly Taken[], claimed: 0 | 1): Promise<void> => {
  const bySale = Map.groupBy(all, each => each.saleId)
  for (const [saleId, lines] of bySale) {
    const spans = await readSpans(tx, saleId)
    const rows: Array<Array<string | number>> = []
    for (const { lineNo, quantityMicro } of lines) {
      const known = spans.get(lineNo) ?? []
      const places = placesFor(known, quantityMicro)
      spans.set(lineNo, [...known, ...places])
      for (const { fromMicro, toMicro } of places) rows.push([saleId, lineNo, fromMicro, toMicro, returnId, claimed])
    }
    await tx.bulk({ table: 'sales_returned', columns: partsColumns, rows })
  }
}

type ClaimRow = SalesTables['sales_claim']
const readRow = (tx: Transaction, claimId: string): Promise<ClaimRow | undefined> =>
  tx.tables<SalesTables>().selectFrom('sales_claim').selectAll().where('claim_id', '=', claimId).executeTakeFirst()

/** Of these sales those that another store is known to have sold. */
const soldElsewhere = async (tx: Transaction, saleIds: readonly string[], store: string): Promise<Set<string>> => {
  if (saleIds.length === 0) return new Set()
  const rows = await tx
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select('id')
    .where('id', 'in', [...new Set(saleIds)])
    .where('store', '!=', store)
    .execute()
  return new Set(rows.map(row => row.id))
}

/**
 * A claim turns into the return that has its id. One that nobody claimed takes its parts now, of what its own store sold: what
 * another store sold comes back by that store's word alone.
 */
const projectReturn = async (tx: Transaction, fact: RecordedFact<FactBody<'sale.returned'>>): Promise<void> => {
  const { returnId, claimId, lines } = fact.body
  const claim = claimId === returnId ? await readRow(tx, claimId) : undefined
  if (claim?.store === fact.store && (await isTaken(tx, returnId))) {
    const tables = tx.tables<SalesTables>()
    await tables.updateTable('sales_returned').set({ claimed: 0 }).where('return_id', '=', returnId).execute()
    return
  }
  const taken = lines.flatMap(({ original, quantityMicro }): Taken[] =>
    original ? [{ ...original, quantityMicro: 0 - quantityMicro }] : [],
  )
  const saleIds = taken.map(({ saleId }) => saleId)
  const foreign = await soldElsewhere(tx, saleIds, fact.store)
  const own = taken.filter(({ saleId }) => !foreign.has(saleId))
  await place(tx, returnId, own, 0)
}

type Asked = FactBody<'return.asked'>
const claimColumns = ['claim_id', 'sale_id', 'store', 'till', 'node', 'asked_at_ms', 'lines']
const claimRow = ({ claimId, saleId, claimedBy, lines }: Asked, atMs: number) => [
  claimId,
  saleId,
  claimedBy.store,
  claimedBy.till,
  claimedBy.node ?? null,
  atMs,
  JSON.stringify(lines.map(({ lineNo, quantityMicro }) => ({ lineNo, quantityMicro }))),
]

/** Each kind of fact writes what it says and leaves the rest. */
const writeClaim = (
  tx: Transaction,
  body: Asked,
  atMs: number,
  more: Partial<Record<'sale_store' | 'passed_by' | 'goods', string>> = {},
): Promise<number> =>
  tx.bulk({
    table: 'sales_claim',
    columns: [...claimColumns, ...Object.keys(more)],
    rows: [[...claimRow(body, atMs), ...Object.values(more)]],
    conflict: { keys: ['claim_id'], set: ['store', 'till', 'node', 'lines', ...Object.keys(more)] },
  })

const projectAsked = async (tx: Transaction, fact: RecordedFact<Asked>): Promise<void> => {
  const { claimId, claimedBy } = fact.body
  if (fact.store !== claimedBy.store || (await readRow(tx, claimId))) return
  await writeClaim(tx, fact.body, fact.atMs)
}

/** Only the store that sold goods can promise to let them come back, once, and to whoever asked. */
const projectClaimed = async (tx: Transaction, fact: RecordedFact<FactBody<'return.claimed'>>): Promise<void> => {
  const { saleId, saleStore, claimId, claimedBy, goods } = fact.body
  const before = await readRow(tx, claimId)
  const isOther = before && (before.goods !== null || before.sale_id !== saleId || before.store !== claimedBy.store)
  if (isOther || fact.store !== saleStore || (await soldElsewhere(tx, [saleId], saleStore)).size > 0) return
  await writeClaim(tx, fact.body, fact.atMs, { sale_store: saleStore, goods: goodsText(goods) })
  const row = await readRow(tx, claimId)
  if ((await isTaken(tx, claimId)) || (row && isReleased(row))) return
  const taken = goods.lines.flatMap(({ original, quantityMicro }): Taken[] =>
    original ? [{ saleId, lineNo: original.lineNo, quantityMicro: 0 - quantityMicro }] : [],
  )
  await place(tx, claimId, taken, 1)
}

const projectRefused = async (tx: Transaction, fact: RecordedFact<FactBody<'return.claim-refused'>>): Promise<void> => {
  const { claimId, saleId, code, claimedBy } = fact.body
  const before = await readRow(tx, claimId)
  // HQ refuses what nobody sold, else the store that sold it does.
  if (before && fact.store !== hqHandle && fact.store !== before.sale_store && !fact.fromAbove) return
  const columns = [...claimColumns, 'refused_code']
  const row = claimRow({ claimId, saleId, claimedBy, lines: [] }, fact.atMs)
  const conflict = { keys: ['claim_id'], set: ['refused_code'] }
  await tx.bulk({ table: 'sales_claim', columns, rows: [[...row, code]], conflict })
}

const projectReleased = async (
  tx: Transaction,
  fact: RecordedFact<FactBody<'return.claim-released'>>,
): Promise<void> => {
  const { claimId, saleId } = fact.body
  const tables = tx.tables<SalesTables>()
  const released_to = fact.audience ?? ''
  const before = await readRow(tx, claimId)
  if (before) {
    const released = isReleased(before) ? { released_to } : { released_to, released_by: fact.node }
    await tables.updateTable('sales_claim').set(released).where('claim_id', '=', claimId).execute()
  } else {
    // Given up before it was heard of: whose it is follows with the claim itself.
    const columns = [...claimColumns, 'released_to', 'released_by']
    const row = [claimId, saleId, fact.store, '', fact.node, fact.atMs, '[]', released_to, fact.node]
    await tx.bulk({ table: 'sales_claim', columns, rows: [row] })
  }
  const after = await readRow(tx, claimId)
  if (!after || !isReleased(after)) return
  await tables.deleteFrom('sales_returned').where('return_id', '=', claimId).where('claimed', '=', 1).execute()
}

/**
 * Returns and claims to rows, one after the other: there are few, and each hangs on those before it. A store may say anything
 * about its own goods and claims, and nothing about another's. A fact that is not about returns is passed over.
 */
export const projectReturns = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  for (const fact of facts) {
    if (isFact(fact, 'sale.returned')) await projectReturn(tx, fact)
    else if (isFact(fact, 'return.asked')) await projectAsked(tx, fact)
    else if (isFact(fact, 'return.passed-on')) {
      await writeClaim(tx, fact.body, fact.atMs, { sale_store: fact.body.saleStore, passed_by: fact.node })
    } else if (isFact(fact, 'return.claimed')) await projectClaimed(tx, fact)
    else if (isFact(fact, 'return.claim-refused')) await projectRefused(tx, fact)
    else if (isFact(fact, 'return.claim-released')) await projectReleased(tx, fact)
  }
}
