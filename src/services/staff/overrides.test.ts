import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refusalOf } from '../../../test/support/refusal.ts'
import { type TestShop, testPerson } from '../../../test/support/shop.ts'
import {
  carryFacts,
  carryPins,
  enrolDevice,
  owner,
  setUpOwner,
  startDevice,
  startStaffNode,
  type TestDevice,
} from '../../../test/support/staff-node.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import { overrideRoutes } from '../../contracts/overrides.ts'
import { platformRoutes } from '../../contracts/platform.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import { isOverrideSigned } from './overrides.ts'

let nowMs = 0
const ports = { clock: { nowMs: () => nowMs, nowUs: () => nowMs * 1_000 } }
let store: TestShop
let till: TestShop
let device: TestDevice

const id = () => store.ports.ids.next()
const wanted = (more: Partial<Parameters<typeof ask>[1]> = {}) => ({
  id: id(),
  number: 1,
  pin: owner.pin,
  right: 'sales:override' as const,
  target: { kind: 'sale' as const, id: id(), lineNo: 2 },
  reason: 'Damaged package',
  ...more,
})
const ask = (node: TestShop, body: Parameters<typeof overrideRoutes.grantOverride.body.parse>[0] & object) =>
  node.client.call(overrideRoutes.grantOverride, overrideRoutes.grantOverride.body.parse(body))
const granted = async (node: TestShop) => {
  const { rows } = await node.client.call(platformRoutes.listFacts, { after: 0, limit: 100, type: 'override.granted' })
  return rows
}

beforeEach(async () => {
  nowMs = Date.parse('2026-01-05T08:00:00Z')
  store = await startStaffNode({ ports })
  await setUpOwner(store)
  await store.client.call(staffRoutes.addPerson, { id: id(), name: 'Cleo', role: 'cashier', pin: '861357' })
  device = await enrolDevice(store, { handle: 'till-1' })
  till = await startDevice(device, ports)
  await carryFacts(store, till, fact => fact.type.startsWith('staff.'))
  await carryPins(device, till)
})
afterEach(async () => {
  await till.close()
  await store.close()
})

describe('an override', () => {
  test('is a fact of the till that is alone, signed by it, with who, what, for whom and until when', async () => {
    const asked = wanted()
    const answer = await ask(till, asked)
    expect(answer).toEqual({ overrideId: asked.id, approverName: 'Ana', expiresAtMs: nowMs + 30 * 60_000 })
    const [fact] = await granted(till)
    const body = bodyOf(fact!, 'override.granted')
    const [ana] = (await store.client.call(staffRoutes.listPeople, {})).rows
    expect(fact).toMatchObject({ id: asked.id, node: device.nodeId, actor: `person:${testPerson}` })
    expect(body).toMatchObject({
      approverId: ana!.personId,
      right: 'sales:override',
      target: asked.target,
      reason: 'Damaged package',
      requesterId: testPerson,
      grantedAtMs: nowMs,
    })
    const { keys } = store.ports
    expect(await isOverrideSigned(keys, device.keys.publicKey, body)).toBe(true)
    for (const forged of [
      { ...body, reason: 'x' },
      { ...body, target: { ...body.target, lineNo: 1 } },
      { ...body, expiresAtMs: body.expiresAtMs + 1 },
    ])
      expect(await isOverrideSigned(keys, device.keys.publicKey, forged)).toBe(false)
    const { signature: _none, ...unsigned } = body
    expect(await isOverrideSigned(keys, device.keys.publicKey, unsigned)).toBe(false)
    await carryFacts(till, store, each => each.type === 'override.granted', false)
    expect((await store.client.call(overrideRoutes.listOverrides, { limit: 10 })).rows).toMatchObject([
      { overrideId: asked.id, approverName: 'Ana', store: 'store-1', signed: true, target: asked.target },
    ])
    for (const node of [till, store]) expect((await node.host.rebuild()).filter(table => !table.same)).toEqual([])
  })

  test('asked for again answers the same; another one under its id is refused', async () => {
    const asked = wanted()
    const first = await ask(till, asked)
    nowMs += 60_000
    expect(await ask(till, asked)).toEqual(first)
    expect((await refusalOf(ask(till, { ...asked, reason: 'Old' }))).code).toBe('id-reused')
    expect(await granted(till)).toHaveLength(1)
  })

  test('needs the right PIN of someone who has the right, within few guesses', async () => {
    expect(await refusalOf(ask(till, wanted({ number: 2, pin: '861357' })))).toMatchObject({
      code: 'override-not-granted',
      detail: { right: 'sales:override' },
    })
    expect((await refusalOf(ask(till, wanted({ number: 9 })))).code).toBe('pin-wrong')
    for (let n = 0; n < 4; n++) await refusalOf(ask(till, wanted({ pin: '000001' })))
    await ask(till, wanted())
    for (let n = 0; n < 5; n++) expect((await refusalOf(ask(till, wanted({ pin: '000001' })))).code).toBe('pin-wrong')
    expect((await refusalOf(ask(till, wanted()))).code).toBe('pin-locked')
    const signIn = till.client.call(staffRoutes.signIn, { number: 1, pin: owner.pin })
    expect((await refusalOf(signIn)).code).toBe('pin-locked')
    expect(await granted(till)).toHaveLength(1)
  })

  test('a cashier may give what a cashier may', async () => {
    await ask(till, wanted({ number: 2, pin: '861357', right: 'returns:write', target: { kind: 'return', id: id() } }))
    expect((await granted(till))[0]?.body.target).toMatchObject({ kind: 'return' })
  })

  test('without a key, as in a shop of its own, is not signed', async () => {
    await ask(store, wanted())
    expect((await granted(store))[0]?.body).not.toHaveProperty('signature')
    expect((await store.client.call(overrideRoutes.listOverrides, { limit: 10 })).rows[0]).toMatchObject({
      signed: false,
    })
  })

  test('of a right that nobody lends is no request at all', async () => {
    const body = JSON.stringify({ ...wanted(), right: 'people:write' })
    const headers = { authorization: 'Bearer all', 'content-type': 'application/json' }
    expect((await till.request('/overrides', { method: 'POST', headers, body })).status).toBe(422)
  })

  test('are listed newest first, page by page', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      nowMs += n % 2
      ids.unshift((await ask(store, wanted())).overrideId)
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await store.client.call(overrideRoutes.listOverrides, { limit: 2, ...(cursor ? { cursor } : {}) })
      seen.push(...page.rows.map(row => row.overrideId))
      cursor = page.next ?? undefined
    } while (cursor)
    expect(seen).toEqual(ids)
  })
})
