import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cloudEvent, integrationsRoutes } from '../../src/contracts/integrations.ts'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { createOutbound } from '../../src/platform/http/outbound.ts'
import { refusalOf } from '../support/refusal.ts'
import type { TestShop } from '../support/shop.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'
import { plainSale, startWholeShop, stockShop } from '../support/whole-shop.ts'

const piece = 1_000_000
let shop: TestShop
let receiver: Receiver
beforeEach(async () => {
  shop = await startWholeShop({ webhooksToPrivate: true })
  receiver = await startReceiver()
  await stockShop(shop, 10)
})
afterEach(async () => {
  await shop.close()
  await receiver.close()
})
const id = () => shop.ports.ids.next()
const level = async (sku: string) =>
  (await shop.client.call(inventoryRoutes.listStockLevels, { sku, limit: 1 })).rows[0]?.levelMicro
const listen = (types: string[], endpointId = id()) =>
  shop.client.call(integrationsRoutes.saveWebhookEndpoint, {
    id: id(),
    endpointId,
    url: receiver.url,
    types,
    description: '',
    active: true,
  })
const openProposals = async () =>
  (await shop.client.call(purchasingRoutes.listPurchaseOrders, { state: 'proposed', limit: 50 })).rows

/** Stock of ten, reordered at four up to twenty. */
const withReordering = async () => {
  const supplierId = id()
  await shop.client.call(purchasingRoutes.saveSupplier, { id: id(), supplierId, name: 'Mill', email: '', note: '' })
  await shop.client.call(inventoryRoutes.adjustStock, {
    id: id(),
    lines: [{ sku: 'P-1', quantityMicro: 10 * piece }],
    reason: 'opening',
    note: '',
  })
  await shop.settled()
  await shop.client.call(purchasingRoutes.setReorderRule, {
    sku: 'P-1',
    id: id(),
    supplierId,
    reorderPointMicro: 4 * piece,
    targetLevelMicro: 20 * piece,
    packMicro: 6 * piece,
    costMinor: 60,
  })
  return supplierId
}

describe('one sale', () => {
  test('makes stock fall, a proposal appear, the dashboard move and a signed webhook go out, each to be read with its time', async () => {
    await withReordering()
    const { secret } = await listen(['sale.*', 'purchase-order.*'])
    const sale = plainSale(shop, [[1, 7]])
    await shop.client.call(salesRoutes.completeSale, sale)
    await shop.settled()
    expect(await level('P-1')).toBe(3 * piece)
    const [proposal] = await openProposals()
    expect(proposal).toMatchObject({
      supplierName: 'Mill',
      cause: sale.id,
      lines: [{ sku: 'P-1', quantityMicro: 18 * piece }],
    })
    const { report } = await shop.client.call(reportingRoutes.today, {})
    expect(report).toMatchObject({ sales: 1, totalMinor: 700, costMinor: 420 })
    const messages = await receiver.count(2)
    for (const { headers, body } of messages)
      expect(() => new Webhook(secret ?? '').verify(body, headers)).not.toThrow()
    const events = messages.map(({ body }) => cloudEvent.parse(JSON.parse(body)))
    expect(events.map(event => event.type).sort()).toEqual(['purchase-order.proposed', 'sale.completed'])
    expect(events.find(event => event.type === 'purchase-order.proposed')?.tillwirecause).toBe(sale.id)
    const { effects } = await shop.client.call(platformRoutes.factEffects, { factId: sale.id })
    expect(effects.map(effect => effect.service)).toEqual(
      expect.arrayContaining([
        'journal',
        'sales',
        'inventory',
        'purchasing',
        'reporting',
        'integrations',
        'purchase-order',
      ]),
    )
    for (const effect of effects) expect(effect.afterUs).toBeGreaterThanOrEqual(0)
  })

  test('sent again makes nothing happen again', async () => {
    await listen(['*'])
    const sale = plainSale(shop, [[2, 1]])
    const first = await shop.client.call(salesRoutes.completeSale, sale)
    expect(await shop.client.call(salesRoutes.completeSale, sale)).toEqual(first)
    await shop.client.call(salesRoutes.completeSale, plainSale(shop, [[3, 1]]))
    await receiver.count(2)
    expect(await level('P-2')).toBe(-1 * piece)
    expect(receiver.received.filter(({ headers }) => headers['webhook-id'] === sale.id)).toHaveLength(1)
  })
})

describe('reordering', () => {
  test('proposes once for each crossing, in one open proposal; orders and deliveries move what is on its way', async () => {
    const supplierId = await withReordering()
    for (let n = 0; n < 9; n++) await shop.client.call(salesRoutes.completeSale, plainSale(shop, [[1, 1]]))
    await shop.settled()
    const proposals = await openProposals()
    expect(proposals.map(order => order.lines)).toEqual([
      [{ sku: 'P-1', quantityMicro: 18 * piece, costMinor: 60, deliveredMicro: 0 }],
    ])
    const { purchaseOrderId } = proposals[0]!
    await shop.client.call(purchasingRoutes.orderPurchaseOrder, { purchaseOrderId, id: id() })
    const deliver = (count: number) =>
      shop.client.call(purchasingRoutes.receiveDelivery, {
        id: id(),
        supplierId,
        purchaseOrderId,
        lines: [{ sku: 'P-1', quantityMicro: count * piece, costMinor: 60 }],
        reference: 'LS-1',
      })
    await deliver(6)
    expect((await shop.client.call(purchasingRoutes.getPurchaseOrder, { purchaseOrderId })).state).toBe(
      'partly-delivered',
    )
    await deliver(12)
    expect((await shop.client.call(purchasingRoutes.getPurchaseOrder, { purchaseOrderId })).state).toBe('delivered')
    await shop.settled()
    expect(await level('P-1')).toBe(19 * piece)
    expect(await openProposals()).toEqual([])
    expect(await refusalOf(deliver(1))).toMatchObject({ code: 'purchase-order-state', status: 409 })
  })
})

describe('sixty-four clients on ten hot products', () => {
  test('leave every level exact, and every service says the same after a rebuild', async () => {
    const sold = new Map<number, number>()
    const client = async (n: number) => {
      for (let sale = 0; sale < 6; sale++) {
        const pieces = [1 + (n % 10), 1 + ((n * 7 + sale) % 10)]
          .filter((product, index, all) => all.indexOf(product) === index)
          .map((product): [number, number] => [product, 1 + (sale % 3)])
        for (const [product, count] of pieces) sold.set(product, (sold.get(product) ?? 0) + count)
        await shop.client.call(salesRoutes.completeSale, plainSale(shop, pieces, `till-${n % 4}`))
      }
    }
    await Promise.all(Array.from({ length: 64 }, (_each, n) => client(n)))
    await shop.settled()
    for (const [product, count] of sold) expect(await level(`P-${product}`)).toBe(-count * piece)
    const { report } = await shop.client.call(reportingRoutes.today, {})
    expect(report.sales).toBe(64 * 6)
    expect(report.totalMinor).toBe([...sold].reduce((sum, [product, count]) => sum + product * 100 * count, 0))
    const tables = await shop.host.rebuild()
    expect(tables.filter(table => !table.same)).toEqual([])
  })
})

describe('webhooks', () => {
  test('are tried again until they are taken, and one that is down holds up no other', async () => {
    const other = await startReceiver()
    other.answer(0)
    await shop.client.call(integrationsRoutes.saveWebhookEndpoint, {
      id: id(),
      endpointId: id(),
      url: other.url,
      types: ['*'],
      description: '',
      active: true,
    })
    await listen(['sale.*'])
    for (let n = 0; n < 6; n++) await shop.client.call(salesRoutes.completeSale, plainSale(shop, [[1, 1]]))
    await receiver.count(6)
    await other.close()
  })

  test('a failure is kept with its reason and the time of the next attempt; a person can try at once', async () => {
    receiver.answer(500)
    await listen(['sale.completed'])
    await shop.client.call(salesRoutes.completeSale, plainSale(shop, [[1, 1]]))
    await receiver.count(1)
    const delivery = await until(async () => {
      const { rows } = await shop.client.call(integrationsRoutes.listWebhookDeliveries, { limit: 10 })
      return rows[0]?.attempts === 1 ? rows[0] : null
    })
    expect(delivery).toMatchObject({ state: 'waiting', lastStatus: 500, lastError: 'answered 500' })
    expect(delivery.nextAttemptAtMs).toBeGreaterThanOrEqual(delivery.createdAtMs + 5_000)
    receiver.answer(200)
    await shop.client.call(integrationsRoutes.retryWebhookDelivery, { webhookDeliveryId: delivery.webhookDeliveryId })
    const [first, second] = await receiver.count(2)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  })

  test('a receiver that is gone gets nothing more', async () => {
    receiver.answer(410)
    await listen(['sale.completed'])
    await shop.client.call(salesRoutes.completeSale, plainSale(shop, [[1, 1]]))
    const endpoints = await until(async () => {
      const { rows } = await shop.client.call(integrationsRoutes.listWebhookEndpoints, {})
      return rows[0]?.active === false ? rows : null
    })
    expect(endpoints).toHaveLength(1)
  })

  test('a rebuild sends nothing again; a replay does, under the same ids', async () => {
    const endpointId = id()
    await listen(['sale.completed'], endpointId)
    const sale = plainSale(shop, [[1, 1]])
    await shop.client.call(salesRoutes.completeSale, sale)
    await receiver.count(1)
    await shop.host.rebuild()
    const { queued } = await shop.client.call(integrationsRoutes.replayWebhook, { endpointId, afterPosition: 0 })
    expect(queued).toBe(1)
    const all = await receiver.count(2)
    expect(all.map(({ headers }) => headers['webhook-id'])).toEqual([sale.id, sale.id])
  })

  test('secrets are shown once and are in no fact', async () => {
    const endpointId = id()
    const { secret } = await listen(['*'], endpointId)
    expect((await listen(['*'], endpointId)).secret).toBeUndefined()
    const { rows } = await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000 })
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('go to no private address, by number or by a name that turns out to lead there', async () => {
    const careful = await startWholeShop()
    const save = (url: string) =>
      careful.client.call(integrationsRoutes.saveWebhookEndpoint, {
        id: id(),
        endpointId: id(),
        url,
        types: ['*'],
        description: '',
        active: true,
      })
    expect(await refusalOf(save(receiver.url))).toMatchObject({ code: 'url-invalid' })
    expect(await refusalOf(save('https://169.254.169.254/latest'))).toMatchObject({ code: 'url-private' })
    await careful.close()
    const { port } = new URL(receiver.url)
    const rebound = createOutbound({
      allowPrivate: false,
      resolve: (_name, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    await expect(rebound.post(`http://rebound.example.com:${port}/`, {}, '{}')).rejects.toThrow(
      'inside a private network',
    )
    await rebound.close()
    expect(receiver.received).toEqual([])
  })
})

/** Asks again after each fact or step of the shop until there is an answer. */
const until = async <T>(ask: () => Promise<T | null>): Promise<T> => {
  for (;;) {
    const answer = await ask()
    if (answer !== null) return answer
    await shop.ports.timers.turn()
  }
}
