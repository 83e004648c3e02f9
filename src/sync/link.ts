import type { Reader, Transaction } from '../platform/database/database.ts'
import type { Command, CommandContext, Decision } from '../platform/host/service.ts'
import type { SyncTables } from './tables.ts'

export type Link = Omit<SyncTables['sync_link'], 'only'>

/** How this node stands to the one above; undefined where there is none. */
export const readLink = async (db: Reader): Promise<Link | undefined> =>
  db.tables<SyncTables>().selectFrom('sync_link').selectAll().executeTakeFirst()

export const changeLink = async (tx: Transaction, change: Partial<Link>): Promise<void> => {
  await tx.tables<SyncTables>().updateTable('sync_link').set(change).where('only', '=', 1).execute()
}

/** Points this node to the one above it, with nothing sent or heard yet. Its enrolment does this. */
export const setParent = async (tx: Transaction, parentUrl: string, nowMs: number): Promise<void> => {
  await tx.bulk({
    table: 'sync_link',
    columns: [
      'only',
      'parent_url',
      'parent_node',
      'parent_epoch',
      'heard_to',
      'sent_to',
      'audiences',
      'state',
      'since_ms',
    ],
    rows: [[1, parentUrl, '', 0, 0, 0, '', 'alone', nowMs]],
    conflict: {
      keys: ['only'],
      set: ['parent_url', 'parent_node', 'parent_epoch', 'heard_to', 'sent_to', 'audiences', 'state', 'since_ms'],
    },
  })
}

/** The connection tells how it stands. */
export const changeLinkCommand: Command = {
  decide: async (change: Partial<Link>, { tx }: CommandContext): Promise<Decision> => {
    await changeLink(tx, change)
    return { ok: true, facts: [] }
  },
}
