import type { Browser, BrowserContext, Page } from 'playwright-core'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { launchBrowser, viewports } from '../support/browser.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from '../support/node-process.ts'
import {
  enrolBrowser,
  letKeep,
  marked,
  openShift,
  sellAtTill,
  signInAtTill,
  tile,
  tillCode,
  typePin,
} from '../support/till-browser.ts'

/** People of the demo shop. */
const owner = { number: 1, pin: '204816' }
const manager = { number: 2, pin: '573920' }
const cashier = { number: 3, pin: '861357' }

const folder = temporaryFolder()
let shop: NodeProcess
let port: string
let browser: Browser
let context: BrowserContext
let page: Page
let tills = 0
/** A till of its own for each test. */
let till: string

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

const newContext = async (): Promise<BrowserContext> => {
  const made = await browser.newContext({
    baseURL: shop.url,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    viewport: viewports.desktop,
  })
  made.setDefaultTimeout(20_000)
  return made
}

beforeEach(async () => {
  tills += 1
  till = `alone-${tills}`
  context = await newContext()
  page = await context.newPage()
})
afterEach(async () => {
  await context.close()
  if (shop.child.exitCode !== null || shop.child.signalCode !== null) await startAgain()
})

const startAgain = async (): Promise<void> => {
  shop = await startShopProcess(folder.path, '--port', port)
}

/** A till in the browser with an open shift, which the browser keeps for good. */
const openTill = async (person = owner): Promise<void> => {
  await letKeep(browser, context, shop.url)
  await enrolBrowser(page, await tillCode(shop.client, till))
  await signInAtTill(page, person)
  await openShift(page)
  await marked(page, 'well')
}

const salesOfTill = async () => (await shop.client.call(salesRoutes.listSales, { till, limit: 100 })).rows
const arrived = async (count: number) => {
  await expect.poll(async () => (await salesOfTill()).length, { timeout: 20_000 }).toBe(count)
  return salesOfTill()
}
const euros = (minor: number): string => `€${(minor / 100).toFixed(2)}`
const priceOf = async (name: string): Promise<{ sku: string; priceMinor: number }> => {
  const { articles } = await shop.client.call(catalogueRoutes.tillCatalogue, {})
  const found = articles.find(article => article.name === name)
  if (!found) throw new Error(`the demo catalogue has no ${name}`)
  return found
}
const signOut = async (): Promise<void> => {
  await page.getByRole('button', { name: /Sign out/ }).click()
  await page.getByRole('heading', { name: 'Who is there' }).waitFor()
}
const chooseFace = async (initials: string): Promise<void> => {
  await page.getByRole('button', { name: new RegExp(`^${initials}`) }).click()
}

test('a device is enrolled by the address that the office shows, and what it sells is at the shop', async () => {
  await openTill()
  const number = await sellAtTill(page, 'Bread roll', 'Pretzel')
  expect(number).toBe(1)
  const [sale] = await arrived(1)
  const roll = await priceOf('Bread roll')
  const pretzel = await priceOf('Pretzel')
  expect(sale).toMatchObject({ receiptNumber: 1, totalMinor: roll.priceMinor + pretzel.priceMinor })
  const { rows } = await shop.client.call(syncRoutes.listNodes, {})
  expect(rows.find(node => node.handle === till)).toMatchObject({ kind: 'till', revoked: false, epoch: 1 })
})

test('a code that was used is refused, and the device stays what it was', async () => {
  const code = await tillCode(shop.client, till)
  await enrolBrowser(page, code)
  const other = await newContext()
  const second = await other.newPage()
  await second.goto(`/till#enrol=${code}`)
  await second.getByRole('button', { name: 'Make it a till' }).click()
  await second.getByText('This code is not valid').waitFor()
  await second.getByRole('button', { name: 'Not now' }).click()
  await second.getByText('Enter a code from the office').waitFor()
  await other.close()
})

test('the shop is killed: ten sales, a page loaded anew, a cashier who signs in, and all is at the shop once', async () => {
  await openTill()
  await sellAtTill(page, 'Bread roll')
  await arrived(1)
  await shop.end('SIGKILL')

  const numbers = [await sellAtTill(page, 'Bread roll'), await sellAtTill(page, 'Pretzel', 'Pretzel')]
  await page.getByText(/Alone since \d+:\d+, 2 sales waiting/).waitFor()
  await marked(page, 'waits')

  // The page comes from the service worker, its basket from the browser.
  await tile(page, 'Pretzel').click()
  await page.reload()
  await page.locator('main.till').waitFor()
  await page.getByTestId('total').filter({ hasText: '0.90' }).waitFor()
  numbers.push(await sellAtTill(page))
  for (let sold = 3; sold < 8; sold++) numbers.push(await sellAtTill(page, 'Bread roll'))

  await signOut()
  await typePin(page, { ...cashier, pin: '111112' })
  await page.getByText('Number and PIN do not match').waitFor()
  await typePin(page, cashier)
  await page.locator('main.till').waitFor()
  for (let sold = 8; sold < 10; sold++) numbers.push(await sellAtTill(page, 'Bread roll'))
  expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])

  await startAgain()
  await marked(page, 'well')
  const sales = await arrived(11)
  expect(new Set(sales.map(({ id }) => id)).size).toBe(11)
  expect(sales.map(({ receiptNumber }) => receiptNumber).toSorted((a, b) => a - b)).toEqual([1, ...numbers])
  const roll = await priceOf('Bread roll')
  const one = (await priceOf('Pretzel')).priceMinor
  const total = sales.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  expect(total).toBe(9 * roll.priceMinor + 3 * one)
})

test('the tab is closed in the middle of a tender: the basket is there with its money, and becomes one sale', async () => {
  await openTill()
  const { priceMinor } = await priceOf('Pretzel')
  await shop.end('SIGKILL')
  await tile(page, 'Pretzel').click()
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByLabel('Amount: Cash').fill('0.50')
  await page.keyboard.press('Enter')
  await page
    .getByTestId('due')
    .filter({ hasText: euros(priceMinor - 50) })
    .waitFor()
  await page.close()

  page = await context.newPage()
  await page.goto('/till')
  await signInAtTill(page, owner)
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page
    .getByTestId('due')
    .filter({ hasText: euros(priceMinor - 50) })
    .waitFor()
  // Paid and closed before the page could say so: the node alone knows.
  await page.getByRole('button', { name: /^Exact/ }).click()
  await page.getByTestId('receipt-number').filter({ hasText: 'Receipt 1' }).waitFor()
  await page.close()

  page = await context.newPage()
  await page.goto('/till')
  await signInAtTill(page, owner)
  await page
    .getByTestId('total')
    .filter({ hasText: euros(0) })
    .waitFor()
  await startAgain()
  const [sale, ...others] = await arrived(1)
  expect(others).toEqual([])
  expect(sale).toMatchObject({ totalMinor: priceMinor, tenders: 'cash' })
})

test('a basket whose sale was recorded is never shown as unpaid', async () => {
  await openTill()
  await tile(page, 'Pretzel').click()
  // As a power cut leaves it: the browser had the basket on the disk, and not that it was paid.
  const key = `tillwire.basket.${owner.number}`
  const before = await page.evaluate(name => localStorage.getItem(name), key)
  await sellAtTill(page)
  await page.evaluate(([name, basket]) => localStorage.setItem(name ?? '', basket ?? ''), [key, before])
  await page.reload()
  await page.getByText('The basket that lay here was paid: receipt 1.').waitFor()
  await page
    .getByTestId('total')
    .filter({ hasText: euros(0) })
    .waitFor()
})

test('a price that is changed in the office is on the till without loading it anew', async () => {
  await openTill()
  const { sku, priceMinor } = await priceOf('Croissant')
  await tile(page, 'Croissant')
    .filter({ hasText: (priceMinor / 100).toFixed(2) })
    .waitFor()
  await shop.client.call(catalogueRoutes.changePrice, { id: v7(), sku, priceMinor: priceMinor + 7 })
  await tile(page, 'Croissant')
    .filter({ hasText: ((priceMinor + 7) / 100).toFixed(2) })
    .waitFor()
  await sellAtTill(page, 'Croissant')
  const [sale] = await arrived(1)
  expect(sale?.totalMinor).toBe(priceMinor + 7)
})

test('a second tab says that another is the till, and takes over when that one is closed', async () => {
  await openTill()
  await sellAtTill(page, 'Bread roll')
  const second = await context.newPage()
  await second.goto('/till')
  await second.getByRole('heading', { name: 'Another tab is the till' }).waitFor()
  await sellAtTill(page, 'Bread roll')
  await page.close()
  await second.getByRole('button', { name: 'Sell here' }).click()
  page = second
  await signInAtTill(page, owner)
  expect(await sellAtTill(page, 'Bread roll')).toBe(3)
  await arrived(3)
})

test('a browser that threw the data away says so, and gets its sales back when it is enrolled again', async () => {
  await openTill()
  await sellAtTill(page, 'Bread roll')
  await sellAtTill(page, 'Pretzel')
  await arrived(2)
  await page.goto('/icons/icon.svg')
  await page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('tillwire')
    // The tab that had the files needs a moment to let them go.
    await navigator.locks.request('tillwire/till', () => {})
    for (let tries = 0; tries < 1_000; tries++) {
      try {
        return await folder.removeEntry('till', { recursive: true })
      } catch (error) {
        if (tries === 999) throw error
      }
    }
  })
  await page.goto('/till')
  await page.getByRole('heading', { name: `${till} lost what it kept` }).waitFor()
  await page.getByLabel('Code from the office').fill(await tillCode(shop.client, till))
  await page.getByRole('button', { name: 'Make it a till' }).click()
  await page.getByRole('heading', { name: 'Who is there' }).waitFor()
  await signInAtTill(page, owner)
  await marked(page, 'well')
  expect(await sellAtTill(page, 'Bread roll')).toBe(3)
  await arrived(3)
  const { rows } = await shop.client.call(syncRoutes.listNodes, {})
  expect(rows.find(node => node.handle === till)).toMatchObject({ epoch: 2 })
  await page.reload()
  await page.locator('main.till').waitFor()
  expect(await sellAtTill(page, 'Bread roll')).toBe(4)
})

test('a browser that does not promise to keep sales sells with the shop, and not without it', async () => {
  await enrolBrowser(page, await tillCode(shop.client, till))
  await signInAtTill(page, owner)
  await openShift(page)
  await marked(page, 'well')
  expect(await sellAtTill(page, 'Bread roll')).toBe(1)
  await shop.end('SIGKILL')
  await marked(page, 'refused')
  await tile(page, 'Pretzel').click()
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByRole('button', { name: /^Exact/ }).click()
  await page.getByText('This browser does not promise to keep sales').waitFor()
  await page.getByTestId('total').filter({ hasText: '0.90' }).waitFor()
  await startAgain()
  await marked(page, 'well')
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByTestId('receipt-number').filter({ hasText: 'Receipt 2' }).waitFor()
  await arrived(2)
})

test('a manager approves a price on the spot, with the shop away', async () => {
  await openTill(cashier)
  await shop.end('SIGKILL')
  await tile(page, 'Pretzel').click()
  await page.keyboard.press('F4')
  const dialog = page.getByRole('dialog', { name: 'A manager approves' })
  await dialog.getByLabel("Manager's number").fill(String(manager.number))
  await dialog.getByRole('textbox', { name: 'PIN' }).fill('111112')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.getByText('Number and PIN do not match').waitFor()
  await dialog.getByRole('textbox', { name: 'PIN' }).fill(manager.pin)
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.keyboard.press('F4')
  await page.getByRole('dialog', { name: 'Price of Pretzel' }).getByRole('textbox').fill('0.50')
  await page.keyboard.press('Enter')
  await sellAtTill(page)
  await startAgain()
  const [summary] = await arrived(1)
  const { sale } = await shop.client.call(salesRoutes.getSale, { saleId: summary?.id ?? '' })
  expect(sale.totals.totalMinor).toBe(50)
  expect(sale.overrides).toMatchObject([{ right: 'sales:override', approverName: 'Ben Krüger' }])
})

test('a till that has what no one else has is not removed; once all is at the shop it is', async () => {
  await openTill()
  await shop.end('SIGKILL')
  await sellAtTill(page, 'Bread roll')
  await page.getByText(/1 sale waiting/).waitFor()
  const remove = async () => {
    await page.getByRole('button', { name: /This till/ }).click()
    await page.getByRole('button', { name: 'Remove this till from this device' }).click()
  }
  await remove()
  await page.getByText('on this device alone: 1 sale').waitFor()
  await page.keyboard.press('Escape')
  await startAgain()
  await marked(page, 'well')
  await arrived(1)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Close the shift' }).click()
  const closing = page.getByRole('dialog', { name: 'Close the shift' })
  await closing.getByLabel('€100.00').fill('1')
  await closing.getByLabel('Reason for a difference').fill('coins')
  await closing.getByRole('button', { name: 'Close the shift' }).click()
  await page.getByRole('dialog', { name: 'Z report 1' }).getByRole('button', { name: 'Close' }).last().click()
  const opening = page.getByRole('dialog', { name: 'Open a shift' })
  await opening.waitFor()
  await page.keyboard.press('Escape')
  await opening.waitFor({ state: 'detached' })
  await remove()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await page.getByText('Enter a code from the office').waitFor()
  expect(await page.evaluate(() => localStorage.getItem('tillwire.node'))).toBeNull()
})

test('goods come back at a till of its own: the store is asked, and says what may', async () => {
  await openTill()
  const number = await sellAtTill(page, 'Bread roll', 'Bread roll')
  await arrived(1)
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Return goods' }).click()
  const dialog = page.getByRole('dialog', { name: 'Return goods' })
  await dialog.getByLabel('Receipt number').fill(String(number))
  await dialog.getByRole('button', { name: 'Find' }).click()
  await dialog.getByLabel('Quantity Bread roll').fill('1')
  const { priceMinor } = await priceOf('Bread roll')
  await page
    .getByTestId('refund')
    .filter({ hasText: euros(priceMinor) })
    .waitFor()
  await dialog.getByRole('button', { name: 'Give back in cash' }).click()
  await dialog.waitFor({ state: 'detached' })
  const rows = await arrived(2)
  expect(rows.find(({ kind }) => kind === 'return')).toMatchObject({ totalMinor: -priceMinor, receiptNumber: 2 })
})

test('a basket that was parked is taken up at another till, and is not offered again when the shop is away', async () => {
  await openTill()
  const park = async (name: string) => {
    await tile(page, name).click()
    await page.keyboard.press('F8')
    await page
      .getByTestId('total')
      .filter({ hasText: euros(0) })
      .waitFor()
  }
  await park('Pretzel')
  await park('Croissant')
  const other = await newContext()
  const second = await other.newPage()
  await letKeep(browser, other, shop.url)
  await enrolBrowser(second, await tillCode(shop.client, `${till}-b`))
  await signInAtTill(second, manager)
  await openShift(second)
  const parkedAt = async (tillPage: Page) => {
    await tillPage.getByRole('button', { name: 'More', exact: true }).click()
    await tillPage.getByRole('menuitem', { name: 'Parked baskets' }).click()
    return tillPage.getByRole('dialog', { name: 'Parked baskets' })
  }
  const there = await parkedAt(second)
  await there.getByText('Pretzel').waitFor()
  await there.getByRole('button', { name: 'Take up' }).first().click()
  await second.getByTestId('total').filter({ hasText: '0.90' }).waitFor()
  await other.close()

  const here = await parkedAt(page)
  await here.getByText('Croissant').waitFor()
  await here.getByRole('button', { name: 'Take up' }).first().click()
  await here.waitFor({ state: 'detached' })
  await sellAtTill(page)
  await shop.end('SIGKILL')
  await marked(page, 'waits')
  const alone = await parkedAt(page)
  await alone.getByText('No basket is parked.').waitFor()
})

test('who is signed in at the office makes this browser a till in one go', async () => {
  await letKeep(browser, context, shop.url)
  await page.addInitScript(handle => localStorage.setItem('tillwire.till', handle), till)
  await page.goto('/till')
  await signInAtTill(page, owner)
  await page.getByRole('dialog', { name: 'Open a shift' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Let this device sell when the shop is not reached' }).click()
  await page.getByRole('button', { name: 'Let this device sell' }).click()
  await page.getByText(`${till} · Corner Shop`).waitFor()
  await chooseFace('AW')
  await page.keyboard.type(owner.pin)
  await page.locator('main.till').waitFor()
  await openShift(page)
  expect(await sellAtTill(page, 'Bread roll')).toBe(1)
  await arrived(1)
})
