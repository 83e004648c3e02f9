import { isFact } from '../../../src/contracts/known-facts.ts'
import type { Invariant } from './invariant.ts'

export const tendersMeetTotal: Invariant = {
  number: 8,
  says: 'tenders less change equal the total, in integer minor units',
  check: (world, books) =>
    (books.get(world.hq)?.believed ?? []).flatMap(fact => {
      if (!isFact(fact, 'sale.completed') && !isFact(fact, 'sale.returned')) return []
      const { tenders, changeMinor, totals } = fact.body
      const handedMinor = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
      const dueMinor = totals.totalMinor + totals.roundingMinor
      const isRight = handedMinor - changeMinor === dueMinor && dueMinor === totals.dueMinor && changeMinor >= 0
      return isRight ? [] : [`${fact.type} ${fact.id}: ${handedMinor} less ${changeMinor} is not ${dueMinor}`]
    }),
}
