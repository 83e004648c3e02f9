import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { Service } from '../../src/platform/host/service.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createCashService } from '../../src/services/cash/service.ts'
import { createInventoryService } from '../../src/services/inventory/service.ts'
import { createPurchasingService } from '../../src/services/purchasing/service.ts'
import { createReportingService } from '../../src/services/reporting/service.ts'
import { acts, type Chains, happen, journalOf, piece, stores } from '../support/many-stores.ts'
import { comparable, projectedRows, type Rows } from '../support/projected-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillwire-stores-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ports = systemPorts('silent')

/** Places in a journal, which each node has its own of, and what only HQ can know of two stores. */
const ofThisNode = ['position', 'from_position', 'to_position', 'closed_position', 'incoming_micro']
const ofTwoStores = ['inventory_transfer', 'inventory_transfer_line']

/** The order of sums within a shift is that in which they began, which is another on each node. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sorted(each)]))
}
const withSortedState = (rows: Rows[string]): Rows[string] =>
  rows.map(row =>
    typeof row.state === 'string' ? { ...row, state: JSON.stringify(sorted(JSON.parse(row.state))) } : row,
  )

/** Each table's rows that are a store's, as they would be on any node. */
const ofStore = (rows: Rows, store: string): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(rows)
      .filter(([table, all]) => !ofTwoStores.includes(table) && all.every(row => 'store' in row))
      .map(([table, all]) => {
        const own = withSortedState(all).filter(row => row.store === store)
        const isEmpty = (row: Rows[string][number]) => table === 'purchasing_stock' && row.level_micro === 0
        return [
          table,
          comparable(
            own.filter(row => !isEmpty(row)),
            ofThisNode,
          ),
        ]
      }),
  )

const only = (chains: Chains, store: string): Chains =>
  new Map([...chains].filter(([node]) => node === 'hq' || node === store || node === `${store}-till`))

const services = {
  cash: createCashService,
  inventory: createInventoryService,
  purchasing: createPurchasingService,
  reporting: createReportingService,
} satisfies Record<string, (ports: Ports) => Service>

const picks = fc.array(fc.nat(6), { maxLength: 120, size: 'max' })
const cuts = fc.array(fc.nat(120), { maxLength: 8 })

describe.each(Object.entries(services))('%s at HQ', (_name, make) => {
  test('has of each store what that store has alone, in whatever order and batches facts reach it', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(acts, picks, cuts, async (all, order, ends) => {
        const chains = happen(all)
        const atHq = await projectedRows(folder, make(ports), journalOf(chains, order), ends)
        for (const store of stores) {
          const alone = await projectedRows(folder, make(ports), journalOf(only(chains, store), []), [])
          const rows = ofStore(alone, store)
          compared += Object.values(rows).flat().length
          expect(ofStore(atHq, store)).toEqual(rows)
        }
      }),
      { numRuns: 30 },
    )
    expect(compared).toBeGreaterThan(100)
  }, 60_000)

  test('has the same rows however the same journal is cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(acts, picks, cuts, async (all, order, ends) => {
        const journal = journalOf(happen(all), order)
        const text = (rows: Rows) =>
          Object.fromEntries(Object.entries(rows).map(([table, of]) => [table, comparable(of)]))
        const one = await projectedRows(folder, make(ports), journal, ends)
        expect(text(one)).toEqual(text(await projectedRows(folder, make(ports), journal, [...journal.keys()])))
      }),
      { numRuns: 30 },
    )
  }, 60_000)
})

test('goods between stores are nowhere lost or made: what is there, on the way and lost adds up to what came and went', async () => {
  let lost = 0
  let onTheWay = 0
  await fc.assert(
    fc.asyncProperty(acts, picks, cuts, async (all, order, ends) => {
      const chains = happen(all)
      const rows = await projectedRows(folder, createInventoryService(ports), journalOf(chains, order), ends)
      const sum = (table: string, column: string, where: (row: Rows[string][number]) => boolean = () => true) =>
        (rows[table] ?? []).filter(where).reduce((all, row) => all + Number(row[column]), 0)
      const received = new Set(
        (rows.inventory_transfer ?? []).filter(row => row.received_at_ms !== null).map(row => row.transfer_id),
      )
      const sentMicro = (isReceived: boolean) =>
        sum('inventory_transfer_line', 'sent_micro', row => received.has(row.transfer_id ?? '') === isReceived)
      const lostMicro = sentMicro(true) - sum('inventory_transfer_line', 'received_micro')
      const outside = sum('inventory_movement', 'quantity_micro', row => row.reason !== 'transfer')
      expect(sum('inventory_level', 'level_micro') + sentMicro(false) + lostMicro).toBe(outside)
      lost += Math.abs(lostMicro) / piece
      onTheWay += sentMicro(false) / piece
    }),
    { numRuns: 60 },
  )
  expect(lost).toBeGreaterThan(20)
  expect(onTheWay).toBeGreaterThan(20)
}, 60_000)
