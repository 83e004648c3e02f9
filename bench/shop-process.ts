import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { v7 } from 'uuid'
import { catalogueRoutes } from '../src/contracts/catalogue.ts'
import { type Client, createClient } from '../src/contracts/client.ts'
import { platformRoutes } from '../src/contracts/platform.ts'
import type { Scope } from '../src/contracts/route.ts'
import { staffRoutes } from '../src/contracts/staff.ts'
import { dataFolder } from '../src/run/data-folder.ts'
import type { Basket, Shelf } from './baskets.ts'
import { saleTemplate } from './load/load.ts'
import type { SaleTemplate } from './load/messages.ts'
import { monotonicUs } from './statistics.ts'

export type ShopProcess = {
  pid: number
  host: string
  port: number
  url: string
  data: string
  /** Lets one act with all rights. */
  key: string
  /** Acts with all rights. */
  operator: Client
  /** From the start of the process until its first answer that it is ready. */
  readyAfterUs: number
  /** Makes an API token through the API. */
  token(scopes: Scope[]): Promise<string>
  /** What the shop sells, with the version that its sales name. */
  shelf(): Promise<Shelf & { version: number }>
  /** Resident memory of the process, in MB (10^6 bytes), as the system counts it. */
  residentMb(): number
  /** Time that its threads have had on a core. */
  cpuUs(): number
  /** Facts that the slowest service has still to apply. */
  waitingFacts(): Promise<{ waiting: number; service: string }>
  stop(): Promise<void>
}

const cli = new URL('../src/run/cli.js', import.meta.url).pathname
const readyWithinMs = 60_000
/** Linux counts in hundredths of a second, whatever its kernel's own clock. */
const tickUs = 10_000

const hasOpened = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = ''
    let complained = ''
    const cut = setTimeout(() => reject(new Error(`the shop did not open: ${said}${complained}`)), readyWithinMs)
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (!said.includes('Tillwire is open')) return
      clearTimeout(cut)
      resolve()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      complained += chunk.toString()
      process.stderr.write(chunk)
    })
    child.once('exit', code => {
      clearTimeout(cut)
      reject(new Error(`the shop ended with ${code}: ${complained}`))
    })
  })

type StartOptions = { shopOptions?: readonly string[]; nodeOptions?: readonly string[] }

/** A real shop as `npm start` runs it, on a data folder and a free port. `nodeOptions` stand before the program. */
export const startShopProcess = (data: string, options: StartOptions = {}): Promise<ShopProcess> =>
  startNodeProcess('shop', data, options)

/** The same for a node of any size. Ended where it does not get ready. */
export const startNodeProcess = async (
  command: 'shop' | 'hq' | 'store' | 'till',
  data: string,
  options: StartOptions = {},
): Promise<ShopProcess> => {
  const { shopOptions = [], nodeOptions = [] } = options
  const startUs = monotonicUs()
  const child = spawn(
    process.execPath,
    [...nodeOptions, cli, command, '--port', '0', '--host', '127.0.0.1', '--data', data, ...shopOptions],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const kill = () => child.kill('SIGKILL')
  // Whatever becomes of the benchmark, nothing that it started goes on.
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  try {
    return await readyProcess(child, data, startUs)
  } catch (error) {
    kill()
    throw error
  }
}

const readyProcess = async (child: ChildProcess, data: string, startUs: number): Promise<ShopProcess> => {
  await hasOpened(child)
  const running = dataFolder(data).running()
  if (!running) throw new Error('the shop does not say where it is')
  const ready = await fetch(`${running.url}/health/ready`)
  if (ready.status !== 200) throw new Error(`the shop is not ready: ${ready.status}`)
  const readyAfterUs = monotonicUs() - startUs
  const { pid, url, key } = running
  const { hostname, port } = new URL(url)
  const operator = createClient(fetch, url, key)
  return {
    pid,
    url,
    data,
    key,
    host: hostname,
    port: Number(port),
    operator,
    readyAfterUs,
    token: async scopes => {
      const { secret } = await operator.call(staffRoutes.createToken, { id: v7(), name: 'bench', scopes })
      if (!secret) throw new Error('the new token has no secret')
      return secret
    },
    shelf: async () => {
      const { articles, taxes, store, version } = await operator.call(catalogueRoutes.tillCatalogue, {})
      const { currency, taxMode, taxRounding, cashStepMinor } = store
      return { articles, taxes, rules: { currency, taxMode, taxRounding, cashStepMinor }, version }
    },
    residentMb: () => {
      const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      return (Number(kib) * 1_024) / 1_000_000
    },
    cpuUs: () => {
      // Its name, in brackets, may hold spaces; from there on user and system time are the 12th and 13th.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return (Number(fields[11]) + Number(fields[12])) * tickUs
    },
    waitingFacts: async () => {
      const { rows } = await operator.call(platformRoutes.services, {})
      const slowest = rows.toSorted((a, b) => b.waiting - a.waiting)[0]
      return { waiting: slowest?.waiting ?? 0, service: slowest?.service ?? '' }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Baskets as the requests of a till that has a token for selling and nothing else; or what else it is given to sell by. */
export const saleTemplates = async (
  shop: ShopProcess,
  baskets: readonly Basket[],
  secret?: string,
): Promise<SaleTemplate[]> => {
  const token = secret ?? (await shop.token(['sales:write']))
  const { version, rules } = await shop.shelf()
  const rest = { currency: rules.currency, catalogueVersion: version, completedAtMs: Date.now() }
  return baskets.map(basket => saleTemplate(basket, rest, `${shop.host}:${shop.port}`, token))
}

/** Waits until every service has applied every fact, and answers how long that took. */
export const caughtUp = async (shop: ShopProcess): Promise<number> => {
  const startUs = monotonicUs()
  while ((await shop.waitingFacts()).waiting > 0) await new Promise(resolve => setTimeout(resolve, 20))
  return monotonicUs() - startUs
}
