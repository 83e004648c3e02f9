import { parseArgs } from 'node:util'
import { loadSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { simulate } from './simulation.ts'

const usage = `npm run simulate -- [options]
  --seeds N   simulates seeds 1 to N, each twice, which must come to the same trace (10)
  --seed S    replays one seed and prints its steps`

const { values: given } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const run = async (): Promise<number> => {
  const sqlite3 = await loadSqliteWasm()
  const only = given.seed === undefined ? undefined : Number(given.seed)
  const first = only ?? 1
  const last = only ?? Number(given.seeds)
  let failed = 0
  for (let seed = first; seed <= last; seed++) {
    const show = only === undefined ? undefined : (row: string) => console.log(row)
    const once = await simulate(sqlite3, seed, { show })
    const again = await simulate(sqlite3, seed, { traceOnly: true })
    const isSame = once.hash === again.hash
    if (isSame && once.breaches.length === 0) continue
    failed += 1
    const why = isSame ? once.breaches.slice(0, 3) : 'two runs of it differ'
    console.log(`seed ${seed} failed: ${JSON.stringify(why)}\n  npm run simulate -- --seed ${seed}`)
  }
  console.log(`\n${last - first + 1 - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

if (given.help) console.log(usage)
else process.exitCode = await run()
