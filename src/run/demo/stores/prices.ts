import { catalogueRoutes } from '../../../contracts/catalogue.ts'
import type { DemoGood, DemoPriceChange } from '../../../contracts/demo-stores.ts'
import type { Ports } from '../../../platform/ports.ts'
import { demoProducts } from '../catalogue.ts'
import type { Chain } from './chain.ts'

export type Prices = {
  goods(): DemoGood[]
  change(): DemoPriceChange | null
  /** Changes a price at HQ. Throws where HQ refuses it or does not run. */
  setPrice(sku: string, priceMinor: number): Promise<void>
}

const mostGoods = 8

type Watched = Omit<DemoPriceChange, 'heard'> & {
  factId: string
  sinceUs: number
  /** Where the fact stands in each node's journal. */
  positions: Map<string, number>
  afterMs: Map<string, number>
}

/** Some goods whose price can be changed at HQ, and when each node below prices with the last change. */
export const watchPrices = (chain: Chain, { clock, ids }: Pick<Ports, 'clock' | 'ids'>): Prices => {
  const goods: DemoGood[] = demoProducts
    .filter(({ favourite, unit }) => favourite && unit === 'each')
    .toSorted((a, b) => b.popularity - a.popularity)
    .slice(0, mostGoods)
    .map(({ sku, name, priceMinor }) => ({ sku, name, priceMinor }))
  let watched: Watched | undefined

  chain.onHeard((node, fact) => {
    if (!watched) return
    const { factId, positions, afterMs, sinceUs } = watched
    if (fact?.id === factId) positions.set(node.place.id, fact.position)
    const position = positions.get(node.place.id)
    if (position === undefined || node.priced < position || afterMs.has(node.place.id)) return
    afterMs.set(node.place.id, (clock.nowUs() - sinceUs) / 1_000)
  })

  return {
    goods: () => goods,
    change: () => {
      if (!watched) return null
      const { name, fromMinor, toMinor, atMs, afterMs } = watched
      const below = chain.nodes.filter(({ place }) => place.above !== null)
      const heard = below.map(({ place }) => ({ node: place.id, afterMs: afterMs.get(place.id) ?? null }))
      return { name, fromMinor, toMinor, atMs, heard }
    },
    setPrice: async (sku, priceMinor) => {
      const good = goods.find(each => each.sku === sku)
      if (!good || good.priceMinor === priceMinor) return
      const factId = ids.next()
      const before = watched
      watched = {
        name: good.name,
        fromMinor: good.priceMinor,
        toMinor: priceMinor,
        atMs: clock.nowMs(),
        factId,
        sinceUs: clock.nowUs(),
        positions: new Map(),
        afterMs: new Map(),
      }
      try {
        await chain.client('hq').call(catalogueRoutes.changePrice, { id: factId, sku, priceMinor })
        good.priceMinor = priceMinor
      } catch (error) {
        watched = before
        throw error
      }
    },
  }
}
