import { join } from 'node:path'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { basketOf, type Sellable } from '../baskets.ts'
import { atMost, type FigureGroup, figure } from '../figure.ts'
import { runLoad } from '../load/load.ts'
import { caughtUp, type ShopProcess, saleTemplates, startShopProcess } from '../shop-process.ts'
import { sum } from '../statistics.ts'

const hotProducts = 10
const clients = 64
const measuredMs = 10_000

const levelOf = async (shop: ShopProcess, sku: string): Promise<number> => {
  const { rows } = await shop.operator.call(inventoryRoutes.listStockLevels, { sku, limit: 10 })
  return rows.find(row => row.sku === sku)?.levelMicro ?? 0
}

/** Ten products that every client sells at once: afterwards each level is what it was, less every piece that was answered as sold. */
export const hotProductsGroup: FigureGroup = {
  names: ['hot-products'],
  run: async ({ folder }) => {
    const shop = await startShopProcess(join(folder, 'hot-products'))
    try {
      const shelf = await shop.shelf()
      const hot = shelf.articles.slice(0, hotProducts)
      const pick = (index: number): Sellable => hot[index % hot.length]!
      const wanted = Array.from(
        { length: 120 },
        (_, index) =>
          [
            [pick(index), 1 + (index % 4)],
            [pick(index + 1 + (index % 3)), 1],
            [pick(index + 5 + (index % 2)), 2],
          ] as const,
      )
      const before = await Promise.all(hot.map(({ sku }) => levelOf(shop, sku)))
      const templates = await saleTemplates(
        shop,
        wanted.map(lines => basketOf(shelf, lines)),
      )
      const { answered } = await runLoad({
        host: shop.host,
        port: shop.port,
        work: { kind: 'sales', templates },
        pace: { kind: 'closed', clients, warmUpMs: 0, measuredMs },
        keepSales: false,
      })
      await caughtUp(shop)
      let wrong = 0
      for (const [index, { sku }] of hot.entries()) {
        const soldPieces = sum(
          wanted.map((lines, template) => {
            const pieces = lines.filter(([article]) => article.sku === sku).map(([, count]) => count)
            return sum(pieces) * (answered[template] ?? 0)
          }),
        )
        if ((await levelOf(shop, sku)) !== before[index]! - soldPieces * 1_000_000) wrong += 1
      }
      return [
        figure({
          name: 'hot-products',
          value: wrong,
          unit: 'wrong',
          target: atMost(0),
          note: `levels of ${hotProducts} products after ${clients} clients sold them at once in ${sum(answered).toLocaleString('en-GB')} sales of three lines`,
        }),
      ]
    } finally {
      await shop.stop()
    }
  },
}
