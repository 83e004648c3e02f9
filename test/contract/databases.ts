import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '../../src/platform/database/database.ts'
import { openPostgres } from '../../src/platform/database/postgres.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
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

const postgresDatabase = async (): Promise<TestDatabase> => {
  const { url, drop } = await freshDatabase()
  return { open: () => openPostgres(url), remove: drop }
}

/** Every engine that has to pass the suites. */
export const engines: ReadonlyArray<readonly [name: string, make: () => Promise<TestDatabase>]> = [
  ['SQLite', sqliteFile],
  ['Postgres', postgresDatabase],
]
