import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClient } from '../../src/contracts/client.ts'
import { dataFolder } from '../../src/run/data-folder.ts'
import { launchBrowser, viewports } from '../support/browser.ts'
import { type DemoProcess, startDemo } from '../support/demo-process.ts'
import { salesOf } from '../support/drive.ts'
import { temporaryFolder } from '../support/node-process.ts'

const folder = temporaryFolder()
let demo: DemoProcess
let browser: Browser
let page: Page

beforeAll(async () => {
  demo = startDemo('--data', folder.path)
  await demo.says('Ctrl-C ends it all.')
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: viewports.desktop, reducedMotion: 'reduce', locale: 'en-GB' })
  page.setDefaultTimeout(40_000)
  await page.goto(demo.url())
})
afterAll(async () => {
  await browser?.close()
  demo?.child.kill('SIGINT')
  await demo?.ended
  folder.remove()
})

const card = (name: string) => page.getByRole('article', { name, exact: true })
const number = async (testId: string): Promise<number> =>
  Number(((await page.getByTestId(testId).textContent()) ?? '').replace(/\D/g, '') || 0)
const verdict = () => page.getByRole('status', { name: 'Whether all agree' })
const cut = (below: string, above: string) =>
  page.getByRole('button', { name: `Cut the link between ${below} and ${above}` })
const join_ = (below: string, above: string) =>
  page.getByRole('button', { name: `Join the link between ${below} and ${above} again` })
const isState = (name: string, words: RegExp) => card(name).getByText(words).waitFor()
const poll = { timeout: 40_000, interval: 100 }

/** Every sale that a node knows, asked of the node itself and not of the page. */
const salesAt = (node: string) => {
  const running = dataFolder(join(folder.path, node)).running()
  if (!running) throw new Error(`${node} does not run`)
  return salesOf(createClient(request => fetch(request), running.url, running.key))
}

test('links are cut by a click and a store is killed while tills sell, and all agree in the end', async () => {
  await verdict()
    .getByText(/^All agree: /)
    .waitFor()
  await expect.poll(() => number('sales-till-3'), poll).toBeGreaterThan(1)

  await cut('Till 2', 'Mill Lane').click()
  await isState('Till 2', /^Alone since /)
  await expect.poll(() => number('waiting-till-2'), poll).toBeGreaterThan(2)
  const waited = await number('waiting-till-2')
  const sold = await number('sales-till-2')
  await expect.poll(() => number('waiting-till-2'), poll).toBeGreaterThan(waited)
  expect(await number('sales-till-2')).toBeGreaterThan(sold)
  await verdict()
    .getByText(/Till 2 is ahead by \d+ sales?/)
    .waitFor()

  // A store's link, by the keyboard.
  await cut('Mill Lane', 'HQ').press('Enter')
  await isState('Mill Lane', /^Alone since /)
  await expect.poll(() => number('waiting-store-1'), poll).toBeGreaterThan(1)

  await page.getByRole('button', { name: 'Kill Harbour', exact: true }).click()
  await isState('Harbour', /^Stopped$/)
  await isState('Till 3', /^Alone since /)
  await verdict()
    .getByText(/Harbour is stopped/)
    .waitFor()
  const without = await number('sales-till-3')
  await expect.poll(() => number('sales-till-3'), poll).toBeGreaterThan(without)

  await page.getByRole('button', { name: 'Start Harbour again', exact: true }).click()
  await isState('Harbour', /^Here$/)
  await join_('Till 2', 'Mill Lane').press('Space')
  await join_('Mill Lane', 'HQ').click()
  for (const name of ['Mill Lane', 'Till 2', 'Till 3']) await isState(name, /^Here$/)

  await page.getByRole('button', { name: 'Stop selling' }).click()
  const words = /^All agree: ([\d,]+) sales, ([\d,.]+) EUR at tills, stores and HQ$/
  await verdict().getByText(words).waitFor()
  const tills = ['till-1', 'till-2', 'till-3']
  const atTills = async () => (await Promise.all(tills.map(salesAt))).flatMap(sales => [...sales]).toSorted()
  await expect.poll(async () => [...(await salesAt('hq'))].toSorted(), poll).toEqual(await atTills())
  const hq = await salesAt('hq')
  expect([...(await salesAt('store-1')), ...(await salesAt('store-2'))].toSorted()).toEqual([...hq].toSorted())
  const [, sales = '', sum = ''] = words.exec((await verdict().textContent()) ?? '') ?? []
  expect(Number(sales.replaceAll(',', ''))).toBe(hq.size)
  const sumMinor = [...hq.values()].reduce((total, totalMinor) => total + totalMinor, 0)
  expect(Math.round(Number(sum.replaceAll(',', '')) * 100)).toBe(sumMinor)
})

test('a price that is changed at HQ is said of each till, and of one that is cut off when it is back', async () => {
  await cut('Till 1', 'Mill Lane').click()
  await isState('Till 1', /^Alone since /)
  await page.getByRole('button', { name: 'Raise the price by 0.10' }).click()
  await expect.poll(() => page.getByTestId('heard-till-3').textContent(), poll).toMatch(/^Till 3[\d,]+ ms$/)
  expect(await page.getByTestId('heard-till-1').textContent()).toBe('Till 1not yet')
  await join_('Till 1', 'Mill Lane').click()
  await expect.poll(() => page.getByTestId('heard-till-1').textContent(), poll).toMatch(/^Till 1[\d,]+ ms$/)
})

test('links are at least 48 px, and a page of another site may not pull them', async () => {
  for (const box of await page
    .locator('[data-link]')
    .evaluateAll(all => all.map(each => each.getBoundingClientRect().toJSON() as { width: number; height: number }))) {
    expect(Math.min(box.width, box.height)).toBeGreaterThanOrEqual(48)
  }
  const answer = await fetch(`${demo.url()}/links/till-1`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://elsewhere.example' },
    body: JSON.stringify({ cut: true }),
  })
  expect(answer.status).toBe(403)
  await cut('Till 1', 'Mill Lane').waitFor()
})
