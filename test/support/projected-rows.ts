import { join } from 'node:path'
import { sql } from 'kysely'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import type { Service } from '../../src/platform/host/service.ts'

export type Rows = Record<string, Array<Record<string, string | number | null>>>

let files = 0

/**
 * What the projections of a service are after these facts, as the host hands them over: its own at once, those of others later,
 * in batches that end where `cuts` says.
 */
export const projectedRows = async (
  folder: string,
  service: Service,
  facts: readonly RecordedFact[],
  cuts: readonly number[] = [],
): Promise<Rows> => {
  files += 1
  const database = openSqlite(join(folder, `${files}.sqlite`))
  await migrate(database, service.name, service.migrations)
  const ends = new Set(cuts.map(cut => cut % (facts.length + 1)))
  const apply = (batch: readonly RecordedFact[]) =>
    batch.length > 0 ? database.transaction(tx => service.project(tx, batch)) : undefined
  let waiting: RecordedFact[] = []
  for (const [index, fact] of facts.entries()) {
    if (service.owns.includes(fact.type)) await apply([fact])
    else if (service.consumes.includes(fact.type)) waiting.push(fact)
    if (!ends.has(index + 1)) continue
    await apply(waiting)
    waiting = []
  }
  await apply(waiting)
  const tables: Rows = {}
  for (const table of service.projections) {
    const { rows } = await sql<Rows[string][number]>`SELECT * FROM ${sql.table(table)}`.execute(database.tables())
    tables[table] = rows
  }
  await database.close()
  return tables
}

/** Rows as texts in an order of their own, without the columns that may differ. */
export const comparable = (rows: Rows[string] | undefined, without: readonly string[] = []): string[] =>
  (rows ?? [])
    .map(row =>
      JSON.stringify(
        Object.fromEntries(
          Object.entries(row)
            .filter(([column]) => !without.includes(column))
            .toSorted(([a], [b]) => (a < b ? -1 : 1)),
        ),
      ),
    )
    .toSorted()
