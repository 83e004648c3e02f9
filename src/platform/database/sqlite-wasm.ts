import sqlite3InitModule, { type Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { Database } from './database.ts'
import { makeDurable, type SqliteConnection, type SqliteStatement, sqliteDatabase } from './sqlite-connection.ts'
import { walIndexOf } from './wal-index.ts'

/** What is called for every value: the module's own functions, without the library's conversions around them. */
type Functions = {
  sqlite3_malloc(bytes: number): number
  sqlite3_free(memory: number): void
  sqlite3_realloc(memory: number, bytes: number): number
  sqlite3_step(statement: number): number
  sqlite3_reset(statement: number): number
  sqlite3_finalize(statement: number): number
  sqlite3_changes(database: number): number
  sqlite3_last_insert_rowid(database: number): bigint
  sqlite3_get_autocommit(database: number): number
  sqlite3_bind_null(statement: number, index: number): number
  sqlite3_bind_double(statement: number, index: number, value: number): number
  sqlite3_bind_int64(statement: number, index: number, value: bigint): number
  sqlite3_bind_text(statement: number, index: number, text: number, bytes: number, destructor: number): number
  sqlite3_bind_blob(statement: number, index: number, blob: number, bytes: number, destructor: number): number
  sqlite3_clear_bindings(statement: number): number
  sqlite3_stmt_status(statement: number, what: number, reset: number): number
  sqlite3_column_count(statement: number): number
  sqlite3_column_type(statement: number, column: number): number
  sqlite3_column_double(statement: number, column: number): number
  sqlite3_column_text(statement: number, column: number): number
  sqlite3_column_blob(statement: number, column: number): number
  sqlite3_column_bytes(statement: number, column: number): number
}

/** SQLite said no. `code` is what node:sqlite gives its errors, so that who asks for it need not know the engine. */
export class SqliteFailure extends Error {
  override name = 'SqliteFailure'
  readonly code = 'ERR_SQLITE_ERROR'
  /** SQLite's extended result code. */
  readonly errcode: number
  constructor(errcode: number, message: string) {
    super(message)
    this.errcode = errcode
  }
}

/** Makes SQLite copy what is bound before the call returns. */
const transient = -1
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** As on Node; the library's own 8 kB would make every commit longer. */
const pageBytes = 4096

const ignored = (): void => {}

/** SQLite as WebAssembly. Its other ways to OPFS are left out: one needs headers that a shop's page doesn't have. */
export const loadSqliteWasm = (): Promise<Sqlite3Static> => {
  Object.assign(globalThis, { sqlite3ApiConfig: { disable: { vfs: { opfs: true, 'opfs-wl': true } }, log: ignored } })
  return sqlite3InitModule()
}

const connect = (sqlite3: Sqlite3Static, vfs: string, path: string, flags: 'c' | 'r') => {
  const { capi, wasm } = sqlite3
  const raw: Functions = wasm.exports
  const db = new sqlite3.oo1.DB({ filename: path, flags, vfs })
  const database = db.pointer
  if (database === undefined) throw new Error(`SQLite did not open ${path}`)
  let scratch = { at: raw.sqlite3_malloc(4096), bytes: 4096 }

  const failure = (code: number): SqliteFailure => new SqliteFailure(code, capi.sqlite3_errmsg(database))
  const check = (code: number): void => {
    if (code !== capi.SQLITE_OK) throw failure(code)
  }
  /** Memory to hand a value over in; the next value is handed over in the same. */
  const room = (bytes: number): number => {
    if (bytes > scratch.bytes) {
      const at = raw.sqlite3_realloc(scratch.at, bytes * 2)
      if (at === 0) throw new SqliteFailure(capi.SQLITE_NOMEM, 'out of memory')
      scratch = { at, bytes: bytes * 2 }
    }
    return scratch.at
  }

  const bindOne = (statement: number, index: number, value: unknown): number => {
    if (typeof value === 'string') {
      const at = room(value.length * 3)
      const { written } = encoder.encodeInto(value, wasm.heap8u().subarray(at, at + scratch.bytes))
      return raw.sqlite3_bind_text(statement, index, at, written, transient)
    }
    // As node:sqlite does: a column's affinity makes integers of whole numbers.
    if (typeof value === 'number') return raw.sqlite3_bind_double(statement, index, value)
    if (value === null || value === undefined) return raw.sqlite3_bind_null(statement, index)
    if (typeof value === 'bigint') return raw.sqlite3_bind_int64(statement, index, value)
    if (typeof value === 'boolean') return raw.sqlite3_bind_int64(statement, index, value ? 1n : 0n)
    if (value instanceof Uint8Array) {
      const at = room(value.length)
      wasm.heap8u().set(value, at)
      return raw.sqlite3_bind_blob(statement, index, at, value.length, transient)
    }
    throw new TypeError(`SQLite can't store what parameter ${index} is: ${typeof value}`)
  }

  const textAt = (statement: number, column: number): string => {
    const at = raw.sqlite3_column_text(statement, column)
    return decoder.decode(wasm.heap8u().subarray(at, at + raw.sqlite3_column_bytes(statement, column)))
  }
  const integerAt = (statement: number, column: number): number => {
    const value = raw.sqlite3_column_double(statement, column)
    if (!Number.isSafeInteger(value)) throw new RangeError(`integer beyond 2^53 in the database: ${value}`)
    return value
  }
  const valueAt = (statement: number, column: number): unknown => {
    switch (raw.sqlite3_column_type(statement, column)) {
      case capi.SQLITE_INTEGER:
        return integerAt(statement, column)
      case capi.SQLITE_FLOAT:
        return raw.sqlite3_column_double(statement, column)
      case capi.SQLITE_TEXT:
        return textAt(statement, column)
      case capi.SQLITE_BLOB: {
        const at = raw.sqlite3_column_blob(statement, column)
        return wasm.heap8u().slice(at, at + raw.sqlite3_column_bytes(statement, column))
      }
      default:
        return null
    }
  }

  const prepared = (sql: string): number => {
    const stack = wasm.pstack.pointer
    try {
      const answer = wasm.pstack.allocPtr()
      check(capi.sqlite3_prepare_v3(database, sql, -1, capi.SQLITE_PREPARE_PERSISTENT, answer, null))
      return wasm.peekPtr(answer)
    } finally {
      wasm.pstack.restore(stack)
    }
  }

  const live = new Set<number>()
  const finalize = (statement: number): void => {
    if (live.delete(statement)) raw.sqlite3_finalize(statement)
  }

  /** A statement and its parts, which `prepare` puts together. */
  const compile = (sql: string) => {
    const statement = prepared(sql)
    live.add(statement)
    let names: string[] = []
    let namesOf = -1
    /** A changed table makes SQLite prepare the statement again, after which its columns may be others. */
    const refreshNames = (): void => {
      const times = raw.sqlite3_stmt_status(statement, capi.SQLITE_STMTSTATUS_REPREPARE, 0)
      if (times === namesOf) return
      namesOf = times
      names = Array.from({ length: raw.sqlite3_column_count(statement) }, (_each, column) =>
        capi.sqlite3_column_name(statement, column),
      )
    }
    const step = (): boolean => {
      const code = raw.sqlite3_step(statement)
      if (code !== capi.SQLITE_ROW && code !== capi.SQLITE_DONE) throw failure(code)
      return code === capi.SQLITE_ROW
    }
    return {
      statement,
      bind: (params: readonly unknown[]): void => {
        for (let index = 0; index < params.length; index++) check(bindOne(statement, index + 1, params[index]))
      },
      /** Whether there is a row. */
      step,
      *rows(): Generator<unknown> {
        for (let more = step(), first = true; more; more = step(), first = false) {
          if (first) refreshNames()
          const made: Record<string, unknown> = {}
          for (let column = 0; column < names.length; column++) made[names[column]!] = valueAt(statement, column)
          yield made
        }
      },
      reset: (): void => {
        raw.sqlite3_reset(statement)
        raw.sqlite3_clear_bindings(statement)
      },
    }
  }

  function* oneByOne(sql: string, params: readonly unknown[]): Generator<unknown> {
    const { statement, bind, rows } = compile(sql)
    try {
      bind(params)
      yield* rows()
    } finally {
      finalize(statement)
    }
  }

  const prepare = (sql: string): SqliteStatement => {
    const { statement, bind, step, rows, reset } = compile(sql)
    return {
      reader: raw.sqlite3_column_count(statement) > 0,
      all: params => {
        try {
          bind(params)
          return [...rows()]
        } finally {
          reset()
        }
      },
      run: params => {
        try {
          bind(params)
          while (step());
          return { changes: raw.sqlite3_changes(database), lastInsertRowid: raw.sqlite3_last_insert_rowid(database) }
        } finally {
          reset()
        }
      },
      iterate: params => oneByOne(sql, params),
      end: () => finalize(statement),
    }
  }

  const connection: SqliteConnection = {
    prepare,
    exec: sql => check(capi.sqlite3_exec(database, sql, 0, 0, 0)),
    inTransaction: () => raw.sqlite3_get_autocommit(database) === 0,
    close: () => {
      for (const statement of [...live]) finalize(statement)
      db.close()
      raw.sqlite3_free(scratch.at)
    },
  }
  return { database, connection }
}

/**
 * One SQLite file of a VFS that is registered in `sqlite3`: a connection that writes and another that reads what is committed
 * without waiting for it, as on Node. Nobody else may have the file open: see walIndexOf.
 */
export const openSqliteWasm = (sqlite3: Sqlite3Static, file: { vfs: string; path: string }): Database => {
  const index = walIndexOf(sqlite3)
  const opened: SqliteConnection[] = []
  const close = (): void => {
    for (const connection of opened.splice(0)) connection.close()
    index.end()
  }
  const open = (flags: 'c' | 'r'): SqliteConnection => {
    const { database, connection } = connect(sqlite3, file.vfs, file.path, flags)
    opened.push(connection)
    index.join(database)
    return connection
  }
  try {
    const writer = open('c')
    writer.exec(`PRAGMA page_size = ${pageBytes}`)
    makeDurable(writer)
    const database = sqliteDatabase({ writer, reader: open('r') })
    return {
      ...database,
      close: async () => {
        await database.close()
        index.end()
      },
    }
  } catch (error) {
    close()
    throw error
  }
}
