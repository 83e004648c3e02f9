import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Fact } from '../../src/contracts/fact.ts'
import { returnClaimRoutes } from '../../src/contracts/return-claims.ts'
import { type CompletedReturn, salesRoutes } from '../../src/contracts/sales.ts'
import { sha256 } from '../../src/platform/canonical.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import { factText } from '../../src/platform/journal/journal.ts'
import { type Chain, startChain } from '../support/chain.ts'
import { saleOf } from '../support/sales-shop.ts'
import type { TestShop } from '../support/shop.ts'

/** What a store says about another's goods, claims, baskets and tills: it is kept in the journal and changes nothing. */

let chain: Chain
let saleId: string
let claimId: string
let parkedSaleId: string
const piece = 1_000_000
const lines = [{ lineNo: 1, quantityMicro: piece }]
const next = () => chain.hq.ports.ids.next()
const store = (handle: string): TestShop => chain.stores.get(handle)!
const seller = () => chain.tills.get('store-1 till-1')!.shop
const taker = () => chain.tills.get('store-1 till-2')!.shop

beforeEach(async () => {
  chain = await startChain({ 'store-1': ['till-1', 'till-2'], 'store-2': ['till-1'] })
  await chain.sync()
  const sale = saleOf(next(), [{ sku: 'PAN', quantityMicro: 3 * piece }])
  saleId = sale.id
  await seller().client.call(salesRoutes.completeSale, sale)
  const basket = saleOf(next(), [{ sku: 'MILK' }]).lines
  const parked = { id: next(), till: 'till-1', label: 'hat', lines: basket }
  parkedSaleId = (await seller().client.call(salesRoutes.parkSale, parked)).parkedSaleId
  await chain.sync()
  claimId = next()
  const asked = { id: next(), claimId, till: 'till-2', saleId, lines }
  await store('store-1').client.call(returnClaimRoutes.claimReturn, asked)
  await chain.sync()
})
afterEach(() => chain.close())

/** A fact as the node of store-2 could record it, brought to HQ as sync would. */
const forge = async (type: string, body: Record<string, unknown>): Promise<void> => {
  const { node } = store('store-2').host
  forged += 1
  const fact: Fact = {
    id: next(),
    type,
    version: 1,
    store: node.store,
    node: node.id,
    epoch: 1,
    seq: 9_000 + forged,
    atMs: chain.hq.ports.clock.nowMs(),
    actor: 'system',
    body,
    prev: '0'.repeat(64),
  }
  const text = factText(fact)
  const taken = [{ fact, text, hash: sha256(text), fromAbove: false, quarantined: null }]
  const answer = await chain.hq.host.execute({
    service: 'sync',
    command: 'take',
    input: { taken },
    principal: systemPrincipal,
  })
  if (!answer.ok) throw new Error(answer.code)
  await chain.hq.settled()
}
let forged = 0

const goods = async () =>
  (await store('store-1').client.call(returnClaimRoutes.getReturnClaim, { claimId })).goods ?? undefined
/** All that HQ says of the sale, the claim and the basket. */
const said = async () => ({
  sale: await chain.hq.client.call(salesRoutes.getSale, { saleId }),
  claim: await chain.hq.client.call(returnClaimRoutes.getReturnClaim, { claimId }),
  parked: await chain.hq.client.call(salesRoutes.listParkedSales, {}),
})
const foreign = { store: 'store-2', till: 'till-1' }

const returned = async (more: Partial<CompletedReturn>): Promise<Record<string, unknown>> => {
  const { lines: priced, currency, taxMode, taxes, ...sums } = (await goods())!
  const totals = { ...sums, roundingMinor: 0, dueMinor: sums.totalMinor }
  const rest = { reason: '', cashier: '', changeMinor: 0, completedAtMs: 1, catalogueVersion: 1, receiptNumber: 1 }
  const tenders = [{ kind: 'cash', amountMinor: sums.totalMinor }]
  return {
    returnId: next(),
    till: 'till-1',
    currency,
    taxMode,
    taxes,
    lines: priced,
    totals,
    tenders,
    ...rest,
    ...more,
  }
}

const attempts: Array<[what: string, type: string, body: () => Promise<Record<string, unknown>>]> = [
  ['takes back what another store sold', 'sale.returned', () => returned({})],
  ['uses a claim that another store has', 'sale.returned', () => returned({ claimId })],
  [
    'promises what another store sold',
    'return.claimed',
    async () => ({ claimId: next(), saleId, saleStore: 'store-2', lines, claimedBy: foreign, goods: await goods() }),
  ],
  [
    'speaks for the store that sold it',
    'return.claimed',
    async () => ({ claimId: next(), saleId, saleStore: 'store-1', lines, claimedBy: foreign, goods: await goods() }),
  ],
  ['asks under the id of a claim', 'return.asked', async () => ({ claimId, saleId, lines, claimedBy: foreign })],
  [
    'refuses a claim of another store',
    'return.claim-refused',
    async () => ({ claimId, saleId, code: 'sale-unknown', claimedBy: foreign }),
  ],
  ['gives up a claim of another store', 'return.claim-released', async () => ({ claimId, saleId })],
  ['takes up a basket of another store', 'sale.taken-up', async () => ({ parkedSaleId, till: 'till-1' })],
]

test.each(attempts)('a store that %s is not believed', async (_what, type, body) => {
  const before = await said()
  expect(before.claim.state).toBe('open')
  await forge(type, await body())
  expect(await said()).toEqual(before)
  expect((await chain.hq.host.rebuild()).filter(table => !table.same)).toEqual([])
  const refunded = await taker().client.call(salesRoutes.returnGoods, {
    id: claimId,
    till: 'till-2',
    currency: 'EUR',
    lines: lines.map(line => ({ saleId, ...line })),
    reason: '',
    refunds: [{ kind: 'cash', amountMinor: 2_999 }],
    refundMinor: 2_999,
  })
  expect(refunded.refundMinor).toBe(2_999)
  await chain.sync()
  expect(await chain.hq.client.call(salesRoutes.getSale, { saleId })).toMatchObject({
    returnedMicro: [piece],
    claimedMicro: [0],
  })
})

test('a store that asks in the name of another is not heard', async () => {
  const stranger = next()
  await forge('return.asked', { claimId: stranger, saleId, lines, claimedBy: { store: 'store-1', till: 'till-1' } })
  const rows = await chain.hq.request(`/return-claims/${stranger}`, { headers: { authorization: 'Bearer all' } })
  expect(rows.status).toBe(404)
})

test('a store that enrols or revokes the tills of another changes nobody', async () => {
  const { id } = seller().host.node
  await forge('device.revoked', { nodeId: id, epoch: 1, reason: '', acceptedSeq: 0 })
  await forge('device.enrolled', { nodeId: next(), kind: 'till', store: 'store-1', handle: 'till-1', epoch: 1 })
  const asked = { id: next(), claimId: next(), till: 'till-1', saleId, lines }
  await chain.hq.clientAbout('store-1').call(returnClaimRoutes.claimReturn, asked)
  const claim = await chain.hq.client.call(returnClaimRoutes.getReturnClaim, { claimId: asked.claimId })
  expect(claim.claimedBy).toEqual({ store: 'store-1', till: 'till-1', node: id })
})
