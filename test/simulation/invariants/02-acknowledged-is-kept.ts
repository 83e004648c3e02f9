import { placeOf } from './books.ts'
import type { Invariant } from './invariant.ts'

export const acknowledgedIsKept: Invariant = {
  number: 2,
  says: 'every fact that HQ, or a store, acknowledged is in its journal',
  check: ({ acknowledged }, books) => {
    const breaches: string[] = []
    for (const { machine, facts } of books.values()) {
      const known = new Map(facts.map(fact => [placeOf(fact), fact.hash]))
      for (const [place, hash] of acknowledged.get(machine.name) ?? [])
        if (known.get(place) !== hash) breaches.push(`${machine.name} acknowledged ${place} ${hash.slice(0, 8)}`)
    }
    return breaches
  },
}
