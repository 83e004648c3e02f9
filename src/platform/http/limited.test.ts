import type { Hono } from 'hono'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDevice, nodeFolder, startNode, type TestNode, until } from '../../../test/support/nodes.ts'
import { cashRoutes } from '../../contracts/cash.ts'
import { catalogueRoutes, type StoreProfile } from '../../contracts/catalogue.ts'
import { scopes } from '../../contracts/route.ts'
import { readFacts } from '../journal/journal.ts'
import { createApp } from './app.ts'
import { createMetrics } from './metrics.ts'

/** A person who may see all kinds of things, of one store. */
const limited = { actor: 'system', name: 'Test', scopes, stores: ['store-1'] }

const folder = nodeFolder()
const nodes: TestNode[] = []
let hq: TestNode
let app: Hono
const shifts = new Map<string, string>()

const profile: StoreProfile = {
  name: 'Corner Shop',
  address: [],
  taxNumber: '',
  currency: 'EUR',
  taxMode: 'included',
  taxRounding: 'line',
  cashStepMinor: 1,
  timeZone: 'UTC',
  locale: 'en-GB',
  receiptFooter: [],
}
const configure = (store: string) =>
  hq.app.request(`/api/v1/store?store=${store}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer all', 'content-type': 'application/json' },
    body: JSON.stringify({ ...profile, id: v7() }),
  })

beforeAll(async () => {
  hq = await startNode({
    identity: { id: v7(), epoch: 1, store: 'hq', kind: 'hq', top: true },
    folder: folder.path,
  })
  nodes.push(hq)
  for (const store of ['store-1', 'store-2']) {
    await configure(store)
    const identity = { id: v7(), epoch: 1, store, kind: 'store' as const, top: false }
    addDevice(hq, identity, store)
    const node = await startNode({ identity, folder: folder.path, parent: hq })
    nodes.push(node)
    const isConfigured = async () =>
      (await node.client.call(catalogueRoutes.listStores, {})).rows.some(each => each.handle === store)
    await until([hq, node], isConfigured)
    const { shiftId } = await node.client.call(cashRoutes.openShift, { id: v7(), till: 'till-1', floatMinor: 0 })
    shifts.set(store, shiftId)
  }
  const isHere = async () => (await readFacts(hq.database, 0, 100, ['shift.opened'])).length === 2
  await until(nodes, isHere)
  await hq.client.call(catalogueRoutes.setTax, {
    id: v7(),
    code: 'zero',
    name: 'No tax',
    parts: [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }],
  })
  app = createApp({
    fronts: [],
    execute: hq.host.execute,
    db: hq.database,
    feed: hq.host,
    node: hq.identity,
    ports: hq.ports,
    metrics: createMetrics(hq.host.head, hq.host.progress),
    authenticate: async () => limited,
    isCardNumber: () => false,
    head: hq.host.head,
    progress: hq.host.progress,
    reached: async () => true,
    rebuild: hq.host.rebuild,
  })
})
afterAll(async () => {
  for (const node of nodes.toReversed()) await node.stop()
  folder.remove()
})

const ask = (path: string) => app.request(`/api/v1${path}`, { headers: { authorization: 'Bearer limited' } })
const codeOf = async (path: string): Promise<unknown> => {
  const response = await ask(path)
  return response.ok ? 'answered' : ((await response.json()) as { code: unknown }).code
}

test('who may see one store sees facts of it at HQ, and none of another', async () => {
  const [own, other] = [shifts.get('store-1'), shifts.get('store-2')]
  for (const path of ['', '/effects']) {
    expect(await codeOf(`/facts/${own}${path}?store=store-1`)).toBe('answered')
    expect(await codeOf(`/facts/${other}${path}?store=store-1`)).toBe('store-not-allowed')
  }
  expect(await codeOf('/facts?store=store-1')).toBe('store-not-allowed')
  expect(await codeOf('/live')).toBe('store-not-allowed')
})

test("the live stream tells them of their store and of what HQ says to all or to it, and of nobody else's", async () => {
  const told: Array<[type: string, about: string]> = []
  const response = await ask('/live?store=store-1&after=0')
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('"tax.set"')) text += (await reader?.read())?.value ?? ''
  await reader?.cancel()
  for (const [, data] of text.matchAll(/^data: (\{.*\})$/gm)) {
    const { type, store, audience } = JSON.parse(data ?? '') as { type: string; store: string; audience?: string }
    told.push([type, audience ?? store])
  }
  expect(told).toEqual([
    ['store.configured', 'store-1'],
    ['shift.opened', 'store-1'],
    ['tax.set', 'hq'],
  ])
})
