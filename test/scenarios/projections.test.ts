import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import { localTimeOf } from '../../src/domain/local-time.ts'
import type { Service } from '../../src/platform/host/service.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createInventoryService } from '../../src/services/inventory/service.ts'
import { createPurchasingService } from '../../src/services/purchasing/service.ts'
import { createReportingService } from '../../src/services/reporting/service.ts'
import { comparable, projectedRows } from '../support/projected-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'tillwire-projections-'))
afterAll(() => rmSync(folder, { recursive: true }))
const ports = systemPorts('silent')

type Line = { sku: string; pieces: number; totalMinor: number }
type Sold = { lines: Line[]; atMs: number; isReturn: boolean }

const piece = 1_000_000
const skus = ['A', 'B', 'C', 'D']
const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Auckland']

const envelope = (position: number, type: string, body: Record<string, unknown>): RecordedFact => ({
  id: `01936d2e-7c00-7000-8000-${String(position).padStart(12, '0')}`,
  type,
  version: 1,
  store: 's',
  node: 'n',
  epoch: 1,
  seq: position,
  atMs: position,
  actor: 'system',
  body,
  prev: '',
  position,
  recordedAtUs: position,
  hash: '',
})

const soldFact = (position: number, { lines, atMs, isReturn }: Sold): RecordedFact => {
  const sign = isReturn ? -1 : 1
  const totalMinor = lines.reduce((sum, line) => sum + line.totalMinor, 0) * sign
  return envelope(position, isReturn ? 'sale.returned' : 'sale.completed', {
    completedAtMs: atMs,
    // Positions are versions here: there is one chain.
    catalogueVersion: position,
    cashier: `cashier ${lines.length}`,
    currency: 'EUR',
    reason: 'why',
    lines: lines.map((line, index) => ({
      lineNo: index + 1,
      sku: line.sku,
      quantityMicro: line.pieces * piece * sign,
      totalMinor: line.totalMinor * sign,
    })),
    totals: { subtotalMinor: totalMinor, discountMinor: 0, netMinor: totalMinor, taxMinor: 0, totalMinor },
    taxes: [{ taxCode: 'zero', partCode: 'zero', name: 'No tax', ratePpm: 0, netMinor: totalMinor, taxMinor: 0 }],
    tenders: [{ kind: 'cash', amountMinor: totalMinor + (isReturn ? 0 : 50) }],
    changeMinor: isReturn ? 0 : 50,
  })
}

const line = fc.record({
  sku: fc.constantFrom(...skus),
  pieces: fc.integer({ min: 1, max: 9 }),
  totalMinor: fc.nat(10_000),
})
const yearMs = Date.UTC(2026, 0, 1)
const sold = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 5 }),
  atMs: fc.integer({ min: 0, max: 365 * 86_400_000 }).map(ms => yearMs + ms),
  isReturn: fc.boolean(),
})
const other = fc.oneof(
  fc
    .constantFrom(...zones)
    .map(timeZone => ({ type: 'store.configured', body: { name: 'Shop', timeZone, currency: 'EUR' } })),
  fc.record({ sku: fc.constantFrom(...skus), costMinor: fc.nat(500) }).map(({ sku, costMinor }) => ({
    type: 'product.saved',
    body: { name: `Name ${sku}`, variants: [{ sku, form: '', costMinor }] },
  })),
  fc
    .record({ sku: fc.constantFrom(...skus), quantityMicro: fc.integer({ min: -5, max: 5 }).map(n => n * piece) })
    .map(each => ({ type: 'stock.adjusted', body: { lines: [each], reason: 'found', note: '' } })),
)
const happening = fc.oneof({ weight: 4, arbitrary: sold }, { weight: 1, arbitrary: other })
const history = fc
  .array(happening, { maxLength: 40 })
  .map(all =>
    all.map((each, index) => ('lines' in each ? soldFact(index + 1, each) : envelope(index + 1, each.type, each.body))),
  )

const rowsAfter = async (make: (ports: Ports) => Service, facts: readonly RecordedFact[], cuts: readonly number[]) => {
  const rows = await projectedRows(folder, make(ports), facts, cuts)
  return Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, comparable(all)]))
}

const services = {
  inventory: createInventoryService,
  purchasing: createPurchasingService,
  reporting: createReportingService,
}

describe.each(Object.entries(services))('%s', (_name, make) => {
  test('comes to the same rows however its facts are cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.array(fc.nat(40), { maxLength: 6 }), async (facts, cuts) => {
        expect(await rowsAfter(make, facts, cuts)).toEqual(await rowsAfter(make, facts, []))
      }),
      { numRuns: 30 },
    )
  })
})

test('levels are the plain sum of movements, and the days of a report the plain sum of its sales', async () => {
  await fc.assert(
    fc.asyncProperty(history, async facts => {
      const levels = new Map<string, number>()
      const days = new Map<string, number>()
      let zone = 'UTC'
      for (const { type, body } of facts) {
        const lines = (body.lines ?? []) as Array<{ sku: string; quantityMicro: number }>
        if (type === 'stock.adjusted')
          for (const each of lines) levels.set(each.sku, (levels.get(each.sku) ?? 0) + each.quantityMicro)
        if (type === 'store.configured') zone = String(body.timeZone)
        if (!type.startsWith('sale.')) continue
        for (const each of lines) levels.set(each.sku, (levels.get(each.sku) ?? 0) - each.quantityMicro)
        const day = localTimeOf(Number(body.completedAtMs), zone).slice(0, 10)
        days.set(day, (days.get(day) ?? 0) + (body.totals as { totalMinor: number }).totalMinor)
      }
      const stock = await rowsAfter(createInventoryService, facts, [])
      for (const row of stock.inventory_level ?? []) {
        const { sku, level_micro } = JSON.parse(row) as { sku: string; level_micro: number }
        expect(level_micro).toBe(levels.get(sku) ?? 0)
      }
      const report = await rowsAfter(createReportingService, facts, [])
      const reported = (report.reporting_day ?? []).map(row => JSON.parse(row) as { day: string; total_minor: number })
      expect(new Map(reported.map(row => [row.day, row.total_minor]))).toEqual(days)
    }),
    { numRuns: 40 },
  )
})
