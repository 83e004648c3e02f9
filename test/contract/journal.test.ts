import canonicalize from 'canonicalize'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../../src/platform/database/database.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import {
  type Entry,
  factById,
  factsCausedBy,
  factText,
  genesis,
  journalHead,
  openJournal,
  readFacts,
} from '../../src/platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../../src/platform/journal/tables.ts'
import { verifyJournal } from '../../src/platform/journal/verify.ts'
import type { Clock } from '../../src/platform/ports.ts'
import { engines, type TestDatabase } from './databases.ts'

const node = { id: 'store-1', epoch: 1, store: 'store-1', kind: 'store', top: true } as const
const id = (n: number) => `01936d2e-7c00-7000-8000-${String(n).padStart(12, '0')}`
const entry = (n: number, more: Partial<Entry> = {}): Entry => ({
  id: id(n),
  type: 'sale.completed',
  actor: 'system',
  body: { n, text: 'Grüße ✓', nested: { b: 1, a: [1, 2] } },
  ...more,
})

/** A clock that a test moves. */
const clockAt = (us: number): Clock => ({ nowMs: () => Math.floor(us / 1000), nowUs: () => us })

describe.each(engines)('journal on %s', (_name, make) => {
  let made: TestDatabase
  let database: Database
  beforeEach(async () => {
    made = await make()
    database = await made.open()
    await migrate(database, 'journal', journalMigrations)
  })
  afterEach(async () => {
    await database.close()
    await made.remove()
  })

  const append = async (entries: readonly Entry[]) => {
    const journal = await openJournal(database, node, clockAt(1_700_000_000_123_456))
    const recorded = await database.transaction(tx => journal.append(tx, entries))
    journal.committed()
    return recorded
  }

  test('positions and sequences have no gap, hashes link, and what is read is what was recorded', async () => {
    const recorded = [
      ...(await append([entry(1), entry(2, { cause: id(1), request: 'a'.repeat(64) })])),
      ...(await append([entry(3)])),
    ]
    expect(recorded.map(fact => [fact.position, fact.seq])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(recorded.map(fact => fact.prev)).toEqual([genesis, recorded[0]?.hash, recorded[1]?.hash])
    expect(await readFacts(database, 0, 10)).toEqual(recorded)
    expect(await readFacts(database, 1, 1)).toEqual([recorded[1]])
    expect(await readFacts(database, 0, 10, ['sale.returned'])).toEqual([])
    expect(await factById(database, id(3))).toEqual(recorded[2])
    expect(await factsCausedBy(database, id(1))).toEqual([recorded[1]])
    expect(await journalHead(database)).toBe(3)
    expect(await verifyJournal(database)).toEqual({ facts: 3, head: recorded[2]?.hash, damages: [] })
  })

  test('the text that is hashed is canonical JSON', async () => {
    const [recorded] = await append([entry(1, { cause: id(9), request: 'b'.repeat(64) })])
    const { position: _position, recordedAtUs: _at, hash: _hash, ...fact } = recorded!
    expect(factText(fact)).toBe(canonicalize(fact))
  })

  test('an id is recorded once', async () => {
    await append([entry(1)])
    await expect(append([entry(1)])).rejects.toThrow()
    expect((await append([entry(2)]))[0]).toMatchObject({ position: 2, seq: 2 })
  })

  test('what came from above may be older than what came before: the chain does not go back, and nothing is damaged', async () => {
    const above = { ...node, id: 'hq', store: 'hq', kind: 'hq' } as const
    const hq = await openJournal(database, above, clockAt(1))
    const decided = await database.transaction(tx => hq.append(tx, [entry(1), entry(2), entry(3)]))
    const taken = decided.map(({ position: _position, recordedAtUs: _at, hash, ...fact }) => ({
      fact,
      text: factText(fact),
      hash,
      fromAbove: true,
      quarantined: null,
    }))
    await database.close()
    await made.remove()
    made = await make()
    database = await made.open()
    await migrate(database, 'journal', journalMigrations)
    const journal = await openJournal(database, node, clockAt(2))
    await database.transaction(tx => journal.take(tx, taken.slice(2)))
    await database.transaction(tx => journal.take(tx, taken.slice(0, 1)))
    const [chain] = await database.tables<JournalTables>().selectFrom('chain').selectAll().execute()
    expect(chain).toMatchObject({ node: 'hq', seq: 3, hash: decided[2]?.hash })
    expect((await verifyJournal(database)).damages).toEqual([])
  })

  test('what a failed transaction appended is forgotten', async () => {
    const journal = await openJournal(database, node, clockAt(1))
    await expect(
      database.transaction(async tx => {
        await journal.append(tx, [entry(1), entry(2)])
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    journal.rolledBack()
    expect(journal.head()).toBe(0)
    expect(await database.transaction(tx => journal.append(tx, [entry(3)]))).toMatchObject([
      { position: 1, seq: 1, prev: genesis },
    ])
  })

  const damages: Array<[what: string, change: string, found: string]> = [
    ['a changed amount', `UPDATE journal SET text = replace(text, '"n":2', '"n":9') WHERE position = 2`, 'hash'],
    [
      'a changed text with its hash made anew',
      `UPDATE journal SET text = replace(text, '"n":2', '"n":9'), hash = '${'0'.repeat(64)}' WHERE position = 2`,
      'link',
    ],
    ['a fact taken out', 'DELETE FROM journal WHERE position = 2', 'gap'],
    ['a changed column', `UPDATE journal SET type = 'sale.voided' WHERE position = 2`, 'columns'],
    ['an unreadable text', `UPDATE journal SET text = '{' WHERE position = 2`, 'unreadable'],
  ]
  test.each(damages)('%s is found', async (_what, change, found) => {
    await append([entry(1), entry(2), entry(3)])
    await database.transaction(tx => sql.raw(change).execute(tx.tables<JournalTables>()))
    expect((await verifyJournal(database)).damages.map(damage => damage.what)).toContain(found)
  })
})
