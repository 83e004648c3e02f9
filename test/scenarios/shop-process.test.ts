import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { type NodeProcess, runCommand, startShopProcess, temporaryFolder } from '../support/node-process.ts'

const dayFile = new URL('../data/online-retail-2010-12-01.csv', import.meta.url).pathname

let folder: ReturnType<typeof temporaryFolder>
let shop: NodeProcess | undefined
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  await shop?.end('SIGKILL')
  shop = undefined
  folder.remove()
})
const start = async (...args: string[]) => {
  shop = await startShopProcess(folder.path, ...args)
  return shop
}

describe('a first start', () => {
  test('prints where it is and the code by which the owner is set up, once', async () => {
    const { printed, url, client } = await start()
    const code = /first sign-in: (\S+)/.exec(printed())?.[1] ?? ''
    expect(printed()).toContain('/till')
    const post = (path: string, body: unknown) =>
      fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const owner = { id: '01936d2e-7c00-7000-8000-000000000001', name: 'Ana', pin: '204816' }
    expect((await post('/setup', { ...owner, code: 'WRONG-CODE' })).status).toBe(403)
    expect((await post('/setup', { ...owner, code })).status).toBe(200)
    expect((await post('/setup', { ...owner, id: '01936d2e-7c00-7000-8000-000000000002', code })).status).toBe(409)
    const signedIn = await post('/sessions', { number: 1, pin: '204816' })
    expect(signedIn.headers.get('set-cookie')).toMatch(/tillwire_session_\d+=.+HttpOnly.*SameSite=Strict/i)
    expect(await client.call(staffRoutes.setupState, {})).toEqual({ needed: false })
    expect((await client.call(catalogueRoutes.tillCatalogue, {})).articles.length).toBeGreaterThan(250)
  })

  test('answers strangers nothing but health and pages', async () => {
    const { url } = await start('--empty')
    for (const path of ['/health/live', '/health/ready', '/api/openapi.json', '/api/docs', '/api/v1/setup']) {
      expect((await fetch(url + path)).status, path).toBe(200)
    }
    for (const path of [
      '/metrics',
      '/api/v1/products',
      '/api/v1/facts',
      '/api/v1/live',
      '/api/v1/people',
      '/api/v1/till-catalogue',
    ]) {
      expect((await fetch(url + path)).status, path).toBe(401)
    }
  })

  test('ends cleanly when told to, and another process on the same folder is refused', async () => {
    await start('--empty')
    expect(await runCommand('shop', '--port', '0', '--data', folder.path)).toMatchObject({ code: 69 })
    expect(await shop?.end('SIGTERM')).toBe(0)
    expect(existsSync(join(folder.path, 'running.json'))).toBe(false)
  })

  test('keeps its folder from other users', async () => {
    await start('--empty')
    expect(statSync(join(folder.path, 'running.json')).mode & 0o077).toBe(0)
  })
})

describe('wrong use', () => {
  test('a taken port, an unknown option and a wrong value each end with their own code', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => blocker.once('listening', resolve))
    const { port } = blocker.address() as AddressInfo
    expect(
      await runCommand('shop', '--empty', '--data', folder.path, '--host', '127.0.0.1', '--port', String(port)),
    ).toMatchObject({ code: 69 })
    blocker.close()
    expect(await runCommand('shop', '--prot', '1')).toMatchObject({ code: 64 })
    expect(await runCommand('shop', '--port', 'many', '--data', join(folder.path, 'none'))).toMatchObject({ code: 78 })
    expect(existsSync(join(folder.path, 'none'))).toBe(false)
    expect(await runCommand('replay', join(folder.path, 'none.csv'), '--data', folder.path)).toMatchObject({ code: 66 })
    expect(await runCommand('token', 'create', '--name', 'x', '--scope', 'all', '--data', folder.path)).toMatchObject({
      code: 64,
    })
  })

  test('each command explains itself', async () => {
    for (const command of [
      ['shop'],
      ['import', 'products'],
      ['export', 'products'],
      ['replay'],
      ['report', 'day'],
      ['verify'],
      ['rebuild'],
      ['backup'],
      ['restore'],
      ['token', 'create'],
      ['doctor'],
    ]) {
      const { code, out } = await runCommand(...command, '--help')
      expect(code, command.join(' ')).toBe(0)
      expect(out).toContain('Usage: tillwire')
    }
  })
})

const replayed = { sales: 137, returns: 6, refused: 0, netMinor: 5_863_556 }

describe('a day of real sales', () => {
  test('balances, whether a shop runs or not, and running it again changes nothing', async () => {
    const first = await runCommand('replay', dayFile, '--json', '--data', folder.path)
    expect(JSON.parse(first.out.trim().split('\n').at(-1) ?? '')).toEqual(replayed)
    expect(first.code).toBe(0)
    const { client } = await start()
    const { head } = await client.call(platformRoutes.services, {})
    const again = await runCommand('replay', dayFile, '--json', '--data', folder.path)
    expect(JSON.parse(again.out)).toEqual(replayed)
    expect((await client.call(platformRoutes.services, {})).head).toBe(head)
    const range = await client.call(reportingRoutes.rangeReport, { from: '2010-12-01', to: '2010-12-01' })
    expect(range.total.totalMinor).toBe(replayed.netMinor)
    expect(await runCommand('verify', '--data', folder.path)).toMatchObject({ code: 0 })
    expect(await runCommand('rebuild', '--data', folder.path)).toMatchObject({ code: 0 })
    const backup = join(folder.path, 'backup.sqlite')
    expect(await runCommand('backup', backup, '--data', folder.path)).toMatchObject({ code: 0 })
    expect(await runCommand('backup', backup, '--data', folder.path)).toMatchObject({ code: 64 })
    const restored = join(folder.path, 'restored')
    expect(await runCommand('restore', backup, '--data', restored)).toMatchObject({ code: 0 })
    expect(await runCommand('restore', backup, '--data', restored)).toMatchObject({ code: 64 })
    const report = await runCommand('report', 'day', '2010-12-01', '--json', '--data', restored)
    expect(JSON.parse(report.out).totalMinor).toBe(replayed.netMinor)
    expect(await runCommand('doctor', '--port', '0', '--data', restored)).toMatchObject({ code: 0 })
  }, 120_000)

  test('kill -9 at any moment: the next run goes on, nothing lost, nothing twice', async () => {
    const rounds = 6
    for (let round = 0; round < rounds; round++) {
      const { client, end } = await start('--empty')
      const before = (await client.call(platformRoutes.services, {})).head
      const running = runCommand('replay', dayFile, '--json', '--data', folder.path)
      // Each round dies after some more facts than were there, wherever the writer then is.
      const target = before + 40 + round * 37
      await seen(shop!, target)
      await end('SIGKILL')
      expect((await running).code).not.toBe(0)
      expect(await runCommand('verify', '--data', folder.path)).toMatchObject({ code: 0 })
    }
    const { client } = await start()
    const last = await runCommand('replay', dayFile, '--json', '--data', folder.path)
    expect(JSON.parse(last.out)).toEqual(replayed)
    const { position: _position, ...range } = await client.call(reportingRoutes.rangeReport, {
      from: '2010-12-01',
      to: '2010-12-01',
    })
    expect(range.total).toMatchObject({ sales: 137, returns: 6, totalMinor: replayed.netMinor })
    expect(await runCommand('rebuild', '--data', folder.path)).toMatchObject({ code: 0 })
  }, 180_000)
})

/** Resolves when the shop's journal has reached a position. */
const seen = async ({ url, key }: NodeProcess, position: number): Promise<void> => {
  const response = await fetch(`${url}/api/v1/live?after=0`, {
    headers: { authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(60_000),
  })
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const last = Number([...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? 0)
    if (last >= position) return
    text = text.slice(-2_000)
  }
}

describe('files that are not what they should be', () => {
  test('a damaged backup is not restored, and a journal that was edited is found', async () => {
    const junk = join(folder.path, 'junk.sqlite')
    writeFileSync(junk, 'not a database at all, but long enough to look like one'.repeat(100))
    const target = join(folder.path, 'target')
    expect(await runCommand('restore', junk, '--data', target)).toMatchObject({ code: 65 })
    expect(readdirSync(folder.path)).toEqual(['junk.sqlite'])
  })
})
