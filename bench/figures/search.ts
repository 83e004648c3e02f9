import { join } from 'node:path'
import { below, type FigureGroup, figure } from '../figure.ts'
import { getRequest, runLoad } from '../load/load.ts'
import { barcodeOf, importProducts, nameOf, skuOf } from '../many-products.ts'
import { startShopProcess } from '../shop-process.ts'
import { percentile, spreadMs } from '../statistics.ts'

const products = 100_000
const clients = 4

const pick = (words: readonly string[], index: number): string => words[index % words.length]!

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

/** Search by what people type, among many products. */
export const search: FigureGroup = {
  names: ['search'],
  run: async ({ folder, say }) => {
    const shop = await startShopProcess(join(folder, 'search'))
    try {
      say(`  importing ${products.toLocaleString('en-GB')} products …`)
      await importProducts(shop, products)
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
