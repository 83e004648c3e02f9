import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { v7 } from 'uuid'
import type { Client } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'

/** Lets pages of this address keep what they keep for good, as a person does who installs the till as an app. */
export const letKeep = async (browser: Browser, context: BrowserContext, origin: string): Promise<void> => {
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const { targetInfo } = await session.send('Target.getTargetInfo')
  const whole = await browser.newBrowserCDPSession()
  await whole.send('Browser.setPermission', {
    origin,
    permission: { name: 'persistent-storage' },
    setting: 'granted',
    ...(targetInfo.browserContextId === undefined ? {} : { browserContextId: targetInfo.browserContextId }),
  })
  await page.close()
}

/** The same in a browser that keeps what it has in a folder. */
export const letProfileKeep = async (page: Page, origin: string): Promise<void> => {
  const session = await page.context().newCDPSession(page)
  await session.send('Browser.setPermission', {
    origin,
    permission: { name: 'persistent-storage' },
    setting: 'granted',
  })
}

/** A code from the office for a till. */
export const tillCode = async (client: Client, handle: string): Promise<string> => {
  const { code } = await client.call(deviceRoutes.createEnrolmentCode, { id: v7(), kind: 'till', handle, name: handle })
  return code
}

/** Makes a browser a till by the address that the office shows. */
export const enrolBrowser = async (page: Page, code: string): Promise<void> => {
  await page.goto(`/till#enrol=${code}`)
  await page.getByRole('button', { name: 'Make it a till' }).click()
  await page.getByRole('heading', { name: 'Who is there' }).waitFor()
}

/** Number and PIN, typed. */
export const typePin = async (page: Page, { number, pin }: { number: number; pin: string }): Promise<void> => {
  const pad = page.getByRole('button', { name: 'Delete the last digit' })
  if (!(await pad.isVisible())) {
    await page.getByLabel('Staff number').fill(String(number))
    await page.getByRole('button', { name: 'Next' }).click()
    await pad.waitFor()
  }
  await page.keyboard.type(pin)
}

/** Signs in and waits for the till. */
export const signInAtTill = async (page: Page, person: { number: number; pin: string }): Promise<void> => {
  await typePin(page, person)
  await page.locator('main.till').waitFor()
}

export const openShift = async (page: Page): Promise<void> => {
  const dialog = page.getByRole('dialog', { name: 'Open a shift' })
  await dialog.getByRole('textbox').fill('100')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

export const tile = (page: Page, name: string): Locator =>
  page.locator('.tiles').getByRole('button', { name: new RegExp(`^${name}`) })

/** Rings up one piece of each for cash, and answers the number of the receipt. */
export const sellAtTill = async (page: Page, ...names: string[]): Promise<number> => {
  for (const name of names) await tile(page, name).click()
  await page.getByRole('button', { name: /^Pay/ }).click()
  await page.getByRole('button', { name: /^Exact/ }).click()
  const note = page.getByTestId('receipt-number').filter({ hasText: /^Receipt \d+$/ })
  const number = Number(/\d+/.exec((await note.textContent()) ?? '')?.[0])
  await page.getByRole('button', { name: 'Next customer' }).click()
  return number
}

/** Waits until the mark in the bar shows this. */
export const marked = (page: Page, state: 'well' | 'store-only' | 'waits' | 'refused'): Promise<void> =>
  page.locator(`.node-mark .dot[data-state="${state}"]`).waitFor()
