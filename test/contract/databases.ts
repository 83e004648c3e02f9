import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/platform/database/database.ts'
import { openPostgres } from '../../src/platform/database/postgres.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { loadSqliteWasm, openSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { createDisks } from '../simulation/disk-vfs.ts'
import { freshDatabase } from '../support/postgres.ts'

/** A database that can be closed and opened again with what it kept, to see what a new process would. */
export type TestDatabase = { open(): Promise<Database>; remove(): Promise<void> }

const sqliteFile = async (): Promise<TestDatabase> => {
  const folder = mkdtempSync(join(tmpdir(), 'tillwire-contract-'))
  return {
    open: async () => openSqlite(join(folder, 'test.sqlite')),
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

const sqliteWasm = loadSqliteWasm()

/** The build that runs in browsers, on a disk in memory. */
const sqliteInWasm = async (): Promise<TestDatabase> => {
  const sqlite3 = await sqliteWasm
  const disk = createDisks(sqlite3, Math.random).disk()
  return {
    open: async () => openSqliteWasm(sqlite3, disk.file('test.sqlite')),
    remove: async () => disk.discard(),
  }
}

const postgresDatabase = async (): Promise<TestDatabase> => {
  const { url, drop } = await freshDatabase()
  return { open: () => openPostgres(url), remove: drop }
}

/** Every engine that has to pass the suites. */
export const engines: ReadonlyArray<readonly [name: string, make: () => Promise<TestDatabase>]> = [
  ['SQLite', sqliteFile],
  ['SQLite in WebAssembly', sqliteInWasm],
  ['Postgres', postgresDatabase],
]
