import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import open from 'open'
import type { Ports } from '../../../platform/ports.ts'
import { exitCodes, Failed } from '../../commands/exit.ts'
import { listenTrouble, openListener } from '../../listener.ts'
import { type Cashier, startCashier } from './cashier.ts'
import { type Chain, layChain } from './chain.ts'
import { agreeWithin } from './check.ts'
import { openStores } from './first-day.ts'
import { type Pause, pauseBy } from './pause.ts'
import { people, places } from './places.ts'
import { watchPrices } from './prices.ts'
import { demoServer } from './server.ts'
import { type Course, stateOf, watchAgreement } from './state.ts'

export type DemoOptions = {
  port: number
  /** A folder that is empty or not there yet; one of its own where absent. */
  data: string | undefined
  keep: boolean
  browser: boolean
  /** How long it sells before it ends by itself; until it is told to where absent. */
  seconds: number | undefined
}

const host = '127.0.0.1'
/** How long all may take to agree at the end: a till that was alone for long tries again every eight seconds. */
const agreeWithinMs = 60_000

/** The folder of the demo's data, and how to remove what the demo made of it. */
const dataOf = ({ data, keep }: DemoOptions): { path: string; remove(): void } => {
  const path = data === undefined ? mkdtempSync(join(tmpdir(), 'tillwire-stores-')) : resolve(data)
  const isMade = data === undefined || !existsSync(path)
  if (!isMade && readdirSync(path).length > 0)
    throw new Failed(exitCodes['no input'], `${path} is not empty. Name another folder with --data.`)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return {
    path,
    remove: () => {
      if (keep) return
      for (const { id } of places) rmSync(join(path, id), { recursive: true, force: true })
      if (isMade) rmSync(path, { recursive: true, force: true })
    },
  }
}

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

/** A look at each node for a person, and who may sign in there. */
const lines = (chain: Chain): string[] => [
  ...chain.nodes.map(
    ({ place, process }) =>
      `  ${place.name.padEnd(10)} ${process?.url ?? ''}${place.kind === 'till' ? '/till' : '/office'}`,
  ),
  ...people
    .filter(({ role }) => role === 'owner')
    .map(({ number, pin }) => `  Sign in at any of them with number ${number}, PIN ${pin}`),
]

/** Everything is whole again: links, processes. Those that don't start are said. */
const heal = async (chain: Chain): Promise<void> => {
  for (const { place } of chain.nodes) chain.setCut(place.id, false)
  for (const { place } of chain.nodes) await chain.start(place.id).catch(error => say(String(error)))
}

const employ = (
  chain: Chain,
  course: Course,
  ports: Ports,
  pause: Pause,
  signal: AbortSignal,
): Map<string, Cashier> => {
  const cashiers = new Map<string, Cashier>()
  for (const node of chain.nodes) {
    const { id, cashier: person } = node.place
    if (!person) continue
    const cashier = startCashier({
      till: id,
      person,
      client: token => chain.client(id, token),
      catalogueVersion: () => (node.priced >= node.known.position ? node.known.priceVersion : 0),
      isOpen: () => course.selling,
      ports,
      pause,
      signal,
    })
    cashiers.set(id, cashier)
  }
  return cashiers
}

/**
 * HQ, two stores and three tills as processes, with cashiers, and the page that shows them. Runs until `stop` is aborted, or for
 * so many seconds; then answers whether all agreed in the end. Leaves no process behind.
 */
export const runDemoStores = async (options: DemoOptions, ports: Ports, stop: AbortSignal): Promise<boolean> => {
  const pause = pauseBy(ports.timers)
  const folder = dataOf(options)
  const leaving = new AbortController()
  const signal = AbortSignal.any([stop, leaving.signal])
  const chain = await layChain(places, folder.path, pause)
  const course: Course = { phase: 'starting', selling: true }
  let cashiers = new Map<string, Cashier>()
  const prices = watchPrices(chain, ports)
  const agreement = watchAgreement(chain, ports.clock)
  const state = () => stateOf({ chain, course, cashiers, prices, agreement: agreement() })
  const controls = {
    state,
    setCut: chain.setCut,
    kill: chain.kill,
    start: (id: string) => chain.start(id),
    setPrice: prices.setPrice,
    setSelling: (selling: boolean) => {
      course.selling = selling
    },
  }
  const app = demoServer(controls, pause, signal)
  const listener = await openListener(app.fetch, host, options.port, null, ports).catch((error: unknown) => {
    folder.remove()
    const trouble = listenTrouble(error, options.port)
    throw trouble === null ? error : new Failed(exitCodes.unavailable, trouble)
  })
  try {
    const url = `http://${host}:${listener.port}`
    say(`Two stores with three tills and their HQ: ${url}`)
    if (options.browser) await open(url).catch(() => say('No browser was found; open the address yourself.'))
    say('Starting six processes …')
    await openStores({ chain, ids: ports.ids, pause, signal })
    if (signal.aborted) return true
    say([...lines(chain), `  Data in ${folder.path}`, 'Ctrl-C ends it all.'].join('\n'))
    course.phase = 'open'
    cashiers = employ(chain, course, ports, pause, signal)
    if (options.seconds === undefined) {
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
      return true
    }
    await pause(options.seconds * 1_000, signal)
    if (signal.aborted) return true
    course.phase = 'ending'
    say('Nobody sells any more; waiting until all agree …')
    await heal(chain)
    await Promise.all([...cashiers.values()].map(cashier => cashier.finish()))
    const agreed = await agreeWithin(agreeWithinMs, { chain, cashiers, pause, signal })
    say(agreed || !state().verdict.agree ? state().verdict.words : 'The nodes have other sales than they told.')
    return agreed
  } catch (error) {
    if (signal.aborted) return true
    throw error
  } finally {
    leaving.abort()
    await Promise.all([chain.end(), listener.close()])
    await Promise.all([...cashiers.values()].map(cashier => cashier.finish()))
    folder.remove()
  }
}
