import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { ApiRefusal, type Client } from '../../src/contracts/client.ts'
import { inventoryRoutes } from '../../src/contracts/inventory.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { type Branch, type Chain, chainSkus, sell, startChain } from '../support/chain-shops.ts'

const piece = 1_000_000

type Step =
  | { kind: 'sell'; at: number; pieces: number; sku: number; late: boolean }
  | { kind: 'adjust' | 'count'; at: number; pieces: number; sku: number }
  | { kind: 'shift'; at: number }
  | { kind: 'send'; at: number; to: number; pieces: number; sku: number }
  | { kind: 'receive'; at: number; short: boolean }
  | { kind: 'pass'; at: number; way: 'toHq' | 'toStore'; direction: 'up' | 'down'; limit: number }

const at = fc.nat(2)
const sku = fc.nat(chainSkus.length - 1)
const pieces = fc.integer({ min: -4, max: 6 }).filter(n => n !== 0)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sell'), at, pieces, sku, late: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('adjust', 'count'), at, pieces, sku }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('shift'), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('send'), at, to: at, pieces, sku }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('receive'), at, short: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      at,
      way: fc.constantFrom('toHq', 'toStore'),
      direction: fc.constantFrom('up', 'down'),
      limit: fc.integer({ min: 1, max: 6 }),
    }),
  },
)

const isRefused = (error: unknown): undefined => {
  if (error instanceof ApiRefusal && error.problem.status < 500) return undefined
  throw error
}

/** Everything that a client can ask about a store, without the places in the journal of whoever answers. */
const seenOf = async (client: Client, shifts: readonly string[]) => {
  const withoutPlace = <Row extends { position: number }>({ position: _position, ...row }: Row) => row
  const inOrder = <Row>(rows: readonly Row[]) => rows.map(row => JSON.stringify(row)).toSorted()
  const { rows: levels } = await client.call(inventoryRoutes.listStockLevels, { limit: 100 })
  const { rows: movements } = await client.call(inventoryRoutes.listStockMovements, { limit: 1_000 })
  const { rows: transfers } = await client.call(inventoryRoutes.listTransfers, { limit: 100 })
  const { rows: late } = await client.call(cashRoutes.listLateEntries, { limit: 100 })
  const today = await client.call(reportingRoutes.today, {})
  const days = await client.call(reportingRoutes.listStoreDays, {})
  const reports = []
  for (const shiftId of shifts) {
    const report = await client.call(cashRoutes.shiftReport, { shiftId })
    // An X report names positions of the journal of whoever answers.
    reports.push(report.kind === 'Z' ? report : { ...report, fromPosition: 0, toPosition: 0 })
  }
  return {
    levels: levels.map(withoutPlace),
    movements: inOrder(movements.map(withoutPlace)),
    transfers: inOrder(transfers.map(withoutPlace)),
    late: inOrder(late.map(withoutPlace)),
    report: withoutPlace(today.report),
    days: days.rows,
    reports,
  }
}

/** Does what the steps say at the tills and in the stores of a chain. */
const performer = (chain: Chain) => {
  const next = chain.hq.ports.ids.next
  const shifts: string[][] = chain.branches.map(() => [])
  const openAt: Array<string | undefined> = chain.branches.map(() => undefined)

  const turnShift = async (at: number, { till }: Branch): Promise<void> => {
    const shiftId = openAt[at]
    if (shiftId) {
      await till.client.call(cashRoutes.closeShift, { id: next(), shiftId, countedCashMinor: 100 })
      openAt[at] = undefined
      return
    }
    const opened = await till.client.call(cashRoutes.openShift, { id: next(), till: 'till-1', floatMinor: 100 })
    shifts[at]!.push(opened.shiftId)
    openAt[at] = opened.shiftId
  }

  const receive = async (at: number, { store }: Branch, short: boolean): Promise<void> => {
    const { rows } = await store.client.call(inventoryRoutes.listTransfers, { open: true, limit: 10 })
    const coming = rows.find(row => row.toStore === `store-${at + 1}`)
    if (!coming) return
    const lines = coming.lines.map(line => ({ sku: line.sku, quantityMicro: line.sentMicro - piece }))
    await store.client.call(inventoryRoutes.receiveTransfer, {
      id: next(),
      transferId: coming.transferId,
      note: '',
      ...(short ? { lines } : {}),
    })
  }

  const count = async ({ store }: Branch, sku: string, countedMicro: number): Promise<void> => {
    await store.client.call(inventoryRoutes.countStock, { id: next(), lines: [{ sku, countedMicro }], note: '' })
    const { rows } = await store.client.call(inventoryRoutes.listStockLevels, { sku, limit: 10 })
    expect(rows.map(row => row.levelMicro)).toEqual([countedMicro])
  }

  const perform = async (each: Step): Promise<unknown> => {
    const branch = chain.branches[each.at]!
    const { store, till } = branch
    const sku = 'sku' in each ? chainSkus[each.sku]! : ''
    const quantityMicro = 'pieces' in each ? each.pieces * piece : 0
    switch (each.kind) {
      case 'sell': {
        const shiftId = each.late ? shifts[each.at]!.at(0) : openAt[each.at]
        const where = each.late && each.pieces % 2 === 0 ? store : till
        return sell(where, each.pieces, { sku, ...(shiftId ? { shiftId } : {}) })
      }
      case 'adjust': {
        const lines = [{ sku, quantityMicro }]
        return store.client.call(inventoryRoutes.adjustStock, { id: next(), lines, reason: 'found', note: '' })
      }
      case 'count':
        return count(branch, sku, Math.abs(quantityMicro))
      case 'shift':
        return turnShift(each.at, branch)
      case 'send': {
        const lines = [{ sku, quantityMicro }]
        const toStore = `store-${each.to + 1}`
        return store.client
          .call(inventoryRoutes.sendTransfer, { id: next(), toStore, lines, note: '' })
          .catch(isRefused)
      }
      case 'receive':
        return receive(each.at, branch, each.short)
      case 'pass':
        return branch[each.way][each.direction](each.limit)
    }
  }
  return { perform, shifts }
}

test('whatever stores do, and however much of it has gone up or down meanwhile, in the end HQ says of each what it says itself', async () => {
  const seen = { late: 0, transfers: 0, reports: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 25, maxLength: 60 }), async steps => {
      const chain = await startChain([{}, {}, {}])
      const { hq } = chain
      try {
        const { perform, shifts } = performer(chain)
        for (const each of steps) await perform(each)
        await chain.agree()
        await chain.agree()
        for (const [index, { store, till }] of chain.branches.entries()) {
          const ofStore = await seenOf(store.client, shifts[index]!)
          expect(await seenOf(hq.clientAbout(store.host.node.store), shifts[index]!)).toEqual(ofStore)
          for (const shiftId of shifts[index]!) {
            const z = await till.client.call(cashRoutes.shiftReport, { shiftId })
            if (z.kind === 'Z') expect(await hq.client.call(cashRoutes.shiftReport, { shiftId })).toEqual(z)
          }
          seen.late += ofStore.late.length
          seen.transfers += ofStore.transfers.length
          seen.reports += ofStore.reports.length
        }
        for (const shop of [hq, ...chain.branches.flatMap(({ store, till }) => [store, till])])
          expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
      } finally {
        await chain.close()
      }
    }),
    { numRuns: 12 },
  )
  expect(seen.late).toBeGreaterThan(0)
  expect(seen.transfers).toBeGreaterThan(5)
  expect(seen.reports).toBeGreaterThan(5)
}, 120_000)
