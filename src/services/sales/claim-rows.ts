import type { z } from 'zod'
import { hqHandle } from '../../contracts/devices.ts'
import type { ClaimedGoods, claimState, returnClaim } from '../../contracts/return-claims.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { SalesTables } from './tables.ts'

type ClaimRow = SalesTables['sales_claim']
export type Claim = z.output<typeof returnClaim> & {
  askedAtMs: number
  /** The node that asked the store which sold the goods, where that was another one. */
  passedBy: string | null
  releasedTo: string | null
}

/** Whether a claim was given up: by the node that had it, or by the one that had passed the question on. */
export const isReleased = (row: Pick<ClaimRow, 'node' | 'passed_by' | 'released_by'>): boolean =>
  row.released_by !== null && (row.node === null || row.released_by === row.node || row.released_by === row.passed_by)

const stateOf = (row: ClaimRow, returned: boolean): z.output<typeof claimState> => {
  if (returned) return 'returned'
  if (isReleased(row)) return 'released'
  if (row.goods !== null) return 'open'
  return row.refused_code === null ? 'asked' : 'refused'
}

const claimOf = (row: ClaimRow, returned: boolean): Claim => ({
  claimId: row.claim_id,
  saleId: row.sale_id,
  saleStore: row.sale_store,
  state: stateOf(row, returned),
  claimedBy: { store: row.store, till: row.till, ...(row.node === null ? {} : { node: row.node }) },
  lines: JSON.parse(row.lines) as Claim['lines'],
  code: row.refused_code,
  goods: row.goods === null ? null : (JSON.parse(row.goods) as ClaimedGoods),
  askedAtMs: row.asked_at_ms,
  passedBy: row.passed_by,
  releasedTo: row.released_to,
})

/** Whether a sale or return has this id. */
export const isRecorded = async (db: Reader, id: string): Promise<boolean> =>
  (await db.tables<SalesTables>().selectFrom('sales_sale').select('id').where('id', '=', id).executeTakeFirst()) !==
  undefined

export const readClaim = async (db: Reader, claimId: string): Promise<Claim | undefined> => {
  const row = await db
    .tables<SalesTables>()
    .selectFrom('sales_claim')
    .selectAll()
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
  return row && claimOf(row, await isRecorded(db, claimId))
}

/** How many are looked at in one go; the next follow when these are done. */
const atOnce = 100

/** Claims that wait for a word of this node, oldest first: HQ says whose sale it is, the store that sold it whether it may be. */
const readUnanswered = async (db: Reader, { kind, store }: NodeIdentity): Promise<string[]> => {
  const waiting = db
    .tables<SalesTables>()
    .selectFrom('sales_claim')
    .select('claim_id')
    .where('goods', 'is', null)
    .where('refused_code', 'is', null)
    .where('released_by', 'is', null)
  const own =
    kind === 'hq'
      ? waiting.where('passed_by', 'is', null)
      : waiting.where('passed_by', 'is not', null).where('sale_store', '=', store)
  const rows = await own.orderBy('asked_at_ms').limit(atOnce).execute()
  return rows.map(row => row.claim_id)
}

/** Claims that were given up before whoever had them knew who had sold the goods: HQ alone is told, and tells on. */
const readUntold = async (db: Reader): Promise<string[]> => {
  const rows = await db
    .tables<SalesTables>()
    .selectFrom('sales_claim')
    .select('claim_id')
    .where('released_to', '=', hqHandle)
    .where('sale_store', 'is not', null)
    .limit(atOnce)
    .execute()
  return rows.map(row => row.claim_id)
}

/** Claims about which this node has something to say. */
export const readWaiting = async (db: Reader, node: NodeIdentity): Promise<string[]> => [
  ...(await readUnanswered(db, node)),
  ...(node.kind === 'hq' ? await readUntold(db) : []),
]
