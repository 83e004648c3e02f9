import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import type { Database } from './database.ts'
import { makeDurable, type Setting, type SqliteConnection, sqliteDatabase } from './sqlite-connection.ts'

const values = (params: readonly unknown[]): SQLInputValue[] => params as SQLInputValue[]

const connectionOf = (db: DatabaseSync): SqliteConnection => ({
  prepare: sql => {
    const statement = db.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: params => statement.all(...values(params)),
      run: params => statement.run(...values(params)),
      iterate: params => db.prepare(sql).iterate(...values(params)),
      end: () => {},
    }
  },
  exec: sql => db.exec(sql),
  inTransaction: () => db.isTransaction,
  close: () => db.close(),
})

/** There fsync alone leaves the data in the drive's memory. */
const settings: readonly Setting[] = process.platform === 'darwin' ? [['fullfsync', 'ON', 1]] : []

/**
 * One SQLite file: a connection that writes, one transaction at a time, and another that reads what is committed without
 * waiting for it. With `readOnly` only the second is opened, and a transaction is refused.
 */
export const openSqlite = (path: string, options: { readOnly?: boolean } = {}): Database => {
  const writer = options.readOnly ? null : connectionOf(new DatabaseSync(path, { timeout: 10_000 }))
  if (writer) makeDurable(writer, settings)
  const reader = connectionOf(new DatabaseSync(path, { readOnly: true, timeout: 10_000 }))
  return sqliteDatabase({ writer, reader })
}
