import { routesByService } from '../../../src/contracts/api.ts'
import type { Route } from '../../../src/contracts/route.ts'

/**
 * Who answers a request that arrives at the till: the till itself; the store alone; the store, and the till where the store is
 * not reached; or the till, and the store for what the till does not know.
 */
export type Answerer = 'till' | 'store' | 'store-first' | 'till-first'

const wholly: readonly string[] = ['inventory', 'purchasing', 'reporting', 'integrations']
const single: Record<string, Answerer> = {
  // Only the store keeps the words that products are searched by.
  'catalogue listProducts': 'store',
  'catalogue importProducts': 'store',
  'catalogue exportProducts': 'store',
  // Only the store knows what came back elsewhere.
  'sales claimReturn': 'store',
  'sales getReturnClaim': 'store',
  'sales quoteReturn': 'store-first',
  // Receipts of other tills, and of this device before it was a node.
  'sales getSale': 'till-first',
  'sales listSales': 'till-first',
}

const answererOf = (service: string, { name }: Route): Answerer =>
  wholly.includes(service) ? 'store' : (single[`${service} ${name}`] ?? 'till')

/** Every address that is not the till's alone, plain ones before those with parameters. */
export const elsewhere: ReadonlyArray<{ route: Route; answerer: Exclude<Answerer, 'till'> }> = Object.entries(
  routesByService,
)
  .flatMap(([service, routes]) =>
    (Object.values(routes) as Route[]).flatMap(route => {
      const answerer = answererOf(service, route)
      return answerer === 'till' ? [] : [{ route, answerer }]
    }),
  )
  .toSorted((a, b) => Number(a.route.path.includes(':')) - Number(b.route.path.includes(':')))
