import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { overrideRoutes } from '../../src/contracts/overrides.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { refusalOf } from '../support/refusal.ts'
import type { TestShop } from '../support/shop.ts'
import { enrolDevice, hqNode, owner, setUpOwner, startStaffNode } from '../support/staff-node.ts'
import { engines, type TestDatabase } from './databases.ts'

/** People, devices and approvals on each engine: the same statements, and the same rows after a rebuild. */
describe.each(engines)('staff on %s', (_name, make) => {
  let kept: TestDatabase
  let hq: TestShop
  beforeEach(async () => {
    kept = await make()
    hq = await startStaffNode({ node: hqNode, open: kept.open })
  })
  afterEach(async () => {
    await hq.close()
    await kept.remove()
  })
  const id = () => hq.ports.ids.next()

  test('people, devices, their PINs and approvals', async () => {
    await setUpOwner(hq)
    const cleo = { id: id(), name: 'Cleo', role: 'cashier' as const, pin: '861357', stores: ['store-1'] }
    const { personId } = await hq.client.call(staffRoutes.addPerson, cleo)
    expect((await hq.client.call(staffRoutes.signIn, { number: 2, pin: '861357' })).person.stores).toEqual(['store-1'])
    await hq.client.call(staffRoutes.changePerson, { personId, id: id(), stores: null })

    const wrong = { id: id(), code: 'AAAA-AAAA', publicKey: 'A'.repeat(43), pinSecret: 'A'.repeat(43) }
    expect((await refusalOf(hq.client.call(deviceRoutes.enrol, wrong))).code).toBe('enrolment-code-wrong')
    const store = await enrolDevice(hq, { kind: 'store', handle: 'store-1', name: 'One' })
    const handed = (await (await store.request('/sync/pins')).json()) as { rows: unknown[] }
    expect(handed).toMatchObject({ keyed: false, goodForMs: null })
    expect(handed.rows).toHaveLength(2)
    await hq.client.call(deviceRoutes.revokeDevice, { nodeId: store.nodeId, id: id(), reason: 'lost' })
    expect(await enrolDevice(hq, { kind: 'store', handle: 'store-1', name: 'One' })).toMatchObject({ epoch: 2 })
    expect((await hq.client.call(deviceRoutes.listDevices, {})).rows).toMatchObject([{ epoch: 2, revokedAtMs: null }])

    const target = { kind: 'sale' as const, id: id() }
    const asked = { number: 1, pin: owner.pin, right: 'sales:override' as const, target, reason: 'Old' }
    for (let n = 0; n < 3; n++) await hq.client.call(overrideRoutes.grantOverride, { ...asked, id: id() })
    const first = await hq.client.call(overrideRoutes.listOverrides, { limit: 2 })
    const rest = await hq.client.call(overrideRoutes.listOverrides, { limit: 2, cursor: first.next ?? '' })
    expect([first.rows.length, rest.rows.length, rest.next]).toEqual([2, 1, null])

    const principal = { actor: 'system', name: '', scopes: [] }
    const input = { rows: [], keyed: true, goodForMs: 1_000 }
    await hq.host.execute({ service: 'staff', command: 'keepPins', input, principal })
    expect((await refusalOf(hq.client.call(staffRoutes.signIn, { number: 1, pin: owner.pin }))).code).toBe('pin-wrong')
    expect((await hq.host.rebuild()).filter(table => !table.same)).toEqual([])
  })
})
