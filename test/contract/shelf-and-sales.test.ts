import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import { returnClaimRoutes } from '../../src/contracts/return-claims.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import type { QueryContext, Service } from '../../src/platform/host/service.ts'
import { type NodeIdentity, readFacts } from '../../src/platform/journal/journal.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createCatalogueFront, createCatalogueService } from '../../src/services/catalogue/service.ts'
import { readPriceHistory } from '../../src/services/sales/price-tables.ts'
import { createSalesFront, createSalesService } from '../../src/services/sales/service.ts'
import { startChain } from '../support/chain.ts'
import { saleOf, testStore } from '../support/sales-shop.ts'
import { engines } from './databases.ts'

const ports = systemPorts('silent')
const hq: NodeIdentity = { id: 'hq', epoch: 1, store: 'hq', kind: 'hq', top: true }
const piece = 1_000_000
const day = new Date(ports.clock.nowMs()).toISOString().slice(0, 10)

/** What HQ of a small chain knows after a day with all that catalogue and sales have. */
const recordDay = async (): Promise<{ facts: RecordedFact[]; saleId: string; claimId: string }> => {
  const chain = await startChain({ 'store-1': ['till-1', 'till-2'], 'store-2': ['till-1'] })
  try {
    const next = chain.hq.ports.ids.next
    const { client } = chain.hq
    const seller = chain.tills.get('store-1 till-1')!.shop.client
    const store = chain.stores.get('store-1')!.client
    const taker = chain.tills.get('store-1 till-2')!.shop.client
    await client.call(catalogueRoutes.setStoreGroups, { id: next(), handle: 'store-1', groups: ['city'] })
    chain.groups.set('store-1', ['city'])
    const timeZone = 'Pacific/Auckland'
    await chain.hq.clientAbout('store-2').call(catalogueRoutes.configureStore, { id: next(), ...testStore, timeZone })
    await client.call(catalogueRoutes.changePrice, { id: next(), sku: 'MILK', priceMinor: 149, audience: 'city' })
    await client.call(catalogueRoutes.changePrice, { id: next(), sku: 'PAN', priceMinor: 2_500, audience: 'store-2' })
    await client.call(catalogueRoutes.changePrice, { id: next(), sku: 'PAN', priceMinor: null, audience: 'store-2' })
    await chain.sync()
    const sale = saleOf(next(), [{ sku: 'MILK', unitPriceMinor: 149, quantityMicro: 3 * piece }])
    await seller.call(salesRoutes.completeSale, sale)
    const { lines } = saleOf(next(), [{ sku: 'PAN' }])
    const { parkedSaleId } = await seller.call(salesRoutes.parkSale, {
      id: next(),
      till: 'till-1',
      label: 'hat',
      lines,
    })
    await chain.sync()
    await store.call(salesRoutes.takeUpSale, { id: next(), parkedSaleId, till: 'till-2' })
    await seller.call(salesRoutes.takeUpSale, { id: next(), parkedSaleId, till: 'till-1' })
    const [claimId, givenUp] = [next(), next()]
    for (const [id, saleLines] of [
      [claimId, [{ lineNo: 1, quantityMicro: piece }]],
      [givenUp, [{ lineNo: 1, quantityMicro: piece }]],
    ] as const)
      await store.call(returnClaimRoutes.claimReturn, {
        id: next(),
        claimId: id,
        till: 'till-2',
        saleId: sale.id,
        lines: [...saleLines],
      })
    await chain.sync()
    await taker.call(returnClaimRoutes.releaseClaim, { id: next(), claimId: givenUp, saleId: sale.id })
    await taker.call(salesRoutes.returnGoods, {
      id: claimId,
      till: 'till-2',
      currency: 'EUR',
      lines: [{ saleId: sale.id, lineNo: 1, quantityMicro: piece }],
      reason: '',
      refunds: [{ kind: 'cash', amountMinor: 149 }],
      refundMinor: 149,
    })
    await chain.sync()
    return { facts: await readFacts(chain.hq.database, 0, 100_000), saleId: sale.id, claimId }
  } finally {
    await chain.close()
  }
}

const services = (): Service[] => [createCatalogueService(ports), createSalesService(ports)]
const queries = { ...createCatalogueFront(ports).queries, ...createSalesFront(ports).queries }

let recorded: Awaited<ReturnType<typeof recordDay>>
beforeAll(async () => {
  recorded = await recordDay()
})

/** Rows of every projection, and what some queries answer, after the facts came in batches of this size. */
const outcomeOf = async (db: Database, atOnce: number) => {
  const rows: Record<string, string[]> = {}
  for (const service of services()) {
    await migrate(db, service.name, service.migrations)
    const heard = recorded.facts.filter(({ type }) => service.owns.includes(type) || service.consumes.includes(type))
    for (let at = 0; at < heard.length; at += atOnce)
      await db.transaction(tx => service.project(tx, heard.slice(at, at + atOnce)))
    for (const table of service.projections) {
      const found = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}`.execute(db.tables())
      rows[table] = found.rows.map(row => JSON.stringify(Object.entries(row).toSorted())).toSorted()
    }
  }
  const ask = (name: string, input: object, store: string | null) => {
    const context: QueryContext = { db, principal: null, node: hq, store, nowMs: 0, position: 0 }
    return queries[name]?.(input, context)
  }
  const { saleId, claimId } = recorded
  const answers = [
    await ask('tillCatalogue', {}, 'store-1'),
    await ask('listStores', {}, null),
    await ask('listTaxes', {}, null),
    await ask('getProduct', { productId: '01936d2e-7c00-7000-8000-000000000101' }, null),
    await ask('listSales', { limit: 10 }, null),
    await ask('listSales', { limit: 10, day }, null),
    await ask('listSales', { limit: 10, day, sku: 'MILK' }, 'store-1'),
    await ask('getSale', { saleId }, 'store-1'),
    await ask('listParkedSales', {}, null),
    await ask('getReturnClaim', { claimId }, 'store-1'),
    await ask('lastReceipt', { till: 'till-1' }, 'store-1'),
    await ask('quoteSale', { lines: saleOf(saleId, [{ sku: 'MILK', unitPriceMinor: 149 }]).lines }, 'store-1'),
    [...(await readPriceHistory(db)).prices],
  ]
  return { rows, answers: JSON.parse(JSON.stringify(answers)) as unknown[] }
}

let expected: Awaited<ReturnType<typeof outcomeOf>>
beforeAll(async () => {
  const sqlite = await engines[0]![1]()
  const db = await sqlite.open()
  expected = await outcomeOf(db, 1_000)
  await db.close()
  await sqlite.remove()
})

describe.each(engines)('%s', (_name, make) => {
  let remove = async (): Promise<void> => {}
  afterAll(() => remove())

  test('holds the same rows of catalogue and sales, and answers the same, however facts are cut into batches', async () => {
    const engine = await make()
    const db = await engine.open()
    remove = async () => {
      await db.close()
      await engine.remove()
    }
    const outcome = await outcomeOf(db, 3)
    expect(outcome).toEqual(expected)
    expect(outcome.rows.sales_returned).toHaveLength(1)
    expect(outcome.rows.sales_claim).toHaveLength(2)
    expect(outcome.rows.catalogue_price).toHaveLength(1)
  })
})
