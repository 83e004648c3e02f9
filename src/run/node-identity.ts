import type { Database } from '../platform/database/database.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../platform/journal/tables.ts'
import type { Ids } from '../platform/ports.ts'

/** Which node this database is: made up at its first start, and kept in it from then on. */
export const nodeOf = async (database: Database, ids: Ids): Promise<NodeIdentity> => {
  await migrate(database, 'journal', journalMigrations)
  return database.transaction(async tx => {
    const tables = tx.tables<JournalTables>()
    const known = await tables.selectFrom('node').select(['id', 'epoch', 'store']).executeTakeFirst()
    if (known) return known
    const node = { id: ids.next(), epoch: 1, store: 'store-1' }
    await tables.insertInto('node').values(node).execute()
    return node
  })
}
