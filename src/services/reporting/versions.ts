import type { RecordedFact } from '../../contracts/fact.ts'
import { versionOf } from '../../contracts/fact.ts'

/** What the catalogue said of one thing, by the version from which on it said so. */
export type Version<Value> = { above: number; version: number; value: Value }

/** Where a catalogue fact stands among the versions. */
export const placeOf = (fact: RecordedFact): { above: number; version: number } => ({
  above: fact.fromAbove ? 1 : 0,
  version: versionOf(fact),
})

/**
 * What the catalogue said at a version: so a sale counts the same on every node, whatever that node knows meanwhile. The oldest
 * known where nothing is as old, for a node that began with a snapshot. The newest where no version is asked for.
 */
export const valueAt = <Value>(
  versions: readonly Version<Value>[],
  at: number = Number.MAX_SAFE_INTEGER,
): Value | undefined => {
  let oldest: Version<Value> | undefined
  let best: Version<Value> | undefined
  const above = versions.some(each => each.above === 1) ? 1 : 0
  for (const each of versions) {
    if (each.above !== above) continue
    if (!oldest || each.version < oldest.version) oldest = each
    if (each.version <= at && (!best || each.version > best.version)) best = each
  }
  return (best ?? oldest)?.value
}
