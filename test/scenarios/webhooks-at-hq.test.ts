import { afterEach, beforeEach, expect, test } from 'vitest'
import { cloudEvent, integrationsRoutes } from '../../src/contracts/integrations.ts'
import { createOutbound } from '../../src/platform/http/outbound.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { createIntegrationsFront, createIntegrationsService } from '../../src/services/integrations/service.ts'
import { factOwner, recordFact } from '../support/fact-owner.ts'
import { passUp, relay } from '../support/relay.ts'
import { startTestShop, type TestShop } from '../support/shop.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'

const start = (node: NodeIdentity): Promise<TestShop> =>
  startTestShop(
    (ports: Ports) => ({
      services: [
        factOwner('inventory', ['stock.adjusted']),
        relay(),
        createIntegrationsService(ports, { outbound: createOutbound({ allowPrivate: true }), allowPrivate: true }),
      ],
      fronts: [createIntegrationsFront(ports)],
    }),
    {},
    undefined,
    node,
  )
const storeNode = (store: string): NodeIdentity => ({
  id: `node-of-${store}`,
  epoch: 2,
  store,
  kind: 'store',
  top: false,
})

let hq: TestShop
let stores: TestShop[]
let receiver: Receiver
beforeEach(async () => {
  hq = await start({ id: 'node-of-hq', epoch: 1, store: 'hq', kind: 'hq', top: true })
  stores = [await start(storeNode('store-1')), await start(storeNode('store-2'))]
  receiver = await startReceiver()
})
afterEach(async () => {
  for (const shop of [hq, ...stores]) await shop.close()
  await receiver.close()
})

const id = () => hq.ports.ids.next()
const listen = (shop: TestShop, endpointId: string, active = true) =>
  shop.client.call(integrationsRoutes.saveWebhookEndpoint, {
    id: id(),
    endpointId,
    url: receiver.url,
    types: ['*'],
    description: '',
    active,
  })
const adjust = (shop: TestShop) =>
  recordFact(shop, 'inventory', 'stock.adjusted', {
    lines: [{ sku: 'MILK', quantityMicro: 1_000_000 }],
    reason: 'found',
    note: '',
  })

test("HQ tells of every store's facts whose they are, and nothing of what stores have told their own receivers of", async () => {
  const atStore = id()
  await listen(stores[0]!, atStore, false)
  const atHq = id()
  await listen(hq, atHq)
  for (const store of stores) {
    await adjust(store)
    await passUp(store, hq)
  }
  await hq.settled()
  const events = (await receiver.count(2)).map(({ body }) => cloudEvent.parse(JSON.parse(body)))
  expect(events.toSorted((a, b) => (a.source < b.source ? -1 : 1))).toMatchObject([
    {
      type: 'stock.adjusted',
      source: '/stores/store-1/nodes/node-of-store-1',
      tillwirestore: 'store-1',
      tillwirenode: 'node-of-store-1',
      tillwireepoch: 2,
      tillwireseq: 2,
    },
    {
      type: 'stock.adjusted',
      source: '/stores/store-2/nodes/node-of-store-2',
      tillwirestore: 'store-2',
      tillwirenode: 'node-of-store-2',
      tillwireepoch: 2,
      tillwireseq: 1,
    },
  ])
  const endpoints = await hq.client.call(integrationsRoutes.listWebhookEndpoints, {})
  expect(endpoints.rows.map(row => row.endpointId)).toEqual([atHq])
  // Its own endpoint and the two adjustments, but not the endpoint of the store.
  const again = { endpointId: atHq, afterPosition: 0 }
  expect((await hq.client.call(integrationsRoutes.replayWebhook, again)).queued).toBe(3)
  const replayed = (await receiver.count(5)).slice(2).map(({ body }) => cloudEvent.parse(JSON.parse(body)))
  expect(replayed.map(event => event.tillwirestore).toSorted()).toEqual(['hq', 'store-1', 'store-2'])
})

test('who is limited to some stores has no say in what HQ tells of all', async () => {
  const principal = {
    actor: `person:${id()}`,
    name: 'Manager of one',
    scopes: ['webhooks:write' as const],
    stores: ['store-1'],
  }
  const endpointId = id()
  await listen(hq, endpointId)
  const head = hq.host.head()
  const mine = { endpointId: id(), url: receiver.url, types: ['*'], description: '', active: true }
  for (const [command, input] of [
    ['saveWebhookEndpoint', { id: id(), ...mine }],
    ['removeWebhookEndpoint', { endpointId }],
    ['replayWebhook', { endpointId, afterPosition: 0 }],
    ['retryWebhookDelivery', { webhookDeliveryId: id() }],
  ] as const) {
    const call = { service: 'integrations' as const, command, input, principal, store: 'store-1' }
    expect(await hq.host.execute(call)).toEqual({ ok: false, code: 'store-not-allowed' })
  }
  expect(hq.host.head()).toBe(head)
})
