import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { launchBrowser, viewports } from './browser.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from './node-process.ts'
import { enrolBrowser, letKeep, marked, openShift, signInAtTill, tillCode } from './till-browser.ts'

/** People of the demo shop. */
export const owner = { number: 1, pin: '204816' }
export const manager = { number: 2, pin: '573920' }
export const cashier = { number: 3, pin: '861357' }

export const euros = (minor: number): string => `€${(minor / 100).toFixed(2)}`

/** A demo shop as a process for all tests of a file, and for each test a browser and a till's name of its own. */
export const tillsOfShop = (prefix: string) => {
  const folder = temporaryFolder()
  let port = ''
  let tills = 0
  let shop: NodeProcess | undefined
  let browser: Browser | undefined
  let context: BrowserContext | undefined
  let page: Page | undefined
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('this is there while a test runs')
    return value
  }
  const newContext = async (): Promise<BrowserContext> => {
    const made = await there(browser).newContext({
      baseURL: there(shop).url,
      reducedMotion: 'reduce',
      locale: 'en-GB',
      viewport: viewports.desktop,
    })
    made.setDefaultTimeout(20_000)
    return made
  }
  const startAgain = async (): Promise<void> => {
    shop = await startShopProcess(folder.path, '--port', port)
  }
  const setting = {
    get shop() {
      return there(shop)
    },
    get browser() {
      return there(browser)
    },
    get context() {
      return there(context)
    },
    get page() {
      return there(page)
    },
    /** Another tab, or the one that is left. */
    set page(next) {
      page = next
    },
    get till() {
      return `${prefix}-${tills}`
    },
    newContext,
    /** The shop that was killed, at its address. */
    startAgain,
    /** A till in the browser with an open shift, which the browser keeps for good. */
    openTill: async (person = owner): Promise<void> => {
      await letKeep(setting.browser, setting.context, setting.shop.url)
      await enrolBrowser(setting.page, await tillCode(setting.shop.client, setting.till))
      await signInAtTill(setting.page, person)
      await openShift(setting.page)
      await marked(setting.page, 'well')
    },
    /** What the shop has of this till, once that is so much. */
    arrived: async (count: number) => {
      const read = async () =>
        (await setting.shop.client.call(salesRoutes.listSales, { till: setting.till, limit: 100 })).rows
      await expect.poll(async () => (await read()).length, { timeout: 20_000 }).toBe(count)
      return read()
    },
    priceOf: async (name: string): Promise<{ sku: string; priceMinor: number }> => {
      const { articles } = await setting.shop.client.call(catalogueRoutes.tillCatalogue, {})
      const found = articles.find(article => article.name === name)
      if (!found) throw new Error(`the demo catalogue has no ${name}`)
      return found
    },
  }
  beforeAll(async () => {
    shop = await startShopProcess(folder.path, '--demo')
    port = new URL(shop.url).port
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await shop?.end()
    folder.remove()
  })
  beforeEach(async () => {
    tills += 1
    context = await newContext()
    page = await context.newPage()
  })
  afterEach(async () => {
    await context?.close()
    if (setting.shop.child.exitCode !== null || setting.shop.child.signalCode !== null) await startAgain()
  })
  return setting
}
