import { join } from 'node:path'
import { gtinCheckDigit } from '../../src/domain/barcode.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { getRequest, runLoad } from '../load/load.ts'
import { type ShopProcess, startShopProcess } from '../shop-process.ts'
import { percentile, spreadMs } from '../statistics.ts'

const products = 100_000
const clients = 4
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
const skuOf = (index: number): string => `S-${String(index).padStart(6, '0')}`
/** Mixed by factors without a common divisor, so that words meet in all combinations. */
const nameOf = (index: number): string =>
  `${pick(makers, index)} ${pick(sorts, Math.floor(index / 7))} ${pick(goods, Math.floor(index / 13))} ${pick(sizes, Math.floor(index / 3))} ${index % 997}`
/** GS1 keeps prefix 952 for demonstrations. */
const barcodeOf = (index: number): string => {
  const body = `952${String(index).padStart(9, '0')}`
  return `${body}${gtinCheckDigit(body)}`
}

/** What people type: the first letters of a word, of two, a SKU, a scanned barcode, and what is not there. */
const searches = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => {
    const at = (index * 7_919) % products
    const words = nameOf(at).split(' ')
    const word = pick(words.slice(0, 3), index)
    switch (index % 6) {
      case 0:
        return word.slice(0, 2 + (index % 4))
      case 1:
        return `${words[0]} ${(words[2] ?? '').slice(0, 3)}`
      case 2:
        return `${words[2]} ${words[0]?.slice(0, 2)} ${at % 997}`
      case 3:
        return skuOf(at).slice(0, 6 + (index % 3))
      case 4:
        return barcodeOf(at)
      default:
        return `${word.slice(0, 3)}zq${index % 100}`
    }
  })

const importProducts = async (shop: ShopProcess): Promise<void> => {
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

/** Search by what people type, among many products. */
export const search: FigureGroup = {
  names: ['search'],
  run: async ({ folder, say }) => {
    const shop = await startShopProcess(join(folder, 'search'))
    try {
      say(`  importing ${products.toLocaleString('en-GB')} products …`)
      await importProducts(shop)
      const token = await shop.token(['catalogue:read'])
      const requests = searches(3_000).map(text =>
        getRequest(`/api/v1/products?q=${encodeURIComponent(text)}`, `${shop.host}:${shop.port}`, token),
      )
      const { tookUs } = await runLoad({
        host: shop.host,
        port: shop.port,
        work: { kind: 'requests', requests },
        pace: { kind: 'closed', clients, warmUpMs: 3_000, measuredMs: 10_000 },
        keepSales: false,
      })
      return [
        figure({
          name: 'search',
          value: percentile(tookUs, 0.99) / 1_000,
          unit: 'ms',
          target: below(20),
          note: `p99 among ${products.toLocaleString('en-GB')} products, ${clients} clients that search without a pause: first letters, two and three words, SKUs, barcodes, misses; ${spreadMs(tookUs)}`,
        }),
      ]
    } finally {
      await shop.stop()
    }
  },
}
