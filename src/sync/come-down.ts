import type { z } from 'zod'
import type { KnownTip, placedFact } from '../contracts/sync.ts'
import type { Transaction } from '../platform/database/database.ts'
import type { Command, CommandContext, Decision, Refusal } from '../platform/host/service.ts'
import type { Quarantined, Taken } from '../platform/journal/journal.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import { tipsOfAbove } from './chain-tips.ts'
import { changeLink } from './link.ts'
import { readSentFact } from './sent-fact.ts'
import type { SyncTables } from './tables.ts'

type PlacedFact = z.infer<typeof placedFact>
type Apart = Omit<Quarantined, 'atUs'>

/** How many are looked up in one statement. */
const keysAtOnce = 500

const slices = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / keysAtOnce) }, (_, index) =>
    all.slice(index * keysAtOnce, (index + 1) * keysAtOnce),
  )

const knownIds = async (tx: Transaction, ids: readonly string[]): Promise<Set<string>> => {
  const known = new Set<string>()
  for (const some of slices(ids)) {
    const rows = await tx.tables<JournalTables>().selectFrom('journal').select('id').where('id', 'in', some).execute()
    for (const { id } of rows) known.add(id)
  }
  return known
}

/** Those under whose number of the same chain something else came down before: the node above has forked. */
const forksAmong = async (tx: Transaction, taken: readonly Taken[]): Promise<Set<Taken>> => {
  const forks = new Set<Taken>()
  for (const chain of Map.groupBy(taken, ({ fact: { node, epoch } }) => `${node} ${epoch}`).values()) {
    for (const some of slices(chain)) {
      const { node, epoch } = some[0]!.fact
      const rows = await tx
        .tables<JournalTables>()
        .selectFrom('journal')
        .select(['seq', 'hash'])
        .where('node', '=', node)
        .where('epoch', '=', epoch)
        .where(
          'seq',
          'in',
          some.map(({ fact }) => fact.seq),
        )
        .execute()
      const hashes = new Map(rows.map(({ seq, hash }) => [seq, hash]))
      for (const each of some) if ((hashes.get(each.fact.seq) ?? each.hash) !== each.hash) forks.add(each)
    }
  }
  return forks
}

/** Facts that came down and are not here yet, in order, to be written as they are. */
const newFacts = async (
  tx: Transaction,
  sent: ReadonlyArray<Pick<PlacedFact, 'hash' | 'text'>>,
): Promise<{ ok: true; taken: Taken[]; quarantined: Apart[] } | Refusal> => {
  const taken: Taken[] = []
  for (const each of sent) {
    const read = readSentFact(each)
    if (!read.ok) return read
    const { fact, text, hash, doubt } = read
    taken.push({ fact, text, hash, fromAbove: true, quarantined: doubt })
  }
  const known = await knownIds(
    tx,
    taken.map(({ fact }) => fact.id),
  )
  const fresh = taken.filter(({ fact: { id } }) => {
    const isFresh = !known.has(id)
    known.add(id)
    return isFresh
  })
  const forks = await forksAmong(tx, fresh)
  const quarantined = [...forks].map(({ fact: { node, epoch, seq }, hash, text }): Apart => {
    return { position: null, node, epoch, seq, hash, text, reason: 'fork' }
  })
  return { ok: true, taken: fresh.filter(each => !forks.has(each)), quarantined }
}

/** Takes what came down and moves the place in the parent's journal on, in one transaction. */
export const hear: Command = {
  decide: async (
    { facts, to }: { facts: PlacedFact[]; to: number },
    { tx, nowMs }: CommandContext,
  ): Promise<Decision> => {
    const fresh = await newFacts(tx, facts)
    if (!fresh.ok) return fresh
    await changeLink(tx, { heard_to: to, last_contact_ms: nowMs })
    return { ok: true, facts: [], taken: fresh.taken, quarantined: fresh.quarantined }
  },
}

type Staging = Pick<SyncTables['sync_staging'], 'parent_node' | 'parent_epoch' | 'audiences' | 'to_position'>

/** Which snapshot is on its way, and after which position its next part begins; undefined where none is. */
export const readStaging = (tx: Pick<Transaction, 'tables'>): Promise<SyncTables['sync_staging'] | undefined> =>
  tx.tables<SyncTables>().selectFrom('sync_staging').selectAll().executeTakeFirst()

const forgetStaged = async (tx: Transaction): Promise<void> => {
  await tx.tables<SyncTables>().deleteFrom('sync_staged').execute()
  await tx.tables<SyncTables>().deleteFrom('sync_staging').execute()
}

const stagingColumns = ['parent_node', 'parent_epoch', 'audiences', 'to_position', 'after_position'] as const

/** Keeps a part of a snapshot beside the journal. A part of another snapshot than the one before begins anew. */
export const stage: Command = {
  decide: async (
    { facts, after, ...staging }: Staging & { facts: PlacedFact[]; after: number },
    { tx }: CommandContext,
  ): Promise<Decision> => {
    const before = await readStaging(tx)
    const isSame =
      before?.parent_node === staging.parent_node &&
      before.parent_epoch === staging.parent_epoch &&
      before.audiences === staging.audiences &&
      before.to_position === staging.to_position
    if (!isSame) await forgetStaged(tx)
    await tx.bulk({
      table: 'sync_staged',
      columns: ['position', 'hash', 'text'],
      rows: facts.map(({ position, hash, text }) => [position, hash, text]),
      conflict: { keys: ['position'], set: ['hash', 'text'] },
    })
    await tx.bulk({
      table: 'sync_staging',
      columns: ['only', ...stagingColumns],
      rows: [[1, staging.parent_node, staging.parent_epoch, staging.audiences, staging.to_position, after]],
      conflict: { keys: ['only'], set: stagingColumns },
    })
    return { ok: true, facts: [] }
  },
}

/** Swaps a snapshot in, whole: what is new of it is written in one transaction, so that nobody sees half a catalogue. */
export const swapIn: Command = {
  decide: async (_input: object, { tx, nowMs }: CommandContext): Promise<Decision> => {
    const staging = await readStaging(tx)
    if (!staging) throw new Error('no snapshot is on its way')
    const staged = await tx.tables<SyncTables>().selectFrom('sync_staged').selectAll().orderBy('position').execute()
    const fresh = await newFacts(tx, staged)
    if (!fresh.ok) return fresh
    await forgetStaged(tx)
    await changeLink(tx, {
      parent_node: staging.parent_node,
      parent_epoch: staging.parent_epoch,
      heard_to: staging.to_position,
      last_contact_ms: nowMs,
      audiences: staging.audiences,
    })
    return { ok: true, facts: [], taken: fresh.taken, quarantined: fresh.quarantined }
  },
}

/**
 * What came down and the parent no longer knows, because it was restored from a backup: no longer believed here either, and
 * everything is derived anew without it. `above` is what the parent knows of each chain.
 */
export const disown: Command = {
  decide: async ({ above }: { above: KnownTip[] }, { tx, node: here }: CommandContext): Promise<Decision> => {
    const tables = tx.tables<JournalTables>()
    const quarantined: Apart[] = []
    const chains = await tipsOfAbove(tx, here)
    for (const chain of chains) {
      const known = above.find(tip => tip.node === chain.node && tip.epoch === chain.epoch)?.seq ?? 0
      if (chain.seq <= known) continue
      const lost = await tables
        .selectFrom('journal')
        .select(['position', 'seq', 'hash', 'text'])
        .where('node', '=', chain.node)
        .where('epoch', '=', chain.epoch)
        .where('seq', '>', known)
        .where('quarantined', '=', 0)
        .execute()
      const { node, epoch } = chain
      for (const row of lost) quarantined.push({ ...row, node, epoch, reason: 'disowned' })
      await tables
        .updateTable('chain')
        .set({ seq: known })
        .where('node', '=', node)
        .where('epoch', '=', epoch)
        .execute()
    }
    return { ok: true, facts: [], quarantined, rebuild: quarantined.length > 0 }
  },
}
