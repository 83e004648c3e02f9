import type { CompletedSale } from '../../contracts/sales.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { SalesTables } from './tables.ts'

/** A part of a line's quantity, in millionths from nothing to what was sold. */
export type Span = { fromMicro: number; toMicro: number }

/** A sale as this node knows it: where it was recorded, and which parts of each line came back or were promised. */
export type Original = { sale: CompletedSale; store: string; node: string; epoch: number; seq: number; taken: Span[][] }

/**
 * The parts of a line that a quantity takes of those that are left, the first ones first; what is more than was sold lies
 * beyond the end. A claim that was given up leaves a hole, which is taken before anything else: so each part has its own figures
 * and all together are what was paid, in whatever order they come and go.
 */
export const placesFor = (taken: readonly Span[], quantityMicro: number): Span[] => {
  const places: Span[] = []
  let at = 0
  let left = quantityMicro
  for (const span of taken.toSorted((a, b) => a.fromMicro - b.fromMicro)) {
    const room = Math.min(span.fromMicro - at, left)
    if (room > 0) {
      places.push({ fromMicro: at, toMicro: at + room })
      left -= room
    }
    at = Math.max(at, span.toMicro)
  }
  if (left > 0) places.push({ fromMicro: at, toMicro: at + left })
  return places
}

const readParts = (db: Reader, saleIds: readonly string[]) =>
  db
    .tables<SalesTables>()
    .selectFrom('sales_returned')
    .select(['sale_id', 'line_no', 'from_micro', 'to_micro', 'claimed'])
    .where('sale_id', 'in', [...saleIds])
    .execute()

/** How much came back, and how much is promised, of each line of a sale that has `lines` lines. */
export const readReturned = async (
  db: Reader,
  saleId: string,
  lines: number,
): Promise<{ returnedMicro: number[]; claimedMicro: number[] }> => {
  const returnedMicro = new Array<number>(lines).fill(0)
  const claimedMicro = new Array<number>(lines).fill(0)
  for (const row of await readParts(db, [saleId])) {
    const sums = row.claimed === 1 ? claimedMicro : returnedMicro
    sums[row.line_no - 1]! += row.to_micro - row.from_micro
  }
  return { returnedMicro, claimedMicro }
}

/** Those of these sales that are known; at HQ only those of `store`, where one is named. */
export const readOriginals = async (
  db: Reader,
  saleIds: readonly string[],
  store?: string | null,
): Promise<Map<string, Original>> => {
  const originals = new Map<string, Original>()
  const ids = [...new Set(saleIds)]
  if (ids.length === 0) return originals
  let query = db
    .tables<SalesTables>()
    .selectFrom('sales_sale')
    .select(['id', 'store', 'node', 'epoch', 'seq', 'document'])
    .where('id', 'in', ids)
    .where('kind', '=', 'sale')
  if (typeof store === 'string') query = query.where('store', '=', store)
  for (const row of await query.execute()) {
    const { id, document, ...where } = row
    const sale = JSON.parse(document) as CompletedSale
    originals.set(id, { sale, ...where, taken: sale.lines.map(() => []) })
  }
  if (originals.size === 0) return originals
  for (const row of await readParts(db, [...originals.keys()])) {
    const line = originals.get(row.sale_id)?.taken[row.line_no - 1]
    line?.push({ fromMicro: row.from_micro, toMicro: row.to_micro })
  }
  return originals
}
