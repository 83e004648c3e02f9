import { hqHandle } from '../contracts/devices.ts'
import type { KnownTip } from '../contracts/sync.ts'
import type { Reader } from '../platform/database/database.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import type { Device } from './device.ts'

/** The newest fact of each of this node's own epochs. */
export const ownTips = async (db: Reader, node: NodeIdentity): Promise<KnownTip[]> => {
  const tips: KnownTip[] = []
  for (let epoch = 1; epoch <= node.epoch; epoch++) {
    const row = await db
      .tables<JournalTables>()
      .selectFrom('journal')
      .select(['seq', 'hash'])
      .where('node', '=', node.id)
      .where('epoch', '=', epoch)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (row) tips.push({ node: node.id, epoch, seq: row.seq, hash: row.hash })
  }
  return tips
}

/** Chains that came from above. */
export const tipsFromAbove = (db: Reader): Promise<KnownTip[]> =>
  db
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['node', 'epoch', 'seq', 'hash'])
    .where('from_above', '=', 1)
    .execute()

/**
 * Chains of the nodes above this one. Facts of other stores came down too, each for itself: their own nodes answer for them, and
 * a node above that has lost them hears of them again from below.
 */
export const tipsOfAbove = (db: Reader, { store }: Pick<NodeIdentity, 'store'>): Promise<KnownTip[]> =>
  db
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['node', 'epoch', 'seq', 'hash'])
    .where('from_above', '=', 1)
    .where('store', 'in', [store, hqHandle])
    .execute()

/** Chains of a device and, where it is a store, of the tills below it. */
export const tipsBelow = (db: Reader, device: Device): Promise<KnownTip[]> => {
  const chains = db
    .tables<JournalTables>()
    .selectFrom('chain')
    .select(['node', 'epoch', 'seq', 'hash'])
    .where('from_above', '=', 0)
  return device.kind === 'store'
    ? chains.where('store', '=', device.store).execute()
    : chains.where('node', '=', device.nodeId).execute()
}
