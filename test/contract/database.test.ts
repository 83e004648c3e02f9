import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Database, NotDurable } from '../../src/platform/database/database.ts'
import { migrate, WrongDatabase } from '../../src/platform/database/migrate.ts'
import { openPostgres } from '../../src/platform/database/postgres.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { loadSqliteWasm, openSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { freshDatabase } from '../support/postgres.ts'
import { engines, type TestDatabase } from './databases.ts'

type Tables = { sums: { name: string; amount: number; note: string | null } }
const create = { name: 'create', sql: ['CREATE TABLE sums (name text PRIMARY KEY, amount bigint NOT NULL, note text)'] }
const columns = ['name', 'amount', 'note'] as const

describe.each(engines)('database port on %s', (_name, make) => {
  let made: TestDatabase
  let database: Database
  beforeEach(async () => {
    made = await make()
    database = await made.open()
    await migrate(database, 'test', [create])
  })
  afterEach(async () => {
    await database.close()
    await made.remove()
  })
  const rows = async () => database.tables<Tables>().selectFrom('sums').selectAll().orderBy('name').execute()

  test('bulk inserts, adds, sets and ignores, and says how many rows it wrote', async () => {
    const written = await database.transaction(async tx => {
      const first = await tx.bulk({
        table: 'sums',
        columns,
        rows: [
          ['a', 1, null],
          ['b', 2, 'old'],
        ],
      })
      await tx.bulk({
        table: 'sums',
        columns,
        rows: [
          ['a', 10, null],
          ['c', 3, null],
        ],
        conflict: { keys: ['name'], add: ['amount'] },
      })
      await tx.bulk({
        table: 'sums',
        columns,
        rows: [['b', 7, 'new']],
        conflict: { keys: ['name'], add: ['amount'], set: ['note'] },
      })
      const ignored = await tx.bulk({ table: 'sums', columns, rows: [['c', 99, 'x']], conflict: { keys: ['name'] } })
      return [first, ignored]
    })
    expect(written).toEqual([2, 0])
    expect(await rows()).toEqual([
      { name: 'a', amount: 11, note: null },
      { name: 'b', amount: 9, note: 'new' },
      { name: 'c', amount: 3, note: null },
    ])
  })

  test('the largest safe integers come back as they went in', async () => {
    await database.transaction(tx =>
      tx.bulk({
        table: 'sums',
        columns,
        rows: [
          ['max', Number.MAX_SAFE_INTEGER, null],
          ['min', Number.MIN_SAFE_INTEGER, null],
        ],
      }),
    )
    expect((await rows()).map(row => row.amount)).toEqual([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
  })

  test('a transaction that throws leaves nothing, and a savepoint undoes only its own', async () => {
    await expect(
      database.transaction(async tx => {
        await tx.bulk({ table: 'sums', columns, rows: [['gone', 1, null]] })
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    await database.transaction(async tx => {
      await tx.bulk({ table: 'sums', columns, rows: [['kept', 1, null]] })
      await expect(
        tx.savepoint(() =>
          tx.bulk({
            table: 'sums',
            columns,
            rows: [
              ['undone', 1, null],
              ['kept', 2, null],
            ],
          }),
        ),
      ).rejects.toThrow()
      await tx.savepoint(async () =>
        tx.savepoint(() => tx.bulk({ table: 'sums', columns, rows: [['nested', 1, null]] })),
      )
    })
    expect((await rows()).map(row => row.name)).toEqual(['kept', 'nested'])
  })

  test('transactions run one after the other, in the order of calls', async () => {
    const order: string[] = []
    await Promise.all(
      ['first', 'second', 'third'].map(name =>
        database.transaction(async tx => {
          order.push(`${name} begins`)
          await tx.tables<Tables>().selectFrom('sums').selectAll().execute()
          order.push(`${name} ends`)
        }),
      ),
    )
    expect(order).toEqual(['first', 'second', 'third'].flatMap(name => [`${name} begins`, `${name} ends`]))
  })

  test('a reader sees what is committed, and not what is under way', async () => {
    await database.transaction(async tx => {
      await tx.bulk({ table: 'sums', columns, rows: [['a', 1, null]] })
      expect(await rows()).toEqual([])
    })
    expect(await rows()).toHaveLength(1)
  })

  test('what is committed is there after closing and opening', async () => {
    await database.transaction(tx => tx.bulk({ table: 'sums', columns, rows: [['a', 1, null]] }))
    await database.close()
    database = await made.open()
    expect(await rows()).toHaveLength(1)
  })

  test('more rows than one statement takes parameters', async () => {
    const many = Array.from({ length: 25_000 }, (_each, index) => [`n${index}`, index, null] as const)
    expect(await database.transaction(tx => tx.bulk({ table: 'sums', columns, rows: many }))).toBe(25_000)
    const { total } = await database
      .tables<Tables>()
      .selectFrom('sums')
      .select(sql<number>`sum(amount)`.as('total'))
      .executeTakeFirstOrThrow()
    expect(Number(total)).toBe((25_000 * 24_999) / 2)
  })

  test('migrations run once, go forward, and refuse a newer or an edited database', async () => {
    const second = { name: 'second', sql: ['ALTER TABLE sums ADD COLUMN more text'] }
    await migrate(database, 'test', [create, second])
    await migrate(database, 'test', [create, second])
    await expect(migrate(database, 'test', [create])).rejects.toThrow(WrongDatabase)
    await expect(migrate(database, 'test', [create, { ...second, sql: ['SELECT 1'] }])).rejects.toThrow(WrongDatabase)
    await expect(
      migrate(database, 'other', [{ name: 'broken', sql: ['CREATE TABLE half (a text)', 'NOT SQL'] }]),
    ).rejects.toThrow()
    await migrate(database, 'other', [{ name: 'mended', sql: ['CREATE TABLE half (a text)'] }])
  })
})

describe('an engine that would lose what it has taken is refused at the start', () => {
  test('SQLite without its write-ahead log', () => {
    expect(() => openSqlite(':memory:')).toThrow(NotDurable)
  })

  test('SQLite in WebAssembly on what is no disk', async () => {
    const sqlite3 = await loadSqliteWasm()
    expect(() => openSqliteWasm(sqlite3, { vfs: 'memdb', path: '/test.sqlite' })).toThrow(NotDurable)
  })

  test('Postgres that does not wait for the disk', async () => {
    const { url, drop } = await freshDatabase()
    const careless = new URL(url)
    careless.searchParams.set('options', '-c synchronous_commit=off')
    await expect(openPostgres(careless.href)).rejects.toThrow(NotDurable)
    await drop()
  })
})
