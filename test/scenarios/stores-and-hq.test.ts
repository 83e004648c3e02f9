import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cashRoutes } from '../../src/contracts/cash.ts'
import type { Client } from '../../src/contracts/client.ts'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { scopes } from '../../src/contracts/route.ts'
import { type Branch, type Chain, say, sell, startChain } from '../support/chain-shops.ts'
import { refusalOf } from '../support/refusal.ts'
import { testStore } from '../support/sales-shop.ts'
import type { TestShop } from '../support/shop.ts'

const piece = 1_000_000
let chain: Chain
let first: Branch
let second: Branch
beforeEach(async () => {
  chain = await startChain([
    { timeZone: 'Europe/Berlin' },
    { timeZone: 'America/New_York', currency: 'USD' },
    { timeZone: 'Europe/Paris' },
  ])
  first = chain.branches[0]!
  second = chain.branches[1]!
})
afterEach(() => chain.close())

const id = () => chain.hq.ports.ids.next()
const adjust = (shop: TestShop, sku: string, pieces: number) =>
  shop.client.call(inventoryRoutes.adjustStock, {
    id: id(),
    lines: [{ sku, quantityMicro: pieces * piece }],
    reason: 'found',
    note: '',
  })
const levelOf = async (client: Client, sku: string) =>
  (await client.call(inventoryRoutes.listStockLevels, { sku, limit: 10 })).rows.map(row => [
    row.store,
    row.levelMicro / piece,
  ])
const open = async (shop: TestShop) =>
  (await shop.client.call(cashRoutes.openShift, { id: id(), till: 'till-1', floatMinor: 10_000 })).shiftId
const close = (shop: TestShop, shiftId: string, more: { tillIsGone?: boolean } = {}) =>
  shop.client.call(cashRoutes.closeShift, { id: id(), shiftId, countedCashMinor: 10_000, ...more })
const reportAt = ({ client }: TestShop, shiftId: string) => client.call(cashRoutes.shiftReport, { shiftId })
const lateAt = async ({ client }: TestShop) =>
  (await client.call(cashRoutes.listLateEntries, { limit: 50 })).rows.map(row => [row.store, row.kind, row.cashMinor])

describe('a shift at a till of its own', () => {
  test('is closed with what the till recorded; its report is the same at the store and at HQ, and so is what came too late', async () => {
    const shiftId = await open(first.till)
    await first.till.client.call(cashRoutes.moveCash, { id: id(), shiftId, kind: 'in', amountMinor: 77, reason: 'x' })
    await sell(first.till, 3, { shiftId })
    await first.toStore.up()
    // A sale in the name of the till at the store, which the till does not hear of.
    await sell(first.store, 2, { shiftId })
    await first.store.settled()
    expect(await reportAt(first.store, shiftId)).toMatchObject({ kind: 'X', sales: 2, totalMinor: 500 })
    await sell(first.till, -1, { shiftId })
    const z = await close(first.till, shiftId)
    await sell(first.till, 5, { shiftId })
    expect(z).toMatchObject({ store: 'store-1', sales: 1, returns: 1, totalMinor: 200, paidInMinor: 77, zNumber: 1 })
    await chain.agree()
    const late = [
      ['store-1', 'sale', 500],
      ['store-1', 'sale', 200],
    ]
    for (const shop of [first.till, first.store, chain.hq]) {
      expect(await reportAt(shop, shiftId)).toEqual(z)
      expect(await lateAt(shop)).toEqual(shop === first.till ? late.slice(0, 1) : late)
      expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
    }
    expect(await refusalOf(reportAt(second.store, shiftId))).toMatchObject({ code: 'shift-unknown' })
    expect(await refusalOf(chain.hq.clientAbout('store-2').call(cashRoutes.shiftReport, { shiftId }))).toMatchObject({
      code: 'shift-unknown',
    })
  })

  test('is moved and closed there alone, or by the store when the till is lost, with what had reached the store', async () => {
    const shiftId = await open(first.till)
    await sell(first.till, 3, { shiftId })
    await first.toStore.up()
    await sell(first.till, 4, { shiftId })
    const elsewhere = { status: 409, code: 'shift-elsewhere' }
    const moved = { id: id(), shiftId, kind: 'in', amountMinor: 1, reason: 'x' } as const
    expect(await refusalOf(first.store.client.call(cashRoutes.moveCash, moved))).toMatchObject(elsewhere)
    expect(await refusalOf(close(first.store, shiftId))).toMatchObject(elsewhere)
    expect(await refusalOf(open(first.store))).toMatchObject({ code: 'shift-already-open' })
    await first.toHq.up()
    expect(await refusalOf(close(chain.hq, shiftId, { tillIsGone: true }))).toMatchObject({ code: 'store-elsewhere' })
    const z = await close(first.store, shiftId, { tillIsGone: true })
    expect(z).toMatchObject({ sales: 1, totalMinor: 300, expectedCashMinor: 10_300 })
    // It was not lost after all, and closes the shift again.
    const own = await close(first.till, shiftId)
    expect(own).toMatchObject({ sales: 2, totalMinor: 700 })
    await chain.agree()
    for (const shop of [first.store, chain.hq]) {
      expect(await reportAt(shop, shiftId)).toEqual(z)
      expect(await lateAt(shop)).toEqual([['store-1', 'sale', 400]])
      expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
    }
    expect((await close(first.till, await open(first.till))).zNumber).toBe(2)
  })

  test('has a number of its own in each store, and HQ lists all shifts with their store', async () => {
    for (const { till } of [first, second]) expect((await close(till, await open(till))).zNumber).toBe(1)
    await open(second.till)
    await chain.agree()
    const list = async (client: Client) =>
      (await client.call(cashRoutes.listShifts, { limit: 10 })).rows.map(row => [row.store, row.till, row.zNumber])
    expect((await list(chain.hq.client)).toSorted()).toEqual(
      [
        ['store-1', 'till-1', 1],
        ['store-2', 'till-1', 1],
        ['store-2', 'till-1', null],
      ].toSorted(),
    )
    expect(await list(chain.hq.clientAbout('store-1'))).toEqual([['store-1', 'till-1', 1]])
    expect(await list(second.store.client)).toEqual([
      ['store-2', 'till-1', null],
      ['store-2', 'till-1', 1],
    ])
    const about = chain.hq.clientAbout('store-1')
    expect(
      await refusalOf(about.call(cashRoutes.openShift, { id: id(), till: 'till-1', floatMinor: 0 })),
    ).toMatchObject({ code: 'store-elsewhere' })
  })
})

describe('goods between stores', () => {
  const send = (shop: TestShop, toStore: string, pieces: number, sku = 'MILK') =>
    shop.client.call(inventoryRoutes.sendTransfer, {
      id: id(),
      toStore,
      lines: [{ sku, quantityMicro: pieces * piece }],
      note: 'by van',
    })
  const receive = (shop: TestShop, transferId: string, lines?: Array<{ sku: string; quantityMicro: number }>) =>
    shop.client.call(inventoryRoutes.receiveTransfer, { id: id(), transferId, note: '', ...(lines ? { lines } : {}) })
  const list = async (shop: TestShop, query: { open?: boolean } = {}) =>
    (await shop.client.call(inventoryRoutes.listTransfers, { limit: 10, ...query })).rows

  test('leave one, are on the way, and arrive in the other; what did not arrive is seen by all three', async () => {
    await adjust(first.store, 'MILK', 10)
    const { transferId } = await send(first.store, 'store-2', 6)
    expect(await levelOf(first.store.client, 'MILK')).toEqual([['store-1', 4]])
    await chain.agree()
    const onTheWay = { fromStore: 'store-1', toStore: 'store-2', note: 'by van', receivedAtMs: null }
    for (const shop of [first.store, chain.hq, second.store])
      expect(await list(shop, { open: true })).toMatchObject([
        { ...onTheWay, lines: [{ sku: 'MILK', sentMicro: 6 * piece, receivedMicro: null, lostMicro: 0 }] },
      ])
    expect(await list(chain.branches[2]!.store)).toEqual([])
    // Of the sender's stock the receiver knows too little to say anything.
    for (const client of [second.store.client, second.store.clientAbout('store-1')])
      expect(await levelOf(client, 'MILK')).toEqual([])
    expect(await refusalOf(receive(first.store, transferId))).toMatchObject({ code: 'transfer-unknown' })
    expect(await refusalOf(receive(chain.hq, transferId))).toMatchObject({ code: 'transfer-unknown' })
    await receive(second.store, transferId, [{ sku: 'MILK', quantityMicro: 5 * piece }])
    expect(await refusalOf(receive(second.store, transferId))).toMatchObject({ code: 'transfer-received' })
    await chain.agree()
    for (const shop of [first.store, chain.hq, second.store]) {
      expect(await list(shop, { open: true })).toEqual([])
      expect(await list(shop)).toMatchObject([
        { transferId, lines: [{ sentMicro: 6 * piece, receivedMicro: 5 * piece, lostMicro: piece }] },
      ])
      expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
    }
    expect(await levelOf(first.store.client, 'MILK')).toEqual([['store-1', 4]])
    expect(await levelOf(second.store.client, 'MILK')).toEqual([['store-2', 5]])
    expect(await levelOf(chain.hq.client, 'MILK')).toEqual([
      ['store-1', 4],
      ['store-2', 5],
    ])
    expect(await levelOf(chain.hq.clientAbout('store-2'), 'MILK')).toEqual([['store-2', 5]])
  })

  test('arrive as they were sent where nothing else is said, also at HQ and from it', async () => {
    const { transferId } = await send(first.store, 'hq', 3)
    await chain.agree()
    await receive(chain.hq, transferId)
    const back = await send(chain.hq, 'store-2', 2, 'PAN')
    await chain.agree()
    await receive(second.store, back.transferId)
    await chain.agree()
    expect(await levelOf(chain.hq.client, 'MILK')).toEqual([
      ['hq', 3],
      ['store-1', -3],
    ])
    expect(await levelOf(chain.hq.client, 'PAN')).toEqual([
      ['hq', -2],
      ['store-2', 2],
    ])
  })

  test('are refused where they can not go', async () => {
    expect(await refusalOf(send(first.store, 'store-1', 1))).toMatchObject({ code: 'transfer-same-store' })
    expect(await refusalOf(send(first.store, 'store-2', 1, 'GONE'))).toMatchObject({ code: 'stock-sku-unknown' })
    expect(await refusalOf(send(first.store, 'store-2', 0))).toMatchObject({ code: 'body-invalid' })
    const about = chain.hq.clientAbout('store-1')
    const lines = [{ sku: 'MILK', quantityMicro: piece }]
    const calls = [
      about.call(inventoryRoutes.sendTransfer, { id: id(), toStore: 'store-2', lines, note: '' }),
      about.call(inventoryRoutes.adjustStock, { id: id(), lines, reason: 'found', note: '' }),
      about.call(inventoryRoutes.countStock, { id: id(), lines: [{ sku: 'MILK', countedMicro: 0 }], note: '' }),
    ]
    for (const call of calls) expect(await refusalOf(call)).toMatchObject({ code: 'store-elsewhere', status: 409 })
  })
})

describe('buying for many stores', () => {
  let supplierId: string
  beforeEach(async () => {
    supplierId = id()
    await chain.hq.client.call(purchasingRoutes.saveSupplier, {
      id: id(),
      supplierId,
      name: 'Mill',
      email: '',
      note: '',
    })
  })
  const rule = (client: Client, store: string | null | undefined, reorderAt: number, target: number) =>
    client.call(purchasingRoutes.setReorderRule, {
      sku: 'MILK',
      id: id(),
      ...(store === undefined ? {} : { store }),
      supplierId,
      reorderPointMicro: reorderAt * piece,
      targetLevelMicro: target * piece,
      packMicro: piece,
      costMinor: 60,
    })
  const orders = async (client: Client) =>
    (await client.call(purchasingRoutes.listPurchaseOrders, { limit: 50 })).rows
      .map(order => [order.store, order.state, order.lines.map(each => each.quantityMicro / piece)])
      .toSorted()
  const deliver = (shop: TestShop, purchaseOrderId: string, pieces: number) =>
    shop.client.call(purchasingRoutes.receiveDelivery, {
      id: id(),
      supplierId,
      purchaseOrderId,
      lines: [{ sku: 'MILK', quantityMicro: pieces * piece, costMinor: 60 }],
      reference: '',
    })

  test('HQ proposes for each store by what that store has; the store hears of it, and takes in what was ordered for it', async () => {
    for (const { store } of chain.branches) await adjust(store, 'MILK', 10)
    await chain.agree()
    await rule(chain.hq.client, undefined, 4, 20)
    await rule(chain.hq.clientAbout('store-2'), undefined, 8, 30)
    await chain.agree()
    expect(await orders(chain.hq.client)).toEqual([])
    await sell(first.till, 7)
    await sell(second.till, 1)
    await chain.agree()
    expect(await orders(chain.hq.client)).toEqual([['store-1', 'proposed', [17]]])
    await sell(second.till, 1)
    await chain.agree()
    await chain.agree()
    expect(await orders(chain.hq.client)).toEqual([
      ['store-1', 'proposed', [17]],
      ['store-2', 'proposed', [22]],
    ])
    expect(await orders(first.store.client)).toEqual([['store-1', 'proposed', [17]]])
    expect(await orders(chain.hq.clientAbout('store-2'))).toEqual([['store-2', 'proposed', [22]]])
    const [order] = (await first.store.client.call(purchasingRoutes.listPurchaseOrders, { limit: 1 })).rows
    const purchaseOrderId = order!.purchaseOrderId
    const ordered = { purchaseOrderId, id: id() }
    expect(await refusalOf(first.store.client.call(purchasingRoutes.orderPurchaseOrder, ordered))).toMatchObject({
      code: 'decided-above',
    })
    await chain.hq.client.call(purchasingRoutes.orderPurchaseOrder, ordered)
    expect(await refusalOf(deliver(first.store, purchaseOrderId, 5))).toMatchObject({ code: 'purchase-order-state' })
    await chain.agree()
    expect(await refusalOf(deliver(second.store, purchaseOrderId, 5))).toMatchObject({ code: 'purchase-order-unknown' })
    expect(await refusalOf(deliver(chain.hq, purchaseOrderId, 5))).toMatchObject({ code: 'store-elsewhere' })
    await deliver(first.store, purchaseOrderId, 17)
    await chain.agree()
    for (const client of [chain.hq.clientAbout('store-1'), first.store.client]) {
      expect(await orders(client)).toEqual([['store-1', 'delivered', [17]]])
      expect(await levelOf(client, 'MILK')).toEqual([['store-1', 20]])
      expect((await client.call(purchasingRoutes.listDeliveries, { limit: 5 })).rows).toMatchObject([
        { store: 'store-1', purchaseOrderId },
      ])
    }
    const rules = async (client: Client) =>
      (await client.call(purchasingRoutes.listReorderRules, { limit: 10 })).rows.map(row => [
        row.store,
        row.levelMicro / piece,
        row.onOrderMicro / piece,
      ])
    expect(await rules(chain.hq.client)).toEqual([
      [null, 30, 0],
      ['store-2', 8, 22],
    ])
    expect(await rules(second.store.client)).toEqual([['store-2', 8, 22]])
    expect(await rules(first.store.client)).toEqual([[null, 20, 0]])
    for (const shop of [first.store, chain.hq])
      expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
  })

  test('a rule for all proposes at once for each store that runs short, and goods on the way count as ordered', async () => {
    for (const { store } of chain.branches) await adjust(store, 'MILK', 3)
    const { transferId } = await first.store.client.call(inventoryRoutes.sendTransfer, {
      id: id(),
      toStore: 'store-2',
      lines: [{ sku: 'MILK', quantityMicro: 3 * piece }],
      note: '',
    })
    await chain.agree()
    await rule(chain.hq.client, null, 5, 10)
    expect(await orders(chain.hq.client)).toEqual([
      ['store-1', 'proposed', [10]],
      ['store-3', 'proposed', [7]],
    ])
    await chain.agree()
    await second.store.client.call(inventoryRoutes.receiveTransfer, { id: id(), transferId, lines: [], note: '' })
    await chain.agree()
    expect(await orders(chain.hq.client)).toEqual([
      ['store-1', 'proposed', [10]],
      ['store-2', 'proposed', [7]],
      ['store-3', 'proposed', [7]],
    ])
  })

  test('someone who is limited to one store decides for no other, nor for all', async () => {
    const principal = { actor: `person:${id()}`, name: 'Manager of one', scopes, stores: ['store-1'] }
    const call = (command: string, input: Record<string, unknown>) =>
      chain.hq.host.execute({ service: 'purchasing', command, input, principal, store: 'store-1' })
    const lines = [{ sku: 'MILK', quantityMicro: piece, costMinor: null }]
    expect(await call('createPurchaseOrder', { id: id(), supplierId, lines })).toMatchObject({ ok: true })
    const of = { supplierId, reorderPointMicro: 0, targetLevelMicro: piece, packMicro: piece, costMinor: null }
    expect(await call('setReorderRule', { id: id(), sku: 'PAN', ...of })).toMatchObject({ ok: true })
    const order = { id: id(), store: 'store-2', supplierId, lines }
    const { purchaseOrderId } = await chain.hq.client.call(purchasingRoutes.createPurchaseOrder, order)
    const head = chain.hq.host.head()
    for (const [command, input] of [
      ['createPurchaseOrder', { ...order, id: id() }],
      ['setReorderRule', { id: id(), sku: 'PAN', ...of, store: null }],
      ['setReorderRule', { id: id(), sku: 'PAN', ...of, store: 'store-2' }],
      ['orderPurchaseOrder', { id: id(), purchaseOrderId }],
      ['cancelPurchaseOrder', { id: id(), purchaseOrderId }],
      ['saveSupplier', { id: id(), supplierId, name: 'Mine', email: '', note: '' }],
    ] as const)
      expect(await call(command, input)).toEqual({ ok: false, code: 'store-not-allowed' })
    expect(chain.hq.host.head()).toBe(head)
  })

  test('an order that is given up while it is delivered comes to the same at both ends', async () => {
    const create = (client: Client, store?: string) =>
      client.call(purchasingRoutes.createPurchaseOrder, {
        id: id(),
        ...(store === undefined ? {} : { store }),
        supplierId,
        lines: [{ sku: 'MILK', quantityMicro: 4 * piece, costMinor: 60 }],
      })
    expect(await refusalOf(create(chain.hq.client))).toMatchObject({ code: 'store-needed', status: 422 })
    const expected: unknown[] = []
    for (const [pieces, state] of [
      [4, 'delivered'],
      [1, 'cancelled'],
    ] as const) {
      const { purchaseOrderId } = await create(chain.hq.client, 'store-1')
      await chain.hq.client.call(purchasingRoutes.orderPurchaseOrder, { purchaseOrderId, id: id() })
      await chain.agree()
      await chain.hq.client.call(purchasingRoutes.cancelPurchaseOrder, { purchaseOrderId, id: id() })
      await deliver(first.store, purchaseOrderId, pieces)
      await chain.agree()
      expected.push(['store-1', state, [4]])
      for (const shop of [chain.hq, first.store]) {
        expect(await orders(shop.client)).toEqual(expected.toSorted())
        expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
      }
    }
  })
})

describe('reports', () => {
  test('HQ has a row for each store, on its own day and in its own money, and asks which store where one figure is asked', async () => {
    const { hq } = chain
    for (const call of [
      hq.client.call(reportingRoutes.today, {}),
      hq.client.call(reportingRoutes.dayReport, { products: 1 }),
      hq.client.call(reportingRoutes.rangeReport, { from: '2026-01-01', to: '2026-01-02' }),
    ])
      expect(await refusalOf(call)).toMatchObject({ code: 'store-needed', status: 422 })
    // Late in the evening of the first in New York, early in the morning of the second in Berlin.
    const completedAtMs = Date.parse('2026-06-02T03:00:00Z')
    await sell(first.till, 3, { completedAtMs })
    await sell(second.till, 5, { completedAtMs, currency: 'USD' })
    await sell(second.till, -1, { completedAtMs, currency: 'USD' })
    await open(second.till)
    await chain.agree()
    const on = (day: string) => hq.client.call(reportingRoutes.listStoreDays, { day })
    const none = { sales: 0, returns: 0, totalMinor: 0 }
    expect((await on('2026-06-02')).rows).toMatchObject([
      { store: 'store-1', name: 'Shop 1', currency: 'EUR', sales: 1, totalMinor: 300, openShifts: 0, negativeSkus: 1 },
      { store: 'store-2', currency: 'USD', ...none, openShifts: 1, lastSaleAtMs: completedAtMs },
      { store: 'store-3', ...none, negativeSkus: 0, lastSaleAtMs: null },
    ])
    const eve = await on('2026-06-01')
    expect(eve.rows[1]).toMatchObject({ store: 'store-2', sales: 1, returns: 1, totalMinor: 400 })
    expect(eve.byCurrency).toEqual([
      { currency: 'EUR', stores: 2, ...none },
      { currency: 'USD', stores: 1, sales: 1, returns: 1, totalMinor: 400 },
    ])
    const report = { day: '2026-06-01', products: 10 }
    const { position: _here, ...atStore } = await second.store.client.call(reportingRoutes.dayReport, report)
    const { position: _there, ...atHq } = await hq.clientAbout('store-2').call(reportingRoutes.dayReport, report)
    expect(atHq).toEqual(atStore)
    expect(atHq).toMatchObject({ store: 'store-2', currency: 'USD', totalMinor: 400, costMinor: 240 })
    expect((await second.store.client.call(reportingRoutes.listStoreDays, {})).rows.map(row => row.store)).toEqual([
      'store-2',
    ])
  })

  test('a sale counts on the day and at the cost of the catalogue that it was priced with, whenever HQ hears of it', async () => {
    const version = chain.hq.host.head()
    const completedAtMs = Date.parse('2026-06-02T03:00:00Z')
    await say(chain.hq, 'catalogue', 'store.configured', { ...testStore, timeZone: 'America/New_York' }, 'store-1')
    const variants = [
      { sku: 'MILK', form: '', barcodes: [], unit: 'each', priceMinor: 100, costMinor: 95, taxCode: 'z' },
    ]
    const product = { productId: id(), name: 'Milk', category: '', favourite: false, demo: false, note: '' }
    await say(chain.hq, 'catalogue', 'product.saved', { ...product, variants })
    await sell(first.till, 1, { completedAtMs, catalogueVersion: version })
    await chain.agree()
    await sell(first.till, 1, { completedAtMs, catalogueVersion: chain.hq.host.head() })
    await chain.agree()
    for (const client of [first.store.client, chain.hq.clientAbout('store-1')]) {
      const costOn = async (day: string) =>
        (await client.call(reportingRoutes.dayReport, { day, products: 1 })).costMinor
      expect([await costOn('2026-06-01'), await costOn('2026-06-02')]).toEqual([95, 60])
    }
  })
})
