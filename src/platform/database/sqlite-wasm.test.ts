import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDisks } from '../../../test/simulation/disk-vfs.ts'
import { memoryUsed } from '../../../test/support/sqlite-memory.ts'
import type { Database } from './database.ts'
import { openSqlite } from './sqlite.ts'
import { loadSqliteWasm, openSqliteWasm } from './sqlite-wasm.ts'

const sqlite3 = await loadSqliteWasm()

type Tables = { kept: { id: number; text: string | null; amount: number | null } }

let folder: string
let native: Database
let wasm: Database
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tillwire-wasm-'))
  native = openSqlite(join(folder, 'test.sqlite'))
  wasm = openSqliteWasm(sqlite3, createDisks(sqlite3, Math.random).disk().file('test.sqlite'))
  for (const database of [native, wasm]) {
    await database.transaction(tx =>
      sql`CREATE TABLE kept (id bigint PRIMARY KEY, text text, amount bigint)`.execute(tx.tables()),
    )
  }
})
afterEach(async () => {
  await native.close()
  await wasm.close()
  rmSync(folder, { recursive: true })
})

const outcome = async (database: Database, statement: ReturnType<typeof sql>): Promise<unknown> => {
  try {
    const { rows } = await statement.execute(database.tables())
    return rows.map(row => (typeof row === 'object' ? { ...row } : row))
  } catch (error) {
    return error instanceof Error ? error.name : error
  }
}

test('values go in and come out as in node:sqlite', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom('', '\0', 'a\0b', '\ud800', '😀'.repeat(3_000), 'x'.repeat(20_000)),
    fc.double(),
    fc.maxSafeInteger(),
    fc.constantFrom(2 ** 53, -(2 ** 53), 1e300, Number.NaN, -0),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.uint8Array(),
    fc.constantFrom(null, undefined, true, {}),
  )
  await fc.assert(
    fc.asyncProperty(value, value, async (a, b) => {
      const statement = sql`SELECT ${a} AS a, typeof(${a}) AS type, length(${a}) AS length, ${b} AS b, CAST(${b} AS text) AS text`
      const answers = [await outcome(native, statement), await outcome(wasm, statement)]
      expect(answers[1]).toEqual(answers[0])
    }),
    { numRuns: 300 },
  )
})

describe('a refusal', () => {
  test.each([
    ['what is no SQL', sql`NOT SQL`],
    ['a table that is not there', sql`SELECT * FROM missing`],
    ['writing by the reader', sql`INSERT INTO kept (id) VALUES (1)`],
  ])('%s has the code that says that storage failed, and the next statement runs', async (_what, statement) => {
    for (const database of [native, wasm]) {
      await expect(statement.execute(database.tables())).rejects.toMatchObject({ code: 'ERR_SQLITE_ERROR' })
      expect(await database.tables<Tables>().selectFrom('kept').selectAll().execute()).toEqual([])
    }
  })
})

test('a statement that was kept has the columns that came later', async () => {
  const read = () => wasm.tables<Tables>().selectFrom('kept').selectAll().execute()
  await wasm.transaction(tx => sql`INSERT INTO kept (id) VALUES (1)`.execute(tx.tables()))
  expect(await read()).toEqual([{ id: 1, text: null, amount: null }])
  await wasm.transaction(tx => sql`ALTER TABLE kept RENAME COLUMN amount TO sum`.execute(tx.tables()))
  expect(await read()).toEqual([{ id: 1, text: null, sum: null }])
  await wasm.transaction(tx => sql`ALTER TABLE kept ADD COLUMN more text`.execute(tx.tables()))
  expect(await read()).toEqual([{ id: 1, text: null, sum: null, more: null }])
})

test('more texts of statements than are kept', async () => {
  for (let index = 0; index < 1_100; index++) {
    const { rows } = await sql<{ value: number }>`SELECT ${sql.lit(index)} AS value`.execute(wasm.tables())
    expect(rows).toEqual([{ value: index }])
  }
})

describe('rows read one by one', () => {
  const fill = (database: Database, from: number, text: string): Promise<number> =>
    database.transaction(tx =>
      tx.bulk({
        table: 'kept',
        columns: ['id', 'text', 'amount'],
        rows: Array.from({ length: 500 }, (_each, index) => [from + index, text.repeat(2_000), from]),
        conflict: { keys: ['id'], set: ['text', 'amount'] },
      }),
    )

  test('are those of the time when reading began, though others write past many checkpoints', async () => {
    await fill(wasm, 0, 'old ')
    let read = 0
    for await (const row of wasm.tables<Tables>().selectFrom('kept').selectAll().orderBy('id').stream()) {
      expect(row).toEqual({ id: read, text: 'old '.repeat(2_000), amount: 0 })
      // Each round writes some 4 MB: the log is longer than what starts a checkpoint.
      if (read % 100 === 0) {
        await fill(wasm, 0, `new${read} `)
        await fill(wasm, 1_000 + read, 'more ')
      }
      read += 1
    }
    expect(read).toBe(500)
    const { rows } = await sql`PRAGMA integrity_check`.execute(wasm.tables())
    expect(rows).toEqual([{ integrity_check: 'ok' }])
  })

  test('may be left lying when the database closes', async () => {
    const run = async (): Promise<void> => {
      const database = openSqliteWasm(sqlite3, createDisks(sqlite3, Math.random).disk().file('test.sqlite'))
      await database.transaction(tx =>
        sql`CREATE TABLE kept (id bigint PRIMARY KEY, text text, amount bigint)`.execute(tx.tables()),
      )
      await fill(database, 0, 'x')
      const rows = database.tables<Tables>().selectFrom('kept').selectAll().stream()[Symbol.asyncIterator]()
      expect((await rows.next()).value).toMatchObject({ amount: 0 })
      await database.close()
      await rows.return?.()
    }
    await run()
    const before = memoryUsed(sqlite3)
    await run()
    expect(memoryUsed(sqlite3)).toBe(before)
  })

  test('may be left before their end', async () => {
    await fill(wasm, 0, 'x')
    for await (const row of wasm.tables<Tables>().selectFrom('kept').selectAll().stream()) {
      expect(row.amount).toBe(0)
      break
    }
    await fill(wasm, 500, 'y')
    const { total } = await wasm
      .tables<Tables>()
      .selectFrom('kept')
      .select(sql<number>`count(*)`.as('total'))
      .executeTakeFirstOrThrow()
    expect(total).toBe(1_000)
  })
})
