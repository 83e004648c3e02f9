import type { StoreProfile } from '../../src/contracts/catalogue.ts'
import type { FactType } from '../../src/contracts/known-facts.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Front, Service } from '../../src/platform/host/service.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { createCashFront, createCashService } from '../../src/services/cash/service.ts'
import { createInventoryFront, createInventoryService } from '../../src/services/inventory/service.ts'
import { createPurchasingFront, createPurchasingService } from '../../src/services/purchasing/service.ts'
import { createReportingFront, createReportingService } from '../../src/services/reporting/service.ts'
import { factOwner } from './fact-owner.ts'
import { passDown, passUp, relay } from './relay.ts'
import { testStore } from './sales-shop.ts'
import { startTestShop, type TestShop } from './shop.ts'

const standIns = (): Service[] => [
  factOwner('catalogue', ['store.configured', 'product.saved']),
  factOwner('sales', ['sale.completed', 'sale.returned']),
  relay(),
]
const ofStore = (ports: Ports): { services: Service[]; fronts: Front[] } => ({
  services: [
    ...standIns(),
    createCashService(ports),
    createInventoryService(ports),
    createPurchasingService(ports),
    createReportingService(ports),
  ],
  fronts: [
    createCashFront(ports),
    createInventoryFront(ports),
    createPurchasingFront(ports),
    createReportingFront(ports),
  ],
})
const ofTill = (ports: Ports): { services: Service[]; fronts: Front[] } => ({
  services: [...standIns(), createCashService(ports)],
  fronts: [createCashFront(ports)],
})

const nodeOf = (kind: NodeIdentity['kind'], store: string, id: string = store): NodeIdentity => ({
  id,
  epoch: 1,
  store,
  kind,
  top: kind === 'hq',
})

/** The way between a node and the one above it, of which facts go along as often and as far as a test wants. */
type Way = { up(most?: number): Promise<unknown>; down(most?: number): Promise<unknown> }
const wayBetween = (below: TestShop, above: TestShop): Way => ({
  up: most => passUp(below, above, 500, most),
  down: most => passDown(above, below, [below.host.node.store], 500, most),
})

/** A store below HQ with a till below it, and the ways between them. */
export type Branch = { store: TestShop; till: TestShop; toHq: Way; toStore: Way }
export type Chain = {
  hq: TestShop
  branches: Branch[]
  /** Everything that anyone knows goes everywhere that it goes. */
  agree(): Promise<void>
  close(): Promise<void>
}

export const say = async (
  shop: TestShop,
  service: 'catalogue' | 'sales',
  type: FactType,
  body: Record<string, unknown>,
  audience?: string,
): Promise<string> => {
  const id = shop.ports.ids.next()
  const answer = await shop.host.execute({
    service,
    command: 'record',
    input: { facts: [{ id, type, body, ...(audience === undefined ? {} : { audience }) }] },
    principal: systemPrincipal,
  })
  if (!answer.ok) throw new Error(answer.code)
  return id
}

export const chainSkus = ['MILK', 'BREAD', 'PAN'] as const

/** An HQ that has configured its stores and has three products, and stores with a till each that have heard of it. */
export const startChain = async (
  profiles: ReadonlyArray<Partial<StoreProfile>>,
  ports: Partial<Ports> = {},
): Promise<Chain> => {
  const start = (node: NodeIdentity, make: typeof ofStore) => startTestShop(make, ports, undefined, node)
  const hq = await start(nodeOf('hq', 'hq'), ofStore)
  const branches: Branch[] = []
  for (const [index, profile] of profiles.entries()) {
    const handle = `store-${index + 1}`
    await say(hq, 'catalogue', 'store.configured', { ...testStore, name: `Shop ${index + 1}`, ...profile }, handle)
    const store = await start(nodeOf('store', handle), ofStore)
    const till = await start(nodeOf('till', handle, `${handle}-till`), ofTill)
    branches.push({ store, till, toHq: wayBetween(store, hq), toStore: wayBetween(till, store) })
  }
  const variants = chainSkus.map(sku => ({
    sku,
    form: '',
    barcodes: [],
    unit: 'each',
    priceMinor: 100,
    costMinor: 60,
    taxCode: 'zero',
  }))
  const product = {
    productId: hq.ports.ids.next(),
    name: 'Thing',
    category: '',
    favourite: false,
    demo: false,
    note: '',
  }
  await say(hq, 'catalogue', 'product.saved', { ...product, variants })
  const agree = async () => {
    for (const { toHq, toStore } of branches) {
      await toStore.up()
      await toHq.up()
    }
    for (const { toHq, toStore } of branches) {
      await toHq.down()
      await toStore.down()
    }
    for (const shop of [hq, ...branches.flatMap(({ store, till }) => [store, till])]) await shop.settled()
  }
  await agree()
  return {
    hq,
    branches,
    agree,
    close: async () => {
      for (const shop of [hq, ...branches.flatMap(({ store, till }) => [store, till])]) await shop.close()
    },
  }
}

let receipts = 0

/** A sale of pieces at 1.00 without tax, paid in cash; of a return where they are below zero. Answers the fact's id. */
export const sell = (
  shop: TestShop,
  pieces: number,
  more: { shiftId?: string; sku?: string; currency?: string; completedAtMs?: number; catalogueVersion?: number } = {},
): Promise<string> => {
  receipts += 1
  const totalMinor = pieces * 100
  const isReturn = pieces < 0
  return say(shop, 'sales', isReturn ? 'sale.returned' : 'sale.completed', {
    ...(isReturn ? { returnId: shop.ports.ids.next(), reason: 'why' } : { saleId: shop.ports.ids.next() }),
    till: 'till-1',
    receiptNumber: receipts,
    completedAtMs: more.completedAtMs ?? shop.ports.clock.nowMs(),
    currency: more.currency ?? 'EUR',
    taxMode: 'included',
    catalogueVersion: more.catalogueVersion ?? 1_000,
    cashier: 'Cleo',
    lines: [{ lineNo: 1, sku: more.sku ?? 'MILK', quantityMicro: pieces * 1_000_000, totalMinor }],
    totals: {
      subtotalMinor: totalMinor,
      discountMinor: 0,
      netMinor: totalMinor,
      taxMinor: 0,
      totalMinor,
      roundingMinor: 0,
      dueMinor: totalMinor,
    },
    taxes: [{ taxCode: 'zero', partCode: 'zero', name: 'No tax', ratePpm: 0, netMinor: totalMinor, taxMinor: 0 }],
    tenders: [{ kind: 'cash', amountMinor: totalMinor }],
    changeMinor: 0,
    ...(more.shiftId === undefined ? {} : { shiftId: more.shiftId }),
  })
}
