import type { Client } from '../contracts/client.ts'
import type { Fact } from '../contracts/fact.ts'
import { type QuarantineReason, type SentFact, syncRoutes } from '../contracts/sync.ts'
import type { Database, Reader, Transaction } from '../platform/database/database.ts'
import { rebuildIn } from '../platform/host/rebuild.ts'
import type { Service } from '../platform/host/service.ts'
import { type Entry, type NodeIdentity, openJournal, type Taken } from '../platform/journal/journal.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import type { Clock } from '../platform/ports.ts'
import { readSentFact } from './sent-fact.ts'

const factsAtOnce = 1_000

type Row = Pick<JournalTables['journal'], 'position' | 'node' | 'epoch' | 'seq' | 'hash' | 'text' | 'from_above'> & {
  reason: QuarantineReason | null
}

const hashHere = async (db: Reader, node: string, epoch: number, seq: number): Promise<string | undefined> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('hash')
    .where('node', '=', node)
    .where('epoch', '=', epoch)
    .where('seq', '=', seq)
    .executeTakeFirst()
  return row?.hash
}

/** The newest number of a chain under which both sides have the same fact. Their chains are the same before it, by their links. */
const commonSeq = async (db: Reader, parent: Client, node: string, epoch: number): Promise<number> => {
  const isCommon = async (seq: number): Promise<boolean> => {
    const here = await hashHere(db, node, epoch, seq)
    if (here === undefined) return false
    const { facts } = await parent.call(syncRoutes.chain, { nodeId: node, epoch, after: seq - 1, limit: 1 })
    return facts[0]?.hash === here
  }
  const newest = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('seq')
    .where('node', '=', node)
    .where('epoch', '=', epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  let common = 0
  let beyond = (newest?.seq ?? 0) + 1
  while (beyond - common > 1) {
    const middle = Math.floor((common + beyond) / 2)
    if (await isCommon(middle)) common = middle
    else beyond = middle
  }
  return common
}

/** What the parent has of this node's chain after a number. */
const regain = async (parent: Client, node: string, epoch: number, after: number): Promise<SentFact[]> => {
  const regained: SentFact[] = []
  for (;;) {
    const page = await parent.call(syncRoutes.chain, {
      nodeId: node,
      epoch,
      after: after + regained.length,
      limit: factsAtOnce,
    })
    regained.push(...page.facts)
    if (!page.more) return regained
  }
}

const takenOf = (sent: SentFact): Taken => {
  const read = readSentFact(sent)
  if (!read.ok) throw new Error(`the parent sent a fact that can't be read: ${read.code}`)
  const { fact, text, hash, doubt } = read
  return { fact, text, hash, fromAbove: false, quarantined: doubt }
}

const entryOf = ({ text }: Row): Entry => {
  const { id, type, version, atMs, actor, audience, cause, request, body } = JSON.parse(text) as Fact
  return {
    id,
    type,
    version,
    atMs,
    actor,
    body,
    ...(audience === undefined ? {} : { audience }),
    ...(cause === undefined ? {} : { cause }),
    ...(request === undefined ? {} : { request }),
  }
}

/** Takes everything from a position on out of the journal, and answers it in order. */
const cutFrom = async (tx: Transaction, position: number): Promise<Row[]> => {
  const tables = tx.tables<JournalTables>()
  const rows = await tables
    .selectFrom('journal')
    .leftJoin('quarantine', 'quarantine.position', 'journal.position')
    .select(['journal.position', 'journal.node', 'journal.epoch', 'journal.seq', 'journal.hash', 'journal.text'])
    .select(['journal.from_above', 'quarantine.reason'])
    .where('journal.position', '>=', position)
    .orderBy('journal.position')
    .execute()
  for (const table of ['journal', 'way_down', 'quarantine'] as const)
    await tables.deleteFrom(table).where('position', '>=', position).execute()
  await tables.deleteFrom('applied_batch').where('to_position', '>=', position).execute()
  return rows
}

export type Rejoined = { regained: number; recordedAnew: number }

/**
 * Brings a node that was enrolled again (after a loss, an old backup, or a copy that forked) together with what the parent has
 * of it. Facts of its old epochs come back from the parent; those that only this node has are recorded anew in the new epoch,
 * with their ids, so that each counts once. Runs before the node's host is started; in one transaction, so that it happens
 * whole or not at all. `old` is what the node was, `identity` what it is from now on.
 */
export const rejoin = async (options: {
  database: Database
  old: Pick<NodeIdentity, 'id' | 'epoch'>
  identity: NodeIdentity
  parent: Client
  services: readonly Service[]
  clock: Clock
}): Promise<Rejoined> => {
  const { database, old, identity, parent, services, clock } = options
  const regained: Taken[] = []
  const common = new Map<number, number>()
  for (let epoch = 1; epoch < identity.epoch; epoch++) {
    const after = await commonSeq(database, parent, identity.id, epoch)
    common.set(epoch, after)
    regained.push(...(await regain(parent, identity.id, epoch, after)).map(takenOf))
  }
  const isKept = (row: Pick<Row, 'node' | 'epoch' | 'seq'>) =>
    row.node !== old.id || (row.node === identity.id && row.seq <= (common.get(row.epoch) ?? 0))
  const own = await database
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(['position', 'node', 'epoch', 'seq'])
    .where('node', '=', old.id)
    .orderBy('position')
    .execute()
  const firstAlone = own.find(row => !isKept(row))?.position

  return database.transaction(async tx => {
    const cut = firstAlone === undefined ? [] : await cutFrom(tx, firstAlone)
    await tx.tables<JournalTables>().deleteFrom('node').execute()
    const { id, epoch, store, kind, top } = identity
    await tx
      .tables<JournalTables>()
      .insertInto('node')
      .values({ id, epoch, store, kind, top: top ? 1 : 0 })
      .execute()
    const journal = await openJournal(tx, identity, clock)
    await journal.take(tx, regained)
    const others = cut.filter(row => isKept(row))
    await journal.take(
      tx,
      others.map(row => ({
        ...takenOf(row),
        fromAbove: row.from_above === 1,
        quarantined: row.reason,
      })),
    )
    const back = new Set(regained.map(({ fact }) => fact.id))
    const anew = cut
      .filter(row => !isKept(row))
      .map(entryOf)
      .filter(entry => !back.has(entry.id))
    await journal.append(tx, anew)
    const head = journal.head()
    await tx.tables<JournalTables>().updateTable('checkpoint').set({ position: head }).execute()
    await rebuildIn(tx, services, identity)
    return { regained: regained.length, recordedAnew: anew.length }
  })
}
