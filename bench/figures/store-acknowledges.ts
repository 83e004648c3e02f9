import { join } from 'node:path'
import { below, type FigureGroup, figure } from '../figure.ts'
import { openJournalFile } from '../journal-file.ts'
import { enrolDevice } from '../load/device.ts'
import { type DeviceLoad, startDeviceLoad } from '../load/device-load.ts'
import { catalogueVersion, startBelow, startHq, storeHandle, until } from '../node-chain.ts'
import { caughtUp, type ShopProcess } from '../shop-process.ts'
import { percentile, spreadMs } from '../statistics.ts'

const tills = 30
const warmUpSales = 3
const salesEach = 30
const everyMs = 1_000
const withinMs = 60_000

/**
 * What a till waits for its store: from the sale until the store says that it has it on its disk. The store has an HQ above it,
 * as a process on the same machine, to which it sends everything on meanwhile.
 */
export const storeAcknowledges: FigureGroup = {
  names: ['store-acknowledges'],
  run: async ({ folder }) => {
    const at = join(folder, 'store-acknowledges')
    const running: ShopProcess[] = []
    let load: DeviceLoad | undefined
    try {
      const hq = await startHq(join(at, 'hq'))
      running.unshift(hq)
      const store = await startBelow(hq, 'store', storeHandle(1), join(at, 'store'))
      running.unshift(store)
      await until('the store has its catalogue', withinMs, () =>
        store.shelf().then(
          ({ articles }) => articles.length > 0,
          () => false,
        ),
      )
      const handles = Array.from({ length: tills }, (_, index) => `till-${index + 1}`)
      const devices = await Promise.all(handles.map(handle => enrolDevice(store, 'till', handle)))
      load = await startDeviceLoad({
        devices,
        catalogueVersion: await catalogueVersion(hq),
        uploads: { kind: 'paced', everyMs, salesEach: warmUpSales + salesEach, warmUpSales },
      })
      await load.run()
      const { tookUs, facts, coreShare, held } = await load.end()
      const behindUs = await caughtUp(store)
      const journal = openJournalFile(hq)
      try {
        const all = tills * (warmUpSales + salesEach)
        await until('all is at HQ', withinMs, () => journal.count('sale.completed') === all)
      } finally {
        journal.close()
      }
      return [
        figure({
          name: 'store-acknowledges',
          value: percentile(tookUs, 0.99) / 1_000,
          unit: 'ms',
          target: below(50),
          note: `p99 from when a till sends a sale until it is acknowledged: ${tills} enrolled tills with their own keys sell once a second each for ${salesEach} s, ${facts} signed uploads of one chained fact, ${held} requests held open for what comes down, HQ above as a process beside it; ${spreadMs(tookUs)}; every service had applied them ${(behindUs / 1_000).toFixed(0)} ms after the last, and all came to HQ; the tills took ${(coreShare * 100).toFixed(0)} % of a core`,
        }),
      ]
    } finally {
      load?.kill()
      for (const each of running) await each.stop()
    }
  },
}
