import type { Fact, RecordedFact } from '../../src/contracts/fact.ts'
import { wayDown } from '../../src/contracts/travel.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Service } from '../../src/platform/host/service.ts'
import { type NodeIdentity, readFacts, readText, type Taken } from '../../src/platform/journal/journal.ts'
import type { TestShop } from './shop.ts'

/** Takes facts of other nodes in as they came: the least that sync does, without a network. */
export const factTaker = (): Service => ({
  name: 'sync',
  migrations: [],
  projections: [],
  owns: [],
  consumes: [],
  project: async () => {},
  commands: { take: { decide: ({ taken }: { taken: Taken[] }) => ({ ok: true, facts: [], taken }) } },
})

export const storeNode = (store: string): NodeIdentity => ({ id: store, epoch: 1, store, kind: 'store', top: false })
export const hqNode: NodeIdentity = { id: 'hq', epoch: 1, store: 'hq', kind: 'hq', top: true }
export const tillNode = (store: string, till: string): NodeIdentity => ({
  id: `${store}-${till}`,
  epoch: 1,
  store,
  kind: 'till',
  top: false,
})

/** Some of what one node knows, taken in by another: at most `limit` facts of its journal further, those that `goes` lets go. */
const pass = async (
  from: TestShop,
  to: TestShop,
  after: number,
  limit: number,
  goes: (fact: RecordedFact) => boolean,
  fromAbove: boolean,
): Promise<number> => {
  const facts = await readFacts(from.database, after, limit)
  const taken: Taken[] = []
  for (const fact of facts.filter(goes)) {
    const text = await readText(from.database, fact.position)
    taken.push({ fact: JSON.parse(text) as Fact, text, hash: fact.hash, fromAbove, quarantined: null })
  }
  if (taken.length > 0) {
    const answer = await to.host.execute({
      service: 'sync',
      command: 'take',
      input: { taken },
      principal: systemPrincipal,
    })
    if (!answer.ok) throw new Error(answer.code)
  }
  return facts.at(-1)?.position ?? after
}

/** The way between a node and the one above it, of which facts go along as often and as far as a test wants. */
export type Way = { up(limit?: number): Promise<void>; down(limit?: number): Promise<void> }

export const wayBetween = (below: TestShop, above: TestShop): Way => {
  const { store, kind } = below.host.node
  const chainsBelow = new Set<string>()
  let upTo = 0
  let downTo = 0
  const isForBelow = (fact: RecordedFact): boolean => {
    const way = wayDown(fact)
    return (
      way !== undefined &&
      (kind === 'store' || way.to === 'till') &&
      (fact.audience === undefined || fact.audience === store) &&
      !chainsBelow.has(fact.node)
    )
  }
  return {
    up: async (limit = 10_000) => {
      const goes = (fact: RecordedFact) => {
        if (fact.fromAbove) return false
        chainsBelow.add(fact.node)
        return true
      }
      upTo = await pass(below, above, upTo, limit, goes, false)
    },
    down: async (limit = 10_000) => {
      downTo = await pass(above, below, downTo, limit, isForBelow, true)
    },
  }
}
