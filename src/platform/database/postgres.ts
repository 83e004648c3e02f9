import { Kysely, type Transaction as KyselyTransaction, PostgresDialect, sql } from 'kysely'
import { Pool, types } from 'pg'
import { conflictSql } from './bulk.ts'
import { type BulkInsert, CommitUnknown, type Database, NotDurable, type Reader, type Transaction } from './database.ts'

const int8 = 20
const numeric = 1700

/** All our 64-bit integers are safe ones by contract; one that is not is damage and must not be rounded quietly. */
const safeInteger = (text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`integer beyond 2^53 in the database: ${text}`)
  return value
}

/** Postgres takes at most 65 535 parameters in one statement. */
const mostParameters = 60_000

const bulkIn = async (trx: KyselyTransaction<unknown>, insert: BulkInsert): Promise<number> => {
  const names = insert.columns.map(column => `"${column}"`).join(',')
  const rowsAtOnce = Math.max(1, Math.floor(mostParameters / insert.columns.length))
  let written = 0
  for (let from = 0; from < insert.rows.length; from += rowsAtOnce) {
    const rows = insert.rows.slice(from, from + rowsAtOnce)
    const values = sql.join(rows.map(row => sql`(${sql.join([...row])})`))
    const result =
      await sql`INSERT INTO ${sql.table(insert.table)} (${sql.raw(names)}) VALUES ${values}${sql.raw(conflictSql(insert))}`.execute(
        trx,
      )
    written += Number(result.numAffectedRows ?? 0)
  }
  return written
}

/** A Postgres database, 15 or later. Throws NotDurable where the server would lose a commit in a power cut. */
export const openPostgres = async (url: string, options: { connections?: number } = {}): Promise<Database> => {
  const pool = new Pool({
    connectionString: url,
    max: options.connections ?? 8,
    types: {
      getTypeParser: (oid, format) =>
        format !== 'binary' && (oid === int8 || oid === numeric) ? safeInteger : types.getTypeParser(oid, format),
    },
  })
  // An idle connection that the server closes is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  for (const name of ['fsync', 'synchronous_commit']) {
    const { rows } = await sql<{ value: string }>`SELECT current_setting(${name}) AS value`.execute(db)
    if (rows[0]?.value !== 'on') {
      await db.destroy()
      throw new NotDurable(`Postgres has ${name} = ${rows[0]?.value}`)
    }
  }
  let last: Promise<unknown> = Promise.resolve()

  const begin = async <R>(work: (tx: Transaction) => Promise<R>): Promise<R> => {
    let asked = false
    try {
      return await db.transaction().execute(async trx => {
        let depth = 0
        const tx: Transaction = {
          dialect: 'postgres',
          tables: <T>() => trx as Kysely<unknown> as Kysely<T>,
          bulk: insert => bulkIn(trx, insert),
          savepoint: async inner => {
            depth += 1
            const mark = sql.raw(`s${depth}`)
            await sql`SAVEPOINT ${mark}`.execute(trx)
            try {
              const result = await inner()
              await sql`RELEASE SAVEPOINT ${mark}`.execute(trx)
              return result
            } catch (error) {
              await sql`ROLLBACK TO SAVEPOINT ${mark}`.execute(trx)
              throw error
            } finally {
              depth -= 1
            }
          },
        }
        const result = await work(tx)
        asked = true
        return result
      })
    } catch (error) {
      if (asked) throw new CommitUnknown('Postgres failed in a commit', { cause: error })
      throw error
    }
  }

  const reader: Reader = { dialect: 'postgres', tables: <T>() => db as Kysely<T> }
  return {
    ...reader,
    transaction: work => {
      const next = last.then(() => begin(work))
      last = next.catch(() => {})
      return next
    },
    close: async () => {
      await last
      await db.destroy()
    },
  }
}
