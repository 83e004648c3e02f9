import { isFact } from '../../../src/contracts/known-facts.ts'
import type { Invariant } from './invariant.ts'

export const receiptNumbers: Invariant = {
  number: 7,
  says: 'receipt numbers are unique and rise by one on each till',
  check: (world, books) => {
    const breaches: string[] = []
    const last = new Map<string, number>()
    for (const fact of books.get(world.hq)?.believed ?? []) {
      if (!isFact(fact, 'sale.completed') && !isFact(fact, 'sale.returned')) continue
      const till = `${fact.store} ${fact.body.till} in epoch ${fact.epoch} of ${fact.node}`
      const { receiptNumber } = fact.body
      const before = last.get(till)
      // A later epoch goes on above what its till had before.
      if (before !== undefined && receiptNumber !== before + 1)
        breaches.push(`${till} has receipt ${receiptNumber} after ${before}`)
      last.set(till, receiptNumber)
    }
    return breaches
  },
}
