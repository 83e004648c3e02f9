import { join } from 'node:path'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { factText, openJournal } from '../../src/platform/journal/journal.ts'
import { journalMigrations } from '../../src/platform/journal/tables.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { openBareJournal } from '../bare/bare-journal.ts'
import { type FigureGroup, figure, ratioAtLeast } from '../figure.ts'
import { createSaleEntries } from '../sale-facts.ts'
import { median, monotonicUs, sum } from '../statistics.ts'

const batchSize = 64
const warmUps = 300
const rounds = 2_000

/**
 * The journal's append in process against the engine alone. Both write the same rows (the bare one gets the texts and hashes
 * that the journal made) into the same table on the same disk, batch after batch in turn, so that both see the same weather.
 */
export const journalAppend: FigureGroup = {
  names: ['journal-append'],
  run: async ({ folder }) => {
    const database = openSqlite(join(folder, 'append.sqlite'))
    await migrate(database, 'journal', journalMigrations)
    const journal = await openJournal(
      database,
      { id: 'node-1', epoch: 1, store: 'store-1', kind: 'store', top: true },
      systemPorts().clock,
    )
    const bare = openBareJournal(join(folder, 'append-bare.sqlite'))
    const newEntries = createSaleEntries()
    const journalUs: number[] = []
    const bareUs: number[] = []
    let textBytes = 0
    for (let round = -warmUps; round < rounds; round++) {
      const entries = newEntries(batchSize)
      const startUs = monotonicUs()
      await database.transaction(tx => journal.append(tx, entries))
      const facts = journal.committed()
      const tookUs = monotonicUs() - startUs
      const rows = facts.map(({ position, recordedAtUs, hash, ...fact }) => [
        position,
        fact.id,
        fact.node,
        fact.epoch,
        fact.seq,
        fact.type,
        null,
        recordedAtUs,
        factText(fact),
        hash,
        0,
        0,
      ])
      const bareStartUs = monotonicUs()
      bare.insert(rows)
      const bareTookUs = monotonicUs() - bareStartUs
      if (round < 0) continue
      textBytes += sum(rows.map(row => String(row[8]).length))
      journalUs.push(tookUs)
      bareUs.push(bareTookUs)
    }
    await database.close()
    bare.close()
    const facts = rounds * batchSize
    const perSecond = (batchesUs: readonly number[]) => facts / (sum(batchesUs) / 1_000_000)
    return [
      figure({
        name: 'journal-append',
        value: perSecond(journalUs),
        unit: 'facts/s',
        target: ratioAtLeast(0.7),
        bare: perSecond(bareUs),
        note: `${rounds} batches of ${batchSize} facts of ${Math.round(textBytes / facts)} characters each way in turn; median batch ${(median(journalUs) / 1_000).toFixed(2)} ms, bare ${(median(bareUs) / 1_000).toFixed(2)} ms`,
      }),
    ]
  },
}
