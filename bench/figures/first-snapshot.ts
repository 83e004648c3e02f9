import { join } from 'node:path'
import { v7 } from 'uuid'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { ApiRefusal } from '../../src/contracts/client.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { sellOne } from '../../test/support/drive.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { bareInsertUs, openJournalFile } from '../journal-file.ts'
import { importProducts } from '../many-products.ts'
import { startBelow, until } from '../node-chain.ts'
import { caughtUp, type ShopProcess, startShopProcess } from '../shop-process.ts'
import { monotonicUs } from '../statistics.ts'

const products = 100_000
const tillHandle = 'till-1'
const atOnce = 1_000
const withinMs = 120_000

/** Asks a till again and again to ring something up, and answers the longest that it was kept waiting. */
const keepAsking = (till: ShopProcess): { end(): Promise<number> } => {
  let longestUs = 0
  let isOver = false
  const ask = async () => {
    while (!isOver) {
      const startUs = monotonicUs()
      try {
        await sellOne(till.operator, v7(), tillHandle, 1)
      } catch (error) {
        // It has no such product; that it says so is the answer that a sale waits for.
        if (!(error instanceof ApiRefusal)) throw error
      }
      longestUs = Math.max(longestUs, monotonicUs() - startUs)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  const asking = ask()
  // Where the till fails meanwhile, it is the end that says so.
  asking.catch(() => {})
  return {
    end: async () => {
      isOver = true
      await asking
      return longestUs
    },
  }
}

/** From the start of a process that is to become a till until it sells everything that its store sells. */
export const firstSnapshot: FigureGroup = {
  names: ['first-snapshot'],
  run: async ({ folder, say }) => {
    const at = join(folder, 'first-snapshot')
    const running: ShopProcess[] = []
    try {
      const store = await startShopProcess(join(at, 'store'), { shopOptions: ['--https', 'off'] })
      running.unshift(store)
      say(`  importing ${products.toLocaleString('en-GB')} products …`)
      await importProducts(store, products)
      await caughtUp(store)
      const { articles } = await store.operator.call(catalogueRoutes.tillCatalogue, {})
      say('  a new till …')
      const startUs = monotonicUs()
      const till = await startBelow(store, 'till', tillHandle, join(at, 'till'))
      running.unshift(till)
      const openedUs = monotonicUs() - startUs
      const asking = keepAsking(till)
      let hasAllUs = 0
      await until('the till has everything', withinMs, async () => {
        const { head, rows } = await till.operator.call(platformRoutes.services, {})
        if (head < products) return false
        if (hasAllUs === 0) hasAllUs = monotonicUs() - startUs
        return rows.every(({ waiting }) => waiting === 0)
      })
      const tookUs = monotonicUs() - startUs
      const longestUs = await asking.end()
      const { articles: known } = await till.operator.call(catalogueRoutes.tillCatalogue, {})
      if (known.length !== articles.length)
        throw new Error(`the till has ${known.length} of ${articles.length} articles`)
      const journal = openJournalFile(till)
      const rows = journal.rowsOf('product.saved')
      journal.close()
      if (rows.length < products) throw new Error(`the till's journal has ${rows.length} products`)
      const bareUs = bareInsertUs(join(at, 'bare'), rows, atOnce)
      const seconds = (us: number) => (us / 1_000_000).toFixed(1)
      return [
        figure({
          name: 'first-snapshot',
          value: tookUs / 1_000_000,
          unit: 's',
          target: below(10),
          bare: bareUs / 1_000_000,
          note: `a till process below a store process with ${known.length.toLocaleString('en-GB')} articles, from before its start until every service in it has them all: enrolled and open after ${seconds(openedUs)} s, the catalogue there after ${seconds(hasAllUs)} s; asked again and again meanwhile to ring something up, the till answered after ${seconds(longestUs)} s at the longest. Bare: the same rows into three new journals in a row, ${atOnce} a commit; median`,
        }),
      ]
    } finally {
      for (const each of running) await each.stop()
    }
  },
}
