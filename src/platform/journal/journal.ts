import type { Fact, NewFact, RecordedFact } from '../../contracts/fact.ts'
import type { QuarantineReason } from '../../contracts/sync.ts'
import { type NodeKind, wayDown } from '../../contracts/travel.ts'
import { upcast } from '../../contracts/upcast.ts'
import { canonicalJson, sha256 } from '../canonical.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Clock } from '../ports.ts'
import { type JournalTables, journalColumns } from './tables.ts'

/** `prev` of a node's first fact. */
export const genesis = '0'.repeat(64)

export type NodeIdentity = {
  id: string
  epoch: number
  /** The handle of its store; at HQ its own. */
  store: string
  kind: NodeKind
  /** Nobody is above it: it decides what is decided once for all. A shop is a store at the top. */
  top: boolean
}

/** A fact with what the journal is told about who did it and by which request. */
export type Entry = NewFact & { actor: string; request?: string }

/**
 * A fact that another node recorded, as it came: `text` is what it was hashed as there. Who hands it over has checked that it
 * is next in its chain, or that its chain is not kept whole here.
 */
export type Taken = { fact: Fact; text: string; hash: string; fromAbove: boolean; quarantined: QuarantineReason | null }

/** A place in a chain: the newest fact's number and hash; 0 and zeros before the first. */
export type ChainTip = { node: string; epoch: number; store: string; seq: number; hash: string; fromAbove: boolean }

/** What is not believed: `position` is its place in the journal, or null where it is not in it. */
export type Quarantined = Pick<Fact, 'node' | 'epoch' | 'seq'> & {
  position: number | null
  hash: string
  text: string
  reason: QuarantineReason
  atUs: number
}

type Tip = { position: number; seq: number; prev: string }

export type Journal = {
  readonly node: NodeIdentity
  /** The newest position, in this transaction while one is open. */
  head(): number
  /** Writes entries in order, in the transaction given. Ids must be new. */
  append(tx: Transaction, entries: readonly Entry[]): Promise<RecordedFact[]>
  /** Writes other nodes' facts in order, each once, and moves their chains on. */
  take(tx: Transaction, taken: readonly Taken[]): Promise<RecordedFact[]>
  /** Keeps what came as it came, apart from what is believed. What is in the journal already stays there, and is applied no more. */
  quarantine(tx: Transaction, kept: Omit<Quarantined, 'atUs'>): Promise<void>
  /** Forgets what a failed transaction appended. */
  rolledBack(): void
  /** Keeps what a committed transaction appended, and answers it in order. */
  committed(): RecordedFact[]
}

const nodeTip = async (db: Reader, node: NodeIdentity): Promise<Tip> => {
  const tables = db.tables<JournalTables>()
  const head = await tables
    .selectFrom('journal')
    .select('position')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  const own = await tables
    .selectFrom('journal')
    .select(['seq', 'hash'])
    .where('node', '=', node.id)
    .where('epoch', '=', node.epoch)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { position: head?.position ?? 0, seq: own?.seq ?? 0, prev: own?.hash ?? genesis }
}

/**
 * Canonical JSON of a fact: the same text as `canonicalJson(fact)`, made faster because the envelope's keys are known and
 * stand here in their sorted order. A test holds the two equal.
 */
export const factText = (fact: Fact): string => {
  const audience = fact.audience === undefined ? '' : `"audience":${JSON.stringify(fact.audience)},`
  const cause = fact.cause === undefined ? '' : `"cause":${JSON.stringify(fact.cause)},`
  const request = fact.request === undefined ? '' : `"request":${JSON.stringify(fact.request)},`
  return (
    `{"actor":${JSON.stringify(fact.actor)},"atMs":${fact.atMs},${audience}"body":${canonicalJson(fact.body)},${cause}"epoch":${fact.epoch},` +
    `"id":${JSON.stringify(fact.id)},"node":${JSON.stringify(fact.node)},"prev":${JSON.stringify(fact.prev)},${request}` +
    `"seq":${fact.seq},"store":${JSON.stringify(fact.store)},"type":${JSON.stringify(fact.type)},"version":${fact.version}}`
  )
}

type Row = Array<string | number | null>

/** What goes down, by what it replaces there. */
const waysDown = (facts: readonly RecordedFact[]): Row[] =>
  facts.flatMap(fact => {
    const way = fact.quarantined ? undefined : wayDown(fact)
    return way ? way.keys.map(key => [key, fact.position, fact.audience ?? '', way.to]) : []
  })

const tipsOf = (taken: readonly Taken[]): Row[] => {
  const tips = new Map<string, Row>()
  for (const { fact, hash, fromAbove } of taken) {
    const { node, epoch, store, seq } = fact
    const key = `${node} ${epoch}`
    if (Number(tips.get(key)?.[3] ?? 0) < seq) tips.set(key, [node, epoch, store, seq, hash, fromAbove ? 1 : 0])
  }
  return [...tips.values()]
}

/**
 * Those of these tips that are newer than what is known. Chains from below rise; of those from above older facts may follow, as soon as
 * they concern this node.
 */
const risingOf = async (tx: Transaction, tips: readonly Row[]): Promise<Row[]> => {
  const fromAbove = tips.filter(tip => tip[5] === 1)
  if (fromAbove.length === 0) return [...tips]
  const known = await tx
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['node', 'epoch', 'seq'])
    .where(
      'node',
      'in',
      fromAbove.map(([node]) => String(node)),
    )
    .execute()
  return tips.filter(
    ([node, epoch, , seq]) => !known.some(tip => tip.node === node && tip.epoch === epoch && tip.seq >= Number(seq)),
  )
}

/** The journal of the node that this database belongs to. There is one writer: whoever opens it must be the only one. */
export const openJournal = async (db: Reader, node: NodeIdentity, clock: Clock): Promise<Journal> => {
  let kept = await nodeTip(db, node)
  let tip: Tip = { ...kept }
  let open: RecordedFact[] = []

  const write = async (tx: Transaction, rows: Row[], recorded: readonly RecordedFact[]): Promise<void> => {
    await tx.bulk({ table: 'journal', columns: journalColumns, rows })
    const down = waysDown(recorded)
    if (down.length > 0)
      await tx.bulk({ table: 'way_down', columns: ['key', 'position', 'audience', 'deepest'], rows: down })
    open.push(...recorded)
  }

  const keepApart: Journal['quarantine'] = async (tx, kept) => {
    await tx.bulk({
      table: 'quarantine',
      columns: ['position', 'node', 'epoch', 'seq', 'hash', 'text', 'reason', 'at_us'],
      rows: [[kept.position, kept.node, kept.epoch, kept.seq, kept.hash, kept.text, kept.reason, clock.nowUs()]],
      conflict: { keys: ['node', 'epoch', 'seq', 'hash'] },
    })
    if (kept.position === null) return
    const tables = tx.tables<JournalTables>()
    await tables.updateTable('journal').set({ quarantined: 1 }).where('position', '=', kept.position).execute()
    await tables.deleteFrom('way_down').where('position', '=', kept.position).execute()
  }

  return {
    node,
    head: () => tip.position,
    quarantine: keepApart,
    append: async (tx, entries) => {
      const recordedAtUs = clock.nowUs()
      const recorded: RecordedFact[] = []
      const rows: Row[] = []
      for (const entry of entries) {
        const fact: Fact = {
          id: entry.id,
          type: entry.type,
          version: entry.version ?? 1,
          store: node.store,
          node: node.id,
          epoch: node.epoch,
          seq: tip.seq + 1,
          atMs: entry.atMs ?? Math.floor(recordedAtUs / 1000),
          actor: entry.actor,
          ...(entry.audience === undefined ? {} : { audience: entry.audience }),
          ...(entry.cause === undefined ? {} : { cause: entry.cause }),
          ...(entry.request === undefined ? {} : { request: entry.request }),
          body: entry.body,
          prev: tip.prev,
        }
        const text = factText(fact)
        const hash = sha256(text)
        const position = tip.position + 1
        rows.push(rowOf(fact, { position, recordedAtUs, text, hash }))
        recorded.push({ ...fact, position, recordedAtUs, hash })
        tip = { position, seq: fact.seq, prev: hash }
      }
      await write(tx, rows, recorded)
      return recorded
    },
    take: async (tx, taken) => {
      const apart: Array<Omit<Quarantined, 'atUs'>> = []
      const recordedAtUs = clock.nowUs()
      const recorded: RecordedFact[] = []
      const rows: Row[] = []
      for (const { fact, text, hash, fromAbove, quarantined } of taken) {
        const position = tip.position + 1
        rows.push(rowOf(fact, { position, recordedAtUs, text, hash, fromAbove, quarantined: quarantined !== null }))
        recorded.push({
          ...fact,
          position,
          recordedAtUs,
          hash,
          ...(fromAbove ? { fromAbove } : {}),
          ...(quarantined ? { quarantined: true } : {}),
        })
        if (quarantined) {
          const { node: of, epoch, seq } = fact
          apart.push({ position, node: of, epoch, seq, hash, text, reason: quarantined })
        }
        tip = { ...tip, position }
      }
      await write(tx, rows, recorded)
      for (const kept of apart) await keepApart(tx, kept)
      await tx.bulk({
        table: 'chain',
        columns: ['node', 'epoch', 'store', 'seq', 'hash', 'from_above'],
        rows: await risingOf(tx, tipsOf(taken)),
        conflict: { keys: ['node', 'epoch'], set: ['store', 'seq', 'hash', 'from_above'] },
      })
      return recorded
    },
    rolledBack: () => {
      tip = { ...kept }
      open = []
    },
    committed: () => {
      kept = { ...tip }
      const facts = open
      open = []
      return facts
    },
  }
}

type Placed = { position: number; recordedAtUs: number; text: string; hash: string }

/** A row in the order of `journalColumns`. */
const rowOf = (fact: Fact, placed: Placed & { fromAbove?: boolean; quarantined?: boolean }): Row => [
  placed.position,
  fact.id,
  fact.node,
  fact.epoch,
  fact.seq,
  fact.type,
  fact.cause ?? null,
  placed.recordedAtUs,
  placed.text,
  placed.hash,
  placed.fromAbove ? 1 : 0,
  placed.quarantined ? 1 : 0,
]

type ReadRow = Pick<JournalTables['journal'], (typeof readColumns)[number]>

const factOf = (row: ReadRow): RecordedFact => ({
  ...upcast(JSON.parse(row.text) as Fact),
  position: row.position,
  recordedAtUs: row.recorded_at_us,
  hash: row.hash,
  ...(row.from_above === 1 ? { fromAbove: true } : {}),
  ...(row.quarantined === 1 ? { quarantined: true } : {}),
})

const readColumns = ['position', 'recorded_at_us', 'text', 'hash', 'from_above', 'quarantined'] as const

/** Facts after a position in order, at most `limit`; only those of `types` where given. */
export const readFacts = async (
  db: Reader,
  after: number,
  limit: number,
  types?: readonly string[],
): Promise<RecordedFact[]> => {
  let query = db.tables<JournalTables>().selectFrom('journal').select(readColumns).where('position', '>', after)
  if (types) query = query.where('type', 'in', [...types])
  const rows = await query.orderBy('position').limit(limit).execute()
  return rows.map(factOf)
}

export const factById = async (db: Reader, id: string): Promise<RecordedFact | undefined> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(readColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && factOf(row)
}

/** Those of these ids that are in the journal. */
export const factsById = async (db: Reader, ids: readonly string[]): Promise<Map<string, RecordedFact>> => {
  if (ids.length === 0) return new Map()
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(readColumns)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(row => factOf(row)).map(fact => [fact.id, fact]))
}

/** A fact's text as it was hashed. Throws where there is none at this position. */
export const readText = async (db: Reader, position: number): Promise<string> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('text')
    .where('position', '=', position)
    .executeTakeFirstOrThrow()
  return row.text
}

/** Facts recorded in reaction to a fact, in order. */
export const factsCausedBy = async (db: Reader, id: string): Promise<RecordedFact[]> => {
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(readColumns)
    .where('cause', '=', id)
    .orderBy('position')
    .execute()
  return rows.map(factOf)
}

export const journalHead = async (db: Reader): Promise<number> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select('position')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.position ?? 0
}

/** The number of the newest fact of a node's chain that was taken in here; 0 where there is none. */
export const seqReached = async (db: Reader, node: string, epoch: number): Promise<number> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('chain')
    .select('seq')
    .where('node', '=', node)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return row?.seq ?? 0
}
