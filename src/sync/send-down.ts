import type { ResponseOf } from '../contracts/route.ts'
import type { SentFact, syncRoutes } from '../contracts/sync.ts'
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

/** Facts at these positions, in order. Their texts are read last, so that nothing long is sorted. */
const factsAt = (db: Reader, positions: readonly number[]) =>
  positions.length === 0
    ? Promise.resolve([])
    : db
        .tables<JournalTables>()
        .selectFrom('journal')
        .select(['position', 'hash', 'text'])
        .where('position', 'in', [...positions])
        .orderBy('position')
        .execute()

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
    .orderBy('way_down.position')
    .limit(longestTail + 1)
    .execute()
  if (left.length > longestTail) return { facts: [], to: after, more: true, snapshotTo: head, left: left.length }
  const next = left.slice(0, limit).map(({ position }) => position)
  const facts = await factsAt(db, next)
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
  const positions = await positionsFor(db, device, audiences, after, to)
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
    .select('way_down.position')
    .distinct()
    .orderBy('way_down.position')
    .limit(limit + 1)
    .execute()
  const next = positions.slice(0, limit).map(({ position }) => position)
  const part = await factsAt(db, next)
  const more = positions.length > limit
  const hash = sha256(part.map(each => each.hash).join(''))
  return { facts: part, after: more ? (part.at(-1)?.position ?? to) : to, more, hash }
}

/** Facts of one chain that come down to a device, after a number. */
export const chainFor = async (
  db: Reader,
  device: Device,
  audiences: readonly string[],
  { nodeId, epoch, after, limit }: { nodeId: string; epoch: number; after: number; limit: number },
): Promise<SentFact[]> =>
  positionsFor(db, device, audiences, 0, await wayDownHead(db))
    .where('journal.node', '=', nodeId)
    .where('journal.epoch', '=', epoch)
    .where('journal.seq', '>', after)
    .select(['journal.hash', 'journal.text', 'journal.seq'])
    .distinct()
    .orderBy('journal.seq')
    .limit(limit)
    .execute()
    .then(rows => rows.map(({ hash, text }) => ({ hash, text })))
