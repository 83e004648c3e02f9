import { hqHandle } from '../contracts/devices.ts'
import type { NodeKind } from '../contracts/travel.ts'
import type { Database } from '../platform/database/database.ts'
import { migrate } from '../platform/database/migrate.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../platform/journal/tables.ts'
import type { Ids } from '../platform/ports.ts'

/** How a new node calls its store. Tills and stores below HQ are told; see enrol-here.ts. */
const firstHandle: Record<NodeKind, string> = { till: '', store: 'store-1', hq: hqHandle }

/**
 * Which node this database is: made up at its first start as one that nobody is above (a store, unless another kind is wanted),
 * and kept in it from then on. Throws where it is of another kind than is wanted.
 */
export const nodeOf = async (database: Database, ids: Ids, wanted?: NodeKind): Promise<NodeIdentity> => {
  await migrate(database, 'journal', journalMigrations)
  return database.transaction(async tx => {
    const tables = tx.tables<JournalTables>()
    const known = await tables.selectFrom('node').selectAll().executeTakeFirst()
    if (known && wanted && known.kind !== wanted)
      throw new Error(`this is the data of a ${known.kind}, not of a ${wanted}`)
    if (known) return { id: known.id, epoch: known.epoch, store: known.store, kind: known.kind, top: known.top === 1 }
    const kind = wanted ?? 'store'
    const node = { id: ids.next(), epoch: 1, store: firstHandle[kind], kind, top: 1 }
    await tables.insertInto('node').values(node).execute()
    return { ...node, top: node.top === 1 }
  })
}
