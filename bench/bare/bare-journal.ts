import { DatabaseSync } from 'node:sqlite'
import { journalColumns, journalMigrations } from '../../src/platform/journal/tables.ts'

export type BareRow = ReadonlyArray<string | number | null>
export type BareJournal = {
  /** Inserts rows and commits them durably, as one transaction. */
  insert(rows: readonly BareRow[]): void
  close(): void
}

/** The engine alone: the journal's own table and indexes with its durability, and nothing before the insert. */
export const openBareJournal = (path: string): BareJournal => {
  const db = new DatabaseSync(path)
  for (const pragma of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON', 'cell_size_check = ON'])
    db.exec(`PRAGMA ${pragma}`)
  for (const { sql } of journalMigrations) {
    for (const step of sql) db.exec(typeof step === 'string' ? step : step.sqlite)
  }
  const columns = journalColumns.map(column => `"${column}"`).join(',')
  const insert = db.prepare(`INSERT INTO journal (${columns}) VALUES (${journalColumns.map(() => '?').join(',')})`)
  return {
    insert: rows => {
      db.exec('BEGIN IMMEDIATE')
      for (const row of rows) insert.run(...row)
      db.exec('COMMIT')
    },
    close: () => db.close(),
  }
}
