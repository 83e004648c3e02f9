import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dataFolder } from '../../src/run/data-folder.ts'
import { threeLineBaskets } from '../baskets.ts'
import { atLeast, below, type FigureGroup, figure } from '../figure.ts'
import { runLoad } from '../load/load.ts'
import type { LoadResult, Pace, SaleTemplate } from '../load/messages.ts'
import { caughtUp, saleTemplates, startShopProcess } from '../shop-process.ts'
import { percentile, spreadMs, sum } from '../statistics.ts'

const many = 64
const baskets = 500
const alone: Pace = { kind: 'closed', clients: 1, warmUpMs: 2_000, measuredMs: 8_000 }
const crowd: Pace = { kind: 'closed', clients: many, warmUpMs: 6_000, measuredMs: 20_000 }

type Measured = { single: LoadResult; crowded: LoadResult }

const measure = async (host: string, port: number, templates: readonly SaleTemplate[]): Promise<Measured> => {
  const order = { host, port, work: { kind: 'sales' as const, templates }, keepSales: false }
  return { single: await runLoad({ ...order, pace: alone }), crowded: await runLoad({ ...order, pace: crowd }) }
}

const perSecond = ({ tookUs, measuredUs }: LoadResult): number => tookUs.length / (measuredUs / 1_000_000)

/** What the journal holds afterwards. Throws where a sale that was answered is not in it. */
const recorded = (path: string, measured: Measured): { textLength: number } => {
  const db = new DatabaseSync(path, { readOnly: true })
  const row = db
    .prepare(`SELECT count(*) AS sales, avg(length(text)) AS textLength FROM journal WHERE type = 'sale.completed'`)
    .get() as { sales: number; textLength: number }
  db.close()
  const answered = sum(measured.single.answered) + sum(measured.crowded.answered)
  if (row.sales !== answered) throw new Error(`${answered} sales were answered, ${row.sales} are in the journal`)
  return row
}

const measureBare = async (path: string, textLength: number, templates: readonly SaleTemplate[]): Promise<Measured> => {
  const process = fork(new URL('../bare/bare-shop.ts', import.meta.url), [path, String(Math.round(textLength))])
  try {
    const [port] = await once(process, 'message')
    return await measure('127.0.0.1', Number(port), templates)
  } finally {
    if (process.connected) process.disconnect()
  }
}

/**
 * Sales through HTTP with the generator beside the shop on the same cores: a unique id each, three lines with the right totals,
 * a token that is looked up, answered after the commit. Beside it a bare server on the same engine, under the same load.
 */
export const saleHttp: FigureGroup = {
  names: [
    'sale-http-throughput',
    'sale-http-p99',
    'sale-http-single-p50',
    'projection-lag-facts',
    'projection-lag-caught-up',
  ],
  run: async ({ folder, say }) => {
    const data = join(folder, 'sale-http')
    const shop = await startShopProcess(data)
    let measured: Measured
    let lag: { waiting: number; service: string }
    let catchUpUs: number
    let templates: SaleTemplate[]
    try {
      templates = await saleTemplates(shop, threeLineBaskets(await shop.shelf(), baskets))
      measured = await measure(shop.host, shop.port, templates)
      lag = await shop.waitingFacts()
      catchUpUs = await caughtUp(shop)
    } finally {
      await shop.stop()
    }
    const { textLength } = recorded(dataFolder(data).database, measured)
    say('  the bare server beside it …')
    const bare = await measureBare(join(folder, 'sale-http-bare.sqlite'), textLength, templates)
    const { single, crowded } = measured
    const p99Ms = (result: LoadResult) => percentile(result.tookUs, 0.99) / 1_000
    const p50Ms = (result: LoadResult) => percentile(result.tookUs, 0.5) / 1_000
    const beside = (result: LoadResult) => `the generator took ${(result.coreShare * 100).toFixed(0)} % of a core`
    return [
      figure({
        name: 'sale-http-throughput',
        value: perSecond(crowded),
        unit: 'sales/s',
        target: atLeast(6_000),
        bare: perSecond(bare.crowded),
        note: `${many} clients for ${crowd.measuredMs / 1_000} s after ${crowd.warmUpMs / 1_000} s of warm-up, ${crowded.tookUs.length.toLocaleString('en-GB')} sales, each in the journal; ${beside(crowded)} (bare ${(bare.crowded.coreShare * 100).toFixed(0)} %)`,
      }),
      figure({
        name: 'sale-http-p99',
        value: p99Ms(crowded),
        unit: 'ms',
        target: below(30),
        bare: p99Ms(bare.crowded),
        note: `${spreadMs(crowded.tookUs)}; each client waits for its answer before it sends again`,
      }),
      figure({
        name: 'sale-http-single-p50',
        value: p50Ms(single),
        unit: 'ms',
        target: below(1.5),
        bare: p50Ms(bare.single),
        note: `one client; ${spreadMs(single.tookUs)}`,
      }),
      figure({
        name: 'projection-lag-facts',
        value: lag.waiting,
        unit: 'facts',
        note: `how far behind ${lag.service || 'every service'} was when the ${many} clients stopped`,
      }),
      figure({
        name: 'projection-lag-caught-up',
        value: catchUpUs / 1_000,
        unit: 'ms',
        note: `from then until every service had applied every fact`,
      }),
    ]
  },
}
