import { type Kysely, sql } from 'kysely'
import { sha256 } from '../canonical.ts'
import type { Database, Sql } from './database.ts'

/** One step forward of one owner's tables. Released steps are never edited; a test of the owner's holds their hashes. */
export type Migration = { name: string; sql: readonly Sql[] }

type MigrationTables = { migration: { owner: string; number: number; name: string; hash: string } }

/** The database was written by a newer Tillwire, or a released migration was edited. */
export class WrongDatabase extends Error {
  override name = 'WrongDatabase'
}

const textOf = (step: Sql, dialect: 'sqlite' | 'postgres'): string => (typeof step === 'string' ? step : step[dialect])

/**
 * Brings the tables of `owner` (a service, or the journal) to the newest shape, in one transaction.
 * Throws WrongDatabase where the database knows migrations that this program does not.
 */
export const migrate = async (database: Database, owner: string, migrations: readonly Migration[]): Promise<void> => {
  await database.transaction(async tx => {
    const db: Kysely<MigrationTables> = tx.tables<MigrationTables>()
    const run = (text: string) => sql.raw(text).execute(db)
    if (tx.dialect === 'postgres') await run(`SELECT pg_advisory_xact_lock(7411001)`)
    await run(
      `CREATE TABLE IF NOT EXISTS migration (owner text NOT NULL, number bigint NOT NULL, name text NOT NULL, hash text NOT NULL, PRIMARY KEY (owner, number))`,
    )
    const done = await db.selectFrom('migration').selectAll().where('owner', '=', owner).orderBy('number').execute()
    if (done.length > migrations.length) {
      throw new WrongDatabase(
        `${owner}: the database is at step ${done.length}, this Tillwire knows ${migrations.length}`,
      )
    }
    for (const [number, migration] of migrations.entries()) {
      const texts = migration.sql.map(step => textOf(step, tx.dialect))
      const known = done[number]
      if (known) {
        if (known.name !== migration.name) {
          throw new WrongDatabase(
            `${owner}: step ${number} is "${known.name}" in the database and "${migration.name}" here`,
          )
        }
        if (known.hash !== sha256(texts.join('\n'))) {
          throw new WrongDatabase(`${owner}: step ${number} ("${known.name}") was edited after it ran here`)
        }
        continue
      }
      for (const text of texts) await run(text)
      await db
        .insertInto('migration')
        .values({ owner, number, name: migration.name, hash: sha256(texts.join('\n')) })
        .execute()
    }
  })
}
