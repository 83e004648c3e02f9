import type { ResponseOf } from '../contracts/route.ts'
import type { syncRoutes } from '../contracts/sync.ts'
import { sha256 } from '../platform/canonical.ts'
import type { Reader } from '../platform/database/database.ts'
import type { JournalTables } from '../platform/journal/tables.ts'
import type { Device } from './device.ts'

/** Where more than this waits to come down, a snapshot is shorter than the tail. */
export const longestTail = 2_000

/** The newest position of what goes down. */
export const wayDownHead = async (db: Reader): Promise<number> => {
  const row = await db
    .tables<JournalTables>()
    .selectFrom('way_down')
    .select('position')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.position ?? 0
}

/** Positions of what goes down to a device: for all or for it, as far down as it stands, and not from below itself. */
const positionsFor = (db: Reader, device: Device, audiences: readonly string[], after: number, to: number) => {
  const rows = db
    .tables<JournalTables>()
    .selectFrom('way_down')
    .innerJoin('journal', 'journal.position', 'way_down.position')
    .where('way_down.position', '>', after)
    .where('way_down.position', '<=', to)
    .where('audience', 'in', ['', ...audiences])
  const deepEnough = device.kind === 'till' ? rows.where('deepest', '=', 'till') : rows
  return device.kind === 'till'
    ? deepEnough.where('journal.node', '!=', device.nodeId)
    : deepEnough.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('chain')
              .select('chain.node')
              .whereRef('chain.node', '=', 'journal.node')
              .whereRef('chain.epoch', '=', 'journal.epoch')
              .where('chain.store', '=', device.store)
              .where('chain.from_above', '=', 0),
          ),
        ),
      )
}

type Tail = Pick<ResponseOf<(typeof syncRoutes)['download']>, 'facts' | 'to' | 'more' | 'snapshotTo'> & { left: number }

/** The next facts in order, and how many at least are left, at most one more than the longest tail. */
export const tailFor = async (
  db: Reader,
  device: Device,
  audiences: readonly string[],
  { after, limit }: { after: number; limit: number },
): Promise<Tail> => {
  const head = await wayDownHead(db)
  const found = positionsFor(db, device, audiences, after, head)
  const left = await found
    .select('way_down.position')
    .distinct()
    .limit(longestTail + 1)
    .execute()
  if (left.length > longestTail) return { facts: [], to: after, more: true, snapshotTo: head, left: left.length }
  const facts = await found
    .select(['journal.position', 'journal.hash', 'journal.text'])
    .distinct()
    .orderBy('journal.position')
    .limit(limit)
    .execute()
  const more = left.length > facts.length
  return {
    facts,
    to: more ? (facts.at(-1)?.position ?? after) : Math.max(head, after),
    more,
    snapshotTo: null,
    left: left.length,
  }
}

/** A part of the snapshot up to a position: of all facts with the same key the newest. The same for whoever asks again. */
export const snapshotPart = async (
  db: Reader,
  device: Device,
  audiences: readonly string[],
  { to, after, limit }: { to: number; after: number; limit: number },
): Promise<ResponseOf<(typeof syncRoutes)['snapshot']>> => {
  const facts = await positionsFor(db, device, audiences, after, to)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('way_down as newer')
            .select('newer.position')
            .whereRef('newer.key', '=', 'way_down.key')
            .whereRef('newer.position', '>', 'way_down.position')
            .where('newer.position', '<=', to),
        ),
      ),
    )
    .select(['journal.position', 'journal.hash', 'journal.text'])
    .distinct()
    .orderBy('journal.position')
    .limit(limit + 1)
    .execute()
  const part = facts.slice(0, limit)
  const more = facts.length > limit
  const hash = sha256(part.map(each => each.hash).join(''))
  return { facts: part, after: more ? (part.at(-1)?.position ?? to) : to, more, hash }
}
