import { gtinCheckDigit } from '../src/domain/barcode.ts'
import type { ShopProcess } from './shop-process.ts'

const kinds = [
  'Milk',
  'Bread',
  'Butter',
  'Cheese',
  'Coffee',
  'Tea',
  'Juice',
  'Water',
  'Yoghurt',
  'Chocolate',
  'Biscuit',
]
const more = ['Soap', 'Shampoo', 'Notebook', 'Pencil', 'Candle', 'Battery', 'Rice', 'Pasta', 'Sauce', 'Honey', 'Crisps']
const makers = ['Alder', 'Birch', 'Cedar', 'Dorn', 'Elm', 'Fir', 'Ginkgo', 'Hazel', 'Ivy', 'Juniper', 'Kiwi', 'Larch']
const sorts = ['Mild', 'Strong', 'Organic', 'Light', 'Dark', 'Fresh', 'Smoked', 'Sweet', 'Classic', 'Extra', 'Gold']
const sizes = ['100 g', '250 g', '500 g', '1 kg', '330 ml', '750 ml', '1 l', 'Family pack', 'Single', 'Box of 6']
const goods = [...kinds, ...more]

const pick = (words: readonly string[], index: number): string => words[index % words.length]!
export const skuOf = (index: number): string => `S-${String(index).padStart(6, '0')}`
/** Mixed by factors without a common divisor, so that words meet in all combinations. */
export const nameOf = (index: number): string =>
  `${pick(makers, index)} ${pick(sorts, Math.floor(index / 7))} ${pick(goods, Math.floor(index / 13))} ${pick(sizes, Math.floor(index / 3))} ${index % 997}`
/** GS1 keeps prefix 952 for demonstrations. */
export const barcodeOf = (index: number): string => {
  const body = `952${String(index).padStart(9, '0')}`
  return `${body}${gtinCheckDigit(body)}`
}

/** Adds so many different products through the import of CSV files. Throws where one is refused. */
export const importProducts = async (shop: ShopProcess, products: number): Promise<void> => {
  const token = await shop.token(['catalogue:write', 'catalogue:read'])
  const rows = Array.from(
    { length: products },
    (_, index) => `${skuOf(index)},${nameOf(index)},${(1 + (index % 900)) / 100},${barcodeOf(index)}`,
  )
  const response = await fetch(`${shop.url}/api/v1/products/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: `sku,name,price,barcode\n${rows.join('\n')}\n`,
  })
  const report = (await response.json()) as { added?: number }
  if (report.added !== products) throw new Error(`the import went wrong: ${JSON.stringify(report).slice(0, 500)}`)
}
