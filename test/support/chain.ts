import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { type NodeIdentity, readFacts } from '../../src/platform/journal/journal.ts'
import { createCatalogueFront, createCatalogueService } from '../../src/services/catalogue/service.ts'
import type { SalesOptions } from '../../src/services/sales/options.ts'
import { createSalesFront, createSalesService } from '../../src/services/sales/service.ts'
import { factOwner, recordFact } from './fact-owner.ts'
import { passDown, passUp, relay } from './relay.ts'
import { testArticles, testStore, testTaxes } from './sales-shop.ts'
import { startTestShop, type TestShop } from './shop.ts'

/** A till of the chain: what was handed to its store is what the store may know. */
export type ChainTill = { shop: TestShop; store: string; handle: string; sent: { seq: number } }
export type Chain = {
  hq: TestShop
  stores: Map<string, TestShop>
  tills: Map<string, ChainTill>
  /** The groups of each store, which a test changes as it tells HQ of them. */
  groups: Map<string, string[]>
  /** Nodes that say to have recorded more than has arrived from them. */
  sending: Set<string>
  /** Everything goes up and down until nothing is new anywhere, `atOnce` facts in each transaction. */
  sync(atOnce?: number): Promise<void>
  /** The same, until something holds: what comes may be answered, and the answer goes on. */
  until(holds: () => Promise<boolean>): Promise<void>
  close(): Promise<void>
}

const idOf = (n: number): string => `01936d2e-7c00-7000-8000-0000000009${String(n).padStart(2, '0')}`

/** Catalogue and sales of one node; staff and cash are stand-ins, and so is sync. */
export const startChainNode = (node: NodeIdentity, options: SalesOptions = {}): Promise<TestShop> =>
  startTestShop(
    ports => ({
      services: [
        factOwner('reporting', ['device.enrolled', 'device.revoked', 'override.granted']),
        factOwner('cash', ['shift.opened', 'shift.closed']),
        createCatalogueService(ports),
        createSalesService(ports, options),
        relay(),
      ],
      fronts: [createCatalogueFront(ports), createSalesFront(ports)],
    }),
    {},
    undefined,
    node,
  )

/** The articles of the tests, as HQ or a shop saves them. */
export const saveArticles = async (shop: Pick<TestShop, 'client' | 'ports'>): Promise<void> => {
  const id = shop.ports.ids.next
  for (const tax of testTaxes) await shop.client.call(catalogueRoutes.setTax, { id: id(), ...tax })
  for (const { productId, name, sku, priceMinor, tax } of testArticles) {
    const variant = {
      sku,
      form: '',
      barcodes: [],
      unit: 'each' as const,
      priceMinor,
      costMinor: null,
      taxCode: tax.code,
    }
    await shop.client.call(catalogueRoutes.saveProduct, { id: id(), productId, name, variants: [variant] })
  }
}

/** HQ with stores that each have tills; what each till is called is unique within its store alone. */
export const startChain = async (layout: Record<string, readonly string[]>): Promise<Chain> => {
  let nodes = 0
  const nextId = () => {
    nodes += 1
    return idOf(nodes)
  }
  const hq = await startChainNode({ id: nextId(), epoch: 1, store: 'hq', kind: 'hq', top: true }, { sells: false })
  const stores = new Map<string, TestShop>()
  const tills = new Map<string, ChainTill>()
  const groups = new Map<string, string[]>()
  const sending = new Set<string>()
  for (const [store, handles] of Object.entries(layout)) {
    const isSending = (node: string) => sending.has(node)
    const shop = await startChainNode({ id: nextId(), epoch: 1, store, kind: 'store', top: false }, { isSending })
    stores.set(store, shop)
    groups.set(store, [])
    for (const handle of handles) {
      const identity: NodeIdentity = { id: nextId(), epoch: 1, store, kind: 'till', top: false }
      const sent = { seq: 0 }
      const till = await startChainNode(identity, { till: handle, sentSeq: () => sent.seq })
      tills.set(`${store} ${handle}`, { shop: till, store, handle, sent })
      await recordFact(shop, 'reporting', 'device.enrolled', {
        nodeId: identity.id,
        kind: 'till',
        store,
        handle,
        epoch: 1,
      })
    }
  }
  const id = hq.ports.ids.next
  for (const store of stores.keys())
    await hq.clientAbout(store).call(catalogueRoutes.configureStore, { id: id(), ...testStore, name: store })
  await saveArticles(hq)

  const all = [hq, ...stores.values(), ...[...tills.values()].map(till => till.shop)]
  let commits = 0
  let woken: () => void = () => {}
  for (const shop of all) {
    shop.host.onCommit(() => {
      commits += 1
      woken()
    })
  }

  const syncOnce = async (atOnce: number): Promise<number> => {
    let passed = 0
    for (const { shop, store, sent } of tills.values()) {
      sent.seq = Number.POSITIVE_INFINITY
      passed += await passUp(shop, stores.get(store)!, atOnce)
      sent.seq = await newestSeq(shop)
    }
    for (const shop of stores.values()) passed += await passUp(shop, hq, atOnce)
    const audiencesOf = (store: string) => [store, ...(groups.get(store) ?? [])]
    for (const [store, shop] of stores) passed += await passDown(hq, shop, audiencesOf(store), atOnce)
    for (const { shop, store } of tills.values())
      passed += await passDown(stores.get(store)!, shop, audiencesOf(store), atOnce)
    for (const shop of all) await shop.settled()
    return passed
  }
  const sync = async (atOnce = 500): Promise<void> => {
    for (;;) {
      const before = commits
      if ((await syncOnce(atOnce)) === 0 && commits === before) return
    }
  }
  return {
    hq,
    stores,
    tills,
    groups,
    sending,
    sync,
    until: async holds => {
      for (;;) {
        await sync()
        const before = commits
        if (await holds()) return
        if (commits !== before) continue
        await new Promise<void>(resolve => {
          woken = resolve
        })
      }
    },
    close: async () => {
      for (const shop of all.toReversed()) await shop.close()
    },
  }
}

/** The newest number of a node's own chain. */
const newestSeq = async ({ database, host }: TestShop): Promise<number> => {
  const facts = await readFacts(database, 0, 1_000_000)
  return facts.reduce((seq, fact) => (fact.node === host.node.id ? Math.max(seq, fact.seq) : seq), 0)
}
