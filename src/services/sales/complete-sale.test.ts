import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import {
  productBody,
  type SaleInput,
  saleOf,
  startSalesShop,
  testArticles,
  testStore,
} from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { completedSale, salesRoutes, storedSale } from '../../contracts/sales.ts'
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
const complete = (sale: SaleInput, client = shop.client) => client.call(salesRoutes.completeSale, sale)

test('a sale becomes one fact, whole and priced, and its receipt number is the next of its till', async () => {
  const sale = saleOf(next(), [{ sku: 'MILK', quantityMicro: 2_000_000, note: 'cold' }, { sku: 'PAN' }], {
    pay: () => [{ kind: 'cash', amountMinor: 5_000 }],
  })
  const answer = await complete(sale)
  expect(answer).toEqual({ saleId: sale.id, till: 'till-1', receiptNumber: 1, position: shop.host.head() })
  const stored = await shop.client.call(salesRoutes.getSale, { saleId: sale.id })
  expect(storedSale.parse(stored)).toEqual(stored)
  expect(completedSale.parse(stored.sale)).toMatchObject({
    saleId: sale.id,
    cashier: 'Test',
    catalogueVersion: 7,
    totals: { totalMinor: 3_257, dueMinor: 3_257 },
    changeMinor: 1_743,
    lines: [
      { lineNo: 1, name: 'Milk 1 l', note: 'cold', totalMinor: 258, tax: { code: 'reduced' } },
      { lineNo: 2, name: 'Frying pan', totalMinor: 2_999, tax: { code: 'standard' } },
    ],
  })
  expect(stored.returnedMicro).toEqual([0, 0])
  expect((await complete(saleOf(next(), [{ sku: 'MILK' }]))).receiptNumber).toBe(2)
  expect((await complete(saleOf(next(), [{ sku: 'MILK' }], { till: 'till-2' }))).receiptNumber).toBe(1)
})

test('the same request again answers the same, with another body it is refused', async () => {
  const sale = saleOf(next(), [{ sku: 'MILK' }])
  const answer = await complete(sale)
  expect(await complete(sale)).toEqual(answer)
  expect(await Promise.all([sale, sale, sale].map(each => complete(each)))).toEqual([answer, answer, answer])
  const head = shop.host.head()
  expect(await refusalOf(complete({ ...sale, note: 'another' }))).toMatchObject({ code: 'id-reused', status: 409 })
  expect(shop.host.head()).toBe(head)
})

test('10 000 lines are one sale', async () => {
  const sale = saleOf(
    next(),
    Array.from({ length: 10_000 }, () => ({ sku: 'MILK' })),
  )
  const slim = {
    ...sale,
    lines: sale.lines.map(({ sku, quantityMicro, unitPriceMinor }) => ({ sku, quantityMicro, unitPriceMinor })),
  }
  expect((await complete(slim as SaleInput)).receiptNumber).toBe(1)
  expect((await shop.client.call(salesRoutes.getSale, { saleId: sale.id })).sale.lines).toHaveLength(10_000)
})

describe('prices by catalogue version', () => {
  const milk = testArticles[0]

  test('a sale is judged by the version that it names, and by the newest where it names none', async () => {
    const before = shop.host.head()
    const after = await recordFact(shop, 'catalogue', 'price.changed', { sku: 'MILK', priceMinor: 139 })
    const old = [{ sku: 'MILK' }]
    const changed = [{ sku: 'MILK', unitPriceMinor: 139 }]
    await shop.settled()
    expect((await complete(saleOf(next(), old, { catalogueVersion: before }))).receiptNumber).toBe(1)
    expect((await complete(saleOf(next(), changed, { catalogueVersion: after }))).receiptNumber).toBe(2)
    expect((await complete(saleOf(next(), changed))).receiptNumber).toBe(3)
    expect(await refusalOf(complete(saleOf(next(), old)))).toMatchObject({ code: 'price-wrong' })
    expect(await refusalOf(complete(saleOf(next(), changed, { catalogueVersion: before })))).toMatchObject({
      code: 'price-wrong',
    })
  })

  test('a sale right behind a change of the catalogue sells by it, in the same commit too', async () => {
    const tea = { sku: 'TEA', name: 'Tea', priceMinor: 499, tax: milk.tax, productId: next() }
    const sale = () => saleOf(next(), [{ sku: 'TEA', unitPriceMinor: 499 }])
    const [position, ...answers] = await Promise.all([
      recordFact(shop, 'catalogue', 'product.saved', productBody(tea)),
      complete(sale()),
      complete(sale()),
      refusalOf(complete(saleOf(next(), [{ sku: 'TEA', unitPriceMinor: 500 }]))),
    ])
    expect(answers).toMatchObject([{ receiptNumber: 1 }, { receiptNumber: 2 }, { code: 'price-wrong' }])
    const changed = await Promise.all([
      recordFact(shop, 'catalogue', 'price.changed', { sku: 'TEA', priceMinor: 519 }),
      complete(saleOf(next(), [{ sku: 'TEA', unitPriceMinor: 519 }], { catalogueVersion: shop.host.head() + 1 })),
    ])
    expect(changed[1].receiptNumber).toBe(3)
    const named = await complete(saleOf(next(), [{ sku: 'TEA', unitPriceMinor: 499 }], { catalogueVersion: position }))
    expect(named.receiptNumber).toBe(4)
  })

  test('a version that names a fact which sales need not hear of is as good', async () => {
    const category = await recordFact(shop, 'catalogue', 'category.set', { name: 'Dairy', colour: 'blue', order: 1 })
    const sale = saleOf(next(), [{ sku: 'MILK' }], { catalogueVersion: category })
    expect((await complete(sale)).receiptNumber).toBe(1)
  })

  test('a SKU is sold while its product has it and is not archived', async () => {
    const { productId } = milk
    const two = {
      ...productBody(milk),
      variants: [{ ...productBody(milk).variants[0]!, form: 'large', sku: 'MILK-L', priceMinor: 199 }],
    }
    await recordFact(shop, 'catalogue', 'product.saved', two)
    expect(await refusalOf(complete(saleOf(next(), [{ sku: 'MILK' }])))).toMatchObject({ code: 'sku-unknown' })
    const large = () => saleOf(next(), [{ sku: 'MILK-L', unitPriceMinor: 199 }])
    const { saleId } = await complete(large())
    expect((await shop.client.call(salesRoutes.getSale, { saleId })).sale.lines[0]?.name).toBe('Milk 1 l large')
    const other = { ...testArticles[1], sku: 'MILK', priceMinor: 55 }
    await recordFact(shop, 'catalogue', 'product.saved', productBody(other))
    await recordFact(shop, 'catalogue', 'product.saved', two)
    expect((await complete(saleOf(next(), [{ sku: 'MILK', unitPriceMinor: 55 }]))).receiptNumber).toBe(2)
    await recordFact(shop, 'catalogue', 'product.archived', { productIds: [productId] })
    expect(await refusalOf(complete(large()))).toMatchObject({ code: 'sku-unknown' })
    await recordFact(shop, 'catalogue', 'price.changed', { sku: 'NEVER', priceMinor: 1 })
    await recordFact(shop, 'catalogue', 'product.saved', two)
    expect((await complete(large())).receiptNumber).toBe(3)
    await shop.settled()
    expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
    expect((await complete(large())).receiptNumber).toBe(4)
  })

  test('the rules of the version hold: cash is rounded to the step of that time', async () => {
    const before = shop.host.head()
    await recordFact(shop, 'catalogue', 'store.configured', { ...testStore, cashStepMinor: 5 })
    const pay = (totalMinor: number) => [{ kind: 'cash' as const, amountMinor: Math.round(totalMinor / 5) * 5 }]
    const rounded = saleOf(next(), [{ sku: 'MILK' }], { rules: { cashStepMinor: 5 }, pay })
    expect(rounded.totals).toMatchObject({ totalMinor: 129, roundingMinor: 1, dueMinor: 130 })
    expect((await complete(rounded)).receiptNumber).toBe(1)
    expect((await complete(saleOf(next(), [{ sku: 'MILK' }], { catalogueVersion: before }))).receiptNumber).toBe(2)
  })
})

describe('shifts', () => {
  const open = (shiftId: string, till = 'till-1') =>
    recordFact(shop, 'cash', 'shift.opened', { shiftId, till, floatMinor: 0, openedBy: 'Test' })

  test('a sale right behind the opening of its shift is in it; one behind its closing is refused', async () => {
    const shiftId = next()
    const sale = () => saleOf(next(), [{ sku: 'MILK' }], { shiftId })
    const [, first] = await Promise.all([open(shiftId), complete(sale())])
    expect(first.receiptNumber).toBe(1)
    await shop.settled()
    expect((await complete(sale())).receiptNumber).toBe(2)
    await recordFact(shop, 'cash', 'shift.closed', { shiftId, till: 'till-1' })
    await shop.settled()
    const head = shop.host.head()
    expect(await refusalOf(complete(sale()))).toMatchObject({ code: 'shift-not-open', status: 409 })
    expect(shop.host.head()).toBe(head)
    await shop.host.rebuild()
    expect(await refusalOf(complete(sale()))).toMatchObject({ code: 'shift-not-open' })
  })

  test("another till's shift is not this till's", async () => {
    const shiftId = next()
    await open(shiftId, 'till-2')
    expect(await refusalOf(complete(saleOf(next(), [{ sku: 'MILK' }], { shiftId })))).toMatchObject({
      code: 'shift-not-open',
    })
  })
})

test('receipt numbers are gapless on each till, whatever is refused, repeated or asked at once', async () => {
  const sales = Array.from({ length: 300 }, (_, n) => {
    const till = `till-${n % 3}`
    if (n % 7 === 0) return saleOf(next(), [{ sku: 'GONE' }], { till })
    if (n % 11 === 0) return { ...saleOf(next(), [{ sku: 'MILK' }], { till }), changeMinor: 1 }
    return saleOf(next(), [{ sku: 'MILK' }, { sku: 'BREAD' }], { till })
  })
  const repeated = sales.filter((_, n) => n % 5 === 0)
  const parked = () =>
    shop.client.call(salesRoutes.parkSale, {
      id: next(),
      till: 'till-1',
      label: '',
      lines: saleOf(next(), [{ sku: 'MILK' }]).lines,
    })
  const answers = await Promise.allSettled(
    [...sales, ...repeated].flatMap((sale, n) => (n % 50 === 0 ? [complete(sale), parked()] : [complete(sale)])),
  )
  const numbers = new Map<string, Set<number>>()
  for (const answer of answers) {
    if (answer.status === 'rejected' || !('till' in answer.value)) continue
    const { till, receiptNumber } = answer.value
    numbers.set(till, (numbers.get(till) ?? new Set()).add(receiptNumber))
  }
  expect(numbers.size).toBe(3)
  for (const given of numbers.values()) {
    expect([...given].toSorted((a, b) => a - b)).toEqual(Array.from(given, (_, i) => i + 1))
  }
  const good = sales.filter((_, n) => n % 7 !== 0 && n % 11 !== 0).length
  expect([...numbers.values()].reduce((sum, given) => sum + given.size, 0)).toBe(good)
  await shop.settled()
  const tables = await shop.host.rebuild()
  expect(tables.filter(table => !table.same)).toEqual([])
  expect(tables.find(table => table.table === 'sales_sale')?.rows).toBe(good)
})

test('a shared commit that fails uses up no receipt number, and takes no sale with it', async () => {
  const sales = Array.from({ length: 4 }, () => saleOf(next(), [{ sku: 'MILK' }]))
  const [first, second, failed, ...more] = await Promise.allSettled([
    complete(sales[0]!),
    complete(sales[1]!),
    recordFact(shop, 'cash', 'sale.completed', {}),
    complete(sales[2]!),
    complete(sales[3]!),
  ])
  expect(failed.status).toBe('rejected')
  expect([first, second, ...more]).toMatchObject([1, 2, 3, 4].map(receiptNumber => ({ value: { receiptNumber } })))
  expect(await Promise.all(sales.map(sale => complete(sale)))).toMatchObject(
    [1, 2, 3, 4].map(receiptNumber => ({ receiptNumber })),
  )
})

test('while projections are rebuilt, sales and prices go on', async () => {
  let priceMinor = 129
  for (let round = 0; round < 5; round++) {
    const sales = Array.from({ length: 20 }, () => saleOf(next(), [{ sku: 'MILK', unitPriceMinor: priceMinor }]))
    priceMinor += 1
    await Promise.all([
      ...sales.slice(0, 10).map(sale => complete(sale)),
      shop.host.rebuild(),
      ...sales.slice(10).map(sale => complete(sale)),
    ])
    await Promise.all([
      shop.host.rebuild(),
      recordFact(shop, 'catalogue', 'price.changed', { sku: 'MILK', priceMinor }),
    ])
  }
  expect((await complete(saleOf(next(), [{ sku: 'MILK', unitPriceMinor: priceMinor }]))).receiptNumber).toBe(101)
})
