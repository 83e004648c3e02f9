import { join } from 'node:path'
import { v7 } from 'uuid'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { clientAbout } from '../../test/support/drive.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { type Device, enrolDevice } from '../load/device.ts'
import { type DeviceLoad, startDeviceLoad } from '../load/device-load.ts'
import { configureStores, startHq, storeHandle, together, until } from '../node-chain.ts'
import { startNodeProcess } from '../shop-process.ts'
import { monotonicUs } from '../statistics.ts'

const stores = 1_000
/** Long enough that each store has said twice how it is and asked anew once. */
const idleMs = 32_000
const lookEveryMs = 500
const withinMs = 60_000

/** What one HQ process holds in memory while stores are connected to it and nothing happens. */
export const hqIdle: FigureGroup = {
  names: ['hq-idle'],
  run: async ({ folder, say }) => {
    const data = join(folder, 'hq-idle')
    let hq = await startHq(data)
    let load: DeviceLoad | undefined
    try {
      say(`  enrolling ${stores.toLocaleString('en-GB')} stores …`)
      await configureStores(hq, stores)
      const devices: Device[] = []
      await together(stores, async index => {
        devices.push(await enrolDevice(hq, 'store', storeHandle(index + 1)))
      })
      const enrolledMb = hq.residentMb()
      // Enrolling a thousand at once is not what it does all day: it is started again, at another port.
      await hq.stop()
      hq = await startNodeProcess('hq', data, { shopOptions: ['--https', 'off'] })
      const { url } = hq
      const beforeMb = hq.residentMb()
      load = await startDeviceLoad({
        devices: devices.map(device => ({ ...device, parentUrl: url })),
        catalogueVersion: 0,
        uploads: null,
      })
      const cpuBefore = hq.cpuUs()
      const startUs = monotonicUs()
      let mostMb = 0
      const { residentMb } = hq
      await until(
        'they have been idle',
        2 * idleMs,
        () => {
          mostMb = Math.max(mostMb, residentMb())
          return monotonicUs() - startUs > idleMs * 1_000
        },
        lookEveryMs,
      )
      const coreShare = (hq.cpuUs() - cpuBefore) / (monotonicUs() - startUs)
      const { rows } = await hq.operator.call(syncRoutes.listNodes, {})
      const heard = rows.filter(row => row.lastHeardMs !== null && row.lastHeardMs > Date.now() - idleMs)
      if (heard.length !== stores) throw new Error(`${heard.length} of ${stores} stores are connected`)
      // They are connected if what is said now is heard by all of them.
      const [article] = (await clientAbout(hq, storeHandle(1)).call(catalogueRoutes.tillCatalogue, {})).articles
      if (!article) throw new Error('HQ sells nothing')
      const id = v7()
      const saidUs = monotonicUs()
      await hq.operator.call(catalogueRoutes.changePrice, { id, sku: article.sku, priceMinor: article.priceMinor + 1 })
      const listening = load
      await until('all have heard a price', withinMs, async () => {
        const { heard: facts } = await listening.look()
        return facts.get(id)?.devices === stores
      })
      const { heard: facts, hellos } = await load.end()
      const heardMs = ((facts.get(id)?.lastUs ?? Number.NaN) - saidUs) / 1_000
      return [
        figure({
          name: 'hq-idle',
          value: mostMb,
          unit: 'MB',
          target: below(300),
          note: `most VmRSS of an HQ process on SQLite in ${idleMs / 1_000} s with ${stores.toLocaleString('en-GB')} enrolled stores, each of which holds a signed request open for what comes down and says every 15 s how it is (${hellos.toLocaleString('en-GB')} times in all); started again after they were enrolled (${enrolledMb.toFixed(0)} MB just before that): ${beforeMb.toFixed(0)} MB before they came, ${(coreShare * 100).toFixed(0)} % of a core meanwhile; a price that was changed then had come to all of them after ${heardMs.toFixed(0)} ms`,
        }),
      ]
    } finally {
      load?.kill()
      await hq.stop()
    }
  },
}
