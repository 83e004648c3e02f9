import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusalOf } from '../../../test/support/refusal.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import {
  carryFacts,
  carryPins,
  enrolDevice,
  hqNode,
  owner,
  setUpOwner,
  startDevice,
  startStaffNode,
  type TestDevice,
} from '../../../test/support/staff-node.ts'
import { createClient } from '../../contracts/client.ts'
import { deviceRoutes } from '../../contracts/devices.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { problem } from '../../contracts/platform.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import type { Execute, WorkContext } from '../../platform/host/service.ts'
import { createAuthenticator } from './authenticator.ts'
import { hearPins } from './hear-pins.ts'

let nowMs = 0
const clock = { nowMs: () => nowMs, nowUs: () => nowMs * 1_000 }
const ports = { clock }
const day = 86_400_000

let folder: string
let hq: TestShop
let store: TestShop
let till: TestShop
let storeDevice: TestDevice
let tillDevice: TestDevice

const id = () => hq.ports.ids.next()
const add = (name: string, role: 'cashier' | 'manager', pin: string, stores?: string[]) =>
  hq.client.call(staffRoutes.addPerson, { id: id(), name, role, pin, ...(stores ? { stores } : {}) })
const signInAt = (node: TestShop, number: number, pin: string) => node.client.call(staffRoutes.signIn, { number, pin })
const refusedAt = async (node: TestShop, number: number, pin: string) =>
  (await refusalOf(signInAt(node, number, pin))).code
const isPerson = (fact: RecordedFact) => /^staff\.(person|pin)/.test(fact.type)
/** What sync does: people go down, then their PINs. */
const comeDown = async () => {
  await carryFacts(hq, store, isPerson)
  await carryPins(storeDevice, store)
  await carryFacts(store, till, isPerson)
  await carryPins(tillDevice, till)
}
const secretsFolder = () => join(folder, 'till')

beforeEach(async () => {
  nowMs = Date.parse('2026-01-05T08:00:00Z')
  folder = mkdtempSync(join(tmpdir(), 'tillwire-pins-'))
  hq = await startStaffNode({ node: hqNode, ports })
  await setUpOwner(hq)
  storeDevice = await enrolDevice(hq, { kind: 'store', handle: 'store-1', name: 'One' })
  store = await startDevice(storeDevice, ports)
  tillDevice = await enrolDevice(store, { handle: 'till-1' })
  till = await startDevice(tillDevice, ports)
})
afterEach(async () => {
  for (const each of [till, store, hq]) await each.close()
  rmSync(folder, { recursive: true })
})

describe('people of HQ', () => {
  test('sign in at stores and tills with nobody reached, where they may work', async () => {
    await add('Ben', 'manager', '573920', ['store-1', 'store-3'])
    await add('Cleo', 'cashier', '861357', ['store-2'])
    expect(await refusedAt(till, 1, owner.pin)).toBe('pins-too-old')
    await comeDown()
    for (const node of [hq, store, till]) {
      expect((await signInAt(node, 1, owner.pin)).person).toMatchObject({ name: 'Ana', number: 1 })
      expect((await signInAt(node, 2, '573920')).person).toMatchObject({ name: 'Ben', stores: ['store-1', 'store-3'] })
      expect(await refusedAt(node, 2, '573921')).toBe('pin-wrong')
    }
    expect((await signInAt(hq, 3, '861357')).person.name).toBe('Cleo')
    for (const node of [store, till]) expect(await refusedAt(node, 3, '861357')).toBe('pin-wrong')
  })

  test('are moved to another store: out here at once, and in there when the PINs came', async () => {
    const ben = await add('Ben', 'manager', '573920')
    await comeDown()
    const { token } = await signInAt(store, 2, '573920')
    const who = () =>
      createAuthenticator(store.database, clock, store.ports.secrets, store.host.node).authenticate(token)
    expect(await who()).toMatchObject({ name: 'Ben' })
    await hq.client.call(staffRoutes.changePerson, { personId: ben.personId, id: id(), stores: ['store-2'] })
    await carryFacts(hq, store, fact => fact.type === 'staff.person-changed')
    expect(await who()).toBeNull()
    expect(await refusedAt(store, 2, '573920')).toBe('person-not-here')
    await carryPins(storeDevice, store)
    expect(await refusedAt(store, 2, '573920')).toBe('pin-wrong')
    await hq.client.call(staffRoutes.changePerson, { personId: ben.personId, id: id(), stores: null })
    await carryFacts(hq, store, fact => fact.type === 'staff.person-changed' && fact.body.stores === undefined)
    await carryPins(storeDevice, store)
    expect((await signInAt(store, 2, '573920')).person.stores).toBeUndefined()
  })

  test('get a new PIN: sessions with the old one end, and guesses at it no longer lock', async () => {
    const ben = await add('Ben', 'manager', '573920')
    await comeDown()
    const { token } = await signInAt(till, 2, '573920')
    for (let n = 0; n < 5; n++) await refusedAt(till, 2, '000001')
    expect(await refusedAt(till, 2, '573920')).toBe('pin-locked')
    await carryPins(tillDevice, till)
    expect(await refusedAt(till, 2, '573920')).toBe('pin-locked')
    await hq.client.call(staffRoutes.setPin, { personId: ben.personId, id: id(), pin: '971352' })
    await carryFacts(hq, till, fact => fact.type === 'staff.pin-set')
    await carryPins(storeDevice, store)
    await carryPins(tillDevice, till)
    const { authenticate } = createAuthenticator(till.database, clock, till.ports.secrets, till.host.node)
    expect(await authenticate(token)).toBeNull()
    expect((await signInAt(till, 2, '971352')).person.name).toBe('Ben')
  })

  test('are decided about above, and a shop that is none of the top sets up no owner', async () => {
    for (const node of [store, till]) {
      expect(await node.client.call(staffRoutes.setupState, {})).toEqual({ needed: false })
      const refused = await refusalOf(
        node.client.call(staffRoutes.addPerson, { id: id(), name: 'Eve', role: 'cashier', pin: '192837' }),
      )
      expect(refused.code).toBe('decided-above')
    }
    const token = { id: id(), name: 'x', scopes: ['sales:read' as const] }
    expect((await refusalOf(till.client.call(staffRoutes.createToken, token))).code).toBe('decided-above')
    await store.client.call(staffRoutes.createToken, token)
  })

  test('make the same rows below, from the newest fact of each alone too', async () => {
    const ben = await add('Ben', 'manager', '573920', ['store-1'])
    await hq.client.call(staffRoutes.changePerson, { personId: ben.personId, id: id(), name: 'Benno' })
    await hq.client.call(staffRoutes.setPin, { personId: ben.personId, id: id(), pin: '971352' })
    await carryFacts(hq, store, isPerson)
    await carryFacts(hq, till, fact => fact.type === 'staff.pin-set')
    const people = async (node: TestShop) => (await node.client.call(staffRoutes.listPeople, {})).rows
    expect(await people(store)).toEqual(await people(hq))
    expect(await people(till)).toEqual((await people(hq)).filter(each => each.name === 'Benno'))
    for (const node of [store, till]) expect((await node.host.rebuild()).filter(table => !table.same)).toEqual([])
  })
})

describe('someone at HQ who is limited to stores', () => {
  test('sees and gives no more than in those', async () => {
    const { personId } = await add('Ben', 'manager', '573920', ['store-1'])
    await hq.client.call(staffRoutes.changePerson, { personId, id: id(), role: 'owner' })
    await add('Cleo', 'cashier', '861357', ['store-2'])
    const { token } = await signInAt(hq, 2, '573920')
    const ask = async (path: string, body?: unknown) => {
      const response = await hq.request(path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const answer: unknown = await response.json()
      return response.ok ? answer : problem.parse(answer).code
    }
    expect(await ask('/people')).toBe('store-not-allowed')
    expect(await ask('/people?store=store-2')).toBe('store-not-allowed')
    expect(await ask('/people?store=store-1')).toMatchObject({ rows: [{ name: 'Ana' }, { name: 'Ben' }] })
    const eve = { id: id(), name: 'Eve', role: 'cashier', pin: '192837' }
    expect(await ask('/people?store=store-1', eve)).toBe('scope-exceeds-own')
    expect(await ask('/people?store=store-1', { ...eve, stores: ['store-1', 'store-2'] })).toBe('scope-exceeds-own')
    expect(await ask('/people?store=store-1', { ...eve, stores: ['store-1'] })).toMatchObject({ stores: ['store-1'] })
    const [ana] = (await hq.client.call(staffRoutes.listPeople, {})).rows
    const newPin = { id: id(), pin: '384756' }
    expect(await ask(`/people/${ana!.personId}/pin?store=store-1`, newPin)).toBe('scope-exceeds-own')
    const wide = { id: id(), name: 'x', scopes: ['sales:read'] }
    expect(await ask('/tokens?store=store-1', wide)).toBe('scope-exceeds-own')
    const code = { id: id(), kind: 'store', handle: 'store-2', name: 'Two' }
    expect(await ask('/devices/codes?store=store-1', code)).toBe('store-not-allowed')
    const other = await enrolDevice(hq, { kind: 'store', handle: 'store-2', name: 'Two' })
    const revoked = { id: id(), reason: 'x' }
    expect(await ask(`/devices/${other.nodeId}/revoke?store=store-1`, revoked)).toBe('store-not-allowed')
    expect(await ask('/devices?store=store-1')).toMatchObject({ rows: [{ store: 'store-1' }] })
  })

  test('leaves one owner of all', async () => {
    const [ana] = (await hq.client.call(staffRoutes.listPeople, {})).rows
    const limit = { personId: ana!.personId, id: id(), stores: ['store-1'] }
    expect((await refusalOf(hq.client.call(staffRoutes.changePerson, limit))).code).toBe('last-owner')
  })
})

describe('PINs at a till', () => {
  test('are good for seven days after it last heard from its store', async () => {
    await comeDown()
    nowMs += 6 * day
    await carryPins(tillDevice, till)
    nowMs += 7 * day
    await signInAt(till, 1, owner.pin)
    nowMs += 1
    const refused = await refusalOf(signInAt(till, 1, owner.pin))
    expect(refused).toMatchObject({ code: 'pins-too-old', status: 403 })
    await signInAt(store, 1, owner.pin)
    await carryPins(tillDevice, till)
    await signInAt(till, 1, owner.pin)
  })

  test('are of no use to whoever copies its data: another device verifies none by them', async () => {
    await comeDown()
    const other = await enrolDevice(store, { handle: 'till-2' })
    const handed = await createClient(
      request => tillDevice.request(new URL(request.url).pathname.replace('/api/v1', '')),
      'http://shop.test',
    ).call(deviceRoutes.pins, {})
    const copy = await startDevice(other, ports)
    await carryFacts(store, copy, isPerson)
    const principal = { actor: 'system', name: '', scopes: [] }
    await copy.host.execute({ service: 'staff', command: 'keepPins', input: handed, principal })
    expect(await refusedAt(copy, 1, owner.pin)).toBe('pin-wrong')
    await carryPins(other, copy)
    await signInAt(copy, 1, owner.pin)
    await copy.close()
    const [row] = handed.rows
    expect(row!.hash).not.toBe(await hq.ports.secrets.slowHash(owner.pin, row!.salt))
  })

  test('are handed to devices alone, each to the one that asks', async () => {
    for (const node of [hq, store]) {
      expect((await refusalOf(node.client.call(deviceRoutes.pins, {}))).code).toBe('device-unknown')
      expect((await refusalOf(node.clientWith('people:read').call(deviceRoutes.pins, {}))).code).toBe('not-allowed')
    }
    const ana = (await hq.client.call(staffRoutes.listPeople, {})).rows[0]!
    await comeDown()
    const asPerson = await tillDevice.request('/sync/pins', { headers: { 'tillwire-person': ana.personId } })
    expect(problem.parse(await asPerson.json()).code).toBe('not-allowed')
    expect((await tillDevice.request('/sync/pins')).status).toBe(200)
  })

  test('are limited in guesses, and a restart gives no new ones', async () => {
    const kept = await startStaffNode({
      folder: mkdtempSync(secretsFolder()),
      node: till.host.node,
      ports: { ...ports, signer: tillDevice.signer, deviceSecret: tillDevice.secret },
    })
    await carryFacts(hq, store, isPerson)
    await carryPins(storeDevice, store)
    await carryFacts(store, kept, isPerson)
    await carryPins(tillDevice, kept)
    for (let n = 0; n < 5; n++) expect(await refusedAt(kept, 1, '000001')).toBe('pin-wrong')
    await kept.close()
    const inside = readdirSync(folder).find(each => each.startsWith('till'))!
    const again = await startStaffNode({
      folder: join(folder, inside),
      node: till.host.node,
      ports: { ...ports, signer: tillDevice.signer, deviceSecret: tillDevice.secret },
    })
    expect(await refusedAt(again, 1, owner.pin)).toBe('pin-locked')
    nowMs += 30_001
    await signInAt(again, 1, owner.pin)
    nowMs += 1
    for (let n = 0; n < 5; n++) await refusedAt(again, 1, '000001')
    nowMs -= 400 * day
    expect(await refusalOf(signInAt(again, 1, owner.pin))).toMatchObject({ detail: { waitSeconds: 30 } })
    nowMs += 30_001
    await signInAt(again, 1, owner.pin)
    await again.close()
    for (const file of readdirSync(join(folder, inside)))
      expect(readFileSync(join(folder, inside, file)).includes(owner.pin)).toBe(false)
  })
})

describe('a node below', () => {
  test('fetches PINs at its start, every hour, soon after people changed, and again where nobody answered', async () => {
    const waits: Array<{ ms: number; run: () => void; cancelled: boolean }> = []
    let waited: () => void = () => {}
    const timers = {
      after: (ms: number, run: () => void) => {
        const wait = { ms, run, cancelled: false }
        waits.push(wait)
        waited()
        return () => {
          wait.cancelled = true
        }
      },
      turn: async () => {},
    }
    const listeners: Array<(facts: RecordedFact[]) => void> = []
    const executed: string[] = []
    let reached = true
    const execute: Execute = async call => {
      executed.push(`${call.service}.${call.command}`)
      return till.host.execute(call)
    }
    const onCommit: WorkContext['onCommit'] = listener => {
      listeners.push(listener)
      return () => {}
    }
    const parent = createClient(async request => {
      if (!reached) throw new TypeError('nobody is reached')
      return tillDevice.request(new URL(request.url).pathname.replace('/api/v1', ''))
    }, 'http://shop.test')
    const end = hearPins({ timers, execute, onCommit, log: till.ports.log }, parent)
    /** Runs what waits, and answers how long it waits then. */
    const next = async (): Promise<number> => {
      const again = new Promise<void>(resolve => {
        waited = resolve
      })
      waits.at(-1)!.run()
      await again
      return waits.at(-1)!.ms
    }
    expect(waits.at(-1)!.ms).toBe(0)
    expect(await next()).toBe(3_600_000)
    expect(executed).toEqual(['staff.keepPins'])
    reached = false
    expect(await next()).toBe(60_000)
    reached = true
    const [fact] = await carriedFacts()
    listeners[0]!([{ ...fact!, fromAbove: true }])
    expect(waits.at(-2)!.cancelled).toBe(true)
    expect(waits.at(-1)!.ms).toBe(1_000)
    expect([await next(), await next(), await next()]).toEqual([4_000, 15_000, 3_600_000])
    await end()
    expect(waits.at(-1)!.cancelled).toBe(true)
  })
})

const carriedFacts = async (): Promise<RecordedFact[]> => {
  const facts: RecordedFact[] = []
  const end = hq.host.onCommit(more => facts.push(...more))
  await add('Zoe', 'cashier', '482915')
  end()
  return facts
}
