import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import {
  productBody,
  type SaleInput,
  saleOf,
  startSalesShop,
  testArticles,
  testStore,
} from '../../../test/support/sales-shop.ts'
import { startTestShop, type TestShop } from '../../../test/support/shop.ts'
import { ApiRefusal } from '../../contracts/client.ts'
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
const refusalOf = async (work: Promise<unknown>) => {
  const refused = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(refused instanceof ApiRefusal)) throw refused ?? new Error('this was not refused')
  const { code, detail, status } = refused.problem
  return { code, status, ...(detail ? { detail } : {}) }
}

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

describe('what is refused leaves nothing behind', () => {
  const cases: Array<[string, () => SaleInput, string, Record<string, string | number>?]> = [
    [
      'an unknown SKU',
      () => saleOf(next(), [{ sku: 'MILK' }, { sku: 'GONE' }]),
      'sku-unknown',
      { sku: 'GONE', lineNo: 2 },
    ],
    [
      'a wrong price',
      () => saleOf(next(), [{ sku: 'MILK', unitPriceMinor: 100 }]),
      'price-wrong',
      { sku: 'MILK', lineNo: 1, claimedMinor: 100, expectedMinor: 129 },
    ],
    [
      'wrong totals',
      () => {
        const sale = saleOf(next(), [{ sku: 'MILK' }])
        return { ...sale, totals: { ...sale.totals, taxMinor: sale.totals.taxMinor + 1 } }
      },
      'totals-wrong',
      { field: 'taxMinor', claimed: 9, expected: 8 },
    ],
    ['wrong change', () => ({ ...saleOf(next(), [{ sku: 'MILK' }]), changeMinor: 5 }), 'change-wrong'],
    ['a quantity of zero', () => saleOf(next(), [{ sku: 'MILK', quantityMicro: 0 }]), 'quantity-zero', { lineNo: 1 }],
    [
      'an amount beyond 2^53',
      () =>
        saleOf(next(), [
          {
            sku: 'PAN',
            quantityMicro: Number.MAX_SAFE_INTEGER,
            unitPriceMinor: Number.MAX_SAFE_INTEGER,
            priceSource: 'override',
          },
        ]),
      'amount-too-large',
    ],
    ['another currency', () => ({ ...saleOf(next(), [{ sku: 'MILK' }]), currency: 'USD' }), 'currency-wrong'],
    [
      'a currency that does not exist',
      () => ({ ...saleOf(next(), [{ sku: 'MILK' }]), currency: 'QQQ' }),
      'currency-wrong',
    ],
    [
      'too little money',
      () => ({ ...saleOf(next(), [{ sku: 'MILK' }]), tenders: [{ kind: 'cash', amountMinor: 128 }] }),
      'tender-too-small',
    ],
    ['no money', () => ({ ...saleOf(next(), [{ sku: 'MILK' }]), tenders: [] }), 'no-tenders'],
    [
      'change for a card',
      () => saleOf(next(), [{ sku: 'MILK' }], { pay: () => [{ kind: 'card', amountMinor: 200 }] }),
      'change-without-cash',
    ],
    [
      'the day after tomorrow',
      () => saleOf(next(), [{ sku: 'MILK' }], { completedAtMs: Date.now() + 2 * 86_400_000 }),
      'completed-in-future',
    ],
    [
      'a catalogue of the future',
      () => saleOf(next(), [{ sku: 'MILK' }], { catalogueVersion: 9_999 }),
      'catalogue-version-unknown',
    ],
    [
      'a catalogue before the first',
      () => saleOf(next(), [{ sku: 'MILK' }], { catalogueVersion: 0 }),
      'catalogue-version-unknown',
    ],
    ['a shift that never was', () => saleOf(next(), [{ sku: 'MILK' }], { shiftId: next() }), 'shift-not-open'],
    [
      'more off than the line costs',
      () => saleOf(next(), [{ sku: 'MILK', discountMinor: 130 }]),
      'discount-exceeds-line',
    ],
  ]
  for (const [name, sale, code, detail] of cases) {
    test(`${name}: ${code}`, async () => {
      const head = shop.host.head()
      const refused = await refusalOf(complete(sale()))
      expect(refused).toMatchObject(detail ? { code, detail } : { code })
      expect(shop.host.head()).toBe(head)
      expect((await complete(saleOf(next(), [{ sku: 'MILK' }]))).receiptNumber).toBe(1)
    })
  }

  const raw: Array<[string, (json: string) => string, string]> = [
    [
      'a quantity that is no number',
      json => json.replace('"quantityMicro":1000000', '"quantityMicro":NaN'),
      'json-invalid',
    ],
    ['a quantity of nothing', json => json.replace('"quantityMicro":1000000', '"quantityMicro":null'), 'body-invalid'],
    ['a quantity of 1e308', json => json.replace('"quantityMicro":1000000', '"quantityMicro":1e308'), 'body-invalid'],
    ['a quantity of 1e309', json => json.replace('"quantityMicro":1000000', '"quantityMicro":1e309'), 'body-invalid'],
    [
      'a quantity of 2^53+1',
      json => json.replace('"quantityMicro":1000000', '"quantityMicro":9007199254740993'),
      'body-invalid',
    ],
    ['half a millionth', json => json.replace('"quantityMicro":1000000', '"quantityMicro":0.5'), 'body-invalid'],
    [
      'a quantity of minus zero',
      json => json.replace('"quantityMicro":1000000', '"quantityMicro":-0'),
      'quantity-zero',
    ],
    ['a price of minus zero', json => json.replace('"unitPriceMinor":129', '"unitPriceMinor":-0'), 'price-wrong'],
    ['a price below zero', json => json.replace('"unitPriceMinor":129', '"unitPriceMinor":-129'), 'body-invalid'],
    ['no lines', json => json.replace(/"lines":\[.*?\]/, '"lines":[]'), 'body-invalid'],
    ['no id', json => json.replace('"id"', '"other"'), 'body-invalid'],
  ]
  for (const [name, change, code] of raw) {
    test(`${name}: ${code}`, async () => {
      const head = shop.host.head()
      const body = JSON.stringify(saleOf(next(), [{ sku: 'MILK' }]))
      expect(change(body)).not.toBe(body)
      const response = await shop.request('/sales', {
        method: 'POST',
        headers: { authorization: 'Bearer all', 'content-type': 'application/json' },
        body: change(body),
      })
      expect(await response.json()).toMatchObject({ code })
      expect(shop.host.head()).toBe(head)
    })
  }

  test('10 001 lines', async () => {
    const head = shop.host.head()
    const lines = Array.from({ length: 10_001 }, () => ({ sku: 'MILK', quantityMicro: 1_000_000, unitPriceMinor: 129 }))
    const sale = { ...saleOf(next(), [{ sku: 'MILK' }]), lines }
    expect(await refusalOf(complete(sale as SaleInput))).toMatchObject({ code: 'body-invalid' })
    expect(shop.host.head()).toBe(head)
  })

  test('before the shop has settings there is nothing to sell by', async () => {
    await shop.close()

    shop = await startTestShop(ports => ({ services: [createSalesService(ports)], fronts: [createSalesFront(ports)] }))
    expect(await refusalOf(complete(saleOf(next(), [{ sku: 'MILK' }])))).toMatchObject({ code: 'store-not-configured' })
  })
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

describe('what needs a right', () => {
  const cashier = () => shop.clientWith('sales:write')
  const cases: Array<[string, () => SaleInput, string]> = [
    [
      'another price',
      () => saleOf(next(), [{ sku: 'MILK', unitPriceMinor: 100, priceSource: 'override' }]),
      'override-not-allowed',
    ],
    ['a discount on a line', () => saleOf(next(), [{ sku: 'MILK', discountMinor: 1 }]), 'override-not-allowed'],
    [
      'an amount off the sale',
      () => saleOf(next(), [{ sku: 'MILK' }], { discount: { kind: 'amount', amountMinor: 1 } }),
      'override-not-allowed',
    ],
    [
      'a share off the sale',
      () => saleOf(next(), [{ sku: 'MILK' }], { discount: { kind: 'share', sharePpm: 100_000 } }),
      'override-not-allowed',
    ],
    [
      'goods that come back in a basket',
      () => saleOf(next(), [{ sku: 'PAN' }, { sku: 'MILK', quantityMicro: -1_000_000 }]),
      'return-without-receipt-not-allowed',
    ],
  ]
  for (const [name, sale, code] of cases) {
    test(name, async () => {
      const head = shop.host.head()
      expect(await refusalOf(complete(sale(), cashier()))).toMatchObject({ code, status: 403 })
      expect(shop.host.head()).toBe(head)
      expect((await complete(sale())).receiptNumber).toBe(1)
    })
  }

  test('a price from the barcode of the goods needs none', async () => {
    const sale = saleOf(next(), [{ sku: 'TOMATO', unitPriceMinor: 512, priceSource: 'embedded' }])
    expect((await complete(sale, cashier())).receiptNumber).toBe(1)
  })
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
