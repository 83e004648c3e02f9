import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Figure, type FigureGroup, figureTable } from './figure.ts'
import { browserCommit } from './figures/browser-commit.ts'
import { comeBack } from './figures/come-back.ts'
import { firstSnapshot } from './figures/first-snapshot.ts'
import { hotProductsGroup } from './figures/hot-products.ts'
import { hqIdle } from './figures/hq-idle.ts'
import { hqTakesIn } from './figures/hq-takes-in.ts'
import { journalAppend } from './figures/journal-append.ts'
import { journalGrowth } from './figures/journal-growth.ts'
import { nerve } from './figures/nerve.ts'
import { priceChange } from './figures/price-change.ts'
import { saleHttp } from './figures/sale-http.ts'
import { search } from './figures/search.ts'
import { startGroup } from './figures/start.ts'
import { storeAcknowledges } from './figures/store-acknowledges.ts'
import { tillOffline } from './figures/till-offline.ts'
import { describeMachine } from './machine.ts'

/** Every figure that is claimed. Adding one is adding a file and a line here. */
const groups: readonly FigureGroup[] = [
  saleHttp,
  nerve,
  hotProductsGroup,
  search,
  startGroup,
  journalAppend,
  journalGrowth,
  browserCommit,
  tillOffline,
  comeBack,
  priceChange,
  storeAcknowledges,
  firstSnapshot,
  hqIdle,
  hqTakesIn,
]

const { values: given } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    folder: { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
})

const usage = `npm run bench -- [options]
  --only NAME     only figures whose name begins so
  --full          the long ones too (ten million facts)
  --json          one JSON line for each figure
  --folder PATH   a disk to measure on, instead of the system's folder for temporary files
Figures: ${groups.flatMap(({ names }) => names).join(', ')}`

const isAsked = (name: string): boolean => name.startsWith(given.only)

const measure = async (): Promise<boolean> => {
  const chosen = groups.filter(({ names }) => names.some(isAsked))
  if (chosen.length === 0) throw new Error(`no figure begins with "${given.only}"\n${usage}`)
  const folder = mkdtempSync(join(resolve(given.folder), 'tillwire-bench-'))
  const say = (text: string) => process.stderr.write(`${text}\n`)
  const figures: Figure[] = []
  let failed = false
  try {
    const machine = describeMachine(folder)
    if (!given.json) process.stdout.write(`${machine.join('\n')}\n`)
    for (const { names, run } of chosen) {
      say(`measuring ${names.join(', ')} …`)
      try {
        figures.push(...(await run({ full: given.full, folder, say })).filter(({ name }) => isAsked(name)))
      } catch (error) {
        failed = true
        say(`${names.join(', ')} could not be measured: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (given.json) for (const each of figures) process.stdout.write(`${JSON.stringify(each)}\n`)
  else process.stdout.write(`\n${figureTable(figures)}\n`)
  return !failed && figures.every(({ ok }) => ok !== false)
}

if (given.help) process.stdout.write(`${usage}\n`)
else process.exitCode = (await measure()) ? 0 : 1
