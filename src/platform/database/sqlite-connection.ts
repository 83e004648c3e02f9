import { Kysely, SqliteDialect } from 'kysely'
import { conflictSql } from './bulk.ts'
import { type BulkInsert, CommitUnknown, type Database, NotDurable, type Transaction } from './database.ts'

/** A statement of one connection, made once and run many times. */
export type SqliteStatement = {
  /** It answers rows. */
  reader: boolean
  all(params: readonly unknown[]): unknown[]
  run(params: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint }
  /** Rows one by one; others may run the same statement meanwhile. */
  iterate(params: readonly unknown[]): IterableIterator<unknown>
  /** Gives back what it holds. */
  end(): void
}

/** One connection to a SQLite file, whichever build of SQLite it is. */
export type SqliteConnection = {
  prepare(sql: string): SqliteStatement
  exec(sql: string): void
  inTransaction(): boolean
  close(): void
}

/** A pragma, what it is set to, and what the engine answers when it has taken it. */
export type Setting = readonly [pragma: string, set: string, read: string | number]

const settings: readonly Setting[] = [
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
/** In KiB. With the engine's own 2 MiB, filling the index by which 100,000 products are searched takes twice as long. */
const cacheKib = 16_384
const oldestLibrary = [3, 51, 3]

/** Sets what durability needs and reads it back. Throws NotDurable where the engine did not take it. */
export const makeDurable = (connection: SqliteConnection, more: readonly Setting[] = []): void => {
  const firstValue = (sql: string): unknown => {
    const statement = connection.prepare(sql)
    try {
      const [row] = statement.all([])
      return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined
    } finally {
      statement.end()
    }
  }
  const version = String(firstValue('SELECT sqlite_version()'))
  const parts = version.split('.').map(Number)
  const older = oldestLibrary.findIndex((part, index) => (parts[index] ?? 0) !== part)
  if (older >= 0 && (parts[older] ?? 0) < oldestLibrary[older]!) {
    throw new NotDurable(`SQLite ${version} is older than ${oldestLibrary.join('.')}`)
  }
  const wanted = [...more, ...settings]
  for (const [name, set] of wanted) connection.exec(`PRAGMA ${name} = ${set}`)
  for (const [name, , read] of wanted) {
    const taken = firstValue(`PRAGMA ${name}`)
    if (taken !== read) throw new NotDurable(`SQLite did not take ${name}: it says ${taken}`)
  }
  connection.exec(`PRAGMA wal_autocheckpoint = ${pagesBetweenCheckpoints}`)
  connection.exec(`PRAGMA cache_size = -${cacheKib}`)
}

/** How many statements stay prepared. Lists with many optional filters make some texts; none makes thousands. */
const preparedAtMost = 500

type Prepare = { (sql: string): SqliteStatement; end(): void }

const statementsOf = (connection: SqliteConnection): Prepare => {
  const kept = new Map<string, SqliteStatement>()
  const end = (): void => {
    for (const statement of kept.values()) statement.end()
    kept.clear()
  }
  const prepare = (sql: string): SqliteStatement => {
    let statement = kept.get(sql)
    if (!statement) {
      if (kept.size >= preparedAtMost) end()
      statement = connection.prepare(sql)
      kept.set(sql, statement)
    }
    return statement
  }
  return Object.assign(prepare, { end })
}

/** The connection in the shape that Kysely's SQLite dialect drives. */
const kyselyOver = (prepare: Prepare): Kysely<unknown> =>
  new Kysely({ dialect: new SqliteDialect({ database: { close: () => {}, prepare } }) })

const bulkSql = (insert: BulkInsert): string => {
  const names = insert.columns.map(column => `"${column}"`).join(',')
  const marks = insert.columns.map(() => '?').join(',')
  return `INSERT INTO "${insert.table}" (${names}) VALUES (${marks})${conflictSql(insert)}`
}

/**
 * A database over two connections to the same file: one that writes, one transaction at a time, and another that reads what is
 * committed without waiting for it. Without the first a transaction is refused.
 */
export const sqliteDatabase = (connections: {
  writer: SqliteConnection | null
  reader: SqliteConnection
}): Database => {
  const { writer, reader } = connections
  const prepareRead = statementsOf(reader)
  const readTables = kyselyOver(prepareRead)
  const prepareWrite = writer && statementsOf(writer)
  const writeTables = prepareWrite && kyselyOver(prepareWrite)
  let last: Promise<unknown> = Promise.resolve()

  const begin = async <R>(work: (tx: Transaction) => Promise<R>): Promise<R> => {
    if (!writer || !prepareWrite || !writeTables) throw new Error('this database is open for reading only')
    writer.exec('BEGIN IMMEDIATE')
    let depth = 0
    const tx: Transaction = {
      dialect: 'sqlite',
      tables: <T>() => writeTables as Kysely<T>,
      bulk: async insert => {
        const statement = prepareWrite(bulkSql(insert))
        let written = 0
        for (const row of insert.rows) written += Number(statement.run(row).changes)
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
          if (writer.inTransaction()) writer.exec(`ROLLBACK TO ${mark}; RELEASE ${mark}`)
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
      if (writer.inTransaction()) writer.exec('ROLLBACK')
      throw error
    }
    try {
      writer.exec('COMMIT')
    } catch (error) {
      const inTransaction = writer.inTransaction()
      if (inTransaction) writer.exec('ROLLBACK')
      // An engine that keeps the transaction open surely did not commit it. Anything else is unknown.
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
      prepareRead.end()
      reader.close()
      if (prepareWrite) prepareWrite.end()
      writer?.close()
    },
  }
}
