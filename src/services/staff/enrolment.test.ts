import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { testStore } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { enrolDevice, hqNode, newCode, startStaffNode } from '../../../test/support/staff-node.ts'
import { deviceRoutes } from '../../contracts/devices.ts'
import { makeDeviceKeys } from '../../platform/web-keys.ts'
import { staffDevices } from './devices.ts'

let nowMs = 0
const ports = { clock: { nowMs: () => nowMs, nowUs: () => nowMs * 1_000 } }

let folder: string
let shop: TestShop
let others: TestShop[] = []
const also = async (node: Promise<TestShop>) => {
  const started = await node
  others.push(started)
  return started
}
beforeEach(async () => {
  nowMs = Date.parse('2026-01-05T08:00:00Z')
  folder = mkdtempSync(join(tmpdir(), 'tillwire-devices-'))
  shop = await startStaffNode({ folder, ports })
})
afterEach(async () => {
  for (const each of others) await each.close()
  others = []
  await shop.close()
  rmSync(folder, { recursive: true })
})

const id = () => shop.ports.ids.next()
const ask = async (code: string, more: { node?: { nodeId: string; epoch: number }; publicKey?: string } = {}) => {
  const { keys, pinSecret } = await makeDeviceKeys()
  return { id: id(), code, publicKey: keys.publicKey, pinSecret, ...more }
}
const guess = async (code = 'AAAA-AAAA') =>
  (await refusalOf(shop.client.call(deviceRoutes.enrol, await ask(code)))).code

describe('enrolment', () => {
  test('makes a device a node of its store, by a code that a person can read out', async () => {
    await recordFact(shop, 'catalogue', 'store.configured', testStore)
    await shop.settled()
    const code = await newCode(shop, { handle: 'till-1', name: 'Front till' })
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/)
    const typed = code.toLowerCase().replace('-', ' ')
    const till = await shop.client.call(deviceRoutes.enrol, await ask(typed))
    expect(till).toEqual({
      nodeId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      epoch: 1,
      kind: 'till',
      store: 'store-1',
      storeName: 'Corner Shop',
      handle: 'till-1',
      name: 'Front till',
      parent: { nodeId: shop.host.node.id, epoch: 1 },
    })
    expect((await shop.client.call(deviceRoutes.listDevices, {})).rows).toMatchObject([
      { nodeId: till.nodeId, handle: 'till-1', epoch: 1, enrolledAtMs: nowMs, revokedAtMs: null },
    ])
  })

  test('sent again, because the answer was lost, answers the same', async () => {
    const body = await ask(await newCode(shop, { handle: 'till-1' }))
    const first = await shop.client.call(deviceRoutes.enrol, body)
    expect(await shop.client.call(deviceRoutes.enrol, body)).toEqual(first)
    const { code } = await refusalOf(shop.client.call(deviceRoutes.enrol, { ...body, code: 'AAAA-AAAA' }))
    expect(code).toBe('id-reused')
  })

  test('takes a code once, for ten minutes, and the newest one of a handle', async () => {
    const first = await newCode(shop, { handle: 'till-1' })
    const second = await newCode(shop, { handle: 'till-1' })
    expect(await guess(first)).toBe('enrolment-code-wrong')
    nowMs += 10 * 60_000
    expect(await guess(second)).toBe('enrolment-code-wrong')
    const third = await newCode(shop, { handle: 'till-1' })
    nowMs += 10 * 60_000 - 1
    await shop.client.call(deviceRoutes.enrol, await ask(third))
    expect(await guess(third)).toBe('enrolment-code-wrong')
  })

  test('is no longer where the clock went back by years: a code gets no younger', async () => {
    const code = await newCode(shop, { handle: 'till-1' })
    nowMs -= 3 * 365 * 86_400_000
    expect(await guess(code)).toBe('enrolment-code-wrong')
    for (let n = 0; n < 9; n++) await guess()
    expect(await guess()).toBe('enrolment-locked')
    nowMs -= 3 * 365 * 86_400_000
    await shop.client.call(deviceRoutes.enrol, await ask(await newCode(shop, { handle: 'till-1' })))
  })

  test('is locked after ten wrong codes, for the right one too, and a restart does not open it', async () => {
    const code = await newCode(shop, { handle: 'till-1' })
    const guesses = await Promise.all(Array.from({ length: 15 }, () => guess()))
    expect(guesses.filter(each => each === 'enrolment-code-wrong')).toHaveLength(10)
    expect(guesses.filter(each => each === 'enrolment-locked')).toHaveLength(5)
    await shop.close()
    shop = await startStaffNode({ folder, ports })
    const refused = await refusalOf(shop.client.call(deviceRoutes.enrol, await ask(code)))
    expect(refused).toMatchObject({ code: 'enrolment-locked', status: 429, detail: { waitSeconds: 600 } })
    nowMs += 10 * 60_000
    await shop.client.call(deviceRoutes.enrol, await ask(await newCode(shop, { handle: 'till-1' })))
  })

  test('keeps a node that has facts already, and refuses one that is another or known elsewhere', async () => {
    const own = { nodeId: id(), epoch: 3 }
    expect(await enrolDevice(shop, { handle: 'till-1' }, own)).toMatchObject(own)
    const other = await ask(await newCode(shop, { handle: 'till-1' }), { node: { nodeId: id(), epoch: 1 } })
    expect((await refusalOf(shop.client.call(deviceRoutes.enrol, other))).code).toBe('handle-taken')
    const moved = await ask(await newCode(shop, { handle: 'till-2' }), { node: own })
    expect((await refusalOf(shop.client.call(deviceRoutes.enrol, moved))).code).toBe('node-known')
  })

  test('takes no key twice', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    const again = await ask(await newCode(shop, { handle: 'till-2' }), { publicKey: till.keys.publicKey })
    expect((await refusalOf(shop.client.call(deviceRoutes.enrol, again))).code).toBe('key-known')
  })

  test('is of tills at a store and of stores at HQ, whose names mean one thing each', async () => {
    const made = (node: TestShop, asked: Parameters<typeof newCode>[1]) => refusalOf(newCode(node, asked))
    expect((await made(shop, { kind: 'store', handle: 'store-2' })).code).toBe('enrolled-elsewhere')
    const hq = await also(startStaffNode({ node: hqNode, ports }))
    expect((await made(hq, { kind: 'till', handle: 'till-1' })).code).toBe('enrolled-elsewhere')
    const store = await enrolDevice(hq, { kind: 'store', handle: 'store-1', name: 'Corner Shop' })
    expect(store).toMatchObject({ kind: 'store', store: 'store-1', storeName: 'Corner Shop' })
    await recordFact(hq, 'catalogue', 'store.grouped', { store: 'store-1', groups: ['north'] })
    for (const handle of ['hq', 'north']) expect((await made(hq, { kind: 'store', handle })).code).toBe('handle-taken')
    expect(await staffDevices.find(hq.database, store.nodeId)).toMatchObject({ store: 'store-1', revoked: false })
  })
})
