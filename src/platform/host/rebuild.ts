import { sql } from 'kysely'
import { canonicalJson, sha256 } from '../canonical.ts'
import type { Database, Transaction } from '../database/database.ts'
import type { NodeIdentity } from '../journal/journal.ts'
import { journalHead, readFacts } from '../journal/journal.ts'
import type { JournalTables } from '../journal/tables.ts'
import { concerns } from './concerns.ts'
import type { Service } from './service.ts'

export type RebuiltTable = { table: string; rows: number; same: boolean }

const rowsAtOnce = 2_000

/** Rows of a table in pages, in whatever order the engine has them. */
async function* rowsOf(tx: Transaction, table: string): AsyncGenerator<unknown> {
  const db = tx.tables<Record<string, Record<string, unknown>>>()
  if (tx.dialect === 'sqlite') {
    yield* db.selectFrom(table).selectAll().stream()
    return
  }
  await sql`DECLARE rebuild_rows NO SCROLL CURSOR FOR SELECT * FROM ${sql.table(table)}`.execute(db)
  for (;;) {
    const { rows } = await sql`FETCH ${sql.lit(rowsAtOnce)} FROM rebuild_rows`.execute(db)
    if (rows.length === 0) break
    yield* rows
  }
  await sql`CLOSE rebuild_rows`.execute(db)
}

/** A figure that two tables share when they hold the same rows, in any order: the sum of the rows' hashes. */
const fingerprint = async (tx: Transaction, table: string): Promise<{ rows: number; sum: bigint }> => {
  let rows = 0
  let sum = 0n
  for await (const row of rowsOf(tx, table)) {
    rows += 1
    sum = BigInt.asUintN(128, sum + BigInt(`0x${sha256(canonicalJson(row)).slice(0, 32)}`))
  }
  return { rows, sum }
}

/**
 * Empties every projection of these services and fills it from the journal, in this transaction: a reader sees the old rows or
 * the new ones. Each service comes to the checkpoint where it stood, so that what still waits is applied, and reacted to, later.
 */
export const rebuildIn = async (
  tx: Transaction,
  services: readonly Service[],
  node: NodeIdentity,
): Promise<RebuiltTable[]> => {
  const before = new Map<string, { rows: number; sum: bigint }>()
  for (const service of services) {
    for (const table of service.projections) {
      before.set(table, await fingerprint(tx, table))
      await sql`DELETE FROM ${sql.table(table)}`.execute(tx.tables())
    }
  }
  const head = await journalHead(tx)
  const checkpoints = new Map(
    (await tx.tables<JournalTables>().selectFrom('checkpoint').selectAll().execute()).map(row => [
      row.service,
      row.position,
    ]),
  )
  let position = 0
  while (position < head) {
    const facts = await readFacts(tx, position, rowsAtOnce)
    const believed = facts.filter(fact => concerns(fact, node))
    for (const service of services) {
      const reached = checkpoints.get(service.name) ?? 0
      const heard = believed.filter(
        fact => service.owns.includes(fact.type) || (fact.position <= reached && service.consumes.includes(fact.type)),
      )
      if (heard.length > 0) await service.project(tx, heard)
    }
    position = facts.at(-1)?.position ?? head
  }
  const rebuilt: RebuiltTable[] = []
  for (const [table, old] of before) {
    const now = await fingerprint(tx, table)
    rebuilt.push({ table, rows: now.rows, same: now.sum === old.sum && now.rows === old.rows })
  }
  return rebuilt
}

/** The same in a transaction of its own. */
export const rebuildProjections = (
  database: Database,
  services: readonly Service[],
  node: NodeIdentity,
): Promise<RebuiltTable[]> => database.transaction(tx => rebuildIn(tx, services, node))
