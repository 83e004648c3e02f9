import type { Browser, BrowserContext, Page } from 'playwright-core'
import { v7 } from 'uuid'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createClient } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { signedFetcher } from '../../src/platform/signed-request.ts'
import { makeDeviceKeys, signerOf, webKeys } from '../../src/platform/web-keys.ts'
import { launchBrowser, signedIn, viewports } from '../support/browser.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from '../support/node-process.ts'

const owner = { number: 1, pin: '204816' }
const folder = temporaryFolder()
let shop: NodeProcess
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
  context = await signedIn(browser, shop.url, owner, { viewport: viewports.desktop, colorScheme: 'light' })
  context.setDefaultTimeout(15_000)
  page = await context.newPage()
  await page.goto('/office/devices')
  await page.locator('[data-ready="true"]').first().waitFor()
})
afterEach(() => context.close())

const dialog = () => page.getByRole('dialog')
const node = (name: string) => page.getByRole('article', { name })
const makeCode = async (handle: string, name: string): Promise<string> => {
  await page.getByRole('button', { name: 'Enrol a till' }).click()
  await dialog().getByLabel('Short name').fill(handle)
  await dialog().getByRole('textbox', { name: 'Name', exact: true }).fill(name)
  await dialog().getByRole('button', { name: 'Make a code' }).click()
  return (await dialog().locator('.code-letters').textContent()) ?? ''
}
/** What a device does with a code; the answer speaks for it from then on. */
const enrol = async (code: string) => {
  const { keys, pinSecret } = await makeDeviceKeys()
  const unsigned = createClient(fetch, shop.url)
  const { nodeId } = await unsigned.call(deviceRoutes.enrol, { id: v7(), code, publicKey: keys.publicKey, pinSecret })
  return createClient(signedFetcher(fetch, signerOf(nodeId, keys), webKeys), shop.url)
}
const report = (clockMs: number) => ({ program: '7.8.9', wire: 1, clockMs, waiting: 17, heardTo: 0 })

test('a code is shown with its countdown and as a QR code, and the till appears by itself once it used it', async () => {
  const code = await makeCode('till-front', 'Front till')
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
  const left = dialog().getByRole('timer')
  await left.filter({ hasText: /\b9:5\d\b/ }).waitFor()
  const qr = await dialog().getByRole('img', { name: 'Address and code for a camera' }).boundingBox()
  expect(Math.min(qr?.width ?? 0, qr?.height ?? 0)).toBeGreaterThan(200)
  await dialog()
    .getByText(`${new URL(shop.url).origin}/till`, { exact: true })
    .waitFor()

  const device = await enrol(code)
  await dialog().waitFor({ state: 'detached' })
  await node('Front till').getByText('Has not spoken yet').waitFor()

  await device.call(syncRoutes.hello, report(Date.now() + 180_000))
  await node('Front till').getByText('Here now').waitFor()
  await node('Front till').getByText('7.8.9, wire 1').waitFor()
  const clock = node('Front till').locator('[data-warns="true"]').filter({ hasText: 'Clock' })
  await clock.getByText(/ahead$/).waitFor()
  expect(
    await node('Front till')
      .locator('div')
      .filter({ hasText: /^Waiting there17$/ })
      .count(),
  ).toBe(1)
})

test('a till is shut out with a reason, is refused from then on, and can be enrolled again', async () => {
  const device = await enrol(await makeCode('till-lost', 'Lost till'))
  await dialog().waitFor({ state: 'detached' })
  await device.call(syncRoutes.hello, report(Date.now()))
  await node('Lost till').getByText('Here now').waitFor()

  await node('Lost till').getByRole('button', { name: 'Shut Lost till out' }).click()
  await dialog().getByText('This can not be undone').waitFor()
  await dialog().getByText('it held 17 facts').waitFor()
  const act = dialog().getByRole('button', { name: 'Shut out' })
  expect(await act.isDisabled()).toBe(true)
  await dialog().getByLabel('Why').fill('Fell into the harbour')
  await act.click()
  await dialog().waitFor({ state: 'detached' })
  await node('Lost till').getByText('Fell into the harbour').waitFor()
  expect(await node('Lost till').getByText('Here now').count()).toBe(0)
  await expect(device.call(syncRoutes.linkState, {})).rejects.toMatchObject({ problem: { code: 'device-revoked' } })

  await node('Lost till').getByRole('button', { name: 'Enrol Lost till again' }).click()
  await dialog().getByText('till-lost has a device already').waitFor()
  await dialog().getByRole('button', { name: 'Make a code' }).click()
  const again = await enrol((await dialog().locator('.code-letters').textContent()) ?? '')
  await dialog().waitFor({ state: 'detached' })
  await again.call(syncRoutes.hello, report(Date.now()))
  await node('Lost till').getByText('Here now').waitFor()
  await node('Lost till').getByText('enrolled 2 times').waitFor()
})

test('what came from a device that was shut out is told with what to do, and its text does nothing', async () => {
  const device = await enrol(await makeCode('till-gone', 'Gone till'))
  await dialog().waitFor({ state: 'detached' })
  const { rows } = await shop.client.call(deviceRoutes.listDevices, {})
  const gone = rows.find(each => each.handle === 'till-gone')
  await shop.client.call(deviceRoutes.revokeDevice, { nodeId: gone?.nodeId ?? '', id: v7(), reason: 'Sold' })
  const text = JSON.stringify({
    actor: 'system',
    atMs: 1,
    body: { shiftId: v7(), till: 'till-gone', reason: '<img src=x onerror="document.title=1"> \u202etxt' },
    epoch: 1,
    id: v7(),
    node: gone?.nodeId,
    prev: '0'.repeat(64),
    seq: 1,
    store: gone?.store,
    type: 'cash.drawer-opened',
    version: 1,
  })
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex')
  await device.call(syncRoutes.upload, { facts: [{ text, hash }], more: false })

  await page.reload()
  const kept = page.getByRole('region', { name: 'Not believed' }).getByRole('listitem')
  await kept.getByText('It came after the device was shut out').waitFor()
  await kept.getByText('Gone till, fact 1, cash.drawer-opened').waitFor()
  expect(await kept.locator('pre').isVisible()).toBe(false)
  await kept.getByText('What came, letter by letter').click()
  const shown = (await kept.locator('pre').textContent()) ?? ''
  expect(shown).toContain('<img src=x')
  expect(shown).not.toContain('\u202e')
  expect(await kept.locator('img').count()).toBe(0)
})

test('a manager may enrol, and does not see what was not believed', async () => {
  await context.close()
  context = await signedIn(
    browser,
    shop.url,
    { number: 2, pin: '573920' },
    { viewport: viewports.phone, colorScheme: 'dark' },
  )
  page = await context.newPage()
  await page.goto('/office/devices')
  await page.getByRole('button', { name: 'Enrol a till' }).waitFor()
  expect(await page.getByRole('region', { name: 'Not believed' }).count()).toBe(0)
  const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(wide).toBeLessThanOrEqual(0)
})
