import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { type SaleInput, saleOf, startSalesShop } from '../../../test/support/sales-shop.ts'
import { startTestShop, type TestShop } from '../../../test/support/shop.ts'
import { salesRoutes } from '../../contracts/sales.ts'
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
