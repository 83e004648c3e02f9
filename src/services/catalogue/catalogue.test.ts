import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allProducts,
  catalogueTaxes,
  importCsv,
  saveProduct,
  startBareCatalogue,
  startCatalogueShop,
  variantOf,
} from '../../../test/support/catalogue-shop.ts'
import { recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { testStore } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { catalogueRoutes, type StoreProfile } from '../../contracts/catalogue.ts'
import { platformRoutes } from '../../contracts/platform.ts'
import { catalogueEffects } from './queries.ts'

const routes = catalogueRoutes
let shop: TestShop
beforeEach(async () => {
  shop = await startCatalogueShop()
})
afterEach(() => shop.close())

const next = () => shop.ports.ids.next()
const head = () => shop.host.head()
const configure = (more: Partial<StoreProfile>) =>
  shop.client.call(routes.configureStore, { id: next(), ...testStore, ...more })
const till = () => shop.client.call(routes.tillCatalogue, {})
const sell = () => recordFact(shop, 'sales', 'sale.completed', { saleId: next() })
const archive = (productId: string) => shop.client.call(routes.archiveProduct, { productId })
const change = (sku: string, priceMinor: number) =>
  shop.client.call(routes.changePrice, { id: next(), sku, priceMinor })
/** Rebuilds, and says which tables came out differently. */
const rebuiltOtherwise = async () => (await shop.host.rebuild()).filter(table => !table.same)

describe('the store', () => {
  test('is not there until it is configured', async () => {
    const bare = await startBareCatalogue()
    try {
      for (const route of [routes.getStore, routes.tillCatalogue])
        expect(await refusalOf(bare.client.call(route, {}))).toMatchObject({
          status: 409,
          code: 'store-not-configured',
        })
      expect(await bare.client.call(routes.listTaxes, {})).toEqual({ rows: [] })
    } finally {
      await bare.close()
    }
  })

  test('is answered as it was configured last, and the same again records nothing', async () => {
    expect(await configure({ name: 'Other', footer: ['x'] } as Partial<StoreProfile>)).toEqual({
      ...testStore,
      name: 'Other',
    })
    expect(await shop.client.call(routes.getStore, {})).toEqual({ ...testStore, name: 'Other' })
    const before = head()
    expect(await configure({ name: 'Other' })).toEqual({ ...testStore, name: 'Other' })
    expect(head()).toBe(before)
  })

  const refused: Array<[code: string, profile: Partial<StoreProfile>]> = [
    ['currency-unknown', { currency: 'DEM' }],
    ['currency-unknown', { currency: 'XAU' }],
    ['time-zone-unknown', { timeZone: 'Europe/Atlantis' }],
    ['locale-unknown', { locale: 'e!' }],
  ]
  test.each(refused)('%s: %j', async (code, profile) => {
    expect(await refusalOf(configure(profile))).toMatchObject({ status: 422, code })
    expect(await shop.client.call(routes.getStore, {})).toEqual(testStore)
  })

  test.each(['UTC', 'America/Argentina/Buenos_Aires', 'Asia/Kathmandu'])('knows the time zone %s', async timeZone => {
    expect(await configure({ timeZone })).toMatchObject({ timeZone })
  })

  test('keeps its currency and tax mode from the first sale on, the one a moment ago included', async () => {
    await configure({ currency: 'CHF', taxMode: 'excluded' })
    const sale = sell()
    const other = configure({ currency: 'USD' })
    await sale
    expect(await refusalOf(other)).toEqual({ status: 409, code: 'currency-fixed', detail: { currency: 'CHF' } })
    expect(await refusalOf(configure({ currency: 'CHF', taxMode: 'included' }))).toMatchObject({
      code: 'currency-fixed',
    })
    expect(await configure({ currency: 'CHF', taxMode: 'excluded', name: 'New name' })).toMatchObject({
      name: 'New name',
    })
    expect(await rebuiltOtherwise()).toEqual([])
    expect(await refusalOf(configure({ currency: 'USD', taxMode: 'excluded' }))).toMatchObject({
      code: 'currency-fixed',
    })
  })
})

describe('taxes and categories', () => {
  test('taxes keep the order in which they were first set, and change in place', async () => {
    const parts = [
      { code: 'state', name: 'State', ratePpm: 40_000, compound: false },
      { code: 'city', name: 'City', ratePpm: 48_750, compound: true },
    ]
    expect(await shop.client.call(routes.setTax, { id: next(), code: 'reduced', name: 'Both', parts })).toEqual({
      code: 'reduced',
      name: 'Both',
      parts,
    })
    const rows = [{ code: 'reduced', name: 'Both', parts }, catalogueTaxes[1]]
    expect(await shop.client.call(routes.listTaxes, {})).toEqual({ rows })
    const before = head()
    await shop.client.call(routes.setTax, { id: next(), code: 'reduced', name: 'Both', parts })
    expect(head()).toBe(before)
  })

  test('a rate that no sale could be taxed with is refused', async () => {
    const response = await shop.request('/taxes/odd', {
      method: 'PUT',
      headers: { authorization: 'Bearer all', 'content-type': 'application/json' },
      body: `{"id":"${next()}","name":"Odd","parts":[{"code":"a","name":"A","ratePpm":-0,"compound":false}]}`,
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'tax-rate-invalid' })
  })

  test('categories come with their products, count what is on sale, and stand in their order', async () => {
    await saveProduct(shop, { category: 'Dairy', variants: [variantOf('A')] })
    const { productId } = await saveProduct(shop, { category: 'Dairy', variants: [variantOf('B')] })
    await saveProduct(shop, { category: 'Bread', variants: [variantOf('C')] })
    await shop.client.call(routes.setCategory, { id: next(), name: 'Toys', colour: 'red', order: 2 })
    await shop.client.call(routes.setCategory, { id: next(), name: 'Dairy', colour: 'blue', order: 1 })
    await archive(productId)
    const rows = [
      { name: 'Dairy', colour: 'blue', order: 1, products: 1 },
      { name: 'Toys', colour: 'red', order: 2, products: 0 },
      { name: 'Bread', colour: 'gray', order: 1_000, products: 1 },
    ]
    expect(await shop.client.call(routes.listCategories, {})).toEqual({ rows })
    const before = head()
    await shop.client.call(routes.setCategory, { id: next(), name: 'Toys', colour: 'red', order: 2 })
    expect(head()).toBe(before)
  })
})

describe('products', () => {
  test('are answered as they were saved, with what was left out filled in', async () => {
    const saved = await saveProduct(shop, { variants: [variantOf('MILK', { barcodes: ['x'] }), variantOf('MILK-6')] })
    expect(saved).toEqual({
      productId: saved.productId,
      name: 'Milk',
      category: '',
      favourite: false,
      demo: false,
      note: '',
      variants: [variantOf('MILK', { barcodes: ['x'] }), variantOf('MILK-6')],
      archived: false,
      changedAt: head(),
    })
    expect(await shop.client.call(routes.getProduct, { productId: saved.productId })).toEqual({ ...saved, prices: [] })
  })

  test('saved unchanged record nothing; saved after they were archived are on sale again', async () => {
    const saved = await saveProduct(shop, {})
    const before = head()
    expect(await saveProduct(shop, { productId: saved.productId })).toEqual(saved)
    expect(head()).toBe(before)
    await archive(saved.productId)
    expect(await saveProduct(shop, { productId: saved.productId })).toEqual({ ...saved, changedAt: head() })
    expect((await till()).articles.length).toBe(1)
  })

  test('the same request again gets the same answer, and its id with another body is refused', async () => {
    const request = { id: next(), productId: next(), name: 'Milk', variants: [variantOf('MILK')] }
    const first = await shop.client.send(routes.saveProduct, request)
    await change('MILK', 200)
    expect(await shop.client.send(routes.saveProduct, request)).toEqual(first)
    expect(await refusalOf(shop.client.call(routes.saveProduct, { ...request, name: 'Tea' }))).toMatchObject({
      status: 409,
      code: 'id-reused',
    })
  })

  test('a SKU or barcode is on sale once, and free again when its product gives it up', async () => {
    const milk = await saveProduct(shop, { variants: [variantOf('MILK', { barcodes: ['042100005264'] })] })
    const other = (sku: string, barcodes: string[] = []) =>
      saveProduct(shop, { variants: [variantOf(sku, { barcodes })] })
    const { productId } = milk
    expect(await refusalOf(other('MILK'))).toEqual({
      status: 409,
      code: 'sku-taken',
      detail: { sku: 'MILK', productId },
    })
    expect(await refusalOf(other('TEA', ['0042100005264']))).toEqual({
      status: 409,
      code: 'barcode-taken',
      detail: { barcode: '0042100005264', productId },
    })
    await saveProduct(shop, { productId, variants: [variantOf('MILK')] })
    await other('TEA', ['042100005264'])
    await archive(productId)
    await other('MILK')
    // Back on sale it would have the SKU of another.
    expect(await refusalOf(saveProduct(shop, { productId }))).toMatchObject({ code: 'sku-taken' })
  })

  test('a wrong check digit and an unknown tax are refused', async () => {
    const save = (more: object) => refusalOf(saveProduct(shop, { variants: [variantOf('A', more)] }))
    expect(await save({ barcodes: ['96385075'] })).toEqual({
      status: 422,
      code: 'barcode-invalid',
      detail: { barcode: '96385075' },
    })
    expect(await save({ taxCode: 'luxury' })).toEqual({
      status: 422,
      code: 'tax-unknown',
      detail: { taxCode: 'luxury' },
    })
    expect(await allProducts(shop.client, {}, 10)).toEqual([])
  })

  const bad: Array<[what: string, variants: unknown]> = [
    ['no variant', []],
    ['a price below zero', [{ ...variantOf('A'), priceMinor: -1 }]],
    ['half a cent', [{ ...variantOf('A'), priceMinor: 0.5 }]],
    ['2^53', [{ ...variantOf('A'), priceMinor: 2 ** 53 }]],
    ['a SKU of nothing', [variantOf('')]],
    ['a SKU too long', [variantOf('s'.repeat(65))]],
    ['an unknown unit', [{ ...variantOf('A'), unit: 'dozen' }]],
    ['too many variants', Array.from({ length: 201 }, (_, n) => variantOf(`S${n}`))],
  ]
  test.each(bad)('%s is refused as bad input', async (_what, variants) => {
    const response = await shop.request('/products', {
      method: 'POST',
      headers: { authorization: 'Bearer all', 'content-type': 'application/json' },
      body: JSON.stringify({ id: next(), productId: next(), name: 'Bad', variants }),
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'body-invalid' })
  })

  test('the largest product there can be is saved, found, and saved unchanged', async () => {
    const variants = Array.from({ length: 200 }, (_, n) =>
      variantOf(`S${n}`, { form: `form ${n}`, barcodes: Array.from({ length: 50 }, (_, m) => `c${n}-${m}`) }),
    )
    const saved = await saveProduct(shop, { variants })
    const before = head()
    await saveProduct(shop, { productId: saved.productId, variants })
    expect(head()).toBe(before)
    expect(await allProducts(shop.client, { q: 'c199-49' }, 5)).toEqual([saved])
  })
})

describe('prices', () => {
  test('change for one form alone, and the same price records nothing', async () => {
    const { productId } = await saveProduct(shop, { variants: [variantOf('S'), variantOf('L')] })
    expect(await change('L', 250)).toEqual({ sku: 'L', priceMinor: 250 })
    const product = await shop.client.call(routes.getProduct, { productId })
    expect(product.variants.map(variant => variant.priceMinor)).toEqual([100, 250])
    expect(product.changedAt).toBe(head())
    const before = head()
    expect(await change('L', 250)).toEqual({ sku: 'L', priceMinor: 250 })
    expect(head()).toBe(before)
  })

  test('of what is not on sale are not found', async () => {
    const { productId } = await saveProduct(shop, {})
    await archive(productId)
    expect(await refusalOf(change('MILK', 1))).toEqual({ status: 404, code: 'not-found', detail: { sku: 'MILK' } })
  })
})

describe('taking products away', () => {
  test('one, for which no id is needed, twice over', async () => {
    const saved = await saveProduct(shop, {})
    const gone = await archive(saved.productId)
    expect(gone).toEqual({ ...saved, archived: true, changedAt: head() })
    const before = head()
    expect(await archive(saved.productId)).toEqual(gone)
    expect(head()).toBe(before)
    expect(await refusalOf(archive(next()))).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('the whole demo catalogue, and nothing else, in one fact', async () => {
    for (const sku of ['A', 'B']) await saveProduct(shop, { demo: true, variants: [variantOf(sku)] })
    await saveProduct(shop, { variants: [variantOf('MINE')] })
    const before = head()
    const request = { id: next() }
    expect(await shop.client.call(routes.removeDemo, request)).toEqual({ archived: 2 })
    expect(await shop.client.call(routes.removeDemo, request)).toEqual({ archived: 2 })
    expect(await shop.client.call(routes.removeDemo, { id: next() })).toEqual({ archived: 0 })
    expect(head()).toBe(before + 1)
    expect((await till()).articles.map(article => article.sku)).toEqual(['MINE'])
  })

  test('more than a thousand at once', async () => {
    await Promise.all(
      Array.from({ length: 1_100 }, (_, n) => saveProduct(shop, { demo: true, variants: [variantOf(`S${n}`)] })),
    )
    expect(await shop.client.call(routes.removeDemo, { id: next() })).toEqual({ archived: 1_100 })
    expect(await allProducts(shop.client, {}, 10)).toEqual([])
    expect((await allProducts(shop.client, { q: 's109', archived: true }, 1_000)).length).toBe(11)
    expect(await rebuiltOtherwise()).toEqual([])
  })
})

describe('what a till prices with', () => {
  test('is all that is on sale by name, with the position of the newest fact of the catalogue', async () => {
    await saveProduct(shop, {
      name: 'Shirt',
      category: 'Clothes',
      favourite: true,
      variants: [
        variantOf('S', { form: 'small', barcodes: ['b1', 'b2'] }),
        variantOf('L', { form: 'large', unit: 'kg' }),
      ],
    })
    const cap = await saveProduct(shop, { name: 'cap', variants: [variantOf('CAP')] })
    const gone = await saveProduct(shop, { name: 'Gone', variants: [variantOf('GONE')] })
    await archive(gone.productId)
    const version = (await shop.client.send(routes.changePrice, { id: next(), sku: 'S', priceMinor: 7 })).position
    await sell()
    await shop.settled()
    const { articles, ...rest } = await till()
    expect(rest).toEqual({
      version,
      store: testStore,
      taxes: catalogueTaxes,
      categories: [{ name: 'Clothes', colour: 'gray', order: 1_000 }],
    })
    expect(head()).toBeGreaterThan(version)
    expect(articles.map(({ sku, name, priceMinor }) => [sku, name, priceMinor])).toEqual([
      ['CAP', 'cap', 100],
      ['S', 'Shirt small', 7],
      ['L', 'Shirt large', 100],
    ])
    expect(articles[0]).toEqual({
      sku: 'CAP',
      productId: cap.productId,
      name: 'cap',
      category: '',
      barcodes: [],
      unit: 'each',
      priceMinor: 100,
      taxCode: 'standard',
      favourite: false,
    })
    expect(articles[1]).toMatchObject({ barcodes: ['b1', 'b2'], category: 'Clothes', favourite: true })
    expect(articles[2]).toMatchObject({ unit: 'kg', barcodes: [] })
  })

  test('and the catalogue fits its contract', async () => {
    await saveProduct(shop, { variants: [variantOf('MILK', { costMinor: 5 })] })
    expect(routes.tillCatalogue.response.parse(await till())).toEqual(await till())
  })
})

test('a rebuild makes the same rows of a catalogue that went through everything', async () => {
  const first = await saveProduct(shop, {
    category: 'a',
    variants: [variantOf('A', { barcodes: ['x'] }), variantOf('B')],
  })
  const second = await saveProduct(shop, {
    name: 'Second',
    demo: true,
    variants: [variantOf('C', { barcodes: ['y'] })],
  })
  await sell()
  await change('A', 5)
  // Codes that change hands, among facts that a rebuild reads at once.
  await saveProduct(shop, { productId: first.productId, variants: [variantOf('B'), variantOf('D')] })
  await saveProduct(shop, { productId: second.productId, variants: [variantOf('A', { barcodes: ['x', 'y'] })] })
  await change('A', 9)
  await archive(first.productId)
  await saveProduct(shop, { productId: next(), name: 'Third', variants: [variantOf('D')] })
  await shop.client.call(routes.setCategory, { id: next(), name: 'a', colour: 'red', order: 3 })
  await importCsv(shop, 'sku,name,price,category\nA,Second,1,b\nNEW,new,1,a\n')
  await sell()
  await shop.settled()
  expect(await rebuiltOtherwise()).toEqual([])
  expect((await allProducts(shop.client, {}, 10)).map(product => product.name)).toEqual(['new', 'Second', 'Third'])
})

test('what a fact caused is told', async () => {
  const { productId } = await saveProduct(shop, {})
  await change('MILK', 5)
  await archive(productId)
  await sell()
  const { rows } = await shop.client.call(platformRoutes.listFacts, { after: head() - 4, limit: 4 })
  const effects = await Promise.all(rows.map(fact => catalogueEffects(fact, shop.database)))
  expect(effects).toEqual([
    [{ title: 'product saved', atUs: rows[0]?.recordedAtUs, rows: [{ sku: 'MILK', priceMinor: 100 }] }],
    [{ title: 'price changed', atUs: rows[1]?.recordedAtUs, rows: [{ sku: 'MILK', priceMinor: 5 }] }],
    [{ title: 'products archived', atUs: rows[2]?.recordedAtUs, rows: [{ productId }] }],
    [],
  ])
})

test('reading needs the right to read, changing the right to change', async () => {
  const reader = shop.clientWith('catalogue:read')
  expect((await reader.call(routes.listProducts, { limit: 5 })).rows).toEqual([])
  expect(await refusalOf(reader.call(routes.changePrice, { id: next(), sku: 'MILK', priceMinor: 1 }))).toMatchObject({
    status: 403,
    code: 'not-allowed',
  })
  const writer = shop.clientWith('catalogue:write')
  expect(await refusalOf(writer.call(routes.configureStore, { id: next(), ...testStore }))).toMatchObject({
    code: 'not-allowed',
  })
})
