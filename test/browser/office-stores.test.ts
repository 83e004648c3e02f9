import type { Browser, BrowserContext, Page } from 'playwright-core'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { launchBrowser, signedIn, viewports } from '../support/browser.ts'
import { type NodeProcess, startNodeProcess, temporaryFolder } from '../support/node-process.ts'

const owner = { number: 1, pin: '402915' }
const hqFolder = temporaryFolder()
const storeFolder = temporaryFolder()
let hq: NodeProcess
let store: NodeProcess
let browser: Browser
let atHq: BrowserContext
let atStore: BrowserContext
let page: Page

beforeAll(async () => {
  hq = await startNodeProcess('hq', hqFolder.path)
  const { client } = hq
  await client.call(staffRoutes.addPerson, { id: v7(), name: 'Ana Weber', role: 'owner', ...owner })
  const parts = [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }]
  await client.call(catalogueRoutes.setTax, { id: v7(), code: 'zero', name: 'No tax', parts })
  const variant = { sku: 'ROLL', form: '', barcodes: [], unit: 'each' as const, priceMinor: 45, costMinor: null }
  await client.call(catalogueRoutes.saveProduct, {
    id: v7(),
    productId: v7(),
    name: 'Bread roll',
    variants: [{ ...variant, taxCode: 'zero' }],
  })
  browser = await launchBrowser()
  atHq = await signedIn(browser, hq.url, owner, { viewport: viewports.desktop, colorScheme: 'light' })
  atHq.setDefaultTimeout(20_000)
  page = await atHq.newPage()
})
afterAll(async () => {
  await browser?.close()
  await store?.end()
  await hq?.end()
  storeFolder.remove()
  hqFolder.remove()
})

const dialog = () => page.getByRole('dialog')
const storeSwitch = () => page.getByRole('combobox', { name: 'Store', exact: true })

test('a store is added at HQ, and a machine becomes it by the command that is shown', async () => {
  await page.goto('/office/stores')
  await page.getByText('No store yet').waitFor()
  await page.getByRole('button', { name: 'Add a store' }).click()
  await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill('Mill Lane')
  await dialog().getByLabel('Short name').fill('mill-lane')
  await dialog().getByLabel('Groups').fill('city')
  await page.keyboard.press('Enter')
  await dialog().getByRole('button', { name: 'Add it and make a code' }).click()
  const command = (await dialog().locator('.code-address').textContent()) ?? ''
  const [, url = '', code = ''] = /^tillwire store --hq (\S+) --code (\S+)$/.exec(command) ?? []
  expect(url).toBe(new URL(hq.url).origin)
  store = await startNodeProcess('store', storeFolder.path, '--hq', url, '--code', code)
  await dialog().waitFor({ state: 'detached' })
  const row = page.getByRole('row').filter({ hasText: 'Mill Lane' })
  await row.getByText('Here now').waitFor()
  await row.getByText('city').waitFor()
})

test('the chosen store stays in the address from page to page, until all are chosen again', async () => {
  await page.goto('/office')
  await page.getByRole('row').filter({ hasText: 'Mill Lane' }).waitFor()
  await storeSwitch().click()
  await page.getByRole('option', { name: 'Mill Lane' }).click()
  await page.waitForURL('**/office?store=mill-lane')
  await page.getByText('Nothing sold yet today').waitFor()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.waitForURL('**/office/settings?store=mill-lane')
  await page.getByRole('heading', { name: 'Settings of Mill Lane' }).waitFor()
  await storeSwitch().click()
  await page.getByRole('option', { name: 'All stores' }).click()
  await page.getByText('Choose a store above').waitFor()
  expect(new URL(page.url()).search).toBe('')
})

test('a price for one store is set at HQ, and is shown there and not to be changed', async () => {
  await page.goto('/office/products')
  await page.getByRole('button', { name: 'Bread roll' }).click()
  await dialog().getByRole('button', { name: 'Add a price for a store or group' }).click()
  await dialog().getByRole('combobox', { name: 'Store or group' }).click()
  await page.getByRole('option', { name: 'Mill Lane' }).click()
  await dialog().getByLabel('Price Mill Lane').fill('0,60')
  await dialog().getByRole('button', { name: 'Save' }).click()
  await dialog().waitFor({ state: 'detached' })

  atStore = await signedIn(browser, store.url, owner, { viewport: viewports.tablet, colorScheme: 'dark' })
  atStore.setDefaultTimeout(20_000)
  const there = await atStore.newPage()
  await there.goto('/office/products')
  await there.getByText('Headquarters reached').waitFor()
  await there.getByText('Decided at headquarters.').waitFor()
  await there.getByRole('button', { name: 'Bread roll' }).click()
  const drawer = there.getByRole('dialog')
  const price = drawer.getByLabel('Price Mill Lane')
  await price.waitFor()
  expect(await price.inputValue()).toBe('0.60')
  expect(await price.isDisabled()).toBe(true)
  expect(await drawer.getByRole('button', { name: 'Save' }).count()).toBe(0)
})

test('a person who may work in one store sees that one at HQ, and no other store may be asked about', async () => {
  const pin = '771204'
  const about = { name: 'Dora Lind', role: 'manager' as const, pin, number: 7, stores: ['mill-lane'] }
  await hq.client.call(staffRoutes.addPerson, { id: v7(), ...about })
  const limited = await signedIn(
    browser,
    hq.url,
    { number: 7, pin },
    { viewport: viewports.phone, colorScheme: 'light' },
  )
  limited.setDefaultTimeout(20_000)
  const own = await limited.newPage()
  await own.goto('/office')
  await own.getByText('Nothing sold yet today').waitFor()
  await own.getByRole('combobox', { name: 'Store', exact: true }).click()
  await own.getByRole('option', { name: 'Mill Lane' }).waitFor()
  expect(await own.getByRole('option').count()).toBe(1)
  expect((await limited.request.get('/api/v1/sales')).status()).toBe(403)
  expect((await limited.request.get('/api/v1/sales?store=harbour')).status()).toBe(403)
  await limited.close()
})

test('a store says since when headquarters is not reached, and that it is again', async () => {
  const there = await atStore.newPage()
  await there.goto('/office')
  await there.getByText('Headquarters reached').waitFor()
  const { port } = new URL(hq.url)
  await hq.end()
  await there.getByText(/^Headquarters not reached since \d/).waitFor()
  hq = await startNodeProcess('hq', hqFolder.path, '--port', port)
  await there.getByText('Headquarters reached').waitFor()
})
