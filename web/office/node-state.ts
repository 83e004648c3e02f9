import type { ResponseOf } from '../../src/contracts/route.ts'
import type { syncRoutes } from '../../src/contracts/sync.ts'

export type NodeRow = ResponseOf<typeof syncRoutes.listNodes>['rows'][number]

/** How a node stands to this one. A till of a store below speaks to its store alone, and is known here by its facts. */
export type Presence =
  | { kind: 'here' | 'never' | 'shut-out' }
  | { kind: 'away'; sinceMs: number }
  | { kind: 'behind-store'; lastFactAtMs: number | null }

/** A node says how it is every 15 seconds; whoever missed three of these is away. */
const awayAfterMs = 45_000

export const presenceOf = (node: NodeRow, nowMs: number, isHq: boolean): Presence => {
  if (node.revoked) return { kind: 'shut-out' }
  if (isHq && node.kind === 'till') return { kind: 'behind-store', lastFactAtMs: node.lastFactAtMs }
  if (node.lastHeardMs === null) return { kind: 'never' }
  return nowMs - node.lastHeardMs > awayAfterMs ? { kind: 'away', sinceMs: node.lastHeardMs } : { kind: 'here' }
}

/** Times on receipts come from the node's clock: over a minute off is worth an act. */
export const isClockOff = (offsetMs: number | null): boolean => offsetMs !== null && Math.abs(offsetMs) > 60_000

/** Some facts are always on their way between two words of a node; more of them than this are held up. */
const onTheWay = 50
/** Whether facts that had not arrived at a node's last word are something to look at. */
export const isHeldUp = (facts: number, isHere: boolean): boolean => facts > (isHere ? onTheWay : 0)

const rank = (node: NodeRow): number => (node.revoked ? 2 : node.kind === 'store' ? 0 : 1)

/** Nodes by store; in each the store itself first, then its tills by handle, and last those that were shut out. */
export const byStore = (nodes: readonly NodeRow[]): Array<{ store: string; nodes: NodeRow[] }> =>
  [...Map.groupBy(nodes, node => node.store)]
    .toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([store, of]) => ({
      store,
      nodes: of.toSorted(
        (a, b) => rank(a) - rank(b) || a.handle.localeCompare(b.handle, 'en', { numeric: true }) || a.epoch - b.epoch,
      ),
    }))

/** The next free handle of the form `till-3`. */
export const nextHandle = (prefix: string, taken: readonly string[]): string => {
  let number = 1
  while (taken.includes(`${prefix}-${number}`)) number += 1
  return `${prefix}-${number}`
}
