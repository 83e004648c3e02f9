import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { createClient } from '../../src/contracts/client.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import { addProducts, configureStore, sellOne } from './drive.ts'
import { addDevice, type NodeOptions, nodeFolder, startNode, type TestNode, until } from './nodes.ts'

const idOf = (n: number) => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`
export const hqIdentity: NodeIdentity = { id: idOf(1), epoch: 1, store: 'hq', kind: 'hq', top: true }
export const storeIdentity: NodeIdentity = { id: idOf(2), epoch: 1, store: 'store-1', kind: 'store', top: false }
export const tillIdentity: NodeIdentity = { id: idOf(3), epoch: 1, store: 'store-1', kind: 'till', top: false }

/** HQ, a store and its till, in one process, each on a file of its own. */
export type Chain = {
  hq: TestNode
  store: TestNode
  till: TestNode
  folder: string
  all(): TestNode[]
  file(node: TestNode): string
  /** Stops a node, does something to its file, and starts it again, as itself or as another. */
  restart(name: 'hq' | 'store' | 'till', meanwhile?: (file: string) => void, more?: Partial<NodeOptions>): Promise<void>
  close(): Promise<void>
}

/** HQ with `products` products; with `ports` all nodes have them. */
export const startChain = async (options: { products?: number; ports?: NodeOptions['ports'] } = {}): Promise<Chain> => {
  const folder = nodeFolder()
  const { products = 1, ports = {} } = options
  const start = (identity: NodeIdentity, parent?: TestNode, more: Partial<NodeOptions> = {}) =>
    startNode({ identity, folder: folder.path, ports, ...(parent ? { parent } : {}), ...more })
  const hq = await start(hqIdentity)
  addDevice(hq, storeIdentity, 'store-1')
  await configureStore(clientAbout(hq, 'store-1'), hq.ports.ids, 'One')
  await addProducts(hq.client, hq.ports.ids, products)
  const store = await start(storeIdentity, hq)
  addDevice(store, tillIdentity, 'till-1')
  const till = await start(tillIdentity, store)
  const fileOf = ({ identity }: TestNode) => join(folder.path, `${identity.id}.sqlite`)
  const chain: Chain = {
    hq,
    store,
    till,
    folder: folder.path,
    all: () => [chain.hq, chain.store, chain.till],
    file: fileOf,
    restart: async (name, meanwhile, more = {}) => {
      const node = chain[name]
      await node.stop()
      meanwhile?.(fileOf(node))
      const parent = name === 'till' ? chain.store : name === 'store' ? chain.hq : undefined
      const identity = more.identity ?? node.identity
      chain[name] = await start(identity, parent, { devices: node.devices, ...more })
      // Those below reach whoever stands in its place.
      if (name !== 'till') await chain.restart(name === 'hq' ? 'store' : 'till')
    },
    close: async () => {
      for (const node of chain.all().toReversed()) await node.stop()
      folder.remove()
    },
  }
  await until(chain.all(), async () => (await pricesAt(chain.till)).size === products)
  return chain
}

/** A client of a node for what concerns one store. */
export const clientAbout = ({ app }: Pick<TestNode, 'app'>, store: string) =>
  createClient(
    async request => {
      const url = new URL(request.url)
      url.searchParams.set('store', store)
      return app.fetch(new Request(url, request))
    },
    'http://node.test',
    'all',
  )

/** What a node sells at which price; empty while it knows no catalogue. */
export const pricesAt = async (node: TestNode): Promise<Map<string, number>> => {
  const answer = await clientAbout(node, 'store-1')
    .call(catalogueRoutes.tillCatalogue, {})
    .catch(() => null)
  return new Map(answer?.articles.map(({ sku, priceMinor }) => [sku, priceMinor]) ?? [])
}

export const sell = async (node: TestNode, product = 1): Promise<string> => {
  const id = node.ports.ids.next()
  await sellOne(node.client, id, 'till-1', product)
  return id
}

/** Ids of the sales that a node knows, in order. */
export const saleIds = async (node: TestNode): Promise<string[]> =>
  (await node.client.call(salesRoutes.listSales, { limit: 1_000 })).rows.map(({ id }) => id).toSorted()

/** Waits until HQ knows so many sales. */
export const reachHq = (chain: Chain, sales: number): Promise<void> =>
  until(chain.all(), async () => (await saleIds(chain.hq)).length === sales)

export const factsOf = async (node: TestNode, type: string) =>
  (await node.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000, type })).rows

/** Keeps a stopped node's file as a backup, and brings it back. */
export const backUp = (file: string): void => copyFileSync(file, `${file}.backup`)
export const bringBack = (file: string): void => copyFileSync(`${file}.backup`, file)
