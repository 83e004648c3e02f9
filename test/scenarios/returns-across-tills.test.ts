import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ApiRefusal } from '../../src/contracts/client.ts'
import { type ClaimedGoods, returnClaimRoutes } from '../../src/contracts/return-claims.ts'
import type { InputOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { type Chain, startChain } from '../support/chain.ts'
import { refusalOf } from '../support/refusal.ts'
import { type AskedLine, saleOf } from '../support/sales-shop.ts'
import type { TestShop } from '../support/shop.ts'

type ReturnInput = InputOf<typeof salesRoutes.returnGoods>
type ClaimLines = InputOf<typeof returnClaimRoutes.claimReturn>['lines']

let chain: Chain
beforeEach(async () => {
  chain = await startChain({ 'store-1': ['till-1', 'till-2'], 'store-2': ['till-1'] })
  await chain.sync()
})
afterEach(() => chain.close())

const piece = 1_000_000
const next = () => chain.hq.ports.ids.next()
const store = (handle: string): TestShop => chain.stores.get(handle)!
const till = (name: string): TestShop => chain.tills.get(name)!.shop
const handleOf = (shop: TestShop): string =>
  [...chain.tills.values()].find(each => each.shop === shop)?.handle ?? 'till-9'

const sell = async (shop: TestShop, lines: readonly AskedLine[], more: Parameters<typeof saleOf>[2] = {}) =>
  (await shop.client.call(salesRoutes.completeSale, saleOf(next(), lines, { till: handleOf(shop), ...more }))).saleId
const claim = (shop: TestShop, claimId: string, saleId: string, lines: ClaimLines, handle: string, about?: string) =>
  (about === undefined ? shop.client : shop.clientAbout(about)).call(returnClaimRoutes.claimReturn, {
    id: next(),
    claimId,
    till: handle,
    saleId,
    lines,
  })
const one = (quantityMicro = piece): ClaimLines => [{ lineNo: 1, quantityMicro }]
const back = (shop: TestShop, id: string, saleId: string, lines: ClaimLines, refundMinor: number, handle?: string) => {
  const input: ReturnInput = {
    id,
    till: handle ?? handleOf(shop),
    currency: 'EUR',
    lines: lines.map(line => ({ saleId, ...line })),
    reason: 'broken',
    refunds: refundMinor === 0 ? [] : [{ kind: 'cash', amountMinor: refundMinor }],
    refundMinor,
  }
  return shop.client.call(salesRoutes.returnGoods, input)
}
const stateAt = async (shop: TestShop, claimId: string): Promise<string> => {
  try {
    return (await shop.client.call(returnClaimRoutes.getReturnClaim, { claimId })).state
  } catch (error) {
    if (error instanceof ApiRefusal) return error.problem.code
    throw error
  }
}
const is = (shop: TestShop, claimId: string, state: string) => async () => (await stateAt(shop, claimId)) === state
const stored = (shop: TestShop, saleId: string) => shop.client.call(salesRoutes.getSale, { saleId })
const everywhere = () => [chain.hq, ...chain.stores.values(), ...[...chain.tills.values()].map(each => each.shop)]
const rebuiltOtherwise = async () => {
  const tables = await Promise.all(everywhere().map(shop => shop.host.rebuild()))
  return tables.flat().filter(table => !table.same)
}

describe('in one store', () => {
  test('a till takes its own goods back alone until it hands the sale over; from then on the store decides', async () => {
    const alone = till('store-1 till-1')
    const saleId = await sell(alone, [{ sku: 'MILK', quantityMicro: 3 * piece }])
    expect((await back(alone, next(), saleId, one(), 129)).receiptNumber).toBe(2)
    await chain.sync()
    const refused = await refusalOf(back(alone, next(), saleId, one(), 129))
    expect(refused).toMatchObject({ code: 'store-needed-for-return', status: 409, detail: { saleId } })
    expect((await stored(store('store-1'), saleId)).returnedMicro).toEqual([piece])
    await back(store('store-1'), next(), saleId, one(2 * piece), 258)
    const more = await refusalOf(claim(store('store-1'), next(), saleId, one(), 'till-1'))
    expect(more).toMatchObject({
      code: 'return-exceeds-sold',
      detail: { soldMicro: 3 * piece, returnedMicro: 3 * piece },
    })
  })

  test('while a till is sending, nobody else takes its goods back: a return may be on its way behind the sale', async () => {
    const seller = till('store-1 till-1')
    const saleId = await sell(seller, [{ sku: 'MILK' }])
    await chain.sync()
    chain.sending.add(seller.host.node.id)
    const arriving = { code: 'sale-arriving', status: 409 }
    expect(await refusalOf(claim(store('store-1'), next(), saleId, one(), 'till-2'))).toMatchObject(arriving)
    expect(await refusalOf(back(store('store-1'), next(), saleId, one(), 129))).toMatchObject(arriving)
    chain.sending.clear()
    expect((await back(store('store-1'), next(), saleId, one(), 129)).refundMinor).toBe(129)
  })

  test('goods come back at another till by a claim, which counts from the moment it is given', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'MILK', quantityMicro: 2 * piece }, { sku: 'PAN' }])
    const other = till('store-1 till-2')
    const claimId = next()
    await chain.sync()
    const given = await claim(store('store-1'), claimId, saleId, one(2 * piece), 'till-2')
    expect(given).toMatchObject({ claimId, state: 'open', goods: { totalMinor: -258, currency: 'EUR' } })
    expect(await stored(store('store-1'), saleId)).toMatchObject({
      returnedMicro: [0, 0],
      claimedMicro: [2 * piece, 0],
    })
    const exceeds = { code: 'return-exceeds-sold' }
    expect(await refusalOf(back(store('store-1'), next(), saleId, one(), 129))).toMatchObject(exceeds)
    expect(await refusalOf(claim(store('store-1'), next(), saleId, one(1), 'till-1'))).toMatchObject(exceeds)
    // The till has not heard of it yet.
    expect(await refusalOf(back(other, claimId, saleId, one(2 * piece), 258))).toMatchObject({
      code: 'store-needed-for-return',
    })
    await chain.sync()
    expect(await stateAt(other, claimId)).toBe('open')
    expect(await refusalOf(back(other, claimId, saleId, one(), 129))).toMatchObject({ code: 'claim-other' })
    expect(await refusalOf(back(till('store-1 till-1'), claimId, saleId, one(2 * piece), 258))).toMatchObject({
      code: 'store-needed-for-return',
    })
    const done = await back(other, claimId, saleId, one(2 * piece), 258)
    expect(done).toMatchObject({ returnId: claimId, till: 'till-2', receiptNumber: 1, refundMinor: 258 })
    expect((await stored(other, claimId)).sale).toMatchObject({
      claimId,
      totals: { totalMinor: -258 },
      lines: [{ lineNo: 1, sku: 'MILK', original: { saleId, lineNo: 1 } }],
    })
    await chain.sync()
    for (const shop of [store('store-1'), chain.hq]) {
      expect(await stored(shop, saleId)).toMatchObject({ returnedMicro: [2 * piece, 0], claimedMicro: [0, 0] })
      expect(await stateAt(shop, claimId)).toBe('returned')
    }
    expect(await refusalOf(claim(store('store-1'), claimId, saleId, one(), 'till-2'))).toMatchObject({
      code: 'claim-used',
    })
    expect(await rebuiltOtherwise()).toEqual([])
  })

  test('a claim that is given up is there for others, and gives no more than was paid', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'MILK', quantityMicro: 3 * piece }], {
      discount: { kind: 'amount', amountMinor: 87 },
    })
    await chain.sync()
    const [first, second] = [next(), next()]
    const goods: ClaimedGoods[] = []
    for (const claimId of [first, second]) {
      const given = await claim(store('store-1'), claimId, saleId, one(), 'till-2')
      if (given.goods) goods.push(given.goods)
    }
    await chain.sync()
    const elsewhere = store('store-1').client.call(returnClaimRoutes.releaseClaim, {
      id: next(),
      claimId: first,
      saleId,
    })
    expect(await refusalOf(elsewhere)).toMatchObject({ code: 'claim-elsewhere', detail: { till: 'till-2' } })
    const release = () =>
      till('store-1 till-2').client.call(returnClaimRoutes.releaseClaim, { id: next(), claimId: first, saleId })
    expect(await release()).toEqual({ claimId: first, state: 'released' })
    expect(await refusalOf(release())).toMatchObject({ code: 'claim-over' })
    expect(await refusalOf(back(till('store-1 till-2'), first, saleId, one(), 100))).toMatchObject({
      code: 'store-needed-for-return',
    })
    await chain.sync()
    expect((await stored(store('store-1'), saleId)).claimedMicro).toEqual([piece])
    // The hole that was left is filled first, then what lies behind the claim that stands.
    const { returnId } = await back(store('store-1'), next(), saleId, one(2 * piece), 300 + (goods[1]?.totalMinor ?? 0))
    expect((await stored(store('store-1'), returnId)).sale.lines.map(line => line.quantityMicro)).toEqual([
      -piece,
      -piece,
    ])
    expect(await refusalOf(claim(store('store-1'), next(), saleId, one(1), 'till-1'))).toMatchObject({
      code: 'return-exceeds-sold',
    })
    await back(till('store-1 till-2'), second, saleId, one(), -(goods[1]?.totalMinor ?? 0))
    await chain.sync()
    for (const shop of [store('store-1'), chain.hq])
      expect((await stored(shop, saleId)).returnedMicro).toEqual([3 * piece])
    expect(await rebuiltOtherwise()).toEqual([])
  })

  test('in whatever order tills claim, use and give up, no more comes back than was sold, and all of it is what was paid', async () => {
    const act = fc.record({
      kind: fc.constantFrom('claim', 'use', 'release', 'store'),
      which: fc.nat(9),
      quantityMicro: fc.integer({ min: 1, max: 900_000 }),
    })
    const taker = till('store-1 till-2')
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 10 }), fc.nat(300), async (acts, discountMinor) => {
        const soldMicro = 1_234_567
        const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN', quantityMicro: soldMicro }], {
          discount: { kind: 'amount', amountMinor: discountMinor },
        })
        await chain.sync()
        const open: Array<{ claimId: string; quantityMicro: number; refundMinor: number }> = []
        let refundedMinor = 0
        const give = async (claimId: string, quantityMicro: number) => {
          const given = await claim(store('store-1'), claimId, saleId, one(quantityMicro), 'till-2')
          open.push({ claimId, quantityMicro, refundMinor: 0 - (given.goods?.totalMinor ?? 0) })
          await chain.sync()
        }
        const use = async (index: number) => {
          const [used] = open.splice(index, 1)
          if (!used) return
          refundedMinor += (await back(taker, used.claimId, saleId, one(used.quantityMicro), used.refundMinor))
            .refundMinor
        }
        for (const { kind, which, quantityMicro } of acts) {
          if (kind === 'use' && open.length > 0) await use(which % open.length)
          else if (kind === 'release' && open.length > 0) {
            const [given] = open.splice(which % open.length, 1)
            const input = { id: next(), claimId: given?.claimId ?? '', saleId }
            await taker.client.call(returnClaimRoutes.releaseClaim, input)
            await chain.sync()
          } else if (kind === 'claim' || kind === 'store') {
            const { returnedMicro, claimedMicro } = await stored(store('store-1'), saleId)
            const left = soldMicro - returnedMicro[0]! - claimedMicro[0]!
            const asked = give(next(), quantityMicro)
            if (quantityMicro > left) expect(await refusalOf(asked)).toMatchObject({ code: 'return-exceeds-sold' })
            else await asked
            if (kind === 'store' && quantityMicro <= left) await use(open.length - 1)
          }
        }
        while (open.length > 0) await use(0)
        await chain.sync()
        const { returnedMicro, sale } = await stored(store('store-1'), saleId)
        const left = soldMicro - returnedMicro[0]!
        if (left > 0) await give(next(), left)
        while (open.length > 0) await use(0)
        await chain.sync()
        expect(refundedMinor).toBe(sale.totals.totalMinor)
        for (const shop of [store('store-1'), chain.hq])
          expect(await stored(shop, saleId)).toMatchObject({ returnedMicro: [soldMicro], claimedMicro: [0] })
      }),
      { numRuns: 8 },
    )
    expect(await rebuiltOtherwise()).toEqual([])
  }, 120_000)
})

describe('across stores', () => {
  const far = () => till('store-2 till-1')

  test('the store asks through HQ, the store that sold the goods answers, and the till takes them back', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN' }])
    await chain.sync()
    const claimId = next()
    expect(await claim(store('store-2'), claimId, saleId, one(), 'till-1')).toEqual({
      claimId,
      state: 'asked',
      goods: null,
    })
    await chain.until(is(far(), claimId, 'open'))
    const { goods, saleStore } = await far().client.call(returnClaimRoutes.getReturnClaim, { claimId })
    expect([saleStore, goods?.totalMinor]).toEqual(['store-1', -2_999])
    expect(await refusalOf(back(store('store-1'), next(), saleId, one(), 2_999))).toMatchObject({
      code: 'return-exceeds-sold',
    })
    expect(await back(far(), claimId, saleId, one(), 2_999)).toMatchObject({ receiptNumber: 1, refundMinor: 2_999 })
    await chain.sync()
    expect(await stored(chain.hq, saleId)).toMatchObject({ returnedMicro: [piece], claimedMicro: [0] })
    // The store that sold it hears of no return elsewhere; what it promised stays promised.
    expect(await stored(store('store-1'), saleId)).toMatchObject({ returnedMicro: [0], claimedMicro: [piece] })
    expect((await stored(store('store-2'), claimId)).store).toBe('store-2')
    expect(await rebuiltOtherwise()).toEqual([])
  })

  test('HQ asks for a store where someone asks there', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN' }])
    await chain.sync()
    const claimId = next()
    expect(await refusalOf(claim(chain.hq, claimId, saleId, one(), 'till-1'))).toMatchObject({ code: 'store-needed' })
    expect(await refusalOf(claim(chain.hq, claimId, next(), one(), 'till-1', 'store-2'))).toMatchObject({
      code: 'sale-unknown',
    })
    expect((await claim(chain.hq, claimId, saleId, one(), 'till-1', 'store-2')).state).toBe('asked')
    await chain.until(is(far(), claimId, 'open'))
    await back(far(), claimId, saleId, one(), 2_999)
  })

  test('what can not come back is refused with why, where it was asked', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN' }])
    await chain.sync()
    const [tooMuch, unknown] = [next(), next()]
    await claim(store('store-2'), tooMuch, saleId, one(2 * piece), 'till-1')
    await claim(store('store-2'), unknown, next(), one(), 'till-1')
    await chain.until(async () => (await is(far(), tooMuch, 'refused')()) && (await is(far(), unknown, 'refused')()))
    const codeOf = async (claimId: string) =>
      (await far().client.call(returnClaimRoutes.getReturnClaim, { claimId })).code
    expect(await codeOf(tooMuch)).toBe('return-exceeds-sold')
    expect(await codeOf(unknown)).toBe('sale-unknown')
    expect(await refusalOf(back(far(), tooMuch, saleId, one(2 * piece), 5_998))).toMatchObject({
      code: 'store-needed-for-return',
    })
    expect((await stored(store('store-1'), saleId)).claimedMicro).toEqual([0])
  })

  test('two stores want the same goods: one gets them', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN' }])
    await chain.sync()
    const [there, here] = [next(), next()]
    await claim(store('store-2'), there, saleId, one(), 'till-1')
    await claim(store('store-1'), here, saleId, one(), 'till-2')
    await chain.until(is(far(), there, 'refused'))
    expect(await stateAt(till('store-1 till-2'), here)).toBe('open')
    await back(till('store-1 till-2'), here, saleId, one(), 2_999)
    await chain.sync()
    for (const shop of [store('store-1'), chain.hq]) expect((await stored(shop, saleId)).returnedMicro).toEqual([piece])
  })

  test('a claim that is given up before or after its answer is free again in the store that sold the goods', async () => {
    const saleId = await sell(till('store-1 till-1'), [{ sku: 'PAN' }, { sku: 'MILK' }])
    await chain.sync()
    const release = (claimId: string) =>
      far().client.call(returnClaimRoutes.releaseClaim, { id: next(), claimId, saleId })
    const early = next()
    await claim(store('store-2'), early, saleId, one(), 'till-1')
    // The till has heard of nothing yet, and gives up what it was asked for.
    expect(await release(early)).toEqual({ claimId: early, state: 'released' })
    const late = next()
    await claim(store('store-2'), late, saleId, [{ lineNo: 2, quantityMicro: piece }], 'till-1')
    await chain.until(is(far(), late, 'open'))
    await release(late)
    await chain.until(async () => {
      const { claimedMicro } = await stored(store('store-1'), saleId)
      return claimedMicro.every(quantity => quantity === 0) && (await stateAt(store('store-1'), late)) === 'released'
    })
    expect(await stateAt(far(), early)).toBe('released')
    await back(store('store-1'), next(), saleId, [...one(), { lineNo: 2, quantityMicro: piece }], 2_999 + 129)
    await chain.sync()
    expect((await stored(chain.hq, saleId)).returnedMicro).toEqual([piece, piece])
    expect(await rebuiltOtherwise()).toEqual([])
  })
})
