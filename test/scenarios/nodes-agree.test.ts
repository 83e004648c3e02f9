import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { createClient } from '../../src/contracts/client.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import { verifyJournal } from '../../src/platform/journal/verify.ts'
import { createServices, newStanding } from '../../src/run/services.ts'
import { rejoin } from '../../src/sync/rejoin.ts'
import { addDevice, nodeFolder, startNode, type TestNode, until } from '../support/nodes.ts'

const idOf = (n: number) => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`
const hqIdentity: NodeIdentity = { id: idOf(1), epoch: 1, store: 'hq', kind: 'hq', top: true }
const storeIdentity: NodeIdentity = { id: idOf(2), epoch: 1, store: 'store-1', kind: 'store', top: false }
const tillIdentity: NodeIdentity = { id: idOf(3), epoch: 1, store: 'store-1', kind: 'till', top: false }

let folder: ReturnType<typeof nodeFolder>
let hq: TestNode
let store: TestNode
let till: TestNode
beforeEach(async () => {
  folder = nodeFolder()
  hq = await startNode({ identity: hqIdentity, folder: folder.path })
  addDevice(hq, storeIdentity, 'store-1')
  await setUpStore(hq)
  store = await startNode({ identity: storeIdentity, folder: folder.path, parent: hq })
  addDevice(store, tillIdentity, 'till-1')
  till = await startNode({ identity: tillIdentity, folder: folder.path, parent: store })
})
afterEach(async () => {
  await till.stop()
  await store.stop()
  await hq.stop()
  folder.remove()
})

const setUpStore = async ({ app, ports }: TestNode): Promise<void> => {
  const put = (path: string, method: string, body: object) =>
    app.fetch(
      new Request(`http://node.test/api/v1${path}?store=store-1`, {
        method,
        headers: { authorization: 'Bearer all', 'content-type': 'application/json' },
        body: JSON.stringify({ id: ports.ids.next(), ...body }),
      }),
    )
  await put('/store', 'PUT', {
    name: 'One',
    address: [],
    taxNumber: '',
    currency: 'EUR',
    taxMode: 'included',
    taxRounding: 'line',
    cashStepMinor: 1,
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    receiptFooter: [],
  })
  await put('/taxes/zero', 'PUT', {
    name: 'No tax',
    parts: [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }],
  })
  await saveProduct(1)
}

const saveProduct = (n: number) =>
  hq.client.call(catalogueRoutes.saveProduct, {
    id: hq.ports.ids.next(),
    productId: hq.ports.ids.next(),
    name: `Product ${n}`,
    variants: [
      { sku: `P-${n}`, form: '', barcodes: [], unit: 'each', priceMinor: n * 100, costMinor: null, taxCode: 'zero' },
    ],
  })

const sell = (node: TestNode, n = 1) => {
  const totalMinor = n * 100
  return node.client.call(salesRoutes.completeSale, {
    id: node.ports.ids.next(),
    till: 'till-1',
    currency: 'EUR',
    lines: [
      { sku: `P-${n}`, quantityMicro: 1_000_000, unitPriceMinor: totalMinor, priceSource: 'list', discountMinor: 0 },
    ],
    tenders: [{ kind: 'card', amountMinor: totalMinor }],
    changeMinor: 0,
    totals: {
      subtotalMinor: totalMinor,
      discountMinor: 0,
      netMinor: totalMinor,
      taxMinor: 0,
      totalMinor,
      roundingMinor: 0,
      dueMinor: totalMinor,
    },
  })
}

const typesOf = async (node: TestNode, type: string): Promise<string[]> => {
  const { rows } = await node.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000, type })
  return rows.map(row => row.hash)
}
const articlesOf = async (node: TestNode): Promise<string[]> => {
  const answer = await node.client.call(catalogueRoutes.tillCatalogue, {})
  return answer.articles.map(({ sku }) => sku)
}
const knows = (node: TestNode, sku: string) => async (): Promise<boolean> =>
  (await articlesOf(node).catch(() => [] as string[])).includes(sku)

describe('three sizes of the same node', () => {
  test('what HQ decides comes down to the till, and what the till sells goes up to HQ', async () => {
    await until([hq, store, till], knows(till, 'P-1'))
    const { saleId } = await sell(till)
    await until([hq, store, till], async () => (await typesOf(hq, 'sale.completed')).length === 1)
    expect(await hq.client.call(salesRoutes.getSale, { saleId })).toMatchObject({ sale: { till: 'till-1' } })
    await saveProduct(2)
    await until([hq, store, till], knows(till, 'P-2'))
    for (const node of [hq, store, till]) expect((await verifyJournal(node.database)).damages).toEqual([])
  })

  test('a till that is cut off sells on, and all of it is at HQ once when it is back', async () => {
    await until([till], knows(till, 'P-1'))
    till.wire.cut = true
    for (let n = 0; n < 20; n++) await sell(till)
    expect(await typesOf(store, 'sale.completed')).toHaveLength(0)
    till.wire.cut = false
    await until([hq, store, till], async () => (await typesOf(hq, 'sale.completed')).length === 20)
    expect(await typesOf(hq, 'sale.completed')).toEqual(await typesOf(till, 'sale.completed'))
    expect(await till.client.call(syncRoutes.linkState, {})).toMatchObject({ state: 'connected', top: false })
  })

  test('an answer that was lost is sent again and counts once', async () => {
    await until([till], knows(till, 'P-1'))
    let lost = 0
    till.wire.pass = async request => {
      if (!request.url.endsWith('/sync/facts') || request.method !== 'POST' || lost >= 3) return undefined
      lost += 1
      await store.app.fetch(request)
      throw new TypeError('the answer was lost')
    }
    await sell(till)
    await sell(till)
    await until([hq, store, till], async () => (await typesOf(hq, 'sale.completed')).length === 2 && lost > 0)
    expect(await typesOf(store, 'sale.completed')).toEqual(await typesOf(till, 'sale.completed'))
  })

  test('what is decided above is refused below', async () => {
    await until([store], knows(store, 'P-1'))
    const changed = store.client.call(catalogueRoutes.changePrice, {
      id: store.ports.ids.next(),
      sku: 'P-1',
      priceMinor: 5,
    })
    await expect(changed).rejects.toMatchObject({ problem: { code: 'decided-above' } })
  })
})

describe('a node that is enrolled again', () => {
  /** The till's data as a new program finds it after its enrolment in the next epoch. */
  const reenrol = async (): Promise<{ regained: number; recordedAnew: number }> => {
    await till.stop()
    const identity = { ...tillIdentity, epoch: 2 }
    addDevice(store, identity, 'till-1')
    const database = openSqlite(join(folder.path, `${identity.id}.sqlite`))
    const parent = createClient(async request => store.app.fetch(request), 'http://parent.test', `node:${identity.id}`)
    const services = createServices(till.ports, {
      kind: 'till',
      setupCode: '',
      webhooksToPrivate: false,
      parent: null,
      standing: newStanding(),
      program: 'test',
    })
    const { clock } = till.ports
    const rejoined = await rejoin({ database, old: tillIdentity, identity, parent, services, clock })
    await database.close()
    till = await startNode({ identity, folder: folder.path, parent: store })
    return rejoined
  }
  const salesOf = async (node: TestNode) =>
    (await node.client.call(salesRoutes.listSales, { limit: 100 })).rows.map(({ id }) => id).toSorted()

  test('an old backup that sold on gets back what it had lost, and its own sales count once', async () => {
    await until([till], knows(till, 'P-1'))
    await sell(till)
    await until([store, till], async () => (await typesOf(store, 'sale.completed')).length === 1)
    await till.stop()
    const file = join(folder.path, `${tillIdentity.id}.sqlite`)
    copyFileSync(file, `${file}.backup`)
    till = await startNode({ identity: tillIdentity, folder: folder.path, parent: store })
    await sell(till)
    await sell(till)
    await until([store, till], async () => (await typesOf(store, 'sale.completed')).length === 3)
    await till.stop()
    copyFileSync(`${file}.backup`, file)
    till = await startNode({ identity: tillIdentity, folder: folder.path, parent: store })
    await sell(till)
    const stateOf = async () => (await till.client.call(syncRoutes.linkState, {})).state
    await expect.poll(stateOf, { timeout: 10_000 }).toBe('forked')
    expect(await typesOf(store, 'sale.completed')).toHaveLength(3)
    expect(await reenrol()).toEqual({ regained: 2, recordedAnew: 1 })
    await until([hq, store, till], async () => (await typesOf(hq, 'sale.completed')).length === 4)
    const all = await salesOf(till)
    expect(all).toHaveLength(4)
    for (const node of [store, hq]) expect(await salesOf(node)).toEqual(all)
    for (const node of [hq, store, till]) expect((await verifyJournal(node.database)).damages).toEqual([])
  })
})
