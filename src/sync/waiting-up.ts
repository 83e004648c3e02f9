import type { SentFact } from '../contracts/sync.ts'
import { charactersAtOnce, factsAtOnce } from '../contracts/sync.ts'
import type { Reader } from '../platform/database/database.ts'
import type { JournalTables } from '../platform/journal/tables.ts'

/** A count beyond this is not counted on; it is many. */
const countedAtMost = 100_000

/** How many facts that were recorded here or below, of these types where given, stand after a position. */
export const waitingToGoUp = async (db: Reader, after: number, types?: readonly string[]): Promise<number> => {
  let waiting = db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('position')
    .where('position', '>', after)
    .where('from_above', '=', 0)
  if (types) waiting = waiting.where('type', 'in', [...types])
  const rows = await db
    .tables<JournalTables>()
    .selectFrom(waiting.limit(countedAtMost).as('waiting'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return rows.count
}

export type Batch = {
  facts: SentFact[]
  chains: Array<{ node: string; epoch: number; seq: number; position: number }>
  to: number
  more: boolean
}

/** The next facts that go up after a position, in the order of this journal; `to` is the last one's position, `more` whether others follow it. */
export const nextBatch = async (db: Reader, after: number): Promise<Batch | undefined> => {
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(['position', 'node', 'epoch', 'seq', 'hash', 'text'])
    .where('position', '>', after)
    .where('from_above', '=', 0)
    .orderBy('position')
    .limit(factsAtOnce + 1)
    .execute()
  const batch: Batch = { facts: [], chains: [], to: after, more: false }
  let characters = 0
  for (const { position, node, epoch, seq, hash, text } of rows) {
    characters += text.length
    const isFull = batch.facts.length === factsAtOnce || (batch.facts.length > 0 && characters > charactersAtOnce)
    if (isFull) {
      batch.more = true
      break
    }
    batch.facts.push({ hash, text })
    batch.chains.push({ node, epoch, seq, position })
    batch.to = position
  }
  return batch.facts.length > 0 ? batch : undefined
}

/**
 * The position just before the first fact of any chain that the parent does not have, by the tips that it told; infinity where it
 * has all. `stuck` are chains that it believes no more.
 */
export const firstUnknown = async (
  db: Reader,
  known: ReadonlyArray<{ node: string; epoch: number; seq: number }>,
  own: ReadonlyArray<{ node: string; epoch: number; seq: number }>,
  stuck: ReadonlySet<string>,
): Promise<number> => {
  let first = Number.POSITIVE_INFINITY
  const chains = await db
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['node', 'epoch', 'seq'])
    .where('from_above', '=', 0)
    .execute()
  for (const { node, epoch, seq } of [...own, ...chains]) {
    const there = known.find(tip => tip.node === node && tip.epoch === epoch)?.seq ?? 0
    if (there >= seq || stuck.has(`${node} ${epoch}`)) continue
    const row = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .select('position')
      .where('node', '=', node)
      .where('epoch', '=', epoch)
      .where('seq', '>', there)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst()
    if (row) first = Math.min(first, row.position - 1)
  }
  return first
}
