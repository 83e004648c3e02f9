import type { Browser, Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromBase64url } from '../../src/platform/bytes.ts'
import { contentDigest, verifyRequest } from '../../src/platform/signed-request.ts'
import { webKeys } from '../../src/platform/web-keys.ts'
import { launchBrowser } from '../support/browser.ts'
import type { DevicePage } from './device-page.ts'

declare const device: { devicePage: DevicePage }

const origin = 'http://localhost'
const nodeId = '01936d2e-7c00-7000-8000-0000000000d1'
let browser: Browser
let page: Page
beforeAll(async () => {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: new URL('./device-page.ts', import.meta.url).pathname, formats: ['iife'], name: 'device' },
    },
  })
  const [first] = Array.isArray(built) ? built : []
  const script = first?.output[0].code
  if (!script) throw new Error('the page was not built')
  browser = await launchBrowser()
  page = await browser.newPage()
  await page.route(`${origin}/**`, route =>
    route.fulfill({ contentType: 'text/html', body: `<!doctype html><script>${script}</script>` }),
  )
  await page.goto(`${origin}/till`)
}, 60_000)
afterAll(() => browser.close())

test('keys stay in the browser, through a reload too, and what they sign is believed by a node', async () => {
  const { publicKey, pinSecret } = await page.evaluate(() => device.devicePage.make())
  await page.reload()
  const url = `${origin}/api/v1/sales?after=1`
  const body = '{"id":"ä"}'
  const headers = new Headers(
    await page.evaluate(([id, at, text]) => device.devicePage.sign(id, at, text, 'n1'), [nodeId, url, body] as const),
  )
  const keysOf = async () => ({ ok: true as const, publicKeys: [publicKey] })
  const bytes = new TextEncoder().encode(body)
  expect(await verifyRequest({ method: 'POST', url, headers }, webKeys, keysOf)).toEqual({
    ok: true,
    nodeId,
    publicKey,
    contentDigest: await contentDigest(webKeys, bytes),
  })
  const mac = await page.evaluate(() => device.devicePage.mac('pin hash'))
  expect(mac).toEqual([...(await webKeys.mac(fromBase64url(pinSecret), new TextEncoder().encode('pin hash')))])
  expect(await page.evaluate(() => device.devicePage.steal())).toEqual(['rejected', 'rejected', 'rejected'])
})
