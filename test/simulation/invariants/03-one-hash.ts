import { placeOf } from './books.ts'
import type { Invariant } from './invariant.ts'

export const oneHash: Invariant = {
  number: 3,
  says: 'each (node, epoch, seq) has one hash everywhere',
  check: (_world, books) => {
    const hashes = new Map<string, { hash: string; at: string }>()
    const breaches: string[] = []
    for (const { machine, believed } of books.values()) {
      for (const fact of believed) {
        const place = placeOf(fact)
        const known = hashes.get(place)
        if (!known) hashes.set(place, { hash: fact.hash, at: machine.name })
        else if (known.hash !== fact.hash)
          breaches.push(`${place} is ${fact.type} ${fact.hash.slice(0, 8)} at ${machine.name}, other at ${known.at}`)
      }
    }
    return breaches
  },
}
