import type { Client } from '../../../contracts/client.ts'
import { salesRoutes } from '../../../contracts/sales.ts'
import type { Cashier } from './cashier.ts'
import type { Chain } from './chain.ts'
import type { Pause } from './pause.ts'

/** Every sale and return that a node knows, by id, with its total. Throws where one is there twice. */
const salesAt = async (client: Client): Promise<Map<string, number>> => {
  const found = new Map<string, number>()
  let cursor: string | undefined
  for (;;) {
    const page = await client.call(salesRoutes.listSales, { limit: 1_000, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id, totalMinor } of page.rows) {
      if (found.has(id)) throw new Error(`the sale ${id} is there twice`)
      found.set(id, totalMinor)
    }
    if (page.next === null) return found
    cursor = page.next
  }
}

const hasAll = (here: ReadonlyMap<string, number>, wanted: Iterable<[string, number]>): boolean =>
  [...wanted].every(([id, totalMinor]) => here.get(id) === totalMinor)

/**
 * Asks each node for its sales, one by one: tills have all that was paid at them, each node has all that those below it have, and
 * HQ has nothing that no store has.
 */
const allAgree = async (chain: Chain, cashiers: ReadonlyMap<string, Cashier>): Promise<boolean> => {
  const at = new Map<string, Map<string, number>>()
  for (const { place } of chain.nodes) at.set(place.id, await salesAt(chain.client(place.id)))
  return chain.nodes.every(({ place: { id, kind } }) => {
    const here = at.get(id) ?? new Map()
    const below = chain.nodes
      .filter(({ place }) => place.above === id)
      .flatMap(({ place }) => [...(at.get(place.id) ?? [])])
    const isComplete = hasAll(here, below) && hasAll(here, cashiers.get(id)?.paid ?? [])
    return isComplete && (kind !== 'hq' || here.size === below.length)
  })
}

const lookAgainMs = 250

/** The same again and again until all agree, at most for so long. Call it when nobody sells any more. */
export const agreeWithin = async (
  withinMs: number,
  options: { chain: Chain; cashiers: ReadonlyMap<string, Cashier>; pause: Pause; signal: AbortSignal },
): Promise<boolean> => {
  const late = AbortSignal.any([AbortSignal.timeout(withinMs), options.signal])
  while (!late.aborted) {
    if (await allAgree(options.chain, options.cashiers).catch(() => false)) return true
    await options.pause(lookAgainMs, late)
  }
  return false
}
