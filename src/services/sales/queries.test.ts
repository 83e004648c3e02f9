import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { lineOf, saleOf, startSalesShop, testArticles } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { platformRoutes } from '../../contracts/platform.ts'
import type { InputOf } from '../../contracts/route.ts'
import { salesFacts, salesRoutes } from '../../contracts/sales.ts'
import { createSalesFront, createSalesService } from './service.ts'

let shop: TestShop
beforeEach(async () => {
  shop = await startSalesShop(ports => ({
    services: [factOwner('cash', ['shift.opened', 'shift.closed']), createSalesService(ports)],
    fronts: [createSalesFront(ports)],
  }))
})
afterEach(() => shop.close())

const next = () => shop.ports.ids.next()
const sell = async (sku: string, more: Parameters<typeof saleOf>[2] = {}) =>
  (await shop.client.call(salesRoutes.completeSale, saleOf(next(), [{ sku }], more))).saleId
const effectsOf = async (position: number) => {
  const { rows } = await shop.client.call(platformRoutes.listFacts, { after: position - 1, limit: 1 })
  const { effects } = await shop.client.call(platformRoutes.factEffects, { factId: rows[0]!.id })
  return effects.filter(effect => effect.service === 'sales')
}

describe('quoteSale', () => {
  const quote = (input: Pick<InputOf<typeof salesRoutes.quoteSale>, 'lines' | 'discount' | 'catalogueVersion'>) =>
    shop.client.call(salesRoutes.quoteSale, input)

  test('answers what completing that basket takes, and records nothing', async () => {
    await shop.settled()
    const head = shop.host.head()
    const sale = saleOf(next(), [{ sku: 'MILK', quantityMicro: 1_500_000 }, { sku: 'PAN' }], {
      discount: { kind: 'share', sharePpm: 50_000 },
      catalogueVersion: head,
    })
    const { lines, discount } = sale
    const quoted = await quote({ lines, discount, catalogueVersion: head })
    expect(shop.host.head()).toBe(head)
    expect(quoted).toMatchObject({ catalogueVersion: head, currency: 'EUR', totals: sale.totals })
    await shop.client.call(salesRoutes.completeSale, sale)
    const { sale: completed } = await shop.client.call(salesRoutes.getSale, { saleId: sale.id })
    expect(quoted.lines).toEqual(completed.lines)
    expect(quoted.taxes).toEqual(completed.taxes)
  })

  test('refuses what completing it would refuse', async () => {
    await shop.settled()
    expect(await refusalOf(quote({ lines: [lineOf({ sku: 'GONE' })] }))).toMatchObject({ code: 'sku-unknown' })
    expect(await refusalOf(quote({ lines: [lineOf({ sku: 'MILK', unitPriceMinor: 1 })] }))).toMatchObject({
      code: 'price-wrong',
    })
    expect(await refusalOf(quote({ lines: [lineOf({ sku: 'MILK', quantityMicro: 0 })] }))).toMatchObject({
      code: 'quantity-zero',
    })
    expect(await refusalOf(quote({ lines: [lineOf({ sku: 'MILK' })], catalogueVersion: 0 }))).toMatchObject({
      code: 'catalogue-version-unknown',
    })
  })
})

describe('listSales', () => {
  const list = (query: object) => shop.client.call(salesRoutes.listSales, { limit: 50, ...query })
  /** Midnight in Berlin, in summer. */
  const midnightMs = Date.parse('2025-07-01T22:00:00Z')

  test('is newest first, in pages without gaps or repeats, also where many happened at once', async () => {
    const at = [5, 5, 5, 9, 1, 5, 5, 3].map(second => midnightMs + second * 1_000)
    const ids = []
    for (const completedAtMs of at) ids.push(await sell('MILK', { completedAtMs }))
    const seen: string[] = []
    for (let cursor: string | undefined; ; ) {
      const { rows, next: more } = await list({ limit: 3, ...(cursor ? { cursor } : {}) })
      seen.push(...rows.map(row => row.id))
      if (more === null) break
      cursor = more
    }
    const order = ids.map((id, n) => ({ id, n })).toSorted((a, b) => at[b.n]! - at[a.n]! || b.n - a.n)
    expect(seen).toEqual(order.map(({ id }) => id))
    expect(await refusalOf(list({ cursor: 'nowhere' }))).toMatchObject({ code: 'parameters-invalid' })
    expect(await refusalOf(list({ cursor: '%%' }))).toMatchObject({ code: 'parameters-invalid' })
  })

  test('filters by day of the store, till, receipt, SKU and kind', async () => {
    const before = await sell('MILK', { completedAtMs: midnightMs - 1 })
    const after = await sell('PAN', { completedAtMs: midnightMs, till: 'till-2' })
    const back = await shop.client.call(salesRoutes.returnGoods, {
      id: next(),
      till: 'till-1',
      currency: 'EUR',
      completedAtMs: midnightMs + 86_399_999,
      lines: [{ saleId: before, lineNo: 1, quantityMicro: 1_000_000 }],
      reason: 'sour',
      refunds: [
        { kind: 'card', amountMinor: 29 },
        { kind: 'cash', amountMinor: 100 },
      ],
      refundMinor: 129,
    })
    const found = async (query: object) => (await list(query)).rows.map(row => row.id)
    expect(await found({ day: '2025-07-01' })).toEqual([before])
    expect(await found({ day: '2025-07-02' })).toEqual([back.returnId, after])
    expect(await found({ day: '2025-07-03' })).toEqual([])
    expect(await refusalOf(list({ day: '2025-02-30' }))).toMatchObject({ code: 'parameters-invalid' })
    expect(await found({ till: 'till-2' })).toEqual([after])
    expect(await found({ receipt: 1 })).toEqual([after, before])
    expect(await found({ receipt: 1, till: 'till-1' })).toEqual([before])
    expect(await found({ sku: 'MILK' })).toEqual([back.returnId, before])
    expect(await found({ sku: 'MILK', kind: 'sale' })).toEqual([before])
    const { rows } = await list({ kind: 'return' })
    expect(rows).toEqual([
      {
        id: back.returnId,
        kind: 'return',
        store: 'store-1',
        till: 'till-1',
        receiptNumber: 2,
        completedAtMs: midnightMs + 86_399_999,
        cashier: 'Test',
        currency: 'EUR',
        totalMinor: -129,
        lines: 1,
        tenders: 'card,cash',
        position: back.position,
      },
    ])
  })
})

test('a sale that is not there is not found', async () => {
  expect(await refusalOf(shop.client.call(salesRoutes.getSale, { saleId: next() }))).toMatchObject({
    code: 'not-found',
  })
})

describe('parked sales', () => {
  const park = (label: string) =>
    shop.client.call(salesRoutes.parkSale, {
      id: next(),
      till: 'till-1',
      label,
      lines: [lineOf({ sku: 'MILK', note: 'for Ana' })],
      discount: { kind: 'amount', amountMinor: 10, reason: 'friend' },
    })
  const takeUp = (parkedSaleId: string, id = next()) =>
    shop.client.call(salesRoutes.takeUpSale, { id, parkedSaleId, till: 'till-2' })
  const list = () => shop.client.call(salesRoutes.listParkedSales, {})

  test('are listed from the oldest until one till takes them up', async () => {
    const first = await park('first')
    const second = await park('second')
    expect((await list()).rows).toMatchObject([
      { parkedSaleId: first.parkedSaleId, label: 'first', cashier: 'Test', lines: [{ sku: 'MILK', note: 'for Ana' }] },
      { parkedSaleId: second.parkedSaleId },
    ])
    const id = next()
    const taken = await Promise.allSettled([takeUp(first.parkedSaleId, id), takeUp(first.parkedSaleId)])
    expect(taken.map(each => each.status)).toEqual(['fulfilled', 'rejected'])
    expect(await refusalOf(takeUp(first.parkedSaleId))).toMatchObject({ code: 'parked-sale-gone' })
    expect(await refusalOf(takeUp(next()))).toMatchObject({ code: 'parked-sale-gone' })
    const basket = await takeUp(first.parkedSaleId, id)
    expect(basket).toEqual({
      parkedSaleId: first.parkedSaleId,
      till: 'till-1',
      label: 'first',
      lines: [lineOf({ sku: 'MILK', note: 'for Ana' })],
      discount: { kind: 'amount', amountMinor: 10, reason: 'friend' },
    })
    expect((await list()).rows.map(row => row.label)).toEqual(['second'])
    expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
  })
})

test('facts have the bodies that the contracts give them', async () => {
  await sell('MILK')
  const voided = { id: next(), till: 'till-1', lines: 2, totalMinor: 500, reason: 'changed her mind' }
  expect(await shop.client.call(salesRoutes.voidSale, voided)).toEqual({ voidedSaleId: voided.id })
  const { parkedSaleId } = await shop.client.call(salesRoutes.parkSale, {
    id: next(),
    till: 'till-1',
    label: '',
    lines: [lineOf({ sku: 'MILK' })],
  })
  await shop.client.call(salesRoutes.takeUpSale, { id: next(), parkedSaleId, till: 'till-1' })
  const { rows } = await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 100 })
  const own = rows.filter(fact => fact.type.startsWith('sale.'))
  expect(own.map(fact => fact.type)).toEqual(['sale.completed', 'sale.voided', 'sale.parked', 'sale.taken-up'])
  for (const fact of own) {
    const { body } = salesFacts[fact.type as keyof typeof salesFacts]
    expect(body.parse(fact.body), fact.type).toEqual(fact.body)
  }
})

test('says what a fact did here: own ones at once, those of the catalogue when they were applied', async () => {
  await sell('MILK')
  const sold = shop.host.head()
  expect(await effectsOf(sold)).toMatchObject([
    {
      title: 'sale recorded',
      afterUs: 0,
      rows: [{ till: 'till-1', receiptNumber: 1, totalMinor: 129, currency: 'EUR', lines: 1 }],
    },
  ])
  const changed = await recordFact(shop, 'catalogue', 'price.changed', { sku: 'MILK', priceMinor: 139 })
  await shop.settled()
  const [effect] = await effectsOf(changed)
  expect(effect).toMatchObject({ title: 'sells at these prices', rows: [{ sku: 'MILK', priceMinor: 139 }] })
  expect(effect?.afterUs).toBeGreaterThan(0)
  const product = testArticles[1].productId
  const archived = await recordFact(shop, 'catalogue', 'product.archived', { productIds: [product] })
  const opened = await recordFact(shop, 'cash', 'shift.opened', {
    shiftId: next(),
    till: 'till-1',
    floatMinor: 0,
    openedBy: '',
  })
  await shop.settled()
  expect(await effectsOf(archived)).toMatchObject([{ rows: [{ sku: 'BREAD', archived: 1 }] }])
  expect(await effectsOf(opened)).toMatchObject([{ title: 'sells in this shift' }])
})
