import { afterEach, beforeEach, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { createClient } from '../../src/contracts/client.ts'
import { returnClaimRoutes } from '../../src/contracts/return-claims.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import { saveArticles } from '../support/chain.ts'
import { addDevice, nodeFolder, startNode, type TestNode, until } from '../support/nodes.ts'
import { saleOf, testStore } from '../support/sales-shop.ts'

const idOf = (n: number) => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`
const identity = (n: number, store: string, kind: NodeIdentity['kind']): NodeIdentity => ({
  id: idOf(n),
  epoch: 1,
  store,
  kind,
  top: kind === 'hq',
})
const far = identity(3, 'store-2', 'store')

let folder: ReturnType<typeof nodeFolder>
let hq: TestNode
let near: TestNode
let other: TestNode
const all = () => [hq, near, other]
beforeEach(async () => {
  folder = nodeFolder()
  hq = await startNode({ identity: identity(1, 'hq', 'hq'), folder: folder.path })
  for (const each of [identity(2, 'store-1', 'store'), far]) {
    addDevice(hq, each, each.store)
    const client = createClient(
      async request => {
        const url = new URL(request.url)
        url.searchParams.set('store', each.store)
        return hq.app.fetch(new Request(url, request))
      },
      'http://node.test',
      'all',
    )
    await client.call(catalogueRoutes.configureStore, { id: hq.ports.ids.next(), ...testStore })
  }
  await saveArticles(hq)
  near = await startNode({ identity: identity(2, 'store-1', 'store'), folder: folder.path, parent: hq })
  other = await startNode({ identity: far, folder: folder.path, parent: hq })
  await until(all(), async () => {
    const versions = [near, other].map(({ client }) => client.call(catalogueRoutes.tillCatalogue, {}).catch(() => null))
    return (await Promise.all(versions)).every(catalogue => catalogue?.articles.length === 4)
  })
})
afterEach(async () => {
  for (const node of [other, near, hq]) await node.stop()
  folder.remove()
})

test('what another store promised stays promised when the link breaks and comes back', async () => {
  const next = hq.ports.ids.next
  const sale = saleOf(next(), [{ sku: 'PAN' }])
  await near.client.call(salesRoutes.completeSale, sale)
  await until(all(), async () => (await hq.client.call(salesRoutes.listSales, { limit: 5 })).rows.length === 1)
  const claimId = next()
  const lines = [{ lineNo: 1, quantityMicro: 1_000_000 }]
  const asked = { id: next(), claimId, till: 'till-1', saleId: sale.id, lines }
  expect((await other.client.call(returnClaimRoutes.claimReturn, asked)).state).toBe('asked')
  const state = async () => (await other.client.call(returnClaimRoutes.getReturnClaim, { claimId })).state
  await until(all(), async () => (await state()) === 'open')
  // Back again, the store hears first what is known above of each chain that it has facts of.
  await other.stop()
  await hq.client.call(catalogueRoutes.changePrice, { id: next(), sku: 'BREAD', priceMinor: 400 })
  other = await startNode({ identity: far, folder: folder.path, parent: hq })
  await until(all(), async () => {
    const { articles } = await other.client.call(catalogueRoutes.tillCatalogue, {})
    return articles.some(({ sku, priceMinor }) => sku === 'BREAD' && priceMinor === 400)
  })
  expect(await state()).toBe('open')
  expect((await other.client.call(syncRoutes.listQuarantine, { limit: 10 })).rows).toEqual([])
  await other.client.call(salesRoutes.returnGoods, {
    id: claimId,
    till: 'till-1',
    currency: 'EUR',
    lines: lines.map(line => ({ saleId: sale.id, ...line })),
    reason: '',
    refunds: [{ kind: 'cash', amountMinor: 2_999 }],
    refundMinor: 2_999,
  })
  const returned = async () => (await hq.client.call(salesRoutes.getSale, { saleId: sale.id })).returnedMicro
  await until(all(), async () => (await returned())[0] === 1_000_000)
})
