import { join } from 'node:path'
import { v7 } from 'uuid'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { clientAbout } from '../../test/support/drive.ts'
import { below, type Figure, type FigureGroup, figure } from '../figure.ts'
import { watchLive } from '../live-stream.ts'
import { enrolDevice } from '../load/device.ts'
import { type DeviceLoad, startDeviceLoad } from '../load/device-load.ts'
import { configureStores, startBelow, startHq, storeHandle, until } from '../node-chain.ts'
import type { ShopProcess } from '../shop-process.ts'
import { monotonicUs, percentile, spreadMs } from '../statistics.ts'

const stores = 100
const changes = 100
const warmUps = 10
const everyMs = 150
const withinMs = 60_000
const tillHandle = 'till-1'

type Change = { id: string; sku: string; priceMinor: number; answeredUs: number; atTillUs: number }

/** Looks into the till's catalogue as soon as the till says that it has heard of a change. */
const watchTill = async (till: ShopProcess, changesById: ReadonlyMap<string, Change>) => {
  let failure: unknown
  const look = async (change: Change): Promise<void> => {
    const { articles } = await till.operator.call(catalogueRoutes.tillCatalogue, {})
    const nowUs = monotonicUs()
    const found = articles.find(({ sku }) => sku === change.sku)
    if (found?.priceMinor !== change.priceMinor) throw new Error(`the till has ${change.sku} at another price`)
    change.atTillUs = nowUs
  }
  const live = await watchLive(till.url, till.key, ['price.changed'], id => {
    const change = changesById.get(id)
    if (change)
      look(change).catch(error => {
        failure = error
      })
  })
  return {
    hasSeenAll: (): boolean => {
      if (failure) throw failure
      return [...changesById.values()].every(({ atTillUs }) => atTillUs > 0)
    },
    close: live.close,
  }
}

const spread = (name: string, what: string, tookUs: readonly number[]): Figure =>
  figure({
    name,
    value: percentile(tookUs, 0.99) / 1_000,
    unit: 'ms',
    target: below(1_000),
    note: `p99 from the answer to a price change at HQ until ${what}; one change every ${everyMs} ms, ${warmUps} before them not counted; ${spreadMs(tookUs)}`,
  })

/** From a price change at HQ until the stores have heard it, and until a till below one of them sells by it. */
export const priceChange: FigureGroup = {
  names: ['price-change-stores', 'price-change-till'],
  run: async ({ folder, say }) => {
    const at = join(folder, 'price-change')
    const running: ShopProcess[] = []
    let load: DeviceLoad | undefined
    try {
      const hq = await startHq(join(at, 'hq'))
      running.unshift(hq)
      await configureStores(hq, stores + 1)
      const store = await startBelow(hq, 'store', storeHandle(1), join(at, 'store'))
      running.unshift(store)
      const till = await startBelow(store, 'till', tillHandle, join(at, 'till'))
      running.unshift(till)
      const handles = Array.from({ length: stores }, (_, index) => storeHandle(index + 2))
      const devices = await Promise.all(handles.map(handle => enrolDevice(hq, 'store', handle)))
      load = await startDeviceLoad({ devices, catalogueVersion: 0, uploads: null })
      const { articles } = await clientAbout(hq, storeHandle(1)).call(catalogueRoutes.tillCatalogue, {})
      await until('the till has its catalogue', withinMs, () =>
        till.shelf().then(
          ({ articles: known }) => known.length === articles.length,
          () => false,
        ),
      )
      say(`  ${changes} changes …`)
      const all = new Map<string, Change>()
      const watcher = await watchTill(till, all)
      const startUs = monotonicUs()
      for (let index = 0; index < warmUps + changes; index++) {
        const restMs = index * everyMs - (monotonicUs() - startUs) / 1_000
        if (restMs > 0) await new Promise(resolve => setTimeout(resolve, restMs))
        const { sku, priceMinor } = articles[index % articles.length]!
        const change = { id: v7(), sku, priceMinor: priceMinor + 1, answeredUs: 0, atTillUs: 0 }
        all.set(change.id, change)
        const { id } = change
        await hq.operator.call(catalogueRoutes.changePrice, { id, sku, priceMinor: change.priceMinor })
        change.answeredUs = monotonicUs()
      }
      await until('the till has every price', withinMs, watcher.hasSeenAll)
      watcher.close()
      const listening = load
      await until('every store has every price', withinMs, async () => {
        const { heard } = await listening.look()
        return [...all.keys()].every(id => heard.get(id)?.devices === stores)
      })
      const { heard, coreShare } = await load.end()
      const measured = [...all.values()].slice(warmUps)
      const beside = `the stores took ${(coreShare * 100).toFixed(0)} % of a core`
      return [
        spread(
          'price-change-stores',
          `the last of ${stores} stores that hold signed requests open has the fact; ${beside}`,
          measured.map(({ id, answeredUs }) => Math.max(0, (heard.get(id)?.lastUs ?? Number.NaN) - answeredUs)),
        ),
        spread(
          'price-change-till',
          'the catalogue of a till process, below a store process beside them, answers with it',
          measured.map(({ answeredUs, atTillUs }) => atTillUs - answeredUs),
        ),
      ]
    } finally {
      load?.kill()
      for (const each of running) await each.stop()
    }
  },
}
