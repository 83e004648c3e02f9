import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'

/** A till that became a node of its own, or (without `till`) one that is none any more. */
export type DeviceChange = { store: string; node: string; till?: string }

/** What a fact says of the tills of the store that recorded it: a store enrols its own tills and no other's. */
export const deviceChange = (fact: RecordedFact): DeviceChange | undefined => {
  const { store } = fact
  if (isFact(fact, 'device.revoked')) return { store, node: fact.body.nodeId }
  if (!isFact(fact, 'device.enrolled') || fact.body.kind !== 'till' || fact.body.store !== store) return undefined
  return { store, node: fact.body.nodeId, till: fact.body.handle }
}
