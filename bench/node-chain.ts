import { v7 } from 'uuid'
import { catalogueRoutes } from '../src/contracts/catalogue.ts'
import type { DeviceKind } from '../src/contracts/devices.ts'
import { seedCatalogue } from '../src/run/demo/seed.ts'
import { clientAbout, configureStore, enrolmentCode } from '../test/support/drive.ts'
import { type ShopProcess, startNodeProcess } from './shop-process.ts'
import { monotonicUs } from './statistics.ts'

const ids = { next: () => v7() }

/** A store's handle by its number from 1, as the load and the office name it. */
export const storeHandle = (number: number): string => `store-${String(number).padStart(4, '0')}`

/** A headquarters that sells the demo catalogue in the first of its stores. */
export const startHq = async (data: string): Promise<ShopProcess> => {
  const hq = await startNodeProcess('hq', data, { shopOptions: ['--https', 'off'] })
  await seedCatalogue(clientAbout(hq, storeHandle(1)))
  return hq
}

/** The version of the catalogue that a store's sales name. */
export const catalogueVersion = async (hq: ShopProcess): Promise<number> => {
  const { version } = await clientAbout(hq, storeHandle(1)).call(catalogueRoutes.tillCatalogue, {})
  return version
}

/** Calls that do not depend on each other, so many at a time. */
export const together = async (count: number, call: (index: number) => Promise<unknown>): Promise<void> => {
  const atOnce = 50
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from)
    await Promise.all(Array.from({ length: size }, (_, index) => call(from + index)))
  }
}

/** Makes the stores that come after the first known to HQ, up to a number. */
export const configureStores = (hq: ShopProcess, last: number): Promise<void> =>
  together(last - 1, index => {
    const handle = storeHandle(index + 2)
    return configureStore(clientAbout(hq, handle), ids, handle)
  })

/** Starts a process below another, reached at an address that may be a cable's. It is enrolled, and still hears what is above. */
export const startBelow = async (
  parent: ShopProcess,
  kind: DeviceKind,
  handle: string,
  data: string,
  url = parent.url,
): Promise<ShopProcess> => {
  const code = await enrolmentCode(parent.operator, ids, kind, handle)
  const above = kind === 'store' ? '--hq' : '--store'
  return startNodeProcess(kind, data, { shopOptions: ['--https', 'off', above, url, '--code', code] })
}

/** Looks until something is so; throws where it is not in time. Answers how long it took. */
export const until = async (
  what: string,
  withinMs: number,
  isSo: () => boolean | Promise<boolean>,
  everyMs = 20,
): Promise<number> => {
  const startUs = monotonicUs()
  while (!(await isSo())) {
    if (monotonicUs() - startUs > withinMs * 1_000) throw new Error(`${what}: not within ${withinMs / 1_000} s`)
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
  return monotonicUs() - startUs
}
