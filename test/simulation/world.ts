import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { type Client, createClient } from '../../src/contracts/client.ts'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import type { Route } from '../../src/contracts/route.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import type { NodeKind } from '../../src/contracts/travel.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { type Dice, diceOf } from './dice.ts'
import type { Image } from './disk.ts'
import { createDisks, type SqliteDisk } from './disk-vfs.ts'
import { type Machine, originOf, type Process } from './machine.ts'
import { createNetwork, goodLink, type Network } from './network.ts'
import { type Job, type SignedIn, signedIn } from './people.ts'
import { beginningMs, idsOf, simulatedPorts } from './ports.ts'
import { startProcess } from './process.ts'
import { createSchedule, type Schedule } from './schedule.ts'
import { createTrace, type Trace } from './trace.ts'

/** What is wrong, and which of the invariants of reliability.md says so; 0 for what no invariant speaks of. */
export type Breach = { invariant: number; text: string }

/** Something that a person does by a request with an id, which is sent again as long as its outcome is unknown. */
export type Act = {
  readonly id: string
  readonly at: Machine
  readonly what: string
  readonly route: Route
  readonly input: object
  readonly job: Job
  readonly store: string | undefined
  readonly begunUs: number
  sent: number
  outcome: 'unknown' | 'done' | 'refused'
  /** What was answered, or why it was refused. */
  answer: unknown
  code: string
  doneUs: number
  /** The identity of the node that answered. */
  node: string
  epoch: number
  /** It was on a disk that was brought back from a backup, and nowhere else. */
  isLost: boolean
}

export type World = {
  readonly sqlite3: Sqlite3Static
  readonly dice: Dice
  readonly schedule: Schedule
  readonly network: Network
  readonly trace: Trace
  readonly machines: readonly Machine[]
  readonly hq: Machine
  /** What people did, in order. */
  readonly acts: Act[]
  readonly breaches: Breach[]
  /** By the name of who acknowledged: the hash of each place in a chain. */
  readonly acknowledged: Map<string, Map<string, string>>
  /** What HQ had decided before each time that it was brought back from a backup. */
  readonly lostDecisions: RecordedFact[][]
  readonly signedIn: SignedIn
  add(
    machine: { kind: NodeKind; name: string; store: string; handle: string; parent: Machine | null },
    image?: Image,
  ): Machine
  newDisk(image?: Image): SqliteDisk
  /** Starts what is installed on a machine. Nothing runs on it afterwards where its disk does not let it. */
  start(machine: Machine): Promise<void>
  /** A client beside the machine: no network is between. */
  clientAt(machine: Machine, secret?: string, store?: string): Client
  /** Ports of somebody's tools on a machine, beside what runs on it. */
  portsAt(machine: Machine, isAlive: () => boolean): Ports
  /** How what is on a machine reaches the machine above it. */
  fetcherAt(machine: Machine, from: { name: string; isAlive(): boolean }): (request: Request) => Promise<Response>
  breach(invariant: number, text: string): void
  /** An id that somebody outside the nodes makes. */
  newId(): string
  pause(ms: number): Promise<void>
  end(): Promise<void>
}

const withStore = (request: Request, store: string): Request => {
  const url = new URL(request.url)
  url.searchParams.set('store', store)
  return new Request(url, request)
}

/** What nobody holds is collected, and then never hears that whoever asked has given up. */
const asked = new Set<Request>()

/** Ends when whoever asks gives up, whatever becomes of the work. */
const untilGivenUp = (request: Request, work: Promise<Response>): Promise<Response> => {
  asked.add(request)
  const answered = new Promise<Response>((resolve, reject) => {
    request.signal.addEventListener('abort', () => reject(request.signal.reason))
    work.then(resolve, reject)
  })
  return answered.finally(() => asked.delete(request))
}

/** What whoever takes facts in says that it has: the newest of each chain that was sent. */
const rememberAcknowledgements = (network: Network, acknowledged: World['acknowledged']): void => {
  network.listen({
    answer: ({ to, request, status, answer }) => {
      if (request.method !== 'POST' || !request.url.endsWith(`/api/v1${syncRoutes.upload.path}`) || status !== 200)
        return
      const { tips } = syncRoutes.upload.response.parse(JSON.parse(answer))
      const kept = acknowledged.get(to) ?? new Map<string, string>()
      acknowledged.set(to, kept)
      for (const { node, epoch, seq, hash } of tips) if (seq > 0) kept.set(`${node} ${epoch} ${seq}`, hash)
    },
  })
}

const breachesAtMost = 20

/** An empty world; see `base.ts` for what is in it at the beginning. */
export const createWorld = (options: {
  sqlite3: Sqlite3Static
  seed: number
  show?: ((row: string) => void) | undefined
}): World => {
  const { sqlite3, seed } = options
  const dice = diceOf(seed)
  const schedule = createSchedule()
  const trace = createTrace(schedule.nowUs, options.show)
  const network = createNetwork(schedule, dice.apart(), trace)
  const disks = createDisks(sqlite3, dice.apart().roll)
  const ids = idsOf({ nowMs: () => beginningMs + Math.floor(schedule.nowUs() / 1_000) }, dice.apart())
  const machines: Machine[] = []
  const acknowledged = new Map<string, Map<string, string>>()
  rememberAcknowledgements(network, acknowledged)
  const breaches: Breach[] = []
  const breach = (invariant: number, text: string): void => {
    trace.step(`BREACH ${invariant}: ${text}`)
    if (breaches.length < breachesAtMost) breaches.push({ invariant, text })
  }

  const complain = (machine: Machine, level: string, fields: Record<string, unknown>, text: string): void => {
    const row = `${machine.name} says ${text} ${JSON.stringify(fields)}`
    if (level !== 'error') trace.note(row)
    else if (machine.isExcused) trace.step(row)
    else breach(0, row)
  }

  const receive = async (machine: Machine, request: Request): Promise<Response> => {
    if (!machine.process) throw new TypeError(`nothing runs on ${machine.name}`)
    return machine.process.receive(request)
  }

  const watch = (machine: Machine, { host }: Process): void => {
    host.onCommit(facts => {
      for (const { position, type, hash } of facts) trace.note(`${machine.name} has ${position} ${type} ${hash}`)
    })
  }

  const portsAt = (machine: Machine, isAlive: () => boolean): Ports =>
    simulatedPorts({
      schedule,
      dice: dice.apart(),
      offsetMs: () => machine.offsetMs,
      isAlive,
      complain: (level, fields, text) => complain(machine, level, fields, text),
    })

  const fetcherAt: World['fetcherAt'] = ({ parent, link }, from) =>
    parent
      ? network.fetcher(from, { name: parent.name, receive: request => receive(parent, request) }, link)
      : () => Promise.reject(new TypeError(`nobody is above ${from.name}`))

  const start = async (machine: Machine): Promise<void> => {
    machine.lives += 1
    try {
      const process = await startProcess({
        sqlite3,
        machine,
        portsFor: isAlive => portsAt(machine, isAlive),
        fetcherFor: from => fetcherAt(machine, from),
      })
      machine.process = process
      watch(machine, process)
      trace.step(`${machine.name} starts`)
    } catch (error) {
      trace.step(`${machine.name} does not start: ${String(error)}`)
      if (!machine.isExcused) breach(0, `${machine.name} does not start: ${String(error)}`)
    }
  }

  return {
    sqlite3,
    dice,
    schedule,
    network,
    trace,
    machines,
    get hq() {
      return machines[0]!
    },
    acts: [],
    breaches,
    acknowledged,
    lostDecisions: [],
    add: (made, image) => {
      const machine: Machine = {
        ...made,
        link: goodLink(),
        disk: disks.disk(image),
        enrolled: null,
        offsetMs: 0,
        process: null,
        lives: 0,
        isOff: false,
        isExcused: false,
        program: '1',
      }
      machines.push(machine)
      return machine
    },
    newDisk: image => disks.disk(image),
    start,
    portsAt,
    fetcherAt,
    signedIn: signedIn((machine, request) => receive(machine, request)),
    clientAt: (machine, secret, store) =>
      createClient(
        request => untilGivenUp(request, receive(machine, store === undefined ? request : withStore(request, store))),
        originOf(machine),
        secret,
      ),
    breach,
    newId: ids.next,
    pause: ms => new Promise(resolve => void schedule.after(ms * 1_000, resolve)),
    end: async () => {
      for (const machine of machines) {
        await machine.process?.kill()
        machine.process = null
        machine.disk.discard()
      }
    },
  }
}
