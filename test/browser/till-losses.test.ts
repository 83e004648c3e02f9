import { expect, test } from 'vitest'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { enrolBrowser, marked, openShift, sellAtTill, signInAtTill, tile, tillCode } from '../support/till-browser.ts'
import { euros, owner, tillsOfShop } from '../support/tills-of-shop.ts'

const at = tillsOfShop('losses')

test('the tab is closed in the middle of a tender: the basket is there with its money, and becomes one sale', async () => {
  await at.openTill()
  const { priceMinor } = await at.priceOf('Pretzel')
  await at.shop.end('SIGKILL')
  await tile(at.page, 'Pretzel').click()
  await at.page.getByRole('button', { name: /^Pay/ }).click()
  await at.page.getByLabel('Amount: Cash').fill('0.50')
  await at.page.keyboard.press('Enter')
  await at.page
    .getByTestId('due')
    .filter({ hasText: euros(priceMinor - 50) })
    .waitFor()
  await at.page.close()

  at.page = await at.context.newPage()
  await at.page.goto('/till')
  await signInAtTill(at.page, owner)
  await at.page.getByRole('button', { name: /^Pay/ }).click()
  await at.page
    .getByTestId('due')
    .filter({ hasText: euros(priceMinor - 50) })
    .waitFor()
  // Paid and closed before the at.page could say so: the node alone knows.
  await at.page.getByRole('button', { name: /^Exact/ }).click()
  await at.page.getByTestId('receipt-number').filter({ hasText: 'Receipt 1' }).waitFor()
  await at.page.close()

  at.page = await at.context.newPage()
  await at.page.goto('/till')
  await signInAtTill(at.page, owner)
  await at.page
    .getByTestId('total')
    .filter({ hasText: euros(0) })
    .waitFor()
  await at.startAgain()
  const [sale, ...others] = await at.arrived(1)
  expect(others).toEqual([])
  expect(sale).toMatchObject({ totalMinor: priceMinor, tenders: 'cash' })
})

test('a basket whose sale was recorded is never shown as unpaid', async () => {
  await at.openTill()
  await tile(at.page, 'Pretzel').click()
  // As a power cut leaves it: the browser had the basket on the disk, and not that it was paid.
  const key = `tillwire.basket.${owner.number}`
  const before = await at.page.evaluate(name => localStorage.getItem(name), key)
  await sellAtTill(at.page)
  await at.page.evaluate(([name, basket]) => localStorage.setItem(name ?? '', basket ?? ''), [key, before])
  await at.page.reload()
  await at.page.getByText('The basket that lay here was paid: receipt 1.').waitFor()
  await at.page
    .getByTestId('total')
    .filter({ hasText: euros(0) })
    .waitFor()
})

test('a browser that threw the data away says so, and gets its sales back when it is enrolled again', async () => {
  await at.openTill()
  await sellAtTill(at.page, 'Bread roll')
  await sellAtTill(at.page, 'Pretzel')
  await at.arrived(2)
  await at.page.goto('/icons/icon.svg')
  await at.page.evaluate(async () => {
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
  await at.page.goto('/till')
  await at.page.getByRole('heading', { name: `${at.till} lost what it kept` }).waitFor()
  await at.page.getByLabel('Code from the office').fill(await tillCode(at.shop.client, at.till))
  await at.page.getByRole('button', { name: 'Make it a till' }).click()
  await at.page.getByRole('heading', { name: 'Who is there' }).waitFor()
  await signInAtTill(at.page, owner)
  await marked(at.page, 'well')
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(3)
  await at.arrived(3)
  const { rows } = await at.shop.client.call(syncRoutes.listNodes, {})
  expect(rows.find(node => node.handle === at.till)).toMatchObject({ epoch: 2 })
  await at.page.reload()
  await at.page.locator('main.till').waitFor()
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(4)
})

test('a browser that lost its keys is enrolled again, and what only it had is at the shop once', async () => {
  await at.openTill()
  await sellAtTill(at.page, 'Bread roll')
  await at.arrived(1)
  await at.shop.end('SIGKILL')
  expect(await sellAtTill(at.page, 'Pretzel')).toBe(2)
  await at.page.goto('about:blank')
  await at.startAgain()
  await at.page.goto('/icons/icon.svg')
  await at.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const asked = indexedDB.deleteDatabase('tillwire-till')
        asked.onsuccess = resolve
        asked.onerror = reject
      }),
  )
  await at.page.goto('/till')
  await at.page.getByRole('heading', { name: `${at.till} lost what it kept` }).waitFor()
  await at.page.getByLabel('Code from the office').fill(await tillCode(at.shop.client, at.till))
  await at.page.getByRole('button', { name: 'Make it a till' }).click()
  // Who was signed in still is: only the keys were gone.
  await at.page.locator('main.till').waitFor()
  const rows = await at.arrived(2)
  expect(rows.map(({ receiptNumber }) => receiptNumber).toSorted()).toEqual([1, 2])
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(3)
  await at.arrived(3)
})

test('a node that ends in the middle of a sale is started anew, and the sale is there once', async () => {
  await at.openTill()
  for (let round = 1; round <= 3; round++) {
    await tile(at.page, 'Pretzel').click()
    await at.page.getByRole('button', { name: /^Pay/ }).click()
    const exact = at.page.getByRole('button', { name: /^Exact/ })
    await exact.waitFor()
    const [worker] = at.page.workers()
    if (!worker) throw new Error('the till has no worker')
    await Promise.all([
      exact.click(),
      worker.evaluate(() =>
        queueMicrotask(() => {
          throw new Error('it ended')
        }),
      ),
    ])
    await at.page
      .getByTestId('receipt-number')
      .filter({ hasText: `Receipt ${round}` })
      .waitFor()
    await at.page.getByRole('button', { name: 'Next customer' }).click()
  }
  await marked(at.page, 'well')
  const rows = await at.arrived(3)
  expect(rows.map(({ receiptNumber }) => receiptNumber).toSorted()).toEqual([1, 2, 3])
})

test('a browser that does not promise to keep sales sells with the shop, and not without it', async () => {
  await enrolBrowser(at.page, await tillCode(at.shop.client, at.till))
  await signInAtTill(at.page, owner)
  await openShift(at.page)
  await marked(at.page, 'well')
  expect(await sellAtTill(at.page, 'Bread roll')).toBe(1)
  await at.shop.end('SIGKILL')
  await marked(at.page, 'refused')
  await tile(at.page, 'Pretzel').click()
  await at.page.getByRole('button', { name: /^Pay/ }).click()
  await at.page.getByRole('button', { name: /^Exact/ }).click()
  await at.page.getByText('This browser does not promise to keep sales').waitFor()
  await at.page.getByTestId('total').filter({ hasText: '0.90' }).waitFor()
  await at.startAgain()
  await marked(at.page, 'well')
  await at.page.getByRole('button', { name: /^Pay/ }).click()
  await at.page.getByRole('button', { name: 'Done' }).click()
  await at.page.getByTestId('receipt-number').filter({ hasText: 'Receipt 2' }).waitFor()
  await at.arrived(2)
})
