import { join } from 'node:path'
import { v7 } from 'uuid'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { integrationsRoutes } from '../../src/contracts/integrations.ts'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import { type Basket, basketOf, threeLineBaskets } from '../baskets.ts'
import { below, type Figure, type FigureGroup, figure } from '../figure.ts'
import { watchLive } from '../live-stream.ts'
import { runLoad } from '../load/load.ts'
import type { AnsweredSale } from '../load/messages.ts'
import { caughtUp, type ShopProcess, saleTemplates, startShopProcess } from '../shop-process.ts'
import { percentile, spreadMs } from '../statistics.ts'
import { startWebhookReceiver } from '../webhook-receiver.ts'

const perSecond = 500
const warmUpMs = 5_000
const measuredMs = 20_000
const sales = (perSecond * (warmUpMs + measuredMs)) / 1_000
/** One sale in so many takes the last piece above a reorder point. */
const everyReorder = 20
const reordered = sales / everyReorder
const piece = 1_000_000
const reorderPoint = 5
/** Sales, and with them deliveries, end before the watchers are asked; what has not come by then has not come. */
const lastDeliveryWithinMs = 10_000

const skuOf = (index: number): string => `NERVE-${String(index).padStart(5, '0')}`

const together = async (count: number, call: (index: number) => Promise<unknown>): Promise<void> => {
  const atOnce = 32
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from)
    await Promise.all(Array.from({ length: size }, (_, index) => call(from + index)))
  }
}

/** Products with one piece more than their reorder point, each sold once: each such sale has to bring a proposal. */
const stockReordered = async (shop: ShopProcess): Promise<void> => {
  const supplierId = v7()
  await shop.operator.call(purchasingRoutes.saveSupplier, { id: v7(), supplierId, name: 'Bench', email: '', note: '' })
  await together(reordered, index =>
    shop.operator.call(catalogueRoutes.saveProduct, {
      id: v7(),
      productId: v7(),
      name: `Reordered ${index}`,
      variants: [
        {
          sku: skuOf(index),
          form: '',
          barcodes: [],
          unit: 'each',
          priceMinor: 250,
          costMinor: 100,
          taxCode: 'standard',
        },
      ],
    }),
  )
  await caughtUp(shop)
  await shop.operator.call(inventoryRoutes.adjustStock, {
    id: v7(),
    lines: Array.from({ length: reordered }, (_, index) => ({
      sku: skuOf(index),
      quantityMicro: (reorderPoint + 1) * piece,
    })),
    reason: 'opening',
    note: '',
  })
  await caughtUp(shop)
  await together(reordered, index =>
    shop.operator.call(purchasingRoutes.setReorderRule, {
      id: v7(),
      sku: skuOf(index),
      supplierId,
      reorderPointMicro: reorderPoint * piece,
      targetLevelMicro: 4 * reorderPoint * piece,
      packMicro: piece,
      costMinor: 100,
    }),
  )
  await caughtUp(shop)
}

const basketsOf = async (shop: ShopProcess): Promise<Basket[]> => {
  const shelf = await shop.shelf()
  const bySku = new Map(shelf.articles.map(article => [article.sku, article]))
  const plain = threeLineBaskets(
    { ...shelf, articles: shelf.articles.filter(({ sku }) => !sku.startsWith('NERVE-')) },
    300,
  )
  return Array.from({ length: sales }, (_, index) => {
    if (index % everyReorder !== 0) return plain[index % plain.length]!
    const article = bySku.get(skuOf(index / everyReorder))
    if (!article) throw new Error('a reordered product is not in the catalogue')
    return basketOf(shelf, [
      [article, 1],
      [shelf.articles[index % 50]!, 2],
      [shelf.articles[(index + 1) % 50]!, 1],
    ])
  })
}

type Seen = {
  name: string
  what: string
  limitMs: number
  sales: readonly AnsweredSale[]
  at(sale: AnsweredSale): number | undefined
}

/** Throws where something was not seen at all: the slowest must not go missing from a percentile. */
const seenFigure = ({ name, what, limitMs, sales, at }: Seen): Figure => {
  const tookUs = sales.map(sale => (at(sale) ?? Number.NaN) - sale.sentUs)
  const missing = tookUs.filter(Number.isNaN).length
  if (missing > 0) throw new Error(`${name}: ${missing} of ${tookUs.length} sales were never seen`)
  return figure({
    name,
    value: percentile(tookUs, 0.99) / 1_000,
    unit: 'ms',
    target: below(limitMs),
    note: `p99 from when a sale was due to be sent until ${what}; ${spreadMs(tookUs)}`,
  })
}

/**
 * From a sale to what follows from it, at so many sales a second that come whether or not the shop keeps up. Seen from
 * outside: by one who watches the live stream, and by a receiver of webhooks, on the clock that all processes here share.
 */
export const nerve: FigureGroup = {
  names: ['nerve-sale-answered', 'nerve-stock-level', 'nerve-dashboard', 'nerve-reorder', 'nerve-webhook'],
  run: async ({ folder, say }) => {
    const shop = await startShopProcess(join(folder, 'nerve'), { shopOptions: ['--webhooks-to-private'] })
    const receiver = await startWebhookReceiver()
    try {
      say('  stocking …')
      await stockReordered(shop)
      const templates = await saleTemplates(shop, await basketsOf(shop))
      await shop.operator.call(integrationsRoutes.saveWebhookEndpoint, {
        id: v7(),
        endpointId: v7(),
        url: receiver.url,
        types: ['sale.completed'],
        description: 'bench',
        active: true,
      })
      const live = await watchLive(shop.url, await shop.token(['reports:read']), ['purchase-order.proposed'])
      say(`  ${sales.toLocaleString('en-GB')} sales …`)
      const result = await runLoad({
        host: shop.host,
        port: shop.port,
        work: { kind: 'sales', templates },
        pace: { kind: 'open', perSecond, clients: 64, warmUpMs, measuredMs },
        keepSales: true,
      })
      await caughtUp(shop)
      for (let waitedMs = 0; receiver.received() < sales && waitedMs < lastDeliveryWithinMs; waitedMs += 50)
        await new Promise(resolve => setTimeout(resolve, 50))
      live.close()
      const measured = result.sales.toSorted((a, b) => a.sentUs - b.sentUs).slice((perSecond * warmUpMs) / 1_000)
      const reorders = measured.filter(({ template }) => template % everyReorder === 0)
      const every = { sales: measured, limitMs: 100 }
      return [
        figure({
          name: 'nerve-sale-answered',
          value: percentile(result.tookUs, 0.99) / 1_000,
          unit: 'ms',
          note: `p99 of the sales themselves at ${perSecond} a second, webhooks and watcher beside them; ${spreadMs(result.tookUs)}`,
        }),
        seenFigure({
          ...every,
          name: 'nerve-stock-level',
          what: 'its stock levels are committed and a watcher knows it',
          at: sale => live.reachedAtUs('inventory', sale.position),
        }),
        seenFigure({
          ...every,
          name: 'nerve-dashboard',
          what: "the day's figures hold it and a watcher knows it",
          at: sale => live.reachedAtUs('reporting', sale.position),
        }),
        seenFigure({
          sales: reorders,
          limitMs: 100,
          name: 'nerve-reorder',
          what: 'a watcher is told of the proposal that it caused',
          at: sale => live.causedAtUs(sale.id),
        }),
        seenFigure({
          sales: measured,
          limitMs: 200,
          name: 'nerve-webhook',
          what: 'its webhook begins to arrive at a receiver on the same machine',
          at: sale => receiver.firstByteAtUs(sale.id),
        }),
      ]
    } finally {
      receiver.close()
      await shop.stop()
    }
  },
}
