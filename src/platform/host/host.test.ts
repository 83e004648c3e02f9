import { afterEach, expect, test } from 'vitest'
import { startTestShop, type TestShop } from '../../../test/support/shop.ts'
import type { Migration } from '../database/migrate.ts'
import type { Service } from './service.ts'

type Tables = { purchasing_supplier_seen: { id: string; name: string; seen: number } }
const migrations: Migration[] = [
  {
    name: 'first',
    sql: ['CREATE TABLE purchasing_supplier_seen (id text PRIMARY KEY, name text NOT NULL, seen bigint NOT NULL)'],
  },
]

/** The smallest service there is: keeps suppliers, and hears of products. */
const suppliers = (): Service => ({
  name: 'purchasing',
  migrations,
  projections: ['purchasing_supplier_seen'],
  owns: ['supplier.saved'],
  consumes: [],
  project: async (tx, facts) => {
    for (const fact of facts) {
      await tx.bulk({
        table: 'purchasing_supplier_seen',
        columns: ['id', 'name', 'seen'],
        rows: [[String(fact.body.supplierId), String(fact.body.name), 1]],
        conflict: { keys: ['id'], add: ['seen'], set: ['name'] },
      })
    }
  },
  commands: {
    saveSupplier: {
      decide: async (input: { supplierId: string; name: string }, { tx }) => {
        const row = await tx
          .tables<Tables>()
          .selectFrom('purchasing_supplier_seen')
          .select('seen')
          .where('id', '=', input.supplierId)
          .executeTakeFirst()
        if ((row?.seen ?? 0) >= 2) return { ok: false, code: 'purchase-order-state' }
        return { ok: true, facts: [{ id: '', type: 'supplier.saved', body: { ...input } }] }
      },
      answer: fact => fact.body,
    },
  },
})

let shop: TestShop | undefined
afterEach(async () => {
  await shop?.close()
  shop = undefined
})

const id = (n: number) => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`
const save = (n: number, name = 'Mill') => ({
  service: 'purchasing' as const,
  command: 'saveSupplier',
  input: { id: id(n), supplierId: id(99), name },
  principal: { actor: 'system', name: '', scopes: [] },
})

test('calls that wait together each see what those before them did, and a repeat gets the same answer', async () => {
  shop = await startTestShop(() => ({ services: [suppliers()], fronts: [] }))
  const answers = await Promise.all([save(1), save(2), save(3), save(1)].map(call => shop!.host.execute(call)))
  expect(answers.map(answer => answer.ok)).toEqual([true, true, false, true])
  expect(answers[3]).toMatchObject({ result: { supplierId: id(99), name: 'Mill' } })
  expect(shop.host.head()).toBe(2)
  expect(await shop.host.execute(save(1, 'Other'))).toMatchObject({ ok: false, code: 'id-reused' })
})

test('a rebuild makes the same rows', async () => {
  shop = await startTestShop(() => ({ services: [suppliers()], fronts: [] }))
  await shop.host.execute(save(1))
  expect(await shop.host.rebuild()).toEqual([{ table: 'purchasing_supplier_seen', rows: 1, same: true }])
})
