import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { openJournal } from '../../src/platform/journal/journal.ts'
import { journalMigrations } from '../../src/platform/journal/tables.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { atMost, type FigureGroup, figure } from '../figure.ts'
import { createSaleEntries } from '../sale-facts.ts'
import { median, monotonicUs, sum } from '../statistics.ts'

const batchSize = 64
const warmUps = 50
const rounds = 600
const smallFacts = 10_000
const fillAtOnce = 5_000

const openFilled = async (path: string, facts: number, say: (text: string) => void) => {
  const database = openSqlite(path)
  await migrate(database, 'journal', journalMigrations)
  const journal = await openJournal(
    database,
    { id: 'node-1', epoch: 1, store: 'store-1', kind: 'store', top: true },
    systemPorts().clock,
  )
  const newEntries = createSaleEntries()
  const append = async (count: number): Promise<number> => {
    const entries = newEntries(count)
    const startUs = monotonicUs()
    await database.transaction(tx => journal.append(tx, entries))
    journal.committed()
    return monotonicUs() - startUs
  }
  for (let filled = 0; filled < facts; filled += fillAtOnce) {
    await append(Math.min(fillAtOnce, facts - filled))
    if (filled > 0 && filled % 500_000 === 0) say(`  ${filled.toLocaleString('en-GB')} facts`)
  }
  return { append, close: () => database.close() }
}

/**
 * What an append costs when the journal is large against when it is small: batch after batch in turn into two journals on
 * the same disk, checkpoints of the engine included.
 */
export const journalGrowth: FigureGroup = {
  names: ['journal-growth'],
  run: async ({ full, folder, say }) => {
    const largeFacts = full ? 10_000_000 : 1_000_000
    const at = join(folder, 'growth')
    const small = await openFilled(`${at}-small.sqlite`, smallFacts, say)
    const large = await openFilled(`${at}-large.sqlite`, largeFacts, say)
    const smallUs: number[] = []
    const largeUs: number[] = []
    for (let round = -warmUps; round < rounds; round++) {
      const tookSmallUs = await small.append(batchSize)
      const tookLargeUs = await large.append(batchSize)
      if (round < 0) continue
      smallUs.push(tookSmallUs)
      largeUs.push(tookLargeUs)
    }
    await small.close()
    await large.close()
    for (const file of ['small', 'large']) rmSync(`${at}-${file}.sqlite`)
    const perFactUs = (batches: readonly number[]) => sum(batches) / (batches.length * batchSize)
    return [
      figure({
        name: 'journal-growth',
        value: perFactUs(largeUs) / perFactUs(smallUs),
        unit: '×',
        target: atMost(1.2),
        note: `an append at ${largeFacts.toLocaleString('en-GB')} facts costs ${perFactUs(largeUs).toFixed(1)} µs, at ${smallFacts.toLocaleString('en-GB')} ${perFactUs(smallUs).toFixed(1)} µs a fact, ${rounds} batches of ${batchSize} each in turn; median batches ${(median(largeUs) / 1_000).toFixed(2)} and ${(median(smallUs) / 1_000).toFixed(2)} ms`,
      }),
    ]
  },
}
