import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser, signedIn, viewports } from '../support/browser.ts'
import { type FrontServer, serveBefore } from '../support/front-server.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from '../support/node-process.ts'
import { sellAtTill, tile } from '../support/till-browser.ts'

const folder = temporaryFolder()
let shop: NodeProcess
let front: FrontServer
let browser: Browser
let context: BrowserContext
let page: Page

beforeAll(async () => {
  shop = await startShopProcess(folder.path, '--demo')
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await shop?.end()
  folder.remove()
})
beforeEach(async () => {
  front = await serveBefore(Number(new URL(shop.url).port))
  context = await signedIn(
    browser,
    front.url,
    { number: 1, pin: '204816' },
    { viewport: viewports.desktop, colorScheme: 'light' },
  )
  context.setDefaultTimeout(15_000)
  page = await context.newPage()
  await page.goto('/till')
  await page.locator('main.till').waitFor()
  const opening = page.getByRole('dialog', { name: 'Open a shift' })
  await opening.waitFor()
  await page.keyboard.press('Escape')
  await opening.waitFor({ state: 'detached' })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
})
afterEach(async () => {
  await context.close()
  await front.close()
})

const newVersion = (text: string): string => text.replace(/"version":"\w+"/, '"version":"the-next"')
/** Looks for a new version, and answers what became of it. */
const lookForUpdate = (): Promise<string> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    await registration.update()
    const worker = registration.installing ?? registration.waiting
    if (!worker) return 'none'
    while (worker.state === 'installing')
      await new Promise(resolve => worker.addEventListener('statechange', resolve, { once: true }))
    return worker.state
  })
const keptCaches = (): Promise<string[]> => page.evaluate(() => caches.keys())
const mark = (): Promise<void> => page.evaluate(() => document.documentElement.setAttribute('data-old', 'true'))
const isOld = (): Promise<boolean> => page.evaluate(() => document.documentElement.hasAttribute('data-old'))
const loadedAnew = (): Promise<unknown> =>
  page.waitForFunction(() => !document.documentElement.hasAttribute('data-old') && document.querySelector('main.till'))

test('till and office open without a network, and nothing of the API is kept', async () => {
  await front.close()
  for (const path of ['/till', '/office', '/office/sales']) {
    const other = await context.newPage()
    await other.goto(path)
    await other.getByText('The shop cannot be reached').waitFor()
    await other.close()
  }
  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const all = await Promise.all(names.map(async name => (await caches.open(name)).keys()))
    return all.flat().map(({ url }) => new URL(url).pathname)
  })
  expect(kept).toContain('/till')
  expect(kept.filter(path => path.startsWith('/api') || path.startsWith('/health'))).toEqual([])
  front = await serveBefore(Number(new URL(shop.url).port))
})

test('a new version waits until the sale is done, and then comes by itself', async () => {
  await mark()
  await tile(page, 'Pretzel').click()
  front.rewrite.set('/shell.js', newVersion)
  expect(await lookForUpdate()).toBe('installed')
  expect(await isOld()).toBe(true)
  await page.getByRole('button', { name: 'More', exact: true }).waitFor()
  expect(await page.getByTestId('total').textContent()).toContain('0.90')
  await sellAtTill(page)
  await loadedAnew()
  await expect.poll(keptCaches).toContain('tillwire-shell-the-next')
})

test('a till that does nothing takes the new version at once', async () => {
  await mark()
  front.rewrite.set('/shell.js', newVersion)
  await lookForUpdate()
  await loadedAnew()
})

test('a version of which a part is another is not taken', async () => {
  await mark()
  front.rewrite.set('/shell.js', newVersion)
  front.rewrite.set('/till', text => text.replace('<title>', '<title>Other '))
  expect(await lookForUpdate()).toBe('redundant')
  expect(await isOld()).toBe(true)
  expect(await keptCaches()).not.toContain('tillwire-shell-the-next')
})

test('an office page offers the new version, and takes it when it is told to', async () => {
  await page.goto('/office')
  await page.getByRole('navigation').first().waitFor()
  front.rewrite.set('/shell.js', newVersion)
  await mark()
  expect(await lookForUpdate()).toBe('installed')
  const load = page.getByRole('button', { name: 'Load it now' })
  await load.waitFor()
  expect(await isOld()).toBe(true)
  await load.click()
  await page.waitForFunction(() => !document.documentElement.hasAttribute('data-old'))
})
