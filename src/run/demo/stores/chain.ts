import { join } from 'node:path'
import { type Client, createClient } from '../../../contracts/client.ts'
import type { RecordedFact } from '../../../contracts/fact.ts'
import { platformRoutes } from '../../../contracts/platform.ts'
import { type LinkState, syncRoutes } from '../../../contracts/sync.ts'
import { type Cable, layCable } from './cable.ts'
import { hearFacts } from './feed.ts'
import { type Known, nothingKnown, takeIn } from './known.ts'
import { type NodeProcess, startNodeProcess } from './node-process.ts'
import type { Pause } from './pause.ts'
import type { Place } from './places.ts'

/** A node of the demo: its process, which comes and goes, and what is heard of it. */
export type ChainNode = {
  readonly place: Place
  readonly data: string
  /** To the node above; null at the top. */
  readonly cable: Cable | null
  state: 'starting' | 'running' | 'stopped'
  process: NodeProcess | null
  /** Kept from one start to the next, so that a page that is open on it finds it again. */
  port: number
  readonly known: Known
  /** The position up to which its catalogue is applied. */
  priced: number
  link: LinkState | null
  /** Why it does not run, where nobody stopped it. */
  trouble: string | null
}

export type Chain = {
  readonly nodes: readonly ChainNode[]
  at(id: string): ChainNode
  /** Starts a node's process and follows it; `code` enrols it first. Throws where it does not start. */
  start(id: string, code?: string): Promise<void>
  /** Ends a node's process as a power cut would. */
  kill(id: string): Promise<void>
  setCut(id: string, cut: boolean): void
  /** The operator of a node, whichever process it is at the moment. Throws, as `fetch` does, where there is none. */
  client(id: string, token?: string, store?: string): Client
  /** Called whenever more is known of a node. */
  onHeard(listener: (node: ChainNode, fact?: RecordedFact) => void): void
  /** Ends all processes and cables. */
  end(): Promise<void>
}

const askEveryMs = 300
const answerWithinMs = 2_000
const hearAgainMs = 200
const killAfterMs = 8_000

/** The nodes of the demo, each in a folder of its own below `folder`. None runs yet. */
export const layChain = async (places: readonly Place[], folder: string, pause: Pause): Promise<Chain> => {
  const nodes: ChainNode[] = []
  const listeners = new Set<(node: ChainNode, fact?: RecordedFact) => void>()
  const ending = new AbortController()
  const at = (id: string): ChainNode => {
    const node = nodes.find(({ place }) => place.id === id)
    if (!node) throw new Error(`there is no ${id}`)
    return node
  }
  for (const place of places) {
    const { above } = place
    nodes.push({
      place,
      data: join(folder, place.id),
      cable: above === null ? null : await layCable(() => at(above).port),
      state: 'stopped',
      process: null,
      port: 0,
      known: nothingKnown(),
      priced: 0,
      link: null,
      trouble: null,
    })
  }
  const tell = (node: ChainNode, fact?: RecordedFact) => {
    for (const listener of listeners) listener(node, fact)
  }

  const client: Chain['client'] = (id, token, store) => {
    const send = async (request: Request): Promise<Response> => {
      const { process } = at(id)
      if (!process) throw new TypeError(`${id} does not run`)
      const url = new URL(new URL(request.url).pathname + new URL(request.url).search, process.url)
      if (store !== undefined) url.searchParams.set('store', store)
      const headers = new Headers(request.headers)
      headers.set('authorization', `Bearer ${token ?? process.key}`)
      const body = await request.text()
      const { method, signal } = request
      return fetch(url, { method, headers, signal, ...(body === '' ? {} : { body }) })
    }
    return createClient(send, 'http://node.demo')
  }

  const applied = (node: ChainNode, service: string, position: number) => {
    if (service !== 'catalogue' || position <= node.priced) return
    node.priced = position
    tell(node)
  }
  /** Hears what a process records for as long as it is there. */
  const follow = async (node: ChainNode, process: NodeProcess): Promise<void> => {
    const isThere = () => node.process === process && !ending.signal.aborted
    while (isThere()) {
      try {
        const { rows } = await client(node.place.id).call(platformRoutes.services, {})
        for (const { service, position } of rows) applied(node, service, position)
        const fact = (heard: RecordedFact) => {
          takeIn(node.known, heard)
          tell(node, heard)
        }
        const progress = (service: string, position: number) => applied(node, service, position)
        await hearFacts(process, node.known.position, { fact, progress }, ending.signal)
      } catch {
        // It was killed, or is about to be heard again.
      }
      if (isThere()) await pause(hearAgainMs, ending.signal)
    }
  }
  /** Asks a process again and again how it stands to the one above. */
  const ask = async (node: ChainNode, process: NodeProcess): Promise<void> => {
    while (node.process === process && !ending.signal.aborted) {
      const signal = AbortSignal.timeout(answerWithinMs)
      const link = await client(node.place.id)
        .call(syncRoutes.linkState, {}, { signal })
        .catch(() => null)
      if (link && node.process === process) node.link = link
      await pause(askEveryMs, ending.signal)
    }
  }

  const run = async (node: ChainNode, enrol: readonly string[]): Promise<NodeProcess> => {
    const { place, data } = node
    const start = (port: number) =>
      startNodeProcess(place.kind, data, '--host', '127.0.0.1', '--port', String(port), '--https', 'off', ...enrol)
    if (node.port === 0) return start(0)
    return start(node.port).catch((error: unknown) => {
      // Somebody else may have taken the port meanwhile.
      if (ending.signal.aborted) throw error
      return start(0)
    })
  }
  const start: Chain['start'] = async (id, code) => {
    const node = at(id)
    if (node.state !== 'stopped' || ending.signal.aborted) return
    node.state = 'starting'
    node.trouble = null
    const parent = node.place.kind === 'till' ? '--store' : '--hq'
    try {
      const process = await run(node, code === undefined ? [] : [parent, node.cable?.url ?? '', '--code', code])
      if (ending.signal.aborted) {
        await process.end('SIGKILL')
        node.state = 'stopped'
        return
      }
      node.process = process
      node.port = Number(new URL(process.url).port)
      node.state = 'running'
      const gone = () => {
        if (node.process !== process) return
        node.process = null
        node.state = 'stopped'
        if (!ending.signal.aborted) node.trouble = 'It ended by itself.'
      }
      if (process.child.exitCode === null && process.child.signalCode === null) process.child.once('exit', gone)
      else gone()
      void follow(node, process)
      if (node.cable) void ask(node, process)
    } catch (error) {
      node.state = 'stopped'
      if (!ending.signal.aborted) node.trouble = error instanceof Error ? error.message : String(error)
      throw error
    }
  }

  return {
    nodes,
    at,
    start,
    kill: async id => {
      const node = at(id)
      const { process } = node
      if (!process) return
      node.process = null
      node.state = 'stopped'
      await process.end('SIGKILL')
    },
    setCut: (id, cut) => {
      const { cable } = at(id)
      if (cut) cable?.cut()
      else cable?.join()
    },
    client,
    onHeard: listener => listeners.add(listener),
    end: async () => {
      ending.abort()
      // From the tills up, so that nobody waits for somebody who is gone.
      for (const { process } of nodes.toReversed()) {
        if (!process) continue
        const late = AbortSignal.timeout(killAfterMs)
        late.addEventListener('abort', () => process.child.kill('SIGKILL'))
        await process.end()
      }
      for (const { cable } of nodes) await cable?.close()
    },
  }
}
