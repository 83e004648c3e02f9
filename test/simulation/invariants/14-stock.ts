import type { RecordedFact } from '../../../src/contracts/fact.ts'
import { isFact } from '../../../src/contracts/known-facts.ts'
import type { Machine } from '../machine.ts'
import type { Invariant } from './invariant.ts'

/** What a fact takes from or adds to the stock of its store. */
const movesOf = (fact: RecordedFact): Array<[sku: string, micro: number]> => {
  if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned'))
    return fact.body.lines.map(({ sku, quantityMicro }) => [sku, -quantityMicro])
  if (isFact(fact, 'stock.adjusted') || isFact(fact, 'stock.counted') || isFact(fact, 'transfer.received'))
    return fact.body.lines.map(({ sku, quantityMicro }) => [sku, quantityMicro])
  if (isFact(fact, 'transfer.sent')) return fact.body.lines.map(({ sku, quantityMicro }) => [sku, -quantityMicro])
  return []
}

type Level = { store: string; sku: string; level_micro: number }
const levelsAt = async (machine: Machine): Promise<Level[]> =>
  machine
    .process!.database.tables<{ inventory_level: Level }>()
    .selectFrom('inventory_level')
    .select(['store', 'sku', 'level_micro'])
    .execute()

export const stockIsItsMovements: Invariant = {
  number: 14,
  says: 'stock is the opening plus the sum of its movements, in any order of arrival',
  check: async (_world, books) => {
    const breaches: string[] = []
    for (const { machine, believed } of books.values()) {
      if (machine.kind === 'till') continue
      const sums = new Map<string, number>()
      for (const fact of believed) {
        if (fact.fromAbove) continue
        for (const [sku, micro] of movesOf(fact))
          sums.set(`${fact.store} ${sku}`, (sums.get(`${fact.store} ${sku}`) ?? 0) + micro)
      }
      const levels = new Map((await levelsAt(machine)).map(row => [`${row.store} ${row.sku}`, row.level_micro]))
      for (const key of new Set([...sums.keys(), ...levels.keys()]))
        if ((sums.get(key) ?? 0) !== (levels.get(key) ?? 0))
          breaches.push(`${machine.name} has ${levels.get(key)} of ${key}, which moved by ${sums.get(key)}`)
    }
    return breaches
  },
}
