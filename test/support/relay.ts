import { wayDown } from '../../src/contracts/travel.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Service } from '../../src/platform/host/service.ts'
import { factsById, factText, readFacts, type Taken } from '../../src/platform/journal/journal.ts'
import type { TestShop } from './shop.ts'

/** Stands in for sync: takes in what a test brings from another node, as it came. */
export const relay = (): Service => ({
  name: 'sync',
  migrations: [],
  projections: [],
  owns: [],
  consumes: [],
  project: async () => {},
  commands: { take: { decide: ({ taken }: { taken: Taken[] }) => ({ ok: true, facts: [], taken }) } },
})

/** More than any test records. */
const everything = 1_000_000

const withoutPlace = ({ position: _p, recordedAtUs: _r, hash, fromAbove: _f, quarantined: _q, ...fact }: Known) => ({
  fact,
  hash,
})
type Known = Awaited<ReturnType<typeof readFacts>>[number]

/** Hands over what one node knows and the other does not, at most `most`, `atOnce` facts in each transaction, and says how many they were. */
const pass = async (
  from: TestShop,
  to: TestShop,
  options: { fromAbove: boolean; atOnce: number; most?: number; concerns(fact: Known): boolean },
): Promise<number> => {
  const facts = (await readFacts(from.database, 0, everything)).filter(options.concerns)
  const known = await factsById(
    to.database,
    facts.map(fact => fact.id),
  )
  const taken = facts
    .filter(fact => !known.has(fact.id))
    .slice(0, options.most ?? everything)
    .map((each): Taken => {
      const { fact, hash } = withoutPlace(each)
      return { fact, text: factText(fact), hash, fromAbove: options.fromAbove, quarantined: null }
    })
  for (let at = 0; at < taken.length; at += options.atOnce) {
    const input = { taken: taken.slice(at, at + options.atOnce) }
    const answer = await to.host.execute({ service: 'sync', command: 'take', input, principal: systemPrincipal })
    if (!answer.ok) throw new Error(answer.code)
  }
  return taken.length
}

/** What was recorded at a node or below it goes up. */
export const passUp = (from: TestShop, to: TestShop, atOnce = 500, most = everything): Promise<number> =>
  pass(from, to, { fromAbove: false, atOnce, most, concerns: fact => !fact.fromAbove })

const goesDown = (to: TestShop, audiences: readonly string[]) => {
  const { node } = to.host
  return (fact: Known): boolean => {
    const way = wayDown(fact)
    if (!way || (node.kind === 'till' && way.to !== 'till')) return false
    const isOwn = node.kind === 'till' ? fact.node === node.id : fact.store === node.store
    return !isOwn && (fact.audience === undefined || audiences.includes(fact.audience))
  }
}

/** What a node below is to know comes down, as it travels. */
export const passDown = (
  from: TestShop,
  to: TestShop,
  audiences: readonly string[],
  atOnce = 500,
  most = everything,
): Promise<number> => pass(from, to, { fromAbove: true, atOnce, most, concerns: goesDown(to, audiences) })

/** The same for one that was long away: of facts with the same key the newest alone. */
export const passSnapshot = async (from: TestShop, to: TestShop, audiences: readonly string[]): Promise<number> => {
  const isFor = goesDown(to, audiences)
  const newest = new Map<string, string>()
  for (const fact of await readFacts(from.database, 0, everything))
    if (isFor(fact)) for (const key of wayDown(fact)?.keys ?? []) newest.set(key, fact.id)
  const kept = new Set(newest.values())
  return pass(from, to, { fromAbove: true, atOnce: 500, concerns: fact => isFor(fact) && kept.has(fact.id) })
}
