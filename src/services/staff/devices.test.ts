import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusalOf } from '../../../test/support/refusal.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import {
  carryFacts,
  enrolDevice,
  hqNode,
  newCode,
  setUpOwner,
  startDevice,
  startStaffNode,
  type TestDevice,
} from '../../../test/support/staff-node.ts'
import { deviceRoutes } from '../../contracts/devices.ts'
import { platformRoutes, problem } from '../../contracts/platform.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import { personHeader, signedFetcher, signRequest } from '../../platform/signed-request.ts'
import { makeDeviceKeys, signerOf } from '../../platform/web-keys.ts'
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
const codeOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return problem.parse(await response.json()).code
}
const post = (device: TestDevice, path: string, body: unknown, headers: Record<string, string> = {}) =>
  device.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const ask = async (code: string, more: { node?: { nodeId: string; epoch: number }; publicKey?: string } = {}) => {
  const { keys, pinSecret } = await makeDeviceKeys()
  return { id: id(), code, publicKey: keys.publicKey, pinSecret, ...more }
}

describe('signed requests', () => {
  test('make a device known, with a nonce of the server whatever its own clock says', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    expect((await till.request('/services')).status).toBe(200)
    nowMs += 11 * 60_000
    expect((await till.request('/services')).status).toBe(200)
    nowMs -= 5 * 365 * 86_400_000
    expect((await till.request('/services')).status).toBe(200)
    expect(await codeOf(await till.request('/people'))).toBe('not-allowed')
    expect(await codeOf(await till.request('/nothing'))).toBe('route-unknown')
  })

  test('of a stranger, of another store and with another key are refused', async () => {
    const { keys } = await makeDeviceKeys()
    const send = (nodeId: string) =>
      signedFetcher(
        async request => shop.app.fetch(request),
        signerOf(nodeId, keys),
        shop.ports.keys,
      )(new Request('http://shop.test/api/v1/services'))
    expect(await codeOf(await send(id()))).toBe('device-unknown')
    expect(await codeOf(await send("' OR 1=1 --"))).toBe('device-unknown')
    const till = await enrolDevice(shop, { handle: 'till-1' })
    expect(await codeOf(await send(till.nodeId))).toBe('signature-wrong')
    const other = await also(startStaffNode({ node: { ...shop.host.node, id: id(), store: 'store-2' }, ports }))
    const theirs = await enrolDevice(other, { handle: 'till-1' })
    const { nodeId } = theirs
    const across = signedFetcher(async request => shop.app.fetch(request), theirs.signer, shop.ports.keys)
    await carryFacts(other, shop, fact => fact.body.nodeId === nodeId, false)
    expect(await codeOf(await across(new Request('http://shop.test/api/v1/services')))).toBe('device-unknown')
  })

  test('replayed within ten minutes do what they did, which is nothing new, and later nothing at all', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    const sent: Request[] = []
    const record = async (request: Request) => {
      sent.push(request.clone())
      return shop.app.fetch(request)
    }
    await signedFetcher(record, till.signer, shop.ports.keys)(new Request('http://shop.test/api/v1/services'))
    const [, honest] = sent
    const replay = async () => shop.app.fetch(new Request(honest!))
    expect((await replay()).status).toBe(200)
    nowMs += 10 * 60_000
    const late = await replay()
    expect(late.headers.get('tillwire-nonce')).toMatch(/^[0-9a-z]+\.[\w-]{22}$/)
    expect(await codeOf(late)).toBe('nonce-needed')
  })

  test('with another body, a cut one or a huge one are refused before anything is done', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    await till.request('/services')
    const whole = JSON.stringify({ number: 1, pin: '204816' })
    const nonce = (await till.request('/services')).headers.get('tillwire-nonce') ?? ''
    const asked = new Request('http://shop.test/api/v1/sessions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: whole,
    })
    const signing = { signer: till.signer, keys: shop.ports.keys, nonce }
    const added = await signRequest(asked, new TextEncoder().encode(whole), signing)
    const send = (body: BodyInit, more: Record<string, string> = {}) =>
      shop.request('/sessions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...added, ...more },
        body,
        ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
      })
    expect(await codeOf(await send(whole))).toBe('pin-wrong')
    expect(await codeOf(await send(whole.replace('1', '2')))).toBe('digest-wrong')
    expect(await codeOf(await send(whole.slice(0, -3)))).toBe('digest-wrong')
    expect(await codeOf(await send(whole, { 'content-length': String(100 * 2 ** 20) }))).toBe('body-too-large')
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: controller => {
        pulled += 1
        controller.enqueue(new Uint8Array(65_536))
      },
    })
    expect(await codeOf(await send(endless))).toBe('body-too-large')
    expect(pulled).toBeLessThan(40)
    const broken = new ReadableStream<Uint8Array>({
      start: controller => {
        controller.enqueue(new TextEncoder().encode(whole.slice(0, 5)))
      },
      pull: controller => controller.error(new Error('the cable was pulled')),
    })
    expect(await codeOf(await send(broken))).toBe('body-cut-short')
  })

  test('of any kind get an answer that is no 500', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    const nonce = (await till.request('/services')).headers.get('tillwire-nonce') ?? ''
    const honest = await signRequest(new Request('http://shop.test/api/v1/devices'), new Uint8Array(), {
      signer: till.signer,
      keys: shop.ports.keys,
      nonce,
    })
    const header = fc.string({ unit: 'binary', maxLength: 120 }).map(text => text.replace(/[^ -~]/g, ''))
    const mutated = (text: string) =>
      fc
        .tuple(fc.nat(text.length), fc.nat(6), header)
        .map(([at, cut, put]) => `${text.slice(0, at)}${put.slice(0, 4)}${text.slice(at + cut)}`)
    const honestHeaders = Object.entries(honest)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...honestHeaders.map(([name]) => name)),
        fc.tuple(...honestHeaders.map(([, text]) => fc.oneof(mutated(text), header))),
        fc.constantFrom('GET', 'POST'),
        fc.json(),
        async (changed, others, method, body) => {
          const headers = Object.fromEntries(
            honestHeaders.map(([name, text], n) => [name, name === changed ? others[n]! : text]),
          )
          const { status } = await shop.request('/devices', {
            method,
            headers: { 'content-type': 'application/json', ...headers },
            ...(method === 'POST' ? { body } : {}),
          })
          expect(status).toBeLessThan(500)
          expect(status).toBeGreaterThanOrEqual(400)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})

describe('a new key', () => {
  test('for a wiped till keeps its node, rises the epoch and ends the old key', async () => {
    const before = await enrolDevice(shop, { handle: 'till-1' })
    await before.request('/services')
    const made = await shop.client.call(deviceRoutes.createEnrolmentCode, {
      id: id(),
      kind: 'till',
      handle: 'till-1',
      name: 'Front till',
    })
    expect(made.replaces).toBe(true)
    expect((await before.request('/services')).status).toBe(200)
    const after = await enrolDevice(shop, { handle: 'till-1' })
    expect(after).toMatchObject({ nodeId: before.nodeId, epoch: 2 })
    const refused = await before.request('/services')
    expect(refused.status).toBe(403)
    expect(await codeOf(refused)).toBe('device-epoch-old')
    expect((await after.request('/services')).status).toBe(200)
    expect((await shop.client.call(deviceRoutes.listDevices, {})).rows).toHaveLength(1)
  })

  test('is needed once it was revoked: nothing that the device says counts any more', async () => {
    const till = await enrolDevice(shop, { handle: 'till-1' })
    await till.request('/services')
    const revoked = { nodeId: till.nodeId, id: id(), reason: 'stolen' }
    expect(await shop.client.call(deviceRoutes.revokeDevice, revoked)).toMatchObject({
      revokedAtMs: nowMs,
      reason: 'stolen',
    })
    expect(await codeOf(await till.request('/services'))).toBe('device-revoked')
    expect(await codeOf(await till.request('/sync/pins'))).toBe('device-revoked')
    expect(await codeOf(await till.request('/services', { headers: { [personHeader]: id() } }))).toBe('device-revoked')
    const { rows } = await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 10, type: 'device.revoked' })
    expect(rows).toMatchObject([{ body: { nodeId: till.nodeId, epoch: 1, reason: 'stolen', acceptedSeq: 0 } }])
    await shop.client.call(deviceRoutes.revokeDevice, { ...revoked, id: id() })
    expect((await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 10 })).rows).toHaveLength(2)
    expect(await enrolDevice(shop, { handle: 'till-1' })).toMatchObject({ nodeId: till.nodeId, epoch: 2 })
    expect(await staffDevices.find(shop.database, till.nodeId)).toMatchObject({ epoch: 2, revoked: false })
  })

  test('and who may revoke: not one that is enrolled elsewhere, nor whoever has no right to', async () => {
    const nobody = { nodeId: id(), id: id(), reason: 'x' }
    expect((await refusalOf(shop.client.call(deviceRoutes.revokeDevice, nobody))).code).toBe('not-found')
    const cashier = shop.clientWith('sales:write')
    expect((await refusalOf(cashier.call(deviceRoutes.revokeDevice, nobody))).code).toBe('not-allowed')
    const till = await enrolDevice(shop, { handle: 'till-1' })
    const hq = await also(startStaffNode({ node: hqNode, ports }))
    await carryFacts(shop, hq, fact => fact.type === 'device.enrolled', false)
    const above = { nodeId: till.nodeId, id: id(), reason: 'x' }
    expect((await hq.client.call(deviceRoutes.listDevices, {})).rows).toHaveLength(1)
    expect((await refusalOf(hq.client.call(deviceRoutes.revokeDevice, above))).code).toBe('enrolled-elsewhere')
    const at = await also(startDevice(till, ports))
    const body = await ask('AAAA-AAAA')
    for (const call of [
      () => at.client.call(deviceRoutes.revokeDevice, above),
      () => at.client.call(deviceRoutes.enrol, body),
      () => newCode(at, { handle: 'till-9' }),
    ])
      expect((await refusalOf(call())).code).toBe('decided-above')
  })
})

describe('facts of another store about devices', () => {
  test('make no stores, and take nobody over', async () => {
    const hq = await also(startStaffNode({ node: hqNode, ports }))
    const store = await enrolDevice(hq, { kind: 'store', handle: 'store-1', name: 'One' })
    const { keys } = await makeDeviceKeys()
    const says = {
      nodeId: store.nodeId,
      kind: 'store',
      store: 'store-1',
      handle: 'store-1',
      name: 'Eve',
      publicKey: keys.publicKey,
      epoch: 2,
      grantedBy: 'system',
    }
    const rogue = await also(
      startStaffNode({ node: { ...shop.host.node, id: id(), store: 'store-2', top: false }, ports }),
    )
    await enrolDevice(rogue, { handle: 'till-9' }, { nodeId: store.nodeId, epoch: 7 })
    await carryFacts(rogue, hq, fact => fact.type === 'device.enrolled', false)
    const [told] = (await rogue.client.call(platformRoutes.listFacts, { after: 0, limit: 10 })).rows
    expect(told?.body.nodeId).toBe(store.nodeId)
    await hq.host.execute({
      service: 'sync',
      command: 'take',
      principal: { actor: 'system', name: '', scopes: [] },
      input: {
        taken: [
          {
            fact: {
              ...told,
              id: id(),
              seq: 2,
              body: says,
              position: undefined,
              recordedAtUs: undefined,
              hash: undefined,
            },
            text: '{}',
            hash: 'a'.repeat(64),
            fromAbove: false,
            quarantined: null,
          },
        ],
      },
    })
    expect((await hq.client.call(deviceRoutes.listDevices, {})).rows).toMatchObject([{ name: 'One', epoch: 1 }])
    expect(await staffDevices.find(hq.database, store.nodeId)).toMatchObject({ kind: 'store', epoch: 1 })
    expect((await store.request('/services')).status).toBe(200)
  })
})

describe('a person at a till', () => {
  test('may at the store what their role may at a till, if they work there', async () => {
    const ana = (await setUpOwner(shop)).person
    const add = (name: string, role: 'cashier' | 'manager', pin: string, stores?: string[]) =>
      shop.client.call(staffRoutes.addPerson, { id: id(), name, role, pin, ...(stores ? { stores } : {}) })
    const ben = await add('Ben', 'manager', '573920', ['store-1'])
    const cleo = await add('Cleo', 'manager', '861357', ['store-2'])
    const till = await enrolDevice(shop, { handle: 'till-1' })
    await till.request('/services')
    const as = (personId: string, path = '/people') => till.request(path, { headers: { [personHeader]: personId } })
    expect((await as(ben.personId)).status).toBe(200)
    expect((await as(ana.personId)).status).toBe(200)
    expect(await codeOf(await as(ana.personId, '/tokens'))).toBe('not-allowed')
    for (const nobody of [cleo.personId, id(), '', 'x'.repeat(1_000)])
      expect(await codeOf(await as(nobody))).toBe('person-not-here')
    expect(await codeOf(await as(ben.personId, '/people?store=store-2'))).toBe('store-not-allowed')
    await shop.client.call(staffRoutes.changePerson, { personId: ben.personId, id: id(), active: false })
    expect(await codeOf(await as(ben.personId))).toBe('person-not-here')
  })

  test('is who did it, in the facts', async () => {
    const ana = (await setUpOwner(shop)).person
    const till = await enrolDevice(shop, { handle: 'till-1' })
    const granted = await post(
      till,
      '/overrides',
      {
        id: id(),
        number: 1,
        pin: '204816',
        right: 'sales:override',
        target: { kind: 'sale', id: id() },
        reason: 'Damaged',
      },
      { [personHeader]: ana.personId },
    )
    expect(granted.status).toBe(200)
    const { rows } = await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 10, type: 'override.granted' })
    expect(rows).toMatchObject([{ actor: `person:${ana.personId}`, body: { requesterId: ana.personId } }])
  })
})

test('no secret of a device is in a fact, no code is in a file, and a rebuild changes nothing', async () => {
  const code = await newCode(shop, { handle: 'till-2' })
  const till = await enrolDevice(shop, { handle: 'till-1' })
  const { keys, pinSecret } = await makeDeviceKeys()
  const used = await newCode(shop, { handle: 'till-3' })
  await shop.client.call(deviceRoutes.enrol, { id: id(), code: used, publicKey: keys.publicKey, pinSecret })
  await shop.client.call(deviceRoutes.revokeDevice, { nodeId: till.nodeId, id: id(), reason: 'lost' })
  await enrolDevice(shop, { handle: 'till-1' })
  const facts = JSON.stringify((await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000 })).rows)
  expect(facts).not.toContain(pinSecret)
  for (const file of readdirSync(folder).map(each => readFileSync(join(folder, each)))) {
    for (const hidden of [code, code.replace('-', ''), used]) expect(file.includes(hidden)).toBe(false)
  }
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
})
