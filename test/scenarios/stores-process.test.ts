import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { type Cable, layCable } from '../../src/run/demo/stores/cable.ts'
import { seededRandom } from '../simulation/seeded-random.ts'
import {
  addProducts,
  clientAbout,
  configureStore,
  enrolmentCode,
  isOutage,
  salesOf,
  sellOne,
} from '../support/drive.ts'
import { type NodeProcess, runCommand, startNodeProcess, temporaryFolder } from '../support/node-process.ts'

/** Rounds of kill -9. By hand: TILLWIRE_KILL_ROUNDS=200 */
const rounds = Number(process.env.TILLWIRE_KILL_ROUNDS ?? 20)
const { ids } = systemPorts('silent')
const longTest = 120_000 + rounds * 15_000

/** A node as a process that may be killed and started again on its folder, and its cable upwards. */
type Running = { name: string; command: string; data: string; process: NodeProcess; cable: Cable | undefined }

let folder: ReturnType<typeof temporaryFolder>
let nodes: Map<string, Running>
beforeEach(() => {
  folder = temporaryFolder()
  nodes = new Map()
})
afterEach(async () => {
  for (const { process, cable } of nodes.values()) {
    await process.end('SIGKILL')
    await cable?.close()
  }
  folder.remove()
})

const portOf = ({ url }: NodeProcess): number => Number(new URL(url).port)
const at = (name: string): Running => {
  const node = nodes.get(name)
  if (!node) throw new Error(`there is no ${name}`)
  return node
}
const clientOf = (name: string) => at(name).process.client

const startHq = async (): Promise<void> => {
  const data = join(folder.path, 'hq')
  const process = await startNodeProcess('hq', data, '--https', 'off')
  nodes.set('hq', { name: 'hq', command: 'hq', data, process, cable: undefined })
  await addProducts(process.client, ids, 5)
}
const startBelow = async (kind: 'store' | 'till', name: string, above: string): Promise<void> => {
  const parent = at(above)
  if (kind === 'store') await configureStore(clientAbout(parent.process, name), ids, name)
  const cable = await layCable(() => portOf(at(above).process))
  const data = join(folder.path, name)
  const code = await enrolmentCode(parent.process.client, ids, kind, kind === 'till' ? 'till-1' : name)
  const option = kind === 'store' ? '--hq' : '--store'
  const process = await startNodeProcess(kind, data, '--https', 'off', option, cable.url, '--code', code)
  nodes.set(name, { name, command: kind, data, process, cable })
}
const restart = async (name: string): Promise<void> => {
  const node = at(name)
  node.process = await startNodeProcess(node.command, node.data, '--https', 'off')
}

/** Two stores with a till each. */
const startChain = async (): Promise<void> => {
  await startHq()
  for (const n of [1, 2]) {
    await startBelow('store', `store-${n}`, 'hq')
    await startBelow('till', `till-of-${n}`, `store-${n}`)
  }
  for (const n of [1, 2]) await isStocked(`till-of-${n}`)
}
const poll = { timeout: 60_000, interval: 50 }
const isStocked = (name: string) =>
  expect
    .poll(
      () =>
        clientOf(name)
          .call(catalogueRoutes.tillCatalogue, {})
          .then(
            ({ articles }) => articles.length,
            () => 0,
          ),
      poll,
    )
    .toBe(5)

/** Sells until it is known to be recorded; a killed till is waited for. Answers the total. */
const sell = async (till: string, id: string, product: number): Promise<void> => {
  await expect
    .poll(async () => {
      try {
        await sellOne(clientOf(till), id, 'till-1', product)
        return 'paid'
      } catch (error) {
        if (isOutage(error)) return 'again'
        throw error
      }
    }, poll)
    .toBe('paid')
}

const agree = async (paid: ReadonlyMap<string, number>): Promise<void> => {
  const all = [...paid].toSorted()
  await expect
    .poll(async () => [...(await salesOf(clientOf('hq')))].toSorted(), { ...poll, timeout: 90_000 })
    .toEqual(all)
  for (const n of [1, 2]) {
    const atTill = await salesOf(clientOf(`till-of-${n}`))
    expect(await salesOf(clientOf(`store-${n}`))).toEqual(atTill)
    expect([...atTill].every(([id, total]) => paid.get(id) === total)).toBe(true)
  }
}
const verifyAll = async (): Promise<void> => {
  for (const { data } of nodes.values()) {
    const { code, err } = await runCommand('verify', '--data', data)
    expect(code, `${data}: ${err}`).toBe(0)
  }
}

test(
  'cables pulled and joined while tills sell: nobody waits, and everyone agrees within seconds',
  async () => {
    await startChain()
    const paid = new Map<string, number>()
    const ring = async (n: number, product: number) => {
      const id = ids.next()
      await sell(`till-of-${n}`, id, product)
      paid.set(id, product * 100)
    }
    await ring(1, 1)
    at('store-1').cable?.cut()
    await ring(1, 2)
    await ring(2, 3)
    at('till-of-1').cable?.cut()
    at('till-of-2').cable?.cut()
    for (let n = 0; n < 10; n++) await ring((n % 2) + 1, (n % 5) + 1)
    await expect
      .poll(async () => (await clientOf('till-of-1').call(syncRoutes.linkState, {})).state, poll)
      .toBe('alone')
    for (const { cable } of nodes.values()) cable?.join()
    await agree(paid)
    await verifyAll()
  },
  longTest,
)

test(
  `kill -9 of any process at any moment, ${rounds} times: no paid sale is lost, none counts twice`,
  async () => {
    await startChain()
    const random = seededRandom(4_711)
    const paid = new Map<string, number>()
    let selling = true
    const cashier = async (n: number): Promise<void> => {
      while (selling) {
        const id = ids.next()
        const product = 1 + Math.floor(random() * 5)
        await sell(`till-of-${n}`, id, product)
        paid.set(id, product * 100)
      }
    }
    const cashiers = [cashier(1), cashier(2)]
    const names = [...nodes.keys()]
    for (let round = 0; round < rounds; round++) {
      const name = names[Math.floor(random() * names.length)] ?? 'hq'
      const before = paid.size
      await expect.poll(() => paid.size - before, poll).toBeGreaterThan(Math.floor(random() * 20))
      await at(name).process.end('SIGKILL')
      await restart(name)
    }
    selling = false
    await Promise.all(cashiers)
    expect(paid.size).toBeGreaterThan(rounds)
    await agree(paid)
    await verifyAll()
  },
  longTest,
)

test(
  'a full disk at a till refuses new sales before anything is handed over, and it sells on when there is room',
  async ({ skip }) => {
    const small = join(folder.path, 'small')
    mkdirSync(small)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', small])
    if (mounted.status !== 0) skip('only root may mount a small disk')
    try {
      await startHq()
      await startBelow('store', 'store-1', 'hq')
      await startBelow('till', 'small', 'store-1')
      await isStocked('small')
      const { bavail, bsize } = statfsSync(small)
      const filler = join(small, 'filler')
      // All but what is kept for work under way, and some sales more.
      writeFileSync(filler, Buffer.alloc(bavail * bsize - 17 * 1_048_576))
      const paid = new Map<string, number>()
      const ring = async () => {
        const id = ids.next()
        await sellOne(clientOf('small'), id, 'till-1', 1)
        paid.set(id, 100)
      }
      const fill = async () => {
        for (let n = 0; n < 5_000; n++) await ring()
      }
      await expect(fill()).rejects.toMatchObject({ problem: { code: 'storage-full' } })
      expect(paid.size).toBeGreaterThan(0)
      rmSync(filler)
      const outcome = () =>
        ring().then(
          () => 'paid',
          () => 'refused',
        )
      await expect.poll(outcome, poll).toBe('paid')
      await expect.poll(async () => [...(await salesOf(clientOf('hq')))].toSorted(), poll).toEqual([...paid].toSorted())
      await at('small').process.end()
    } finally {
      await nodes.get('small')?.process.end('SIGKILL')
      spawnSync('umount', ['-l', small])
    }
  },
  longTest,
)
