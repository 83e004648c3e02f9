import { type Fact, fact as factSchema, type NewFact, type RecordedFact } from '../../contracts/fact.ts'
import { canonicalJson, sha256 } from '../canonical.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Clock } from '../ports.ts'
import { type JournalTables, journalColumns } from './tables.ts'

/** `prev` of a node's first fact. */
export const genesis = '0'.repeat(64)

export type NodeIdentity = { id: string; epoch: number; store: string }

/** A fact with what the journal is told about who did it and by which request. */
export type Entry = NewFact & { actor: string; request?: string }

type Tip = { position: number; seq: number; prev: string }

export type Journal = {
  readonly node: NodeIdentity
  /** The newest position, in this transaction while one is open. */
  head(): number
  /** Writes entries in order, in the transaction given. Ids must be new. */
  append(tx: Transaction, entries: readonly Entry[]): Promise<RecordedFact[]>
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
  const cause = fact.cause === undefined ? '' : `"cause":${JSON.stringify(fact.cause)},`
  const request = fact.request === undefined ? '' : `"request":${JSON.stringify(fact.request)},`
  return (
    `{"actor":${JSON.stringify(fact.actor)},"atMs":${fact.atMs},"body":${canonicalJson(fact.body)},${cause}"epoch":${fact.epoch},` +
    `"id":${JSON.stringify(fact.id)},"node":${JSON.stringify(fact.node)},"prev":${JSON.stringify(fact.prev)},${request}` +
    `"seq":${fact.seq},"store":${JSON.stringify(fact.store)},"type":${JSON.stringify(fact.type)},"version":${fact.version}}`
  )
}

/** The journal of the node that this database belongs to. There is one writer: whoever opens it must be the only one. */
export const openJournal = async (db: Reader, node: NodeIdentity, clock: Clock): Promise<Journal> => {
  let kept = await nodeTip(db, node)
  let tip: Tip = { ...kept }
  let open: RecordedFact[] = []
  return {
    node,
    head: () => tip.position,
    append: async (tx, entries) => {
      const recordedAtUs = clock.nowUs()
      const recorded: RecordedFact[] = []
      const rows: Array<Array<string | number | null>> = []
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
          ...(entry.cause === undefined ? {} : { cause: entry.cause }),
          ...(entry.request === undefined ? {} : { request: entry.request }),
          body: entry.body,
          prev: tip.prev,
        }
        const text = factText(fact)
        const hash = sha256(text)
        const position = tip.position + 1
        rows.push([
          position,
          fact.id,
          fact.node,
          fact.epoch,
          fact.seq,
          fact.type,
          fact.cause ?? null,
          recordedAtUs,
          text,
          hash,
        ])
        recorded.push({ ...fact, position, recordedAtUs, hash })
        tip = { position, seq: fact.seq, prev: hash }
      }
      await tx.bulk({ table: 'journal', columns: journalColumns, rows })
      open.push(...recorded)
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

type Row = Pick<JournalTables['journal'], 'position' | 'recorded_at_us' | 'text' | 'hash'>

const factOf = (row: Row): RecordedFact => ({
  ...(JSON.parse(row.text) as Fact),
  position: row.position,
  recordedAtUs: row.recorded_at_us,
  hash: row.hash,
})

const rowColumns = ['position', 'recorded_at_us', 'text', 'hash'] as const

/** Facts after a position in order, at most `limit`; only those of `types` where given. */
export const readFacts = async (
  db: Reader,
  after: number,
  limit: number,
  types?: readonly string[],
): Promise<RecordedFact[]> => {
  let query = db.tables<JournalTables>().selectFrom('journal').select(rowColumns).where('position', '>', after)
  if (types) query = query.where('type', 'in', [...types])
  const rows = await query.orderBy('position').limit(limit).execute()
  return rows.map(factOf)
}

export const factById = async (db: Reader, id: string): Promise<RecordedFact | undefined> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(rowColumns)
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
    .select(rowColumns)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(row => factOf(row)).map(fact => [fact.id, fact]))
}

/** Facts recorded in reaction to a fact, in order. */
export const factsCausedBy = async (db: Reader, id: string): Promise<RecordedFact[]> => {
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(rowColumns)
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

export type Damage = { position: number; what: 'gap' | 'unreadable' | 'hash' | 'link' | 'seq' | 'columns' }
export type Verification = { facts: number; head: string; damages: Damage[] }

/**
 * Reads the whole journal and checks that positions and sequences have no gap, that each text is readable, has its hash and
 * links to the fact before it of its node, and that the columns repeat what the text says. Lists the first hundred damages.
 */
export const verifyJournal = async (
  db: Reader,
  progress: (position: number) => void = () => {},
): Promise<Verification> => {
  const damages: Damage[] = []
  const report = (position: number, what: Damage['what']) => {
    if (damages.length < 100) damages.push({ position, what })
  }
  const tips = new Map<string, { seq: number; hash: string }>()
  let position = 0
  let facts = 0
  let head = genesis
  for (;;) {
    const rows = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .selectAll()
      .where('position', '>', position)
      .orderBy('position')
      .limit(2_000)
      .execute()
    if (rows.length === 0) break
    for (const row of rows) {
      if (row.position !== position + 1) report(row.position, 'gap')
      position = row.position
      facts += 1
      head = row.hash
      if (sha256(row.text) !== row.hash) report(position, 'hash')
      const parsed = parseFact(row.text)
      if (!parsed) {
        report(position, 'unreadable')
        continue
      }
      if (
        parsed.id !== row.id ||
        parsed.type !== row.type ||
        parsed.node !== row.node ||
        parsed.epoch !== row.epoch ||
        parsed.seq !== row.seq ||
        (parsed.cause ?? null) !== row.cause
      ) {
        report(position, 'columns')
      }
      const key = `${parsed.node}/${parsed.epoch}`
      const before = tips.get(key) ?? { seq: 0, hash: genesis }
      if (parsed.seq !== before.seq + 1) report(position, 'seq')
      if (parsed.prev !== before.hash) report(position, 'link')
      tips.set(key, { seq: parsed.seq, hash: row.hash })
    }
    progress(position)
  }
  return { facts, head, damages }
}

const parseFact = (text: string): Fact | undefined => {
  try {
    const parsed = factSchema.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
