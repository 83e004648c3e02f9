import { chainOf } from './books.ts'
import type { Invariant } from './invariant.ts'

export const noGaps: Invariant = {
  number: 4,
  says: 'sequences are gapless; acknowledgements are contiguous',
  check: (_world, books) => {
    const breaches: string[] = []
    for (const { machine, facts } of books.values()) {
      const tips = new Map<string, number>()
      for (const [index, fact] of facts.entries()) {
        if (fact.position !== index + 1) breaches.push(`position ${index + 1} of ${machine.name} is ${fact.position}`)
        const chain = chainOf(fact)
        const before = tips.get(chain) ?? 0
        tips.set(chain, fact.seq)
        if (fact.fromAbove ? fact.seq === before : fact.seq !== before + 1)
          breaches.push(`${machine.name} has ${chain} ${fact.seq} after ${before}`)
      }
    }
    return breaches
  },
}
