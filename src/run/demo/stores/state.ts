import type { DemoLink, DemoNode, DemoState } from '../../../contracts/demo-stores.ts'
import type { Clock } from '../../../platform/ports.ts'
import { demoCurrency } from '../catalogue.ts'
import { type Agreement, agreementWords, compare } from './agreement.ts'
import type { Cashier } from './cashier.ts'
import type { Chain, ChainNode } from './chain.ts'
import { sumOf } from './known.ts'
import type { Prices } from './prices.ts'

/** What the demo is doing, apart from what its nodes know. */
export type Course = { phase: DemoState['phase']; selling: boolean }

/** A sale is on its way up for some milliseconds: who agreed so short a time ago still does. */
const onItsWayMs = 1_500

/** Looks at all nodes whenever more is known of one, and so sees also the moments at which they agree. */
export const watchAgreement = (chain: Chain, clock: Clock): (() => Agreement) => {
  let agreed: { agreement: Agreement; atMs: number } | undefined
  const look = (): Agreement => {
    const agreement = compare(
      chain.nodes.map(({ place: { id, name, above }, state, known: { sales } }) => ({
        id,
        name,
        above,
        runs: state === 'running',
        sales,
      })),
    )
    if (agreement.agree) agreed = { agreement, atMs: clock.nowMs() }
    return agreement
  }
  chain.onHeard(() => look())
  return () => {
    const now = look()
    const isOnItsWay = chain.nodes.every(
      ({ state, cable, link }) =>
        state === 'running' && (cable === null || (!cable.isCut && link?.state === 'connected')),
    )
    return agreed && isOnItsWay && clock.nowMs() - agreed.atMs < onItsWayMs ? agreed.agreement : now
  }
}

/** Compared by what both tell: a node writes down itself only now and then what has gone up. */
const waitingAt = (node: ChainNode, parent: ChainNode | undefined): number => {
  if (!parent) return 0
  let waiting = 0
  for (const [origin, facts] of node.known.facts) waiting += Math.max(0, facts - (parent.known.facts.get(origin) ?? 0))
  return waiting
}

const nodeState = (node: ChainNode, parent: ChainNode | undefined, cashier: Cashier | undefined): DemoNode => {
  const { place, state, process, link, known, trouble } = node
  const { id, kind, name, above } = place
  return {
    id,
    kind,
    name,
    above,
    process: state,
    url: process?.url ?? null,
    link:
      link && above !== null ? { state: link.state, sinceMs: link.sinceMs, lastContactMs: link.lastContactMs } : null,
    ...sumOf(known.sales.values()),
    waiting: waitingAt(node, parent),
    priceVersion: known.priceVersion === 0 ? null : known.priceVersion,
    trouble: trouble ?? (state === 'running' ? (cashier?.trouble() ?? null) : null),
  }
}

const linkState = (node: ChainNode, parent: ChainNode): DemoLink => {
  let up = 0
  for (const origin of node.known.facts.keys()) up += parent.known.facts.get(origin) ?? 0
  return {
    below: node.place.id,
    above: parent.place.id,
    cut: node.cable?.isCut === true,
    reached: node.state === 'running' && parent.state === 'running' && node.link?.state === 'connected',
    up,
    down: node.known.fromAbove,
  }
}

/** All that the page shows. */
export const stateOf = (options: {
  chain: Chain
  course: Course
  cashiers: ReadonlyMap<string, Cashier>
  prices: Prices
  agreement: Agreement
}): DemoState => {
  const { chain, course, cashiers, prices, agreement } = options
  const links = chain.nodes.flatMap(node => {
    const { above } = node.place
    return above === null ? [] : [linkState(node, chain.at(above))]
  })
  return {
    currency: demoCurrency,
    ...course,
    nodes: chain.nodes.map(node => {
      const { id, above } = node.place
      return nodeState(node, above === null ? undefined : chain.at(above), cashiers.get(id))
    }),
    links,
    goods: prices.goods(),
    priceChange: prices.change(),
    verdict: { agree: agreement.agree, words: agreementWords(agreement, demoCurrency) },
  }
}
