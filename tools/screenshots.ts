import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { launchBrowser, signedIn, viewports } from '../test/support/browser.ts'
import { startShopProcess, temporaryFolder } from '../test/support/node-process.ts'

/**
 * Every page of a demo shop as pictures, in each size, light and dark: `npm run screenshots -- [--out FOLDER] [--page NAME]...`.
 * They are there to be looked at before a change of the pages is called done.
 */
const pages: Record<string, string> = {
  till: '/till',
  today: '/office',
  sales: '/office/sales',
  products: '/office/products',
  stock: '/office/stock',
  orders: '/office/orders',
  people: '/office/people',
  nerve: '/office/nerve',
  settings: '/office/settings',
}

const { values } = parseArgs({
  options: { out: { type: 'string', default: 'screenshots' }, page: { type: 'string', multiple: true } },
})
const wanted = Object.entries(pages).filter(([name]) => !values.page || values.page.includes(name))
mkdirSync(values.out, { recursive: true })

const folder = temporaryFolder()
const shop = await startShopProcess(folder.path, '--demo')
const browser = await launchBrowser()
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(viewports)) {
      const context = await signedIn(browser, shop.url, { number: 1, pin: '204816' }, { viewport, colorScheme })
      for (const [name, path] of wanted) {
        const page = await context.newPage()
        page.on('pageerror', error => console.error(`${name}: ${error.message}`))
        await page.goto(path)
        await page.waitForLoadState('load')
        await page
          .locator('[data-ready="true"]')
          .first()
          .waitFor({ timeout: 5_000 })
          .catch(() => console.error(`${name} ${size} ${colorScheme}: not ready`))
        await page.screenshot({ path: join(values.out, `${name}-${size}-${colorScheme}.png`) })
        await page.close()
      }
      await context.close()
    }
  }
} finally {
  await browser.close()
  await shop.end()
  folder.remove()
}
console.log(`pictures in ${values.out}`)
