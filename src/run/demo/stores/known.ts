import { catalogueFacts } from '../../../contracts/catalogue.ts'
import { type RecordedFact, versionOf } from '../../../contracts/fact.ts'

export type Tally = { sales: number; totalMinor: number }

/** What a node is known to know, from the facts that it tells as it takes them in. */
export type Known = {
  /** The position of its journal up to which it was heard. */
  position: number
  /** Sales, less returns, by the node at which they were made. */
  sales: Map<string, Tally>
  /** How many facts of each node it has that were recorded there or below. */
  facts: Map<string, number>
  /** How many came down to it. */
  fromAbove: number
  /** The version of the catalogue; 0 where it has none. */
  priceVersion: number
}

export const nothingKnown = (): Known => ({
  position: 0,
  sales: new Map(),
  facts: new Map(),
  fromAbove: 0,
  priceVersion: 0,
})

const soldMinor = ({ type, body }: RecordedFact): number | null => {
  if (type !== 'sale.completed' && type !== 'sale.returned') return null
  return (body as { totals: { totalMinor: number } }).totals.totalMinor
}

/** Facts come in the order of their positions; one that came before changes nothing. */
export const takeIn = (known: Known, fact: RecordedFact): void => {
  if (fact.position <= known.position) return
  known.position = fact.position
  if (fact.fromAbove) known.fromAbove += 1
  else known.facts.set(fact.node, (known.facts.get(fact.node) ?? 0) + 1)
  if (fact.type in catalogueFacts) known.priceVersion = Math.max(known.priceVersion, versionOf(fact))
  const amountMinor = soldMinor(fact)
  if (amountMinor === null) return
  const { sales, totalMinor } = known.sales.get(fact.node) ?? { sales: 0, totalMinor: 0 }
  known.sales.set(fact.node, { sales: sales + 1, totalMinor: totalMinor + amountMinor })
}

export const sumOf = (tallies: Iterable<Tally>): Tally => {
  const sum = { sales: 0, totalMinor: 0 }
  for (const { sales, totalMinor } of tallies) {
    sum.sales += sales
    sum.totalMinor += totalMinor
  }
  return sum
}
