import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { type SaleInput, saleOf, startSalesShop } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { type OverrideBody, overrideBody } from '../../contracts/overrides.ts'
import { salesRoutes } from '../../contracts/sales.ts'
import { createSalesFront, createSalesService } from './service.ts'

let shop: TestShop
beforeEach(async () => {
  shop = await startSalesShop(ports => ({
    services: [factOwner('reporting', ['override.granted']), createSalesService(ports)],
    fronts: [createSalesFront(ports)],
  }))
})
afterEach(() => shop.close())

const next = () => shop.ports.ids.next()
const approverId = '01936d2e-7c00-7000-8000-00000000bbbb'
const grant = async (more: Pick<OverrideBody, 'right' | 'target'> & Partial<OverrideBody>): Promise<string> => {
  const nowMs = shop.ports.clock.nowMs()
  const body = overrideBody.parse({
    overrideId: next(),
    approverId,
    approverName: 'Ana',
    reason: 'Damaged',
    requesterId: null,
    grantedAtMs: nowMs,
    expiresAtMs: nowMs + 60_000,
    ...more,
  })
  await recordFact(shop, 'reporting', 'override.granted', body)
  return body.overrideId
}
const cashier = () => shop.clientWith('sales:write', 'returns:write', 'sales:read')
const complete = (sale: SaleInput) => cashier().call(salesRoutes.completeSale, sale)
const cheap = (id: string, more: Parameters<typeof saleOf>[2] = {}) =>
  saleOf(
    id,
    [
      { sku: 'MILK', unitPriceMinor: 100, priceSource: 'override' },
      { sku: 'BREAD', discountMinor: 49 },
    ],
    more,
  )

describe('an approval of one act', () => {
  test('stands in for the right, and the sale says who gave it', async () => {
    const id = next()
    expect(await refusalOf(complete(cheap(id)))).toMatchObject({ code: 'override-not-allowed' })
    const overrideId = await grant({ right: 'sales:override', target: { kind: 'sale', id } })
    const sale = { ...cheap(id), overrideIds: [overrideId, overrideId] }
    const answer = await complete(sale)
    expect(await complete(sale)).toEqual(answer)
    const { sale: stored } = await shop.client.call(salesRoutes.getSale, { saleId: id })
    expect(stored.overrides).toEqual([{ overrideId, right: 'sales:override', approverId, approverName: 'Ana' }])
    expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
  })

  test('may be for one line, and covers no other', async () => {
    const id = next()
    const first = await grant({ right: 'sales:override', target: { kind: 'sale', id, lineNo: 1 } })
    const refused = await refusalOf(complete({ ...cheap(id), overrideIds: [first] }))
    expect(refused).toMatchObject({ code: 'override-not-allowed', detail: { sku: 'BREAD', lineNo: 2 } })
    const second = await grant({ right: 'sales:override', target: { kind: 'sale', id, lineNo: 2 } })
    const share = cheap(id, { discount: { kind: 'amount', amountMinor: 1 } })
    const both = { overrideIds: [first, second] }
    expect(await refusalOf(complete({ ...share, ...both }))).toMatchObject({ code: 'override-not-allowed' })
    expect((await complete({ ...cheap(id), ...both })).receiptNumber).toBe(1)
  })

  test('is not for another sale, another kind of act, or another right', async () => {
    const id = next()
    const others = [
      await grant({ right: 'sales:override', target: { kind: 'sale', id: next() } }),
      await grant({ right: 'sales:override', target: { kind: 'return', id } }),
      next(),
    ]
    for (const overrideId of others)
      expect(await refusalOf(complete({ ...cheap(id), overrideIds: [overrideId] }))).toMatchObject({
        code: 'override-unknown',
        status: 422,
        detail: { overrideId },
      })
    const otherRight = await grant({ right: 'returns:without-receipt', target: { kind: 'sale', id } })
    expect(await refusalOf(complete({ ...cheap(id), overrideIds: [otherRight] }))).toMatchObject({
      code: 'override-not-allowed',
    })
    const back = saleOf(id, [{ sku: 'PAN' }, { sku: 'MILK', quantityMicro: -1_000_000 }])
    expect((await complete({ ...back, overrideIds: [otherRight] })).receiptNumber).toBe(1)
  })

  test('has to be valid when the sale was completed, however late the sale arrives', async () => {
    const [early, late] = [next(), next()]
    const nowMs = shop.ports.clock.nowMs()
    const times = { grantedAtMs: nowMs - 120_000, expiresAtMs: nowMs - 60_000 }
    const used = async (id: string, completedAtMs: number) => {
      const overrideId = await grant({ right: 'sales:override', target: { kind: 'sale', id }, ...times })
      return { ...cheap(id, { completedAtMs }), overrideIds: [overrideId] }
    }
    expect(await refusalOf(complete(await used(late, nowMs)))).toMatchObject({ code: 'override-expired', status: 422 })
    expect((await complete(await used(early, nowMs - 90_000))).receiptNumber).toBe(1)
  })

  test('lets goods come back without a receipt', async () => {
    const id = next()
    const input = {
      id,
      till: 'till-1',
      currency: 'EUR',
      lines: [{ sku: 'MILK', quantityMicro: 1_000_000, unitPriceMinor: 129 }],
      reason: 'sour',
      refunds: [{ kind: 'cash' as const, amountMinor: 129 }],
      refundMinor: 129,
    }
    const takeBack = (overrideIds?: string[]) =>
      cashier().call(salesRoutes.returnGoods, { ...input, ...(overrideIds ? { overrideIds } : {}) })
    expect(await refusalOf(takeBack())).toMatchObject({ code: 'return-without-receipt-not-allowed' })
    const overrideId = await grant({ right: 'returns:without-receipt', target: { kind: 'return', id } })
    expect((await takeBack([overrideId])).refundMinor).toBe(129)
    const { sale } = await shop.client.call(salesRoutes.getSale, { saleId: id })
    expect(sale.overrides).toMatchObject([{ overrideId, approverName: 'Ana' }])
  })
})
