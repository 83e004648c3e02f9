import { afterEach, beforeEach, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { startSalesShop } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { createMemory } from './memory.ts'
import { articleAt } from './price-history.ts'
import { createSalesService } from './service.ts'

let shop: TestShop
beforeEach(async () => {
  shop = await startSalesShop(ports => ({
    services: [factOwner('cash', ['shift.opened', 'shift.closed']), createSalesService(ports)],
    fronts: [],
  }))
  await shop.settled()
})
afterEach(() => shop.close())

/** Facts as the host hands them over when their rows are committed. */
const committed = async (record: () => Promise<unknown>): Promise<RecordedFact[]> => {
  const facts: RecordedFact[] = []
  const end = shop.host.onCommit(more => facts.push(...more))
  await record()
  end()
  return facts
}

test('what is applied while the tables are being read is not lost', async () => {
  const facts = await committed(() =>
    recordFact(shop, 'cash', 'shift.opened', { shiftId: 's', till: 'till-1', floatMinor: 0, openedBy: '' }),
  )
  const memory = createMemory()
  const position = shop.host.head() + 1
  const change: RecordedFact = {
    ...facts[0]!,
    type: 'price.changed',
    position,
    seq: position,
    body: { sku: 'MILK', priceMinor: 5 },
  }
  const sold: RecordedFact = {
    ...facts[0]!,
    type: 'sale.completed',
    position: position + 1,
    body: { till: 'till-1', receiptNumber: 7 },
  }
  const loading = memory.load(shop.database)
  memory.applied([...facts, change, sold])
  await loading
  expect(articleAt(memory.prices, 'MILK', position)?.priceMinor).toBe(5)
  expect(articleAt(memory.prices, 'MILK', position - 1)?.priceMinor).toBe(129)
  expect(memory.tillOfOpenShift('s')).toBe('till-1')
  expect(memory.takeReceiptNumber('store-1', 'till-1')).toBe(8)
  expect(memory.prices.newest).toBe(position)
})

test('loading takes back what a failed transaction used up or projected', async () => {
  const memory = createMemory()
  await memory.load(shop.database)
  expect(memory.takeReceiptNumber('store-1', 'till-1')).toBe(1)
  memory.projected(shop.host.head() + 5)
  expect(memory.isBehind()).toBe(true)
  await memory.load(shop.database)
  expect(memory.isBehind()).toBe(false)
  expect(memory.takeReceiptNumber('store-1', 'till-1')).toBe(1)
  memory.projected(shop.host.head() + 1)
  expect(memory.isBehind()).toBe(true)
})
