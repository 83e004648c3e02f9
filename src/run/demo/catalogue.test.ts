import { expect, test } from 'vitest'
import { isGtin, parseScan } from '../../domain/barcode.ts'
import { containsCardNumber, hasActiveCharacters } from '../../domain/text.ts'
import { demoSuppliers } from './assortment.ts'
import { demoCategories, demoProducts, demoTaxes } from './catalogue.ts'

const distinct = (values: readonly string[]): number => new Set(values).size

test('about 300 products in 12 categories of 6 suppliers', () => {
  expect(demoProducts).toHaveLength(300)
  expect(distinct(demoCategories)).toBe(12)
  expect(new Set(demoProducts.map(product => product.category))).toEqual(new Set(demoCategories))
  expect(new Set(demoProducts.map(product => product.supplier))).toEqual(new Set(demoSuppliers))
  expect(demoSuppliers).toHaveLength(6)
})

test('SKUs, barcodes and names are unique', () => {
  for (const field of ['sku', 'barcode', 'name'] as const) {
    expect(distinct(demoProducts.map(product => product[field]))).toBe(demoProducts.length)
  }
})

test('about 16 favourites, a good part by weight, some at the other tax, some run low', () => {
  const count = (test: (product: (typeof demoProducts)[number]) => boolean) => demoProducts.filter(test).length
  expect(count(product => product.favourite)).toBeGreaterThanOrEqual(14)
  expect(count(product => product.favourite)).toBeLessThanOrEqual(18)
  expect(count(product => product.unit === 'kg')).toBeGreaterThanOrEqual(10)
  expect(count(product => product.taxCode === 'standard')).toBeGreaterThan(70)
  expect(count(product => product.taxCode === 'reduced')).toBeGreaterThan(150)
  expect(count(product => product.openingMicro <= product.reorderPointMicro)).toBe(3)
})

test('each can be sold', () => {
  for (const product of demoProducts) {
    expect(product.sku).toMatch(/^[A-Z]{3}-\d{3}$/)
    expect(product.barcode, product.sku).toMatch(/^952\d{10}$/)
    expect(isGtin(product.barcode), product.sku).toBe(true)
    expect(parseScan(product.barcode)).toEqual({ ok: true, scan: { kind: 'gtin', gtin14: `0${product.barcode}` } })
    expect(containsCardNumber(product.barcode), product.sku).toBe(false)
    expect(hasActiveCharacters(product.name), product.sku).toBe(false)
    expect(product.name.trim()).toBe(product.name)
    expect(demoTaxes.map(tax => tax.code)).toContain(product.taxCode)
    expect(product.costMinor, product.sku).toBeGreaterThan(0)
    expect(product.costMinor, product.sku).toBeLessThan(product.priceMinor)
    const numbers = [product.priceMinor, product.costMinor, product.openingMicro, product.targetLevelMicro]
    expect(numbers.every(Number.isSafeInteger), product.sku).toBe(true)
    expect(product.openingMicro, product.sku).toBeGreaterThan(0)
    expect(product.openingMicro, product.sku).toBeLessThanOrEqual(product.targetLevelMicro)
    expect(product.reorderPointMicro, product.sku).toBeLessThan(product.targetLevelMicro)
    expect(product.popularity).toBeGreaterThanOrEqual(1)
    expect(product.popularity).toBeLessThanOrEqual(10)
  }
})
