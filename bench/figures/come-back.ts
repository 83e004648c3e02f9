import { join } from 'node:path'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { type Cable, layCable } from '../../src/run/demo/stores/cable.ts'
import { threeLineBaskets } from '../baskets.ts'
import { below, type FigureGroup, figure } from '../figure.ts'
import { bareInsertUs, openJournalFile } from '../journal-file.ts'
import { runLoad } from '../load/load.ts'
import { startBelow, startHq, storeHandle, until } from '../node-chain.ts'
import { caughtUp, type ShopProcess, saleTemplates } from '../shop-process.ts'
import { monotonicUs } from '../statistics.ts'

const sales = 10_000
/** As the load generator names its first till. */
const tillHandle = 'bench-000'
const clients = 32
const atOnce = 500
const withinMs = 90_000

/** Rings up a day's sales at a till that nobody else hears of. */
const sellAlone = async (till: ShopProcess): Promise<void> => {
  const templates = await saleTemplates(till, threeLineBaskets(await till.shelf(), 500), till.key)
  await runLoad({
    host: till.host,
    port: till.port,
    work: { kind: 'sales', templates, till: tillHandle },
    pace: { kind: 'closed', atMost: sales, clients, warmUpMs: 0, measuredMs: withinMs },
    keepSales: false,
  })
  await caughtUp(till)
}

const stateOf = async (node: ShopProcess): Promise<string> => (await node.operator.call(syncRoutes.linkState, {})).state

/** From the moment in which the cable is joined again until HQ has committed every sale of the till. */
export const comeBack: FigureGroup = {
  names: ['come-back'],
  run: async ({ folder, say }) => {
    const at = join(folder, 'come-back')
    const running: ShopProcess[] = []
    let cable: Cable | undefined
    try {
      const hq = await startHq(join(at, 'hq'))
      running.unshift(hq)
      const store = await startBelow(hq, 'store', storeHandle(1), join(at, 'store'))
      running.unshift(store)
      cable = await layCable(() => store.port)
      await until('the store hears HQ', withinMs, async () => (await stateOf(store)) === 'connected')
      const till = await startBelow(store, 'till', tillHandle, join(at, 'till'), cable.url)
      running.unshift(till)
      await until('the till has its catalogue', withinMs, () =>
        till.shelf().then(
          ({ articles }) => articles.length > 0,
          () => false,
        ),
      )
      cable.cut()
      await until('the till is alone', withinMs, async () => (await stateOf(till)) === 'alone')
      say('  a day of sales …')
      await sellAlone(till)
      const { node } = await till.operator.call(syncRoutes.linkState, {})
      const atTill = openJournalFile(till)
      const atStore = openJournalFile(store)
      const atHq = openJournalFile(hq)
      try {
        const before = atStore.seqOf(node.id, 1)
        const goal = atTill.seqOf(node.id, 1)
        const reached = { first: 0, store: 0, hq: 0 }
        const startUs = monotonicUs()
        cable.join()
        const isThere = (): boolean => {
          const seq = atStore.seqOf(node.id, 1)
          const tookUs = monotonicUs() - startUs
          if (reached.first === 0 && seq > before) reached.first = tookUs
          if (reached.store === 0 && seq >= goal) reached.store = tookUs
          if (atHq.seqOf(node.id, 1) >= goal) reached.hq = monotonicUs() - startUs
          return reached.hq > 0
        }
        await until('all is at HQ', withinMs, isThere, 5)
        const behindUs = await caughtUp(hq)
        const rows = atHq.rowsOf('sale.completed')
        if (rows.length !== sales) throw new Error(`${sales} sales were made, ${rows.length} are at HQ`)
        const bareUs = bareInsertUs(join(at, 'bare'), rows, atOnce)
        const seconds = (us: number) => (us / 1_000_000).toFixed(1)
        return [
          figure({
            name: 'come-back',
            value: reached.hq / 1_000_000,
            unit: 's',
            target: below(10),
            bare: bareUs / 1_000_000,
            note: `a till alone with ${sales.toLocaleString('en-GB')} sales of three lines, from the moment in which its cable is joined until HQ has committed all of them (till, store and HQ as processes on this machine); the first batch was at the store after ${seconds(reached.first)} s, for the till tries again only every few seconds, all were at the store after ${seconds(reached.store)} s, and every service at HQ had applied them ${seconds(behindUs)} s later. Bare: the same rows into three new journals in a row, ${atOnce} a commit; median`,
          }),
        ]
      } finally {
        atTill.close()
        atStore.close()
        atHq.close()
      }
    } finally {
      for (const each of running) await each.stop()
      await cable?.close()
    }
  },
}
