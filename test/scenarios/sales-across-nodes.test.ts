import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { scopes } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Principal } from '../../src/platform/host/service.ts'
import { type Chain, startChain, startChainNode } from '../support/chain.ts'
import { recordFact } from '../support/fact-owner.ts'
import { refusalOf } from '../support/refusal.ts'
import { passDown, passSnapshot } from '../support/relay.ts'
import { type AskedLine, saleOf, testStore } from '../support/sales-shop.ts'
import type { TestShop } from '../support/shop.ts'

let chain: Chain
beforeEach(async () => {
  chain = await startChain({ 'store-1': ['till-1', 'till-2'], 'store-2': ['till-1'] })
  await chain.sync()
})
afterEach(() => chain.close())

const next = () => chain.hq.ports.ids.next()
const store = (handle: string): TestShop => chain.stores.get(handle)!
const till = (name: string): TestShop => chain.tills.get(name)!.shop
const versionAt = async (shop: TestShop): Promise<number> =>
  (await shop.client.call(catalogueRoutes.tillCatalogue, {})).version
/** Under the name of the till that the node is, where it is one. */
const sell = (shop: TestShop, lines: readonly AskedLine[], more: Parameters<typeof saleOf>[2] = {}) => {
  const handle = [...chain.tills.values()].find(each => each.shop === shop)?.handle ?? 'till-9'
  return shop.client.call(salesRoutes.completeSale, saleOf(next(), lines, { till: handle, ...more }))
}
const change = (sku: string, priceMinor: number | null, audience?: string) =>
  chain.hq.client.call(catalogueRoutes.changePrice, {
    id: next(),
    sku,
    priceMinor,
    ...(audience === undefined ? {} : { audience }),
  })
const group = async (handle: string, groups: string[]) => {
  const answer = await chain.hq.client.call(catalogueRoutes.setStoreGroups, { id: next(), handle, groups })
  chain.groups.set(handle, groups)
  return answer
}
const priceOf = async (shop: TestShop, sku: string): Promise<number | undefined> =>
  (await shop.client.call(catalogueRoutes.tillCatalogue, {})).articles.find(each => each.sku === sku)?.priceMinor
const rebuiltOtherwise = async (shop: TestShop) => (await shop.host.rebuild()).filter(table => !table.same)

describe('the catalogue', () => {
  test('has the same version at HQ, in stores and at tills, wherever their journals stand', async () => {
    await sell(till('store-1 till-1'), [{ sku: 'MILK' }])
    await sell(store('store-2'), [{ sku: 'PAN' }])
    await change('MILK', 139)
    await chain.sync()
    const version = (await chain.hq.clientAbout('store-1').call(catalogueRoutes.tillCatalogue, {})).version
    const heads = new Set<number>()
    for (const shop of [...chain.stores.values(), till('store-1 till-1'), till('store-2 till-1')]) {
      expect(await versionAt(shop)).toBe(version)
      expect(await rebuiltOtherwise(shop)).toEqual([])
      heads.add(shop.host.head())
    }
    expect(heads.size).toBeGreaterThan(1)
    await sell(till('store-1 till-2'), [{ sku: 'MILK', unitPriceMinor: 139 }], { catalogueVersion: version })
    expect(await rebuiltOtherwise(chain.hq)).toEqual([])
  })

  test('a sale names the version that its till knew; one that nobody has heard of is refused', async () => {
    const alone = till('store-1 till-1')
    const before = await versionAt(alone)
    await change('MILK', 139)
    const after = (await chain.hq.clientAbout('store-1').call(catalogueRoutes.tillCatalogue, {})).version
    const old = await sell(alone, [{ sku: 'MILK' }], { catalogueVersion: before })
    const early = saleOf(next(), [{ sku: 'MILK', unitPriceMinor: 139 }], { catalogueVersion: after })
    expect(await refusalOf(alone.client.call(salesRoutes.completeSale, early))).toMatchObject({
      code: 'catalogue-version-unknown',
      detail: { catalogueVersion: after, newest: before },
    })
    await chain.sync()
    expect((await alone.client.call(salesRoutes.completeSale, early)).receiptNumber).toBe(old.receiptNumber + 1)
    // What was sold before the till heard of the change is at HQ as it was sold.
    await chain.sync()
    const { sale } = await chain.hq.client.call(salesRoutes.getSale, { saleId: old.saleId })
    expect(sale).toMatchObject({ catalogueVersion: before, totals: { totalMinor: 129 } })
  })

  test('a till that was long away has holes in what it knows, and judges a version between by what it knows', async () => {
    const alone = till('store-1 till-1')
    const first = await versionAt(alone)
    await change('BREAD', 400)
    const second = first + 1
    await change('BREAD', 410)
    expect(await passSnapshot(chain.hq, store('store-1'), ['store-1'])).toBe(1)
    expect(await passSnapshot(store('store-1'), alone, ['store-1'])).toBe(1)
    await alone.settled()
    const version = await versionAt(alone)
    expect(version).toBe(second + 1)
    await sell(alone, [{ sku: 'BREAD', unitPriceMinor: 349 }], { catalogueVersion: second })
    await sell(alone, [{ sku: 'BREAD', unitPriceMinor: 410 }], { catalogueVersion: version })
  })

  test('is decided at the top alone', async () => {
    const id = next()
    for (const shop of [store('store-1'), till('store-1 till-1')]) {
      const { client } = shop
      const calls = [
        () => client.call(catalogueRoutes.changePrice, { id, sku: 'MILK', priceMinor: 1 }),
        () => client.call(catalogueRoutes.configureStore, { id, ...testStore }),
        () => client.call(catalogueRoutes.setStoreGroups, { id, handle: 'store-1', groups: [] }),
        () => client.call(catalogueRoutes.removeDemo, { id }),
      ]
      for (const call of calls) expect(await refusalOf(call())).toMatchObject({ code: 'decided-above', status: 409 })
      const response = await shop.request('/products/import', {
        method: 'POST',
        headers: { authorization: 'Bearer all', 'content-type': 'text/csv' },
        body: 'sku,name,price\nA,a,1\n',
      })
      expect(await response.json()).toMatchObject({ code: 'decided-above' })
    }
  })
})

describe('prices of stores and groups', () => {
  const far = () => till('store-2 till-1')
  const near = () => till('store-1 till-1')

  test('a store sells at its own price, else at that of the first group that has one, else at the base price', async () => {
    await group('store-1', ['airport', 'city'])
    await group('store-2', ['city'])
    expect(await change('MILK', 149, 'city')).toEqual({ sku: 'MILK', priceMinor: 149, audience: 'city' })
    await change('MILK', 159, 'airport')
    await change('MILK', 135)
    await change('BREAD', 300, 'store-2')
    await chain.sync()
    const prices = async () => [
      await priceOf(near(), 'MILK'),
      await priceOf(far(), 'MILK'),
      await priceOf(near(), 'BREAD'),
      await priceOf(far(), 'BREAD'),
    ]
    expect(await prices()).toEqual([159, 149, 349, 300])
    for (const [handle, milk] of [
      ['store-1', 159],
      ['store-2', 149],
    ] as const) {
      const { articles } = await chain.hq.clientAbout(handle).call(catalogueRoutes.tillCatalogue, {})
      expect(articles.find(({ sku }) => sku === 'MILK')?.priceMinor).toBe(milk)
    }
    await sell(near(), [{ sku: 'MILK', unitPriceMinor: 159 }])
    await sell(far(), [
      { sku: 'MILK', unitPriceMinor: 149 },
      { sku: 'BREAD', unitPriceMinor: 300 },
    ])
    await sell(store('store-2'), [{ sku: 'BREAD', unitPriceMinor: 300 }])
    expect(await refusalOf(sell(far(), [{ sku: 'BREAD' }]))).toMatchObject({
      code: 'price-wrong',
      detail: { expectedMinor: 300 },
    })
    expect(await change('MILK', null, 'airport')).toEqual({ sku: 'MILK', priceMinor: null, audience: 'airport' })
    await change('MILK', null, 'city')
    await chain.sync()
    expect(await prices()).toEqual([135, 135, 349, 300])
    await sell(near(), [{ sku: 'MILK', unitPriceMinor: 135 }])
    for (const shop of [chain.hq, store('store-1'), near()]) expect(await rebuiltOtherwise(shop)).toEqual([])
  })

  test('what others sell for reaches no store, and a price stays when its product is saved', async () => {
    await change('PAN', 2_500, 'store-1')
    await chain.sync()
    const productId = '01936d2e-7c00-7000-8000-000000000103'
    const { variants, ...known } = await chain.hq.client.call(catalogueRoutes.getProduct, { productId })
    const { name, category } = known
    await chain.hq.client.call(catalogueRoutes.saveProduct, {
      id: next(),
      productId,
      name: `${name}!`,
      category,
      variants,
    })
    await chain.sync()
    expect(await priceOf(near(), 'PAN')).toBe(2_500)
    expect(await priceOf(far(), 'PAN')).toBe(2_999)
    const prices = [{ sku: 'PAN', audience: 'store-1', priceMinor: 2_500 }]
    expect(await chain.hq.client.call(catalogueRoutes.getProduct, { productId })).toMatchObject({ prices })
    expect(await chain.hq.clientAbout('store-2').call(catalogueRoutes.getProduct, { productId })).toMatchObject({
      prices: [],
    })
    expect(await store('store-1').client.call(catalogueRoutes.getProduct, { productId })).toMatchObject({ prices })
    expect(await store('store-2').client.call(catalogueRoutes.getProduct, { productId })).toMatchObject({ prices: [] })
  })

  test('a store that joins a group hears late what the group sells for, and judges older versions as it knew them', async () => {
    await group('store-1', ['city'])
    await change('MILK', 149, 'city')
    await chain.sync()
    const before = await versionAt(store('store-2'))
    await group('store-2', ['city'])
    await chain.sync()
    const after = await versionAt(far())
    expect(await priceOf(far(), 'MILK')).toBe(149)
    await sell(far(), [{ sku: 'MILK', unitPriceMinor: 149 }], { catalogueVersion: after })
    await sell(far(), [{ sku: 'MILK' }], { catalogueVersion: before })
    expect(await refusalOf(sell(far(), [{ sku: 'MILK' }], { catalogueVersion: after }))).toMatchObject({
      code: 'price-wrong',
    })
    await group('store-2', [])
    await chain.sync()
    await sell(far(), [{ sku: 'MILK' }])
    for (const shop of [store('store-2'), far()]) expect(await rebuiltOtherwise(shop)).toEqual([])
  })

  test('a tax may be another in a group, from a version on', async () => {
    await group('store-2', ['abroad'])
    const parts = [{ code: 'reduced', name: 'TVA', ratePpm: 55_000, compound: false }]
    const tax = { code: 'reduced', name: 'TVA 5,5 %', parts }
    const answer = await chain.hq.client.call(catalogueRoutes.setTax, { id: next(), ...tax, audience: 'abroad' })
    expect(answer).toEqual({ ...tax, audience: 'abroad' })
    await chain.sync()
    const taxOf = async (shop: TestShop, totalTaxMinor: number) => {
      const sale = saleOf(next(), [{ sku: 'MILK' }])
      const totals = { ...sale.totals, taxMinor: totalTaxMinor, netMinor: 129 - totalTaxMinor }
      const { saleId } = await shop.client.call(salesRoutes.completeSale, { ...sale, totals })
      return (await shop.client.call(salesRoutes.getSale, { saleId })).sale.lines[0]?.tax.name
    }
    expect(await taxOf(far(), 7)).toBe('TVA 5,5 %')
    expect(await taxOf(near(), 8)).toBe('VAT 7 %')
    const { rows } = await chain.hq.client.call(catalogueRoutes.listTaxes, {})
    expect(rows.map(row => [row.code, row.audience])).toEqual([
      ['reduced', undefined],
      ['standard', undefined],
      ['reduced', 'abroad'],
    ])
    const listed = await chain.hq.clientAbout('store-2').call(catalogueRoutes.listTaxes, {})
    expect(listed.rows.map(row => row.name)).toEqual(['TVA 5,5 %', 'VAT 19 %'])
  })
})

describe('HQ', () => {
  test('knows the stores, and says which one is meant where that is not said', async () => {
    await group('store-1', ['city'])
    const { rows } = await chain.hq.client.call(catalogueRoutes.listStores, {})
    expect(rows).toEqual([
      { handle: 'store-1', profile: { ...testStore, name: 'store-1' }, groups: ['city'] },
      { handle: 'store-2', profile: { ...testStore, name: 'store-2' }, groups: [] },
    ])
    expect((await chain.hq.clientAbout('store-2').call(catalogueRoutes.listStores, {})).rows).toEqual([rows[1]])
    expect(await chain.hq.clientAbout('store-2').call(catalogueRoutes.getStore, {})).toMatchObject({ name: 'store-2' })
    const { client } = chain.hq
    for (const call of [
      () => client.call(catalogueRoutes.getStore, {}),
      () => client.call(catalogueRoutes.tillCatalogue, {}),
      () => client.call(catalogueRoutes.configureStore, { id: next(), ...testStore }),
      () => client.call(salesRoutes.quoteSale, { lines: saleOf(next(), [{ sku: 'MILK' }]).lines }),
    ])
      expect(await refusalOf(call())).toMatchObject({ code: 'store-needed', status: 422 })
    expect(
      await refusalOf(chain.hq.clientAbout('hq').call(catalogueRoutes.configureStore, { id: next(), ...testStore })),
    ).toMatchObject({ code: 'store-needed' })
  })

  test('refuses a group of the name of a store, and prices for nobody', async () => {
    const groups = (handle: string, names: string[]) =>
      chain.hq.client.call(catalogueRoutes.setStoreGroups, { id: next(), handle, groups: names })
    expect(await refusalOf(groups('store-1', ['store-2']))).toMatchObject({ code: 'handle-taken' })
    expect(await refusalOf(groups('store-1', ['hq']))).toMatchObject({ code: 'handle-taken' })
    expect(await refusalOf(groups('store-9', ['city']))).toMatchObject({ code: 'store-unknown', status: 404 })
    await group('store-1', ['city'])
    const named = chain.hq.clientAbout('city').call(catalogueRoutes.configureStore, { id: next(), ...testStore })
    expect(await refusalOf(named)).toMatchObject({ code: 'handle-taken' })
    expect(await refusalOf(change('MILK', 1, 'nowhere'))).toMatchObject({ code: 'audience-unknown', status: 422 })
    expect(await refusalOf(change('MILK', null))).toMatchObject({ code: 'body-invalid' })
    const head = chain.hq.host.head()
    expect(await change('MILK', null, 'city')).toMatchObject({ priceMinor: null })
    expect(await groups('store-1', ['city', 'city'])).toEqual({ store: 'store-1', groups: ['city'] })
    expect(chain.hq.host.head()).toBe(head)
  })

  test('a store keeps its currency from its first sale on, and others are free', async () => {
    await sell(till('store-1 till-1'), [{ sku: 'MILK' }])
    await chain.sync()
    const configure = (handle: string, currency: string) =>
      chain.hq.clientAbout(handle).call(catalogueRoutes.configureStore, { id: next(), ...testStore, currency })
    expect(await refusalOf(configure('store-1', 'CHF'))).toMatchObject({ code: 'currency-fixed' })
    expect(await configure('store-2', 'CHF')).toMatchObject({ currency: 'CHF' })
    await chain.sync()
    await sell(till('store-2 till-1'), [{ sku: 'MILK' }], { currency: 'CHF' })
    await chain.sync()
    const { rows } = await chain.hq.client.call(salesRoutes.listSales, { limit: 10 })
    expect(rows.map(row => [row.store, row.currency])).toEqual([
      ['store-2', 'CHF'],
      ['store-1', 'EUR'],
    ])
  })

  test('someone limited to a store decides for that store alone', async () => {
    const limited: Principal = { ...systemPrincipal, scopes, stores: ['store-1'] }
    const ask = (command: string, input: Record<string, unknown>, about?: string) =>
      chain.hq.host.execute({
        service: 'catalogue',
        command,
        input: { id: next(), ...input },
        principal: limited,
        ...(about === undefined ? {} : { store: about }),
      })
    const denied = { ok: false, code: 'store-not-allowed' }
    expect(await ask('changePrice', { sku: 'MILK', priceMinor: 1 }, 'store-1')).toMatchObject(denied)
    expect(await ask('changePrice', { sku: 'MILK', priceMinor: 1, audience: 'store-2' }, 'store-1')).toMatchObject(
      denied,
    )
    expect(await ask('setStoreGroups', { handle: 'store-1', groups: ['city'] }, 'store-1')).toMatchObject(denied)
    expect(await ask('removeDemo', {}, 'store-1')).toMatchObject(denied)
    expect(await ask('importBatch', { rows: [], defaultTax: 'standard' }, 'store-1')).toMatchObject(denied)
    expect(await ask('configureStore', testStore, 'store-2')).toMatchObject(denied)
    expect(await ask('changePrice', { sku: 'MILK', priceMinor: 1, audience: 'store-1' }, 'store-1')).toMatchObject({
      ok: true,
    })
  })
})

describe('sales of other nodes', () => {
  test('are listed by store, each till of each store numbered by itself', async () => {
    const sold = []
    for (const name of ['store-1 till-1', 'store-1 till-2', 'store-2 till-1', 'store-1 till-1'])
      sold.push(await sell(till(name), [{ sku: 'MILK' }]))
    expect(sold.map(({ receiptNumber }) => receiptNumber)).toEqual([1, 1, 1, 2])
    await chain.sync()
    const list = async (shop: TestShop, about?: string) => {
      const client = about === undefined ? shop.client : shop.clientAbout(about)
      const { rows } = await client.call(salesRoutes.listSales, { limit: 10 })
      return rows.map(row => `${row.store} ${row.till} ${row.receiptNumber}`).toSorted()
    }
    const first = ['store-1 till-1 1', 'store-1 till-1 2', 'store-1 till-2 1']
    expect(await list(chain.hq)).toEqual([...first, 'store-2 till-1 1'])
    expect(await list(chain.hq, 'store-1')).toEqual(first)
    expect(await list(store('store-1'))).toEqual(first)
    expect(await list(store('store-2'))).toEqual(['store-2 till-1 1'])
    const { saleId } = sold[0]!
    expect(await chain.hq.client.call(salesRoutes.getSale, { saleId })).toMatchObject({ store: 'store-1' })
    const elsewhere = chain.hq.clientAbout('store-2').call(salesRoutes.getSale, { saleId })
    expect(await refusalOf(elsewhere)).toMatchObject({ code: 'not-found' })
    const last = await store('store-1').client.call(salesRoutes.lastReceipt, { till: 'till-1' })
    expect(last).toEqual({ till: 'till-1', receiptNumber: 2 })
  })

  test("a day at HQ is that of each store's time zone", async () => {
    const zone = (handle: string, timeZone: string) =>
      chain.hq.clientAbout(handle).call(catalogueRoutes.configureStore, { id: next(), ...testStore, timeZone })
    await zone('store-1', 'Pacific/Auckland')
    await zone('store-2', 'America/Los_Angeles')
    await chain.sync()
    // Noon on the 10th in Auckland is the afternoon of the 9th in Los Angeles.
    const completedAtMs = Date.parse('2025-06-10T00:00:00Z')
    const near = await sell(till('store-1 till-1'), [{ sku: 'MILK' }], { completedAtMs })
    const far = await sell(till('store-2 till-1'), [{ sku: 'MILK' }], { completedAtMs })
    await chain.sync()
    const ofDay = async (day: string) =>
      (await chain.hq.client.call(salesRoutes.listSales, { day, limit: 10 })).rows.map(row => row.id)
    expect(await ofDay('2025-06-10')).toEqual([near.saleId])
    expect(await ofDay('2025-06-09')).toEqual([far.saleId])
  })

  test('a till that is a node of its own is sold at by itself alone', async () => {
    const own = saleOf(next(), [{ sku: 'MILK' }], { till: 'till-1' })
    const refused = await refusalOf(store('store-1').client.call(salesRoutes.completeSale, own))
    expect(refused).toMatchObject({ code: 'till-is-own-node', status: 409 })
    const other = saleOf(next(), [{ sku: 'MILK' }], { till: 'till-9' })
    const elsewhere = await refusalOf(till('store-1 till-1').client.call(salesRoutes.completeSale, other))
    expect(elsewhere).toMatchObject({ code: 'till-elsewhere' })
    expect((await store('store-1').client.call(salesRoutes.completeSale, other)).receiptNumber).toBe(1)
    const abroad = store('store-1')
      .clientAbout('store-2')
      .call(salesRoutes.completeSale, { ...other, id: next() })
    expect(await refusalOf(abroad)).toMatchObject({ code: 'store-elsewhere' })
    const nodeId = till('store-1 till-1').host.node.id
    await recordFact(store('store-1'), 'reporting', 'device.revoked', {
      nodeId,
      epoch: 1,
      reason: 'lost',
      acceptedSeq: 0,
    })
    expect((await store('store-1').client.call(salesRoutes.completeSale, own)).receiptNumber).toBe(1)
  })

  test('a till that becomes a new node goes on above its last receipt', async () => {
    const identity = { id: next(), epoch: 1, store: 'store-1', kind: 'till' as const, top: false }
    const fresh = await startChainNode(identity, { till: 'till-1', lastReceipt: 41 })
    try {
      await passDown(store('store-1'), fresh, ['store-1'])
      expect((await sell(fresh, [{ sku: 'MILK' }], { till: 'till-1' })).receiptNumber).toBe(42)
      expect((await sell(fresh, [{ sku: 'MILK' }], { till: 'till-1' })).receiptNumber).toBe(43)
    } finally {
      await fresh.close()
    }
  })
})

describe('baskets', () => {
  const park = async (shop: TestShop, label: string) =>
    (
      await shop.client.call(salesRoutes.parkSale, {
        id: next(),
        till: 'till-1',
        label,
        lines: saleOf(next(), [{ sku: 'MILK' }]).lines,
      })
    ).parkedSaleId
  const takeUp = (shop: TestShop, parkedSaleId: string, handle: string) =>
    shop.client.call(salesRoutes.takeUpSale, { id: next(), parkedSaleId, till: handle })
  const list = async (shop: TestShop) => {
    const { rows, takenTwice } = await shop.client.call(salesRoutes.listParkedSales, {})
    return { rows: rows.map(row => row.label), twice: takenTwice.map(each => each.takenUp.map(({ till: by }) => by)) }
  }

  test('that are parked at a till are there for every till that reaches the store, and for one', async () => {
    const own = till('store-1 till-1')
    const parkedSaleId = await park(own, 'blue hat')
    expect(await list(till('store-1 till-2'))).toEqual({ rows: [], twice: [] })
    await chain.sync()
    for (const shop of [store('store-1'), chain.hq]) expect(await list(shop)).toEqual({ rows: ['blue hat'], twice: [] })
    expect(await list(store('store-2'))).toEqual({ rows: [], twice: [] })
    await takeUp(store('store-1'), parkedSaleId, 'till-2')
    expect(await refusalOf(takeUp(store('store-1'), parkedSaleId, 'till-1'))).toMatchObject({
      code: 'parked-sale-gone',
    })
    expect(await refusalOf(takeUp(chain.hq, parkedSaleId, 'till-1'))).toMatchObject({ code: 'parked-sale-gone' })
  })

  test('that were taken up alone and at the store are with the first, and the second is told', async () => {
    const own = till('store-1 till-1')
    const parkedSaleId = await park(own, 'blue hat')
    await chain.sync()
    await takeUp(store('store-1'), parkedSaleId, 'till-2')
    // The till can't ask, and takes up what was parked at itself.
    await takeUp(own, parkedSaleId, 'till-1')
    await chain.sync()
    for (const shop of [store('store-1'), chain.hq])
      expect(await list(shop)).toEqual({ rows: [], twice: [['till-2', 'till-1']] })
    for (const shop of [store('store-1'), own, chain.hq]) expect(await rebuiltOtherwise(shop)).toEqual([])
  })
})
