import type { NodeKind } from '../contracts/travel.ts'
import type { Database } from '../platform/database/database.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../platform/journal/tables.ts'
import type { Ids } from '../platform/ports.ts'

/** How a new node calls its store until it is enrolled; a till is told. */
const firstHandle: Record<NodeKind, string> = { till: '', store: 'store-1', hq: 'hq' }

/**
 * Which node this database is: made up at its first start as one that nobody is above, and kept in it from then on.
 * Throws where it is a node of another kind.
 */
export const nodeOf = async (database: Database, ids: Ids, kind: NodeKind): Promise<NodeIdentity> => {
  await migrate(database, 'journal', journalMigrations)
  return database.transaction(async tx => {
    const tables = tx.tables<JournalTables>()
    const known = await tables.selectFrom('node').selectAll().executeTakeFirst()
    if (known && known.kind !== kind) throw new Error(`this is the data of a ${known.kind}, not of a ${kind}`)
    if (known) return { id: known.id, epoch: known.epoch, store: known.store, kind, top: known.top === 1 }
    const node = { id: ids.next(), epoch: 1, store: firstHandle[kind], kind, top: kind === 'till' ? 0 : 1 }
    await tables.insertInto('node').values(node).execute()
    return { ...node, top: node.top === 1 }
  })
}
