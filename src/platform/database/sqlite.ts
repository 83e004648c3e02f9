import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import { type BulkInsert, CommitUnknown, type Database, NotDurable, type Transaction } from './database.ts'

type Prepared = {
  reader: boolean
  all(params: readonly unknown[]): unknown[]
  run(params: readonly unknown[]): { changes: number; lastInsertRowid: number | bigint }
  iterate(params: readonly unknown[]): IterableIterator<unknown>
}

/** How many statements stay prepared. Lists with many optional filters make some texts; none makes thousands. */
const preparedAtMost = 500

const statements = (db: DatabaseSync): ((sql: string) => StatementSync) => {
  const kept = new Map<string, StatementSync>()
  return sql => {
    let statement = kept.get(sql)
    if (!statement) {
      if (kept.size >= preparedAtMost) kept.clear()
      statement = db.prepare(sql)
      kept.set(sql, statement)
    }
    return statement
  }
}

/** node:sqlite in the shape that Kysely's SQLite dialect drives. */
const kyselyOver = (prepare: (sql: string) => StatementSync): Kysely<unknown> =>
  new Kysely({
    dialect: new SqliteDialect({
      database: {
        close: () => {},
        prepare: (sql: string): Prepared => {
          const statement = prepare(sql)
          const values = (params: readonly unknown[]): SQLInputValue[] => params as SQLInputValue[]
          return {
            reader: statement.columns().length > 0,
            all: params => statement.all(...values(params)),
            run: params => {
              const { changes, lastInsertRowid } = statement.run(...values(params))
              return { changes: Number(changes), lastInsertRowid }
            },
            iterate: params => statement.iterate(...values(params)),
          }
        },
      },
    }),
  })

const settings: ReadonlyArray<readonly [pragma: string, set: string, read: string | number]> = [
  ['journal_mode', 'WAL', 'wal'],
  ['synchronous', 'FULL', 2],
  ['foreign_keys', 'ON', 1],
  ['trusted_schema', 'OFF', 0],
  ['cell_size_check', 'ON', 1],
]
/**
 * 8 MB of log: a page that a busy shop writes again and again reaches the file once in a while, not every few commits, and
 * no sale waits long for it.
 */
const pagesBetweenCheckpoints = 2_000
const oldestLibrary = [3, 51, 3]

/** Sets what durability needs and reads it back. Throws NotDurable where the engine did not take it. */
const makeDurable = (db: DatabaseSync): void => {
  const pragma = (text: string): string | number | undefined => {
    const row = db.prepare(`PRAGMA ${text}`).get()
    return row ? (Object.values(row)[0] as string | number) : undefined
  }
  const version = String(Object.values(db.prepare('SELECT sqlite_version()').get() ?? {})[0])
  const parts = version.split('.').map(Number)
  const older = oldestLibrary.findIndex((part, index) => (parts[index] ?? 0) !== part)
  if (older >= 0 && (parts[older] ?? 0) < oldestLibrary[older]!) {
    throw new NotDurable(`SQLite ${version} is older than ${oldestLibrary.join('.')}`)
  }
  const wanted = process.platform === 'darwin' ? [...settings, ['fullfsync', 'ON', 1] as const] : settings
  for (const [name, set] of wanted) pragma(`${name} = ${set}`)
  for (const [name, , read] of wanted) {
    if (pragma(name) !== read) throw new NotDurable(`SQLite did not take ${name}: it says ${pragma(name)}`)
  }
}

const bulkSql = (insert: BulkInsert): string => {
  const names = insert.columns.map(column => `"${column}"`).join(',')
  const marks = insert.columns.map(() => '?').join(',')
  return `INSERT INTO "${insert.table}" (${names}) VALUES (${marks})${conflictSql(insert)}`
}

/** The ON CONFLICT clause, the same in both engines. */
export const conflictSql = ({ table, conflict }: BulkInsert): string => {
  if (!conflict) return ''
  const sets = [
    ...(conflict.add ?? []).map(column => `"${column}" = "${table}"."${column}" + excluded."${column}"`),
    ...(conflict.set ?? []).map(column => `"${column}" = excluded."${column}"`),
    ...(conflict.greatest ?? []).map(
      column =>
        `"${column}" = CASE WHEN excluded."${column}" > "${table}"."${column}" THEN excluded."${column}" ELSE "${table}"."${column}" END`,
    ),
  ]
  const keys = conflict.keys.map(key => `"${key}"`).join(',')
  return ` ON CONFLICT (${keys}) DO ${sets.length ? `UPDATE SET ${sets.join(', ')}` : 'NOTHING'}`
}

/**
 * One SQLite file: a connection that writes, one transaction at a time, and another that reads what is committed without
 * waiting for it. With `readOnly` only the second is opened, and a transaction is refused.
 */
export const openSqlite = (path: string, options: { readOnly?: boolean } = {}): Database => {
  const writer = options.readOnly ? null : new DatabaseSync(path, { timeout: 10_000 })
  if (writer) makeDurable(writer)
  writer?.exec(`PRAGMA wal_autocheckpoint = ${pagesBetweenCheckpoints}`)
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  const readTables = kyselyOver(statements(reader))
  const prepare = writer ? statements(writer) : null
  const writeTables = prepare ? kyselyOver(prepare) : null
  let last: Promise<unknown> = Promise.resolve()

  const begin = async <R>(work: (tx: Transaction) => Promise<R>): Promise<R> => {
    if (!writer || !prepare || !writeTables) throw new Error('this database is open for reading only')
    writer.exec('BEGIN IMMEDIATE')
    let depth = 0
    const tx: Transaction = {
      dialect: 'sqlite',
      tables: <T>() => writeTables as Kysely<T>,
      bulk: async insert => {
        const statement = prepare(bulkSql(insert))
        let written = 0
        for (const row of insert.rows) written += Number(statement.run(...row).changes)
        return written
      },
      savepoint: async inner => {
        depth += 1
        const mark = `s${depth}`
        writer.exec(`SAVEPOINT ${mark}`)
        try {
          const result = await inner()
          writer.exec(`RELEASE ${mark}`)
          return result
        } catch (error) {
          if (writer.isTransaction) writer.exec(`ROLLBACK TO ${mark}; RELEASE ${mark}`)
          throw error
        } finally {
          depth -= 1
        }
      },
    }
    let result: R
    try {
      result = await work(tx)
    } catch (error) {
      // A full disk ends the transaction by itself; there is nothing left to roll back then.
      if (writer.isTransaction) writer.exec('ROLLBACK')
      throw error
    }
    try {
      writer.exec('COMMIT')
    } catch (error) {
      const inTransaction = writer.isTransaction
      if (inTransaction) writer.exec('ROLLBACK')
      // A busy or full engine keeps the transaction open: it surely did not happen. Anything else is unknown.
      if (inTransaction) throw error
      throw new CommitUnknown('SQLite failed in a commit', { cause: error })
    }
    return result
  }

  return {
    dialect: 'sqlite',
    tables: <T>() => readTables as Kysely<T>,
    transaction: work => {
      const next = last.then(() => begin(work))
      last = next.catch(() => {})
      return next
    },
    close: async () => {
      await last
      reader.close()
      writer?.close()
    },
  }
}
