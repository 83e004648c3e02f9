import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { launchProfile } from '../../test/support/browser.ts'
import { buildPage } from '../../test/support/static-site.ts'
import { letProfileKeep, tillCode } from '../../test/support/till-browser.ts'
import { tillWorker } from '../../tools/till-worker.ts'
import { threeLineBaskets } from '../baskets.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { startShopProcess } from '../shop-process.ts'
import { percentile, spreadMs } from '../statistics.ts'
import type { Sale } from '../till-offline/page.ts'

const warmUps = 50
const rounds = 1_000
const till = 'bench-1'
const seller = { number: 7, pin: '573920' }
const mediaTypes = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm' }

/**
 * A till that is alone: a sale of three lines from the page's call until it is durable in the browser, and on the same disk the
 * commit of a row as long as its fact by the engine alone, one after the other in turn.
 */
export const tillOffline: FigureGroup = {
  names: ['till-offline-p99'],
  run: async ({ folder }) => {
    const built = join(folder, 'till-offline')
    await buildPage(new URL('../till-offline', import.meta.url).pathname, built, tillWorker)
    const shop = await startShopProcess(join(folder, 'till-offline-shop'))
    const context = await launchProfile(join(folder, 'till-profile'))
    try {
      const { operator } = shop
      await operator.call(staffRoutes.addPerson, { id: v7(), name: 'Bench', role: 'manager', ...seller })
      const shelf = await shop.shelf()
      const sales = threeLineBaskets(shelf, warmUps + rounds).map(
        ({ lines, tenders, changeMinor, totals }): Sale => ({
          till,
          currency: shelf.rules.currency,
          catalogueVersion: shelf.version,
          lines,
          tenders,
          changeMinor,
          totals,
        }),
      )
      // At the shop's own address, which is all that its till may ask.
      await context.route(`${shop.url}/bench/**`, async route => {
        const path = new URL(route.request().url()).pathname.slice('/bench/'.length)
        const [, ending = ''] = /\.(\w+)$/.exec(path) ?? []
        await route.fulfill({
          body: await readFile(join(built, path)),
          contentType: Object.entries(mediaTypes).find(([name]) => name === ending)?.[1] ?? 'application/octet-stream',
        })
      })
      const page = await context.newPage()
      await letProfileKeep(page, shop.url)
      await page.goto(`${shop.url}/bench/index.html`)
      await page.waitForFunction(() => 'beTill' in window)
      const code = await tillCode(operator, till)
      await page.evaluate(([made, person]) => window.beTill(made, person), [code, seller] as const)
      process.kill(shop.pid, 'SIGKILL')
      await page.waitForFunction(() => window.isAlone())
      const { saleUs, bareUs, factCharacters } = await page.evaluate(([all, warm]) => window.sell(all, warm), [
        sales,
        warmUps,
      ] as const)
      return [
        figure({
          name: 'till-offline-p99',
          value: percentile(saleUs, 0.99) / 1_000,
          unit: 'ms',
          target: below(30),
          bare: percentile(bareUs, 0.99) / 1_000,
          note: `a sale of three lines on a till that is alone, ${spreadMs(saleUs)}; bare, a row of ${factCharacters} characters, ${spreadMs(bareUs)}`,
        }),
      ]
    } finally {
      await context.close()
      await shop.stop()
    }
  },
}
