import { join } from 'node:path'
import { atLeast, type FigureGroup, figure } from '../figure.ts'
import { bareInsertUs, openJournalFile } from '../journal-file.ts'
import { enrolDevice } from '../load/device.ts'
import { type DeviceLoad, startDeviceLoad } from '../load/device-load.ts'
import { catalogueVersion, configureStores, startHq, storeHandle } from '../node-chain.ts'
import { caughtUp, type ShopProcess } from '../shop-process.ts'
import { spreadMs } from '../statistics.ts'

const stores = 20
const tillsEach = 4
const factsAtOnce = 100
const batchesEach = 20
const warmUpFacts = 8_000
const lookEveryMs = 250

/** Looks how far the slowest service is behind, again and again. */
const watchLag = (hq: ShopProcess): { end(): Promise<number> } => {
  let most = 0
  let isOver = false
  const look = async () => {
    while (!isOver) {
      most = Math.max(most, (await hq.waitingFacts()).waiting)
      await new Promise(resolve => setTimeout(resolve, lookEveryMs))
    }
  }
  const looking = look()
  return {
    end: async () => {
      isOver = true
      await looking
      return most
    },
  }
}

/** How many sales a second one HQ process on SQLite takes in from stores that send as fast as it acknowledges. */
export const hqTakesIn: FigureGroup = {
  names: ['hq-takes-in'],
  run: async ({ folder, say }) => {
    const at = join(folder, 'hq-takes-in')
    const hq = await startHq(join(at, 'hq'))
    let load: DeviceLoad | undefined
    try {
      await configureStores(hq, stores)
      const handles = Array.from({ length: stores }, (_, index) => storeHandle(index + 1))
      const devices = await Promise.all(handles.map(handle => enrolDevice(hq, 'store', handle)))
      load = await startDeviceLoad({
        devices,
        catalogueVersion: await catalogueVersion(hq),
        uploads: { kind: 'batches', factsAtOnce, batchesEach, tillsEach, warmUpFacts },
      })
      const all = stores * batchesEach * factsAtOnce
      say(`  ${all.toLocaleString('en-GB')} sales …`)
      const lag = watchLag(hq)
      await load.run()
      const most = await lag.end()
      const behindUs = await caughtUp(hq)
      const { tookUs, facts, measuredUs, coreShare } = await load.end()
      const journal = openJournalFile(hq)
      const rows = journal.rowsOf('sale.completed')
      journal.close()
      if (rows.length !== all) throw new Error(`${all} sales were acknowledged, ${rows.length} are in the journal`)
      const bareUs = bareInsertUs(join(at, 'bare'), rows, factsAtOnce)
      return [
        figure({
          name: 'hq-takes-in',
          // What is acknowledged but not applied would pile up: it counts when every service has it.
          value: facts / ((measuredUs + behindUs) / 1_000_000),
          unit: 'sales/s',
          target: atLeast(2_000),
          bare: all / (bareUs / 1_000_000),
          note: `${stores} enrolled stores with ${tillsEach} tills each send ${all.toLocaleString('en-GB')} sales of three lines, ${factsAtOnce} in a signed upload, the next when the last is acknowledged; ${facts.toLocaleString('en-GB')} of them after the warm-up, until every service has applied them; acknowledged after their commit were ${Math.round(facts / (measuredUs / 1_000_000)).toLocaleString('en-GB')} a second; an upload took ${spreadMs(tookUs)}; the slowest service was at the most ${most.toLocaleString('en-GB')} facts behind and had applied all ${(behindUs / 1_000).toFixed(0)} ms after the last; the stores took ${(coreShare * 100).toFixed(0)} % of a core. Bare: the same rows into three new journals in a row, ${factsAtOnce} a commit; median`,
        }),
      ]
    } finally {
      load?.kill()
      await hq.stop()
    }
  },
}
