import { createHash } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { serverCertificateIn } from '../../src/platform/tls/own-authority.ts'
import { dataFolder } from '../../src/run/data-folder.ts'
import { launchBrowser, viewports } from '../support/browser.ts'
import { type NodeProcess, startShopProcess, temporaryFolder } from '../support/node-process.ts'

/** A shop on the network as its devices see it: by a name that is not this machine's own, so that HTTP is not secure. */
const name = 'till-store.local'
const toName = `--host-resolver-rules=MAP ${name} 127.0.0.1`
const folder = temporaryFolder()
let shop: NodeProcess
let trusting: Browser
let doubting: Browser
let page: Page
let http: string
let https: string

beforeAll(async () => {
  shop = await startShopProcess(folder.path, '--empty', '--https-names', name)
  http = `http://${name}:${new URL(shop.url).port}`
  https = `https://${name}:${dataFolder(folder.path).running()?.httpsPort}`
  const key = serverCertificateIn(dataFolder(folder.path).tls)?.publicKey.export({ type: 'spki', format: 'der' })
  const pin = createHash('sha256')
    .update(key ?? '')
    .digest('base64')
  // Chromium keeps its authorities where a test should not write; it can be told of one key that it shall believe.
  trusting = await launchBrowser(toName, `--ignore-certificate-errors-spki-list=${pin}`)
  doubting = await launchBrowser(toName)
})
afterAll(async () => {
  await trusting?.close()
  await doubting?.close()
  await shop?.end()
  folder.remove()
})
afterEach(() => page?.context().close())

const open = async (
  browser: Browser,
  url: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<string[]> => {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options })
  context.setDefaultTimeout(10_000)
  page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', error => errors.push(error.message))
  page.on('console', message => {
    if (/Content Security Policy/.test(message.text())) errors.push(message.text())
  })
  await page.goto(url)
  return errors
}
const says = (heading: string) => page.getByRole('status').getByRole('heading', { name: heading }).waitFor()

test('over HTTPS a browser that trusts the shop gives what a till needs without a network', async () => {
  await open(trusting, `${https}/trust`)
  const given = await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory()
    const file = await folder.getFileHandle('sale', { create: true })
    const writer = await file.createWritable()
    await writer.write('kept')
    await writer.close()
    const worker = await navigator.serviceWorker.register('/trust/worker.js', { scope: '/trust/worker' })
    return {
      secure: window.isSecureContext,
      kept: await (await file.getFile()).text(),
      worker: await worker.unregister(),
      locks: 'locks' in navigator,
      keys: 'subtle' in crypto,
    }
  })
  expect(given).toEqual({ secure: true, kept: 'kept', worker: true, locks: true, keys: true })
})

test('over HTTP it does not: why there is all this', async () => {
  await open(trusting, `${http}/trust`)
  expect(
    await page.evaluate(() => ({
      secure: window.isSecureContext,
      opfs: 'getDirectory' in (navigator.storage ?? {}),
      worker: 'serviceWorker' in navigator,
    })),
  ).toEqual({ secure: false, opfs: false, worker: false })
})

test('a device that trusts the shop is told so, and led to the till over HTTPS', async () => {
  const errors = await open(trusting, `${http}/trust`)
  await says('This device trusts the shop')
  await page.getByRole('status').getByRole('link', { name: 'Open the till' }).click()
  await page.waitForURL(`${https}/till`)
  expect(errors).toEqual([])
})

test('a device that does not is told so, and what to do', async () => {
  const errors = await open(doubting, `${http}/trust`)
  await says('Not trusted yet')
  expect(errors).toEqual([])
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download the certificate' }).click()
  expect((await downloading).suggestedFilename()).toBe('tillwire-authority.crt')
  await expect(page.goto(`${https}/till`)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID')
})

test('a device that went on in spite of the warning is told that this is not enough', async () => {
  await open(doubting, `${https}/trust`, { ignoreHTTPSErrors: true })
  await says('You went on in spite of a warning')
})

test('a person is signed in by HTTP and by HTTPS at the same time', async () => {
  const code = /first sign-in: (\S+)/.exec(shop.printed())?.[1]
  await open(trusting, `${https}/trust`)
  const send = (path: string, body?: Record<string, unknown>): Promise<number> =>
    page.evaluate(
      async ([path, body]) =>
        (
          await fetch(`/api/v1${path}`, {
            method: body ? 'POST' : 'GET',
            ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
          })
        ).status,
      [path, body] as const,
    )
  const owner = { id: '01936d2e-7c00-7000-8000-000000000001', name: 'Ana', pin: '204816', code }
  expect(await send('/setup', owner)).toBe(200)
  const signIn = { number: 1, pin: owner.pin }
  expect([await send('/sessions', signIn), await send('/sessions/current')]).toEqual([200, 200])
  await page.goto(`${http}/trust`)
  expect(await send('/sessions/current')).toBe(401)
  expect([await send('/sessions', signIn), await send('/sessions/current')]).toEqual([200, 200])
  await page.goto(`${https}/trust`)
  expect(await send('/sessions/current')).toBe(200)
})

test('an iPad that calls itself a Mac gets the steps of an iPad, unless its owner chose others', async () => {
  const userAgent =
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15'
  const iPad = { userAgent, hasTouch: true, viewport: viewports.tablet }
  await open(doubting, `${http}/trust`, iPad)
  await page.waitForURL(/device=ios$/)
  expect(await page.getByRole('link', { name: 'Download the profile' }).getAttribute('href')).toBe(
    '/trust/tillwire-authority.mobileconfig',
  )
  await page.getByRole('link', { name: 'Mac' }).click()
  await page.waitForURL(/device=macos$/)
  await says('Not trusted yet')
  expect(new URL(page.url()).search).toBe('?device=macos')
})

test.each(
  (['light', 'dark'] as const).flatMap(colorScheme =>
    Object.values(viewports).map(viewport => ({ colorScheme, viewport })),
  ),
)('fits and can be read and touched: %j', async ({ colorScheme, viewport }) => {
  await open(doubting, `${http}/trust?device=windows`, { colorScheme, viewport })
  await says('Not trusted yet')
  const found = await page.evaluate(() => {
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(part => {
        const share = Number(part) / 255
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
    const behind = (element: Element): string => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor
        if (colour !== 'rgba(0, 0, 0, 0)') return colour
      }
      return 'rgb(255, 255, 255)'
    }
    const visible = [...document.querySelectorAll<HTMLElement>('main *')].filter(
      element => element.offsetParent !== null && !element.closest('svg'),
    )
    const texts = visible.filter(element =>
      [...element.childNodes].some(node => node.nodeType === 3 && node.textContent?.trim()),
    )
    return {
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      faint: texts.flatMap(element => {
        const [light = 0, dark = 0] = [getComputedStyle(element).color, behind(element)]
          .map(luminance)
          .sort((a, b) => b - a)
        return (light + 0.05) / (dark + 0.05) < 4.5 ? [element.textContent] : []
      }),
      small: [...document.querySelectorAll<HTMLElement>('a, button, summary')]
        .filter(element => element.offsetParent !== null)
        .filter(element => element.getBoundingClientRect().height < 48)
        .map(element => element.textContent),
    }
  })
  expect(found).toEqual({ wide: 0, faint: [], small: [] })
})
