import type { Page } from 'playwright-core'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
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
import { cashier, euros, manager, owner, tillsOfShop } from '../support/tills-of-shop.ts'

const at = tillsOfShop('alone')

const signOut = async (): Promise<void> => {
  await at.page.getByRole('button', { name: /Sign out/ }).click()
  await at.page.getByRole('heading', { name: 'Who is there' }).waitFor()
}
const chooseFace = async (initials: string): Promise<void> => {
  await at.page.getByRole('button', { name: new RegExp(`^${initials}`) }).click()
}

test('a device is enrolled by the address that the office shows, and what it sells is at the shop', async () => {
  await at.openTill()
  const number = await sellAtTill(at.page, 'Bread roll', 'Pretzel')
  expect(number).toBe(1)
  const [sale] = await at.arrived(1)
  const roll = await at.priceOf('Bread roll')
  const pretzel = await at.priceOf('Pretzel')
  expect(sale).toMatchObject({ receiptNumber: 1, totalMinor: roll.priceMinor + pretzel.priceMinor })
  const { rows } = await at.shop.client.call(syncRoutes.listNodes, {})
  expect(rows.find(node => node.handle === at.till)).toMatchObject({ kind: 'till', revoked: false, epoch: 1 })
})

test('a code that was used is refused, and the device stays what it was', async () => {
  const code = await tillCode(at.shop.client, at.till)
  await enrolBrowser(at.page, code)
  const other = await at.newContext()
  const second = await other.newPage()
  await second.goto(`/till#enrol=${code}`)
  await second.getByRole('button', { name: 'Make it a till' }).click()
  await second.getByText('This code is not valid').waitFor()
  await second.getByRole('button', { name: 'Not now' }).click()
  await second.getByText('Enter a code from the office').waitFor()
  await other.close()
})

test('the shop is killed: ten sales, a page loaded anew, a cashier who signs in, and all is at the shop once', async () => {
  await at.openTill()
  await sellAtTill(at.page, 'Bread roll')
  await at.arrived(1)
  await at.shop.end('SIGKILL')

  const numbers = [await sellAtTill(at.page, 'Bread roll'), await sellAtTill(at.page, 'Pretzel', 'Pretzel')]
  await at.page.getByText(/Alone since \d+:\d+, 2 sales waiting/).waitFor()
  await marked(at.page, 'waits')

  // The at.page comes from the service worker, its basket from the browser.
  await tile(at.page, 'Pretzel').click()
  await at.page.reload()
  await at.page.locator('main.till').waitFor()
  await at.page.getByTestId('total').filter({ hasText: '0.90' }).waitFor()
  numbers.push(await sellAtTill(at.page))
  for (let sold = 3; sold < 8; sold++) numbers.push(await sellAtTill(at.page, 'Bread roll'))

  await signOut()
  await typePin(at.page, { ...cashier, pin: '111112' })
  await at.page.getByText('Number and PIN do not match').waitFor()
  await typePin(at.page, cashier)
  await at.page.locator('main.till').waitFor()
  for (let sold = 8; sold < 10; sold++) numbers.push(await sellAtTill(at.page, 'Bread roll'))
  expect(numbers).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])

  await at.startAgain()
  await marked(at.page, 'well')
  const sales = await at.arrived(11)
  expect(new Set(sales.map(({ id }) => id)).size).toBe(11)
  expect(sales.map(({ receiptNumber }) => receiptNumber).toSorted((a, b) => a - b)).toEqual([1, ...numbers])
  const roll = await at.priceOf('Bread roll')
  const one = (await at.priceOf('Pretzel')).priceMinor
  const total = sales.reduce((sum, { totalMinor }) => sum + totalMinor, 0)
  expect(total).toBe(9 * roll.priceMinor + 3 * one)
})

test('a price that is changed in the office is on the till without loading it anew', async () => {
  await at.openTill()
  const { sku, priceMinor } = await at.priceOf('Croissant')
  await tile(at.page, 'Croissant')
    .filter({ hasText: (priceMinor / 100).toFixed(2) })
    .waitFor()
  await at.shop.client.call(catalogueRoutes.changePrice, { id: v7(), sku, priceMinor: priceMinor + 7 })
  await tile(at.page, 'Croissant')
    .filter({ hasText: ((priceMinor + 7) / 100).toFixed(2) })
    .waitFor()
  await sellAtTill(at.page, 'Croissant')
  const [sale] = await at.arrived(1)
  expect(sale?.totalMinor).toBe(priceMinor + 7)
})

test('a second tab says that another is the till, and takes over when that one is closed', async () => {
  await at.openTill()
  await sellAtTill(at.page, 'Bread roll')
  const second = await at.context.newPage()
  await second.goto('/till')
  await second.getByRole('heading', { name: 'Another tab is the till' }).waitFor()
  await sellAtTill(at.page, 'Bread roll')
  await at.page.close()
  await second.getByRole('button', { name: 'Sell here' }).click()
  at.page = second
  await signInAtTill(at.page, owner)
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(3)
  await at.arrived(3)
})

test('a manager approves a price on the spot, with the shop away', async () => {
  await at.openTill(cashier)
  await at.shop.end('SIGKILL')
  await tile(at.page, 'Pretzel').click()
  await at.page.keyboard.press('F4')
  const dialog = at.page.getByRole('dialog', { name: 'A manager approves' })
  await dialog.getByLabel("Manager's number").fill(String(manager.number))
  await dialog.getByRole('textbox', { name: 'PIN' }).fill('111112')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.getByText('Number and PIN do not match').waitFor()
  await dialog.getByRole('textbox', { name: 'PIN' }).fill(manager.pin)
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await dialog.waitFor({ state: 'detached' })
  await at.page.keyboard.press('F4')
  await at.page.getByRole('dialog', { name: 'Price of Pretzel' }).getByRole('textbox').fill('0.50')
  await at.page.keyboard.press('Enter')
  await sellAtTill(at.page)
  await at.startAgain()
  const [summary] = await at.arrived(1)
  const { sale } = await at.shop.client.call(salesRoutes.getSale, { saleId: summary?.id ?? '' })
  expect(sale.totals.totalMinor).toBe(50)
  expect(sale.overrides).toMatchObject([{ right: 'sales:override', approverName: 'Ben Krüger' }])
})

test('a till that has what no one else has is not removed; once all is at the shop it is', async () => {
  await at.openTill()
  await at.shop.end('SIGKILL')
  await sellAtTill(at.page, 'Bread roll')
  await at.page.getByText(/1 sale waiting/).waitFor()
  const remove = async () => {
    await at.page.getByRole('button', { name: /This till/ }).click()
    await at.page.getByRole('button', { name: 'Remove this till from this device' }).click()
  }
  await remove()
  await at.page.getByText('on this device alone: 1 sale').waitFor()
  await at.page.keyboard.press('Escape')
  await at.startAgain()
  await marked(at.page, 'well')
  await at.arrived(1)
  await at.page.getByRole('button', { name: 'More', exact: true }).click()
  await at.page.getByRole('menuitem', { name: 'Close the shift' }).click()
  const closing = at.page.getByRole('dialog', { name: 'Close the shift' })
  await closing.getByLabel('€100.00').fill('1')
  await closing.getByLabel('Reason for a difference').fill('coins')
  await closing.getByRole('button', { name: 'Close the shift' }).click()
  await at.page.getByRole('dialog', { name: 'Z report 1' }).getByRole('button', { name: 'Close' }).last().click()
  const opening = at.page.getByRole('dialog', { name: 'Open a shift' })
  await opening.waitFor()
  await at.page.keyboard.press('Escape')
  await opening.waitFor({ state: 'detached' })
  await remove()
  await at.page.getByRole('button', { name: 'Remove it' }).click()
  await at.page.getByText('Enter a code from the office').waitFor()
  expect(await at.page.evaluate(() => localStorage.getItem('tillwire.node'))).toBeNull()
})

test('goods come back at a till of its own: the store is asked, and says what may', async () => {
  await at.openTill()
  const number = await sellAtTill(at.page, 'Bread roll', 'Bread roll')
  await at.arrived(1)
  await at.page.getByRole('button', { name: 'More', exact: true }).click()
  await at.page.getByRole('menuitem', { name: 'Return goods' }).click()
  const dialog = at.page.getByRole('dialog', { name: 'Return goods' })
  await dialog.getByLabel('Receipt number').fill(String(number))
  await dialog.getByRole('button', { name: 'Find' }).click()
  await dialog.getByLabel('Quantity Bread roll').fill('1')
  const { priceMinor } = await at.priceOf('Bread roll')
  await at.page
    .getByTestId('refund')
    .filter({ hasText: euros(priceMinor) })
    .waitFor()
  await dialog.getByRole('button', { name: 'Give back in cash' }).click()
  await dialog.waitFor({ state: 'detached' })
  const rows = await at.arrived(2)
  expect(rows.find(({ kind }) => kind === 'return')).toMatchObject({ totalMinor: -priceMinor, receiptNumber: 2 })
})

test('a basket that was parked is taken up at another till, and is not offered again when the shop is away', async () => {
  await at.openTill()
  const park = async (name: string) => {
    await tile(at.page, name).click()
    await at.page.keyboard.press('F8')
    await at.page
      .getByTestId('total')
      .filter({ hasText: euros(0) })
      .waitFor()
  }
  await park('Pretzel')
  await park('Croissant')
  const other = await at.newContext()
  const second = await other.newPage()
  await letKeep(at.browser, other, at.shop.url)
  await enrolBrowser(second, await tillCode(at.shop.client, `${at.till}-b`))
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

  const here = await parkedAt(at.page)
  await here.getByText('Croissant').waitFor()
  await here.getByRole('button', { name: 'Take up' }).first().click()
  await here.waitFor({ state: 'detached' })
  await sellAtTill(at.page)
  await at.shop.end('SIGKILL')
  await marked(at.page, 'waits')
  const alone = await parkedAt(at.page)
  await alone.getByText('No basket is parked.').waitFor()
})

test('who is signed in at the office makes this browser a till in one go', async () => {
  await letKeep(at.browser, at.context, at.shop.url)
  await at.page.addInitScript(handle => localStorage.setItem('tillwire.till', handle), at.till)
  await at.page.goto('/till')
  await signInAtTill(at.page, owner)
  await at.page.getByRole('dialog', { name: 'Open a shift' }).waitFor()
  await at.page.keyboard.press('Escape')
  await at.page.getByRole('button', { name: 'More', exact: true }).click()
  await at.page.getByRole('menuitem', { name: 'Let this device sell when the shop is not reached' }).click()
  await at.page.getByRole('button', { name: 'Let this device sell' }).click()
  await at.page.getByText(`${at.till} · Corner Shop`).waitFor()
  await chooseFace('AW')
  await at.page.keyboard.type(owner.pin)
  await at.page.locator('main.till').waitFor()
  await openShift(at.page)
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(1)
  await at.arrived(1)
})
