import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { createClient } from '../../src/contracts/client.ts'
import type { Fact } from '../../src/contracts/fact.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { canonicalJson, sha256 } from '../../src/platform/canonical.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { genesis } from '../../src/platform/journal/journal.ts'
import { verifyJournal } from '../../src/platform/journal/verify.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createServices, newStanding } from '../../src/run/services.ts'
import { type Rejoined, rejoin } from '../../src/sync/rejoin.ts'
import {
  backUp,
  bringBack,
  type Chain,
  clientAbout,
  factsOf,
  pricesAt,
  reachHq,
  saleIds,
  sell,
  startChain,
  storeIdentity,
  tillIdentity,
} from '../support/chain-of-nodes.ts'
import { addDevice, startNode, type TestNode, until } from '../support/nodes.ts'
import { refusalOf } from '../support/refusal.ts'

/** How far the clocks of all nodes are ahead of the real one. */
let aheadMs = 0
const real = systemPorts('silent').clock
const clock = { nowMs: () => real.nowMs() + aheadMs, nowUs: () => real.nowUs() + aheadMs * 1_000 }

let chain: Chain
beforeEach(async () => {
  aheadMs = 0
  chain = await startChain({ products: 2, ports: { clock } })
})
afterEach(() => chain.close())

const stateOf = async (node: TestNode) => (await node.client.call(syncRoutes.linkState, {})).state
const becomes = (node: () => TestNode, state: string) =>
  expect.poll(() => stateOf(node()), { timeout: 15_000 }).toBe(state)
const changePrice = (priceMinor: number) =>
  chain.hq.client.call(catalogueRoutes.changePrice, { id: chain.hq.ports.ids.next(), sku: 'P-1', priceMinor })
const priceBecomes = (node: () => TestNode, priceMinor: number) =>
  expect.poll(async () => (await pricesAt(node())).get('P-1'), { timeout: 15_000 }).toBe(priceMinor)
const reasonsAt = async (node: TestNode) =>
  (await node.client.call(syncRoutes.listQuarantine, { limit: 100 })).rows.map(({ reason }) => reason)
const allAreWhole = async () => {
  for (const { database } of chain.all()) expect((await verifyJournal(database)).damages).toEqual([])
}
const edit = (file: string, sql: string, ...values: Array<string | number>): void => {
  const db = new DatabaseSync(file)
  db.prepare(sql).run(...values)
  db.close()
}

describe('three sizes of the same node', () => {
  test('what HQ decides comes down to the till, and what the till sells goes up to HQ', async () => {
    const id = await sell(chain.till)
    await reachHq(chain, 1)
    expect(await saleIds(chain.hq)).toEqual([id])
    await changePrice(250)
    await priceBecomes(() => chain.till, 250)
    await allAreWhole()
  })

  test('a till that is cut off sells on, and all of it is at HQ once when it is back', async () => {
    chain.till.wire.cut = true
    for (let n = 0; n < 20; n++) await sell(chain.till)
    expect(await saleIds(chain.store)).toEqual([])
    await becomes(() => chain.till, 'alone')
    chain.till.wire.cut = false
    await reachHq(chain, 20)
    expect(await saleIds(chain.hq)).toEqual(await saleIds(chain.till))
    await becomes(() => chain.till, 'connected')
  })

  test('what is decided above is refused below', async () => {
    const id = chain.store.ports.ids.next()
    const changed = chain.store.client.call(catalogueRoutes.changePrice, { id, sku: 'P-1', priceMinor: 5 })
    expect((await refusalOf(changed)).code).toBe('decided-above')
  })
})

describe('the way up', () => {
  /** Facts of a till of the test's own hand, as the store takes them. */
  const handMade = (seq: number, prev: string, change: Partial<Fact> = {}) => {
    const { id: node, store } = tillIdentity
    const fact: Fact = {
      id: chain.till.ports.ids.next(),
      type: 'cash.drawer-opened',
      version: 1,
      store,
      node,
      epoch: 1,
      seq,
      atMs: clock.nowMs(),
      actor: 'system',
      body: { shiftId: chain.till.ports.ids.next(), till: 'till-1', reason: 'change' },
      prev,
      ...change,
    }
    const text = canonicalJson(fact)
    return { text, hash: sha256(text) }
  }
  const asTill = () =>
    createClient(async request => chain.store.app.fetch(request), 'http://store.test', `node:${tillIdentity.id}`)
  const upload = (facts: Array<{ text: string; hash: string }>, more = false) =>
    asTill().call(syncRoutes.upload, { facts, more })

  test('an answer that was lost is sent again and counts once', async () => {
    let lost = 0
    chain.till.wire.pass = async request => {
      if (!request.url.endsWith('/sync/facts') || request.method !== 'POST' || lost >= 3) return undefined
      lost += 1
      await chain.store.app.fetch(request)
      throw new TypeError('the answer was lost')
    }
    await sell(chain.till)
    await sell(chain.till)
    await reachHq(chain, 2)
    expect(lost).toBeGreaterThan(0)
    expect(await saleIds(chain.store)).toEqual(await saleIds(chain.till))
  })

  test('reordered batches: 409 with what is expected, then convergence', async () => {
    const first = handMade(1, genesis)
    const second = handMade(2, first.hash)
    expect(await refusalOf(upload([second]))).toMatchObject({ code: 'sync-gap', status: 409, detail: { expected: 1 } })
    expect(await upload([first, second])).toMatchObject({ taken: 2 })
    expect(await upload([first, second])).toMatchObject({ taken: 0, forks: [] })
    expect((await factsOf(chain.store, 'cash.drawer-opened')).length).toBe(2)
  })

  test('an unknown fact type is kept and passed on, and what follows flows', async () => {
    const first = handMade(1, genesis, { type: 'future.thing', body: { anything: 1 } })
    const second = handMade(2, first.hash)
    expect(await upload([first, second])).toMatchObject({ taken: 2 })
    await until(chain.all(), async () => (await factsOf(chain.hq, 'cash.drawer-opened')).length === 1)
    expect(await reasonsAt(chain.hq)).toEqual(['unknown-type'])
  })

  test('a poison fact is set apart, and the others flow', async () => {
    // A movement of a shift that was never opened is one that cash can't apply.
    const shiftId = chain.till.ports.ids.next()
    const body = { shiftId, till: 'till-1', amountMinor: 100, reason: 'x' }
    const first = handMade(1, genesis, { type: 'cash.paid-in', body })
    const second = handMade(2, first.hash, {
      type: 'sale.voided',
      body: { voidedSaleId: shiftId, till: 'till-1', lines: 1, totalMinor: 1, reason: '' },
    })
    expect(await upload([first, second])).toMatchObject({ taken: 2 })
    await until(chain.all(), async () => (await factsOf(chain.hq, 'sale.voided')).length === 1)
    for (const node of [chain.store, chain.hq])
      expect(node.host.progress().filter(({ failure }) => failure !== null)).toEqual([])
    await allAreWhole()
  })

  test('while more of a till is on its way, its goods are promised to nobody else', async () => {
    const saleId = await sell(chain.till)
    await reachHq(chain, 1)
    const [sale] = await factsOf(chain.store, 'sale.completed')
    const next = handMade((sale?.seq ?? 0) + 1, sale?.hash ?? '')
    await chain.till.stop()
    const takeBack = () =>
      chain.store.client.call(salesRoutes.returnGoods, {
        id: chain.store.ports.ids.next(),
        till: 'desk',
        currency: 'EUR',
        lines: [{ saleId, lineNo: 1, quantityMicro: 1_000_000 }],
        reason: 'damaged',
        refunds: [{ kind: 'cash', amountMinor: 100 }],
        refundMinor: 100,
      })
    await upload([next], true)
    expect((await refusalOf(takeBack())).code).toBe('sale-arriving')
    await upload([handMade((sale?.seq ?? 0) + 2, next.hash)])
    expect(await takeBack()).toMatchObject({ refundMinor: 100 })
    chain.till = await startNode({
      identity: tillIdentity,
      devices: chain.till.devices,
      folder: chain.folder,
      parent: chain.store,
      ports: { clock },
    })
  })

  test('thousands that come back at once are asked to come again, and nothing is lost', async () => {
    const first = handMade(1, genesis)
    const asked = await Promise.allSettled(Array.from({ length: 2_000 }, () => upload([first])))
    const refused = asked.filter(({ status }) => status === 'rejected')
    const codes = new Set(refused.map(each => ('reason' in each ? each.reason.problem?.code : '')))
    expect([...codes]).toEqual(['sync-busy'])
    expect(asked.length - refused.length).toBeGreaterThan(0)
    expect((await factsOf(chain.store, 'cash.drawer-opened')).length).toBe(1)
  })

  test('a till that was away for 90 days is taken in, and hears what it missed', async () => {
    chain.till.wire.cut = true
    await sell(chain.till)
    aheadMs = 90 * 86_400_000
    await changePrice(333)
    await sell(chain.till, 2)
    chain.till.wire.cut = false
    await reachHq(chain, 2)
    await priceBecomes(() => chain.till, 333)
    await allAreWhole()
  })
})

describe('what was lost', () => {
  test('a till whose disk lied has less than its store knows: it is noticed', async () => {
    await chain.restart('till', backUp)
    await sell(chain.till)
    await reachHq(chain, 1)
    await chain.restart('till', bringBack)
    await becomes(() => chain.till, 'forked')
    expect(await saleIds(chain.hq)).toHaveLength(1)
  })

  test('a flipped bit in the journal raises an alarm, and the fact is fetched again from the store', async () => {
    const id = await sell(chain.till)
    await reachHq(chain, 1)
    await chain.restart('till', file =>
      edit(
        file,
        `UPDATE journal SET text = replace(text, '"reason"', '"reasoN"') || ' ' WHERE type = 'sale.completed'`,
      ),
    )
    await expect.poll(async () => (await verifyJournal(chain.till.database)).damages, { timeout: 15_000 }).toEqual([])
    expect(await saleIds(chain.till)).toEqual([id])
    expect(await reasonsAt(chain.till)).toEqual([])
  })

  test('a fact that was edited in the file, also one that came from above, is found and put back', async () => {
    await chain.restart('store', file =>
      edit(file, `UPDATE journal SET text = replace(text, 'Product 1', 'Product X') WHERE type = 'product.saved'`),
    )
    await expect.poll(async () => (await verifyJournal(chain.store.database)).damages, { timeout: 15_000 }).toEqual([])
  })

  test('a journal that was cut in the file is found at the next check against the store', async () => {
    await sell(chain.till)
    await sell(chain.till)
    await reachHq(chain, 2)
    await chain.restart('till', file =>
      edit(
        file,
        `DELETE FROM journal WHERE type = 'sale.completed' AND seq = (SELECT max(seq) FROM journal WHERE node = ?)`,
        tillIdentity.id,
      ),
    )
    await becomes(() => chain.till, 'forked')
  })

  test('HQ restored from yesterday: the stores send again, and drop what HQ no longer knows', async () => {
    await sell(chain.till)
    await reachHq(chain, 1)
    await chain.restart('hq', backUp)
    await changePrice(444)
    await priceBecomes(() => chain.till, 444)
    await sell(chain.till, 2)
    await reachHq(chain, 2)
    const identity = { ...chain.hq.identity, epoch: 2 }
    await chain.restart('hq', bringBack, { identity })
    await reachHq(chain, 2)
    expect(await saleIds(chain.hq)).toEqual(await saleIds(chain.till))
    await priceBecomes(() => chain.store, 100)
    await priceBecomes(() => chain.till, 100)
    expect(await reasonsAt(chain.store)).toContain('disowned')
    await changePrice(555)
    await priceBecomes(() => chain.till, 555)
    await allAreWhole()
  })

  test('a failed migration leaves the data as it was, and the old version sells on', async () => {
    const file = chain.file(chain.till)
    await chain.till.stop()
    const database = openSqlite(file)
    const services = createServices(chain.till.ports, {
      kind: 'till',
      setupCode: '',
      webhooksToPrivate: false,
      parent: null,
      standing: newStanding(),
      program: 'next',
    }).map(service =>
      service.name === 'sales'
        ? {
            ...service,
            migrations: [
              ...service.migrations,
              { name: 'next', sql: ['ALTER TABLE sales_sale ADD COLUMN x text', 'NOT SQL'] },
            ],
          }
        : service,
    )
    const { startHost } = await import('../../src/platform/host/host.ts')
    const started = startHost({ database, node: tillIdentity, services, ports: chain.till.ports, fatal: () => {} })
    await expect(started).rejects.toThrow('syntax')
    await database.close()
    chain.till = await startNode({
      identity: tillIdentity,
      folder: chain.folder,
      parent: chain.store,
      ports: { clock },
    })
    await sell(chain.till)
    await reachHq(chain, 1)
  })
})

describe('a node that is enrolled again', () => {
  /** The till's data as a new program finds it after its enrolment in the next epoch. */
  const reenrol = async (): Promise<Rejoined> => {
    await chain.till.stop()
    const identity = { ...tillIdentity, epoch: 2 }
    addDevice(chain.store, identity, 'till-1')
    const database = openSqlite(chain.file(chain.till))
    const parent = createClient(
      async request => chain.store.app.fetch(request),
      'http://parent.test',
      `node:${identity.id}`,
    )
    const services = createServices(chain.till.ports, {
      kind: 'till',
      setupCode: '',
      webhooksToPrivate: false,
      parent: null,
      standing: newStanding(),
      program: 'test',
    })
    const rejoined = await rejoin({ database, old: tillIdentity, identity, parent, services, clock })
    await database.close()
    chain.till = await startNode({ identity, folder: chain.folder, parent: chain.store, ports: { clock } })
    return rejoined
  }

  test('an old backup that sold on gets back what it had lost, and its own sales count once', async () => {
    await sell(chain.till)
    await reachHq(chain, 1)
    await chain.restart('till', backUp)
    await sell(chain.till)
    await sell(chain.till)
    await reachHq(chain, 3)
    await chain.restart('till', bringBack)
    await sell(chain.till)
    await becomes(() => chain.till, 'forked')
    expect(await saleIds(chain.store)).toHaveLength(3)
    expect(await reenrol()).toEqual({ regained: 2, recordedAnew: 1 })
    await reachHq(chain, 4)
    const all = await saleIds(chain.till)
    expect(all).toHaveLength(4)
    for (const node of [chain.store, chain.hq]) expect(await saleIds(node)).toEqual(all)
    await allAreWhole()
  })

  test('one image on two tills: the second is set apart, and the first sells on', async () => {
    await sell(chain.till)
    await reachHq(chain, 1)
    await chain.restart('till', backUp)
    const { identity, devices } = chain.till
    await sell(chain.till)
    await reachHq(chain, 2)
    const first = chain.till
    await first.stop()
    bringBack(chain.file(first))
    // The copy, on a machine of its own.
    const copy = await startNode({ identity, devices, folder: chain.folder, parent: chain.store, ports: { clock } })
    copy.wire.cut = true
    await sell(copy, 2)
    copy.wire.cut = false
    await becomes(() => copy, 'forked')
    expect(await saleIds(chain.hq)).toHaveLength(2)
    expect(await saleIds(copy)).toHaveLength(2)
    await copy.stop()
    chain.till = await startNode({ identity, devices, folder: chain.folder, parent: chain.store, ports: { clock } })
  })
})

test('prices of one store do not come to another', async () => {
  const other = { ...storeIdentity, id: '01936d2e-7c00-7000-8000-000000000077', store: 'store-2' }
  addDevice(chain.hq, other, 'store-2')
  const second = await startNode({ identity: other, folder: chain.folder, parent: chain.hq, ports: { clock } })
  try {
    const id = () => chain.hq.ports.ids.next()
    await clientAbout(chain.hq, 'store-1').call(catalogueRoutes.changePrice, {
      id: id(),
      sku: 'P-1',
      priceMinor: 42,
      audience: 'store-1',
    })
    await chain.hq.client.call(staffRoutes.addPerson, {
      id: id(),
      name: 'Ana',
      role: 'manager',
      pin: '204816',
      stores: ['store-1'],
    })
    await chain.hq.client.call(staffRoutes.addPerson, { id: id(), name: 'Ben', role: 'manager', pin: '573920' })
    await priceBecomes(() => chain.till, 42)
    await until([chain.hq, second], async () =>
      (await second.client.call(staffRoutes.listPeople, {})).rows.some(({ name }) => name === 'Ben'),
    )
    expect((await factsOf(second, 'price.changed')).length).toBe(0)
  } finally {
    await second.stop()
  }
})
