import { DatabaseSync } from 'node:sqlite'
import { type JournalTables, journalColumns } from '../src/platform/journal/tables.ts'
import { dataFolder } from '../src/run/data-folder.ts'
import { type BareRow, openBareJournal } from './bare/bare-journal.ts'
import { median, monotonicUs } from './statistics.ts'

/** What is committed in the journal of a node that may be running, read from its file without asking it. */
export type JournalFile = {
  /** The newest number of a node's chain that is there; 0 before the first. */
  seqOf(node: string, epoch: number): number
  count(type: string): number
  /** Facts of a type in order, as the journal's own rows. */
  rowsOf(type: string): BareRow[]
  close(): void
}

export const openJournalFile = ({ data }: { data: string }): JournalFile => {
  const db = new DatabaseSync(dataFolder(data).database, { readOnly: true, timeout: 10_000 })
  const newest = db.prepare('SELECT seq FROM journal WHERE node = ? AND epoch = ? ORDER BY seq DESC LIMIT 1')
  const counted = db.prepare('SELECT count(*) AS facts FROM journal WHERE type = ?')
  const columns = journalColumns.map(column => `"${column}"`).join(',')
  const rows = db.prepare(`SELECT ${columns} FROM journal WHERE type = ? ORDER BY position`)
  return {
    seqOf: (node, epoch) => (newest.get(node, epoch) as Pick<JournalTables['journal'], 'seq'> | undefined)?.seq ?? 0,
    count: type => (counted.get(type) as { facts: number }).facts,
    rowsOf: type =>
      (rows.all(type) as Array<JournalTables['journal']>).map(row => journalColumns.map(column => row[column])),
    close: () => db.close(),
  }
}

const bareRounds = 3

/**
 * What the engine alone takes to keep rows: into new journals, so many at a time, a durable commit each. Median of three times
 * in a row, in microseconds.
 */
export const bareInsertUs = (path: string, rows: readonly BareRow[], atOnce: number): number => {
  const tookUs = Array.from({ length: bareRounds }, (_, round) => {
    const bare = openBareJournal(`${path}-${round}.sqlite`)
    const startUs = monotonicUs()
    for (let from = 0; from < rows.length; from += atOnce) bare.insert(rows.slice(from, from + atOnce))
    const endUs = monotonicUs()
    bare.close()
    return endUs - startUs
  })
  return median(tookUs)
}
