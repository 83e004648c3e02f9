import { beforeAll, expect, test } from 'vitest'
import { loadSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { simulate } from './simulation.ts'

/** A few that take seconds; `npm run simulate -- --seeds N` runs as many as wanted. */
const seeds = [1, 2, 3]

let sqlite3: Awaited<ReturnType<typeof loadSqliteWasm>>
beforeAll(async () => {
  sqlite3 = await loadSqliteWasm()
})

test.each(seeds)(
  'seed %i: after chaos and healing every invariant holds, and the same seed is the same trace',
  async seed => {
    const once = await simulate(sqlite3, seed, {})
    expect(once.breaches).toEqual([])
    expect((await simulate(sqlite3, seed, { traceOnly: true })).hash).toBe(once.hash)
  },
  120_000,
)
