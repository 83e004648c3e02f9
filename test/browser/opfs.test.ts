import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemPorts } from '../../src/platform/system.ts'
import { launchProfile } from '../support/browser.ts'
import { temporaryFolder } from '../support/node-process.ts'
import { buildPage, serveFolder } from '../support/static-site.ts'
import type { Told } from './opfs/page.ts'
import type { Calls } from './opfs/worker.ts'

const folder = temporaryFolder()
const profile = join(folder.path, 'profile')
let site: { url: string; close(): Promise<void> }
let context: BrowserContext

beforeAll(async () => {
  const built = join(folder.path, 'site')
  await buildPage(new URL('opfs', import.meta.url).pathname, built)
  site = await serveFolder(built)
  context = await launchProfile(profile)
})
afterAll(async () => {
  await context?.close()
  await site?.close()
  folder.remove()
})

type Tab = {
  page: Page
  ask<Call extends keyof Calls>(call: Call, ...args: Parameters<Calls[Call]>): Promise<Awaited<ReturnType<Calls[Call]>>>
  /** How many times its worker told of this. */
  told(what: Told): number
  /** Resolves when it was told so many times. */
  wasTold(what: Told, times: number): Promise<void>
}

const openTab = async (url = site.url): Promise<Tab> => {
  const page = await context.newPage()
  const told: Record<Told, number> = { sold: 0, waits: 0 }
  let look: () => void = () => {}
  await page.exposeFunction('told', (what: Told) => {
    told[what] += 1
    look()
  })
  await page.goto(url)
  await page.waitForFunction(() => 'ask' in window)
  const ask = async <Call extends keyof Calls>(
    call: Call,
    ...args: Parameters<Calls[Call]>
  ): Promise<Awaited<ReturnType<Calls[Call]>>> => {
    const asked: readonly [keyof Calls, unknown[]] = [call, args]
    const answer: unknown = await page.evaluate(([name, given]) => window.ask(name, given), asked)
    return answer as Awaited<ReturnType<Calls[Call]>>
  }
  return {
    page,
    ask,
    told: what => told[what],
    wasTold: (what, times) =>
      new Promise(resolve => {
        look = () => {
          if (told[what] >= times) resolve()
        }
        look()
      }),
  }
}

const expectWhole = async (tab: Tab, answered: number): Promise<number> => {
  const sales = await tab.ask('sales')
  expect(sales).toEqual(sales.map((_each, index) => ({ sale: index + 1, lines: 3 })))
  expect(sales.length).toBeGreaterThanOrEqual(answered)
  expect(await tab.ask('damage')).toEqual([])
  return sales.length
}

test('what was answered is there after the tab was closed in the middle of work', async () => {
  for (let round = 0; round < 3; round++) {
    const name = `closed-${round}`
    const tab = await openTab()
    await tab.ask('open', name)
    const selling = tab.ask('sellOn').catch((error: unknown) => error)
    await tab.wasTold('sold', 20 + round * 7)
    await tab.page.close()
    expect(String(await selling)).toMatch(/closed/)

    const next = await openTab()
    await next.ask('open', name)
    const found = await expectWhole(next, tab.told('sold'))
    await next.ask('sell', found + 1)
    await expectWhole(next, found + 1)
    await next.page.close()
  }
})

test('a sale under way is seen by nobody, neither beside it nor after the tab was closed', async () => {
  const tab = await openTab()
  await tab.ask('open', 'under-way')
  await tab.ask('sell', 1)
  expect(await tab.ask('beginToSell', 2)).toEqual({ within: 2, beside: 1 })
  await tab.page.close()

  const next = await openTab()
  await next.ask('open', 'under-way')
  expect(await expectWhole(next, 1)).toBe(1)
  await next.page.close()
})

test('what was answered is there after the whole browser died', async () => {
  const tab = await openTab()
  await tab.ask('open', 'died')
  const selling = tab.ask('sellOn').catch((error: unknown) => error)
  await tab.wasTold('sold', 25)
  const died = new Promise(resolve => context.once('close', resolve))
  const session = await context.newCDPSession(tab.page)
  await Promise.all([died, session.send('Browser.crash').catch(() => {})])
  await selling

  context = await launchProfile(profile)
  const next = await openTab()
  await next.ask('open', 'died')
  await expectWhole(next, tab.told('sold'))
  await next.page.close()
})

test('a second tab is refused at once, and comes in when the first has closed the database', async () => {
  const first = await openTab()
  const second = await openTab()
  await first.ask('open', 'twice')
  await first.ask('sell', 1)
  await expect(second.ask('open', 'twice')).rejects.toThrow('NodeBusy: another tab of this browser runs this node')
  await second.ask('open', 'another')
  await second.ask('close')

  await first.ask('sell', 2)
  await first.ask('close')
  await second.ask('open', 'twice')
  await expectWhole(second, 2)
  await expect(first.ask('open', 'twice')).rejects.toThrow('NodeBusy')
  await first.page.close()
  await second.page.close()
})

test('a tab that is going and still has the files is waited for', async () => {
  const going = await openTab()
  await going.ask('open', 'going')
  await going.ask('sell', 1)
  await going.ask('close')
  await going.ask('holdFiles', 'going')
  const coming = await openTab()
  const opening = coming.ask('open', 'going')
  await coming.wasTold('waits', 2)
  await going.ask('letFilesGo')
  await opening
  await expectWhole(coming, 1)
  await coming.page.close()
  await going.page.close()
})

test('files that could not be opened are not taken for gone', async () => {
  const tab = await openTab()
  await tab.ask('open', 'failing')
  await tab.ask('sell', 1)
  await tab.ask('close')
  await tab.ask('failToOpenOnce')
  await expect(tab.ask('open', 'failing')).rejects.toThrow('NotDurable')
  await tab.ask('open', 'failing')
  await expectWhole(tab, 1)
  await tab.page.close()
})

test('a page that came without HTTPS is told that nothing would last', async () => {
  await context.route('http://till.test/**', async route => {
    const { pathname } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: new URL(pathname, site.url).href }) })
  })
  const tab = await openTab('http://till.test/')
  await expect(tab.ask('open', 'insecure')).rejects.toThrow('NotDurable')
  await tab.page.close()
})

test('one worker closes and opens again', async () => {
  const tab = await openTab()
  for (const sale of [1, 2, 3]) {
    await tab.ask('open', 'again')
    await tab.ask('sell', sale, 100_000)
    await expectWhole(tab, sale)
    await tab.ask('close')
  }
  await tab.page.close()
})

test("the worker's hashes are those of Node, and its turns come after promises and before timers", async () => {
  const tab = await openTab()
  const { secrets } = systemPorts('silent')
  const salt = '00112233445566778899aabbccddeeff'
  expect(await tab.ask('slowHash', '482913', salt)).toBe(await secrets.slowHash('482913', salt))
  expect(await tab.ask('hash', 'Grüße ✓ \ud800')).toBe(secrets.hash('Grüße ✓ \ud800'))
  expect(await tab.ask('id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  expect(await tab.ask('turns')).toEqual(['promise', 'turn', 'timer'])
  await tab.page.close()
})
