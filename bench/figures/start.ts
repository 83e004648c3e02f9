import { join } from 'node:path'
import { threeLineBaskets } from '../baskets.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { runLoad } from '../load/load.ts'
import { caughtUp, type ShopProcess, saleTemplates, startShopProcess } from '../shop-process.ts'
import { median, percentile } from '../statistics.ts'

const starts = 10
const sales = 2_000

const sell = async (shop: ShopProcess): Promise<number> => {
  const templates = await saleTemplates(shop, threeLineBaskets(await shop.shelf(), 500))
  const { sales: answered } = await runLoad({
    host: shop.host,
    port: shop.port,
    work: { kind: 'sales', templates },
    pace: { kind: 'open', perSecond: 400, clients: 16, warmUpMs: 0, measuredMs: (sales / 400) * 1_000 },
    keepSales: true,
  })
  await caughtUp(shop)
  return answered.length
}

/** A shop that has sold before is started again and again: how long until it says that it is ready, and what it holds in memory. */
export const startGroup: FigureGroup = {
  names: ['start-ready', 'start-resident', 'start-resident-after-sales'],
  run: async ({ folder }) => {
    const data = join(folder, 'start')
    const first = await startShopProcess(data)
    try {
      await sell(first)
    } finally {
      await first.stop()
    }
    const readyMs: number[] = []
    const residentMb: number[] = []
    let afterSalesMb = 0
    let sold = 0
    for (let start = 1; start <= starts; start++) {
      const shop = await startShopProcess(data)
      try {
        readyMs.push(shop.readyAfterUs / 1_000)
        residentMb.push(shop.residentMb())
        if (start < starts) continue
        sold = await sell(shop)
        afterSalesMb = shop.residentMb()
      } finally {
        await shop.stop()
      }
    }
    return [
      figure({
        name: 'start-ready',
        value: percentile(readyMs, 1),
        unit: 'ms',
        target: below(1_000),
        note: `slowest of ${starts} starts of an existing shop, from the start of the process to its first answer of /health/ready; median ${median(readyMs).toFixed(0)} ms`,
      }),
      figure({
        name: 'start-resident',
        value: percentile(residentMb, 1),
        unit: 'MB',
        target: below(150),
        note: `VmRSS after the start, largest of ${starts}; median ${median(residentMb).toFixed(0)} MB`,
      }),
      figure({
        name: 'start-resident-after-sales',
        value: afterSalesMb,
        unit: 'MB',
        note: `VmRSS of one process after ${sold.toLocaleString('en-GB')} sales`,
      }),
    ]
  },
}
