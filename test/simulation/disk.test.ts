import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { CommitUnknown, type Database } from '../../src/platform/database/database.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { loadSqliteWasm, openSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { memoryUsed } from '../support/sqlite-memory.ts'
import { createDisk } from './disk.ts'
import { createDisks, type SqliteDisk } from './disk-vfs.ts'
import { seededRandom } from './seeded-random.ts'

const sqlite3 = await loadSqliteWasm()
const diskOf = (seed: number): SqliteDisk => createDisks(sqlite3, seededRandom(seed)).disk()

type Tables = { entry: { sale: number; line: number; text: string } }
const create = {
  name: 'create',
  sql: [
    'CREATE TABLE entry (sale bigint NOT NULL, line bigint NOT NULL, text text NOT NULL, PRIMARY KEY (sale, line))',
    'CREATE INDEX entry_text ON entry (text)',
  ],
}
const linesOfSale = 3
const open = async (disk: SqliteDisk): Promise<Database> => {
  const database = openSqliteWasm(sqlite3, disk.file('till.sqlite'))
  try {
    await migrate(database, 'test', [create])
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}
/** Writes a sale's lines one by one, so that half of one would be seen. */
const sell = (database: Database, sale: number, textBytes = 700): Promise<void> =>
  database.transaction(async tx => {
    for (let line = 0; line < linesOfSale; line++) {
      const rows = [[sale, line, `${sale}.${line} `.padEnd(textBytes, '.')]]
      await tx.bulk({ table: 'entry', columns: ['sale', 'line', 'text'], rows })
    }
  })
/** The sales that are there, each of which must be whole, in a database without damage. */
const salesIn = async (database: Database): Promise<number[]> => {
  const db = database.tables<Tables>()
  const check = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(db)
  expect(check.rows).toEqual([{ integrity_check: 'ok' }])
  const sales = await db
    .selectFrom('entry')
    .select(['sale', db.fn.countAll<number>().as('lines')])
    .groupBy('sale')
    .orderBy('sale')
    .execute()
  expect(sales.filter(({ lines }) => lines !== linesOfSale)).toEqual([])
  return sales.map(({ sale }) => sale)
}
const upTo = (count: number): number[] => Array.from({ length: count }, (_each, index) => index + 1)

/** A day with an evening in between: opens, sells, closes and does so again. Ends where the power goes, with the sales answered. */
const day = async (disk: SqliteDisk, sales: number, textBytes?: number): Promise<number> => {
  let answered = 0
  try {
    for (const until of [Math.ceil(sales / 2), sales]) {
      const database = await open(disk)
      try {
        while (answered < until) {
          await sell(database, answered + 1, textBytes)
          answered += 1
        }
      } finally {
        await database.close()
      }
    }
  } catch (error) {
    if (!disk.isOff()) throw error
  }
  return answered
}
const afterwards = async (disk: SqliteDisk, answered: number): Promise<number[]> => {
  const database = await open(disk)
  const found = await salesIn(database)
  await sell(database, 1_000)
  expect(await salesIn(database)).toEqual([...found, 1_000])
  await database.close()
  // The one under way when the power went may be there, whole; nothing that was answered may be missing.
  expect([answered, answered + 1]).toContain(found.length)
  expect(found).toEqual(upTo(found.length))
  return found
}

describe('a power cut', () => {
  test('at every operation of a day: what was answered is there, nothing is there in part', async () => {
    const whole = diskOf(0)
    expect(await day(whole, 6)).toBe(6)
    const operations = whole.operations()
    expect(operations).toBeGreaterThan(80)
    let kept = 0
    for (let at = 0; at < operations; at++) {
      for (const seed of [1, 2, 3]) {
        const disk = diskOf(at * 10 + seed)
        disk.cutPowerAfter(at)
        const answered = await day(disk, 6)
        expect(disk.isOff()).toBe(true)
        disk.crash()
        const found = await afterwards(disk, answered)
        if (found.length > answered) kept += 1
        disk.discard()
      }
    }
    // Commits that were on the disk before their answer: without them no cut came between the two.
    expect(kept).toBeGreaterThan(0)
  })

  test('while the log is brought into the file beside a reader', async () => {
    const textBytes = 300_000
    const whole = diskOf(0)
    const database = await open(whole)
    for (const sale of upTo(5)) await sell(database, sale, textBytes)
    expect(whole.copy().get('till.sqlite')?.length).toBeGreaterThan(1_000_000)
    await database.close()
    const operations = whole.operations() * 2
    for (let seed = 1; seed <= 24; seed++) {
      const disk = diskOf(seed)
      disk.cutPowerAfter(Math.floor(seededRandom(seed)() * operations))
      const answered = await day(disk, 10, textBytes)
      disk.crash()
      await afterwards(disk, answered)
      disk.discard()
    }
  })

  test('leaves no trace of a transaction that was under way', async () => {
    const disk = diskOf(1)
    const database = await open(disk)
    await sell(database, 1)
    await expect(
      database.transaction(async tx => {
        const rows = [[2, 0, 'x'.repeat(20_000_000)]]
        await tx.bulk({ table: 'entry', columns: ['sale', 'line', 'text'], rows })
        disk.crash()
      }),
    ).rejects.toThrow(CommitUnknown)
    await database.close()
    await afterwards(disk, 1)
  })

  test('in the middle of it: what was open is dead and can be closed, and its memory is given back', async () => {
    const run = async (seed: number): Promise<void> => {
      const disk = diskOf(seed)
      const database = await open(disk)
      await sell(database, 1)
      disk.crash()
      await expect(sell(database, 2)).rejects.toThrow()
      await database.close()
      expect(await afterwards(disk, 1)).toEqual([1])
      disk.discard()
    }
    await run(0)
    const before = memoryUsed(sqlite3)
    for (let seed = 1; seed <= 20; seed++) await run(seed)
    expect(memoryUsed(sqlite3)).toBe(before)
  })

  test('gives one result for one seed, to the byte', async () => {
    const image = async (seed: number) => {
      const disk = diskOf(seed)
      disk.cutPowerAfter(60)
      await day(disk, 6)
      disk.crash()
      return [...disk.copy()]
    }
    expect(await image(5)).toEqual(await image(5))
    expect(await image(5)).not.toEqual(await image(6))
  })
})

describe('a drive that says that it has written and has not', () => {
  test('a torn tail is found: what came before it is intact, and what came after it is not believed', async () => {
    const outcomes = new Set<number>()
    for (let seed = 1; seed <= 60; seed++) {
      const disk = diskOf(seed)
      const database = await open(disk)
      await sell(database, 1)
      disk.lie(true)
      for (const sale of [2, 3, 4, 5]) await sell(database, sale)
      disk.crash()
      disk.lie(false)
      await database.close()
      const again = await open(disk)
      const found = await salesIn(again)
      expect(found).toEqual(upTo(found.length))
      expect(found.length).toBeGreaterThanOrEqual(1)
      outcomes.add(found.length)
      await again.close()
    }
    // Nothing, all, and something between was lost.
    expect(outcomes.size).toBeGreaterThan(2)
    expect([...outcomes]).toContain(5)
  })
})

describe('a full disk', () => {
  test('takes a sale whole or not at all, keeps what it had, and goes on when there is room', async () => {
    const failures = new Set<string>()
    for (let room = 0; room < 60_000; room += 1_111) {
      const disk = diskOf(room)
      let database = await open(disk)
      await sell(database, 1)
      disk.limit(room)
      let answered = 1
      const failure = await (async () => {
        for (;;) {
          await sell(database, answered + 1)
          answered += 1
        }
      })().catch((error: unknown) => error)
      failures.add(failure instanceof Error ? failure.name : String(failure))
      expect(await salesIn(database)).toEqual(upTo(answered))
      disk.limit(Number.POSITIVE_INFINITY)
      if (failure instanceof CommitUnknown) {
        await database.close()
        disk.crash()
        database = await open(disk)
      }
      expect(await salesIn(database)).toEqual(upTo(answered))
      await sell(database, 1_000)
      expect(await salesIn(database)).toEqual([...upTo(answered), 1_000])
      await database.close()
      disk.discard()
    }
    expect([...failures]).toEqual(['CommitUnknown'])
  })
})

describe('a sync that fails', () => {
  test('leaves the commit unknown, and a later sync does not bring back what it lost', async () => {
    const outcomes = new Set<number>()
    for (let seed = 1; seed <= 40; seed++) {
      const disk = diskOf(seed)
      const database = await open(disk)
      await sell(database, 1)
      disk.failSync(1)
      await expect(sell(database, 2)).rejects.toThrow(CommitUnknown)
      disk.crash()
      await database.close()
      const again = await open(disk)
      const found = await salesIn(again)
      expect(found).toEqual(upTo(found.length))
      outcomes.add(found.length)
      await again.close()
    }
    expect(outcomes).toEqual(new Set([1, 2]))
  })

  test('what it lost is read until the power goes, and gone then', () => {
    const text = (content: Uint8Array | undefined) => new TextDecoder().decode(content)
    const results = Array.from({ length: 20 }, (_each, seed) => {
      const disk = createDisk(seededRandom(seed))
      const file = disk.open('a', true)
      file?.write(new TextEncoder().encode('old.'), 0)
      file?.sync()
      file?.write(new TextEncoder().encode('new!'), 0)
      disk.failSync(1)
      expect(file?.sync()).toBe('sync failed')
      expect(file?.sync()).toBeNull()
      expect(text(disk.copy().get('a'))).toBe('new!')
      disk.crash()
      return text(disk.copy().get('a'))
    })
    expect(new Set(results)).toEqual(new Set(['old.', 'new!']))
  })
})

describe('the disk itself', () => {
  const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)

  test('keeps some of what was not synced, and tears a write at a sector', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const disk = createDisk(seededRandom(seed))
      const file = disk.open('a', true)
      file?.write(bytes(2_048, 1), 0)
      file?.sync()
      file?.write(bytes(2_048, 2), 0)
      disk.crash()
      const content = disk.copy().get('a') ?? bytes(0, 0)
      expect(content).toHaveLength(2_048)
      const sectors = Array.from(
        { length: 4 },
        (_each, sector) => new Set(content.subarray(sector * 512, sector * 512 + 512)),
      )
      expect(sectors.every(({ size }) => size === 1)).toBe(true)
      seen.add(sectors.map(([value]) => value).join(''))
    }
    expect([...seen].sort()).toEqual(['1111', '1112', '1122', '1222', '2111', '2211', '2221', '2222'])
  })

  test('forgets names that were not synced, in their order', () => {
    const seen = new Set<string>()
    for (let seed = 0; seed < 100; seed++) {
      const disk = createDisk(seededRandom(seed))
      disk.open('a', true)?.sync()
      disk.open('b', true)
      disk.remove('a', false)
      disk.crash()
      seen.add([...disk.copy().keys()].join(' '))
    }
    expect([...seen].sort()).toEqual(['a', 'a b', 'b'])
  })

  test('flips one bit, in what is read and in what a crash leaves', () => {
    const disk = createDisk(seededRandom(3), new Map([['a', bytes(1_000, 0)]]))
    const { at, bit } = disk.flipBit('a')
    const damaged = bytes(1_000, 0)
    damaged[at] = 1 << bit
    expect(disk.copy().get('a')).toEqual(damaged)
    disk.crash()
    expect(disk.copy().get('a')).toEqual(damaged)
  })

  test('lets one write at a time, and none while another reads', () => {
    const disk = createDisk(seededRandom(1))
    const [a, b] = [disk.open('a', true), disk.open('a', true)]
    expect([a?.lock(1), b?.lock(1), a?.lock(2), b?.lock(2)]).toEqual([null, null, null, 'busy'])
    expect([b?.isReserved(), a?.lock(4), disk.open('a', true)?.lock(1)]).toEqual([true, 'busy', 'busy'])
    b?.unlock(0)
    expect([a?.lock(4), b?.lock(1)]).toEqual([null, 'busy'])
    a?.close()
    expect([b?.lock(1), b?.isReserved()]).toEqual([null, false])
  })

  test('a copy is another disk', async () => {
    const { disk } = createDisks(sqlite3, seededRandom(1))
    const original = disk()
    const database = await open(original)
    await sell(database, 1)
    const cloned = await open(disk(original.copy()))
    await sell(database, 2)
    await sell(cloned, 3)
    expect([await salesIn(database), await salesIn(cloned)]).toEqual([
      [1, 2],
      [1, 3],
    ])
    await database.close()
    await cloned.close()
  })
})
