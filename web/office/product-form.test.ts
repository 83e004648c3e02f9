import { expect, test } from 'vitest'
import {
  amountOf,
  priceChanges,
  type Typed,
  typedOf,
  variantOf,
  type WholeProduct,
  wrongAmount,
} from './product-form.ts'

const currencyOf = (audience: string): string => (audience === 'tokyo' ? 'JPY' : 'EUR')

const milk: WholeProduct = {
  productId: '01936d2e-7c00-7000-8000-000000000011',
  name: 'Milk',
  category: 'Dairy',
  favourite: false,
  demo: false,
  note: '',
  archived: false,
  changedAt: 7,
  variants: [
    {
      sku: 'MILK-1L',
      form: '1 l',
      barcodes: ['9520000000011', '9520000000028'],
      unit: 'each',
      priceMinor: 129,
      costMinor: null,
      taxCode: 'reduced',
    },
    { sku: 'MILK-2L', form: '2 l', barcodes: [], unit: 'each', priceMinor: 249, costMinor: 170, taxCode: 'reduced' },
  ],
  prices: [
    { sku: 'MILK-1L', audience: 'city', priceMinor: 139 },
    { sku: 'MILK-1L', audience: 'tokyo', priceMinor: 220 },
    { sku: 'MILK-2L', audience: 'city', priceMinor: 259 },
  ],
}
const typed = (): Typed[] => typedOf(milk, 'EUR', currencyOf)
const withPrices = (sku: string, prices: Array<[audience: string, price: string]>): Typed[] =>
  typed().map(each =>
    each.sku === sku ? { ...each, prices: prices.map(([audience, price], key) => ({ key, audience, price })) } : each,
  )

test('a product that was only looked at is saved as it was, and says nothing of prices', () => {
  expect(typed().map(each => variantOf(each, 'EUR'))).toEqual(milk.variants)
  expect(priceChanges(milk.prices, typed(), currencyOf)).toEqual([])
})

test('each price is typed and read in the currency of its store', () => {
  expect(typed()[0]?.prices.map(({ audience, price }) => [audience, price])).toEqual([
    ['city', '1.39'],
    ['tokyo', '220'],
  ])
  expect(
    priceChanges(
      milk.prices,
      withPrices('MILK-1L', [
        ['city', '1,49'],
        ['tokyo', '230'],
      ]),
      currencyOf,
    ),
  ).toEqual([
    { sku: 'MILK-1L', audience: 'city', priceMinor: 149 },
    { sku: 'MILK-1L', audience: 'tokyo', priceMinor: 230 },
  ])
})

test('a price that was taken out is taken away, a new one is said, the other variant is left alone', () => {
  expect(
    priceChanges(
      milk.prices,
      withPrices('MILK-1L', [
        ['tokyo', '220'],
        ['store-2', '1'],
      ]),
      currencyOf,
    ),
  ).toEqual([
    { sku: 'MILK-1L', audience: 'city', priceMinor: null },
    { sku: 'MILK-1L', audience: 'store-2', priceMinor: 100 },
  ])
})

test('a row for which no store was chosen says nothing', () => {
  expect(priceChanges([], withPrices('MILK-2L', [['', '3']]), currencyOf).map(each => each.sku)).not.toContain(
    'MILK-2L',
  )
})

test('the currency of what is no amount is named', () => {
  expect(wrongAmount(typed(), 'EUR', currencyOf)).toBeNull()
  expect(wrongAmount(withPrices('MILK-1L', [['tokyo', '2.20']]), 'EUR', currencyOf)).toBe('JPY')
  expect(
    wrongAmount(
      typed().map(each => ({ ...each, cost: 'much' })),
      'EUR',
      currencyOf,
    ),
  ).toBe('EUR')
})

test.each([
  ['1.29', 129],
  [' 1,29 ', 129],
  ['-1', null],
  ['1.299', null],
  ['', null],
])('%j is %s cents', (text, minor) => {
  expect(amountOf(text, 'EUR')).toBe(minor)
})
