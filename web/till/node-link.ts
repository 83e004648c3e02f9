import type { FromNode, NodeState, ToldFact, ToNode } from './node-messages.ts'
import { thisTillRoutes } from './node-routes.ts'

/** The till's node as the page has it: it asks, hears, and starts it anew when it had to end. */
export type NodeLink = {
  /** Asks it as soon as it runs. Throws where it is not known what became of the request. */
  ask(request: Request): Promise<Response>
  state(): NodeState
  /** Answers how to stop hearing. */
  onState(listener: () => void): () => void
  onFact(listener: (fact: ToldFact) => void): void
  /** Goes on with this tab where another had the till. */
  takeOver(): void
}

/** Who is signed in at this till, for as long as this tab is open. */
const sessionKey = 'tillwire.session'
/** A node that ends again and again is broken, and a person has to look. */
const startsAtMost = 5
const startsWithinMs = 60_000

type Waiting = { resolve(response: Response): void; reject(error: unknown): void }

const isSession = (url: string, method: string, wanted: 'POST' | 'DELETE'): boolean =>
  method === wanted && /\/api\/v1\/sessions(\/current)?$/.test(new URL(url).pathname)

const isAboutDevice = (url: string): boolean => new URL(url).pathname === `/api/v1${thisTillRoutes.enrolHere.path}`

/** Remembers who signed in: the node keeps no cookie. */
const rememberSession = async (request: Request, response: Response): Promise<void> => {
  const { url, method } = request
  if (isSession(url, method, 'DELETE')) sessionStorage.removeItem(sessionKey)
  if (!response.ok || !isSession(url, method, 'POST')) return
  const { token } = (await response.clone().json()) as { token: string }
  sessionStorage.setItem(sessionKey, token)
}

export const openNode = (): NodeLink => {
  const stateListeners = new Set<() => void>()
  const factListeners = new Set<(fact: ToldFact) => void>()
  let starts: number[] = []
  let waiting = new Map<number, Waiting>()
  let lastNumber = 0
  let state: NodeState = { at: 'starting' }
  let port: MessagePort | undefined
  let worker: Worker | undefined

  const become = (next: NodeState): void => {
    state = next
    for (const listener of stateListeners) listener()
  }
  const say = (message: ToNode): void => port?.postMessage(message)

  const end = (message: string): void => {
    worker?.terminate()
    port?.close()
    const lost = waiting
    waiting = new Map()
    for (const { reject } of lost.values()) reject(new TypeError(message))
    starts = starts.filter(atMs => atMs > Date.now() - startsWithinMs)
    if (starts.length >= startsAtMost) become({ at: 'failed', message })
    else start()
  }

  const hear = (message: FromNode): void => {
    switch (message.kind) {
      case 'state':
        become(message.state)
        return
      case 'facts':
        for (const fact of message.facts) for (const listener of factListeners) listener(fact)
        return
      case 'fatal':
        end(message.message)
        return
      case 'response': {
        const { number, status, headers, body } = message
        waiting.get(number)?.resolve(new Response(body === '' ? null : body, { status, headers }))
        waiting.delete(number)
        return
      }
      case 'unanswered':
        waiting.get(message.number)?.reject(new TypeError(message.message))
        waiting.delete(message.number)
    }
  }

  const start = (): void => {
    starts.push(Date.now())
    become({ at: 'starting' })
    const channel = new MessageChannel()
    port = channel.port1
    port.onmessage = ({ data }: MessageEvent<FromNode>) => hear(data)
    worker = new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module', name: 'till' })
    worker.addEventListener('error', event => {
      event.preventDefault()
      end(event.message || 'the till could not be started')
    })
    worker.postMessage(null, [channel.port2])
    say({ kind: 'begin' })
  }
  start()

  const running = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (end: () => void): void => {
        stateListeners.delete(look)
        signal.removeEventListener('abort', look)
        end()
      }
      const look = (): void => {
        if (signal.aborted) settle(() => reject(signal.reason))
        else if (state.at === 'running') settle(resolve)
        else if (state.at !== 'starting' && state.at !== 'joining')
          settle(() => reject(new TypeError('the till is not open')))
      }
      stateListeners.add(look)
      signal.addEventListener('abort', look)
      look()
    })

  return {
    ask: async request => {
      if (!isAboutDevice(request.url)) await running(request.signal)
      const body = await request.text()
      const { url, method, signal } = request
      const secret = sessionStorage.getItem(sessionKey)
      const headers = [...request.headers]
      if (secret !== null) headers.push(['authorization', `Bearer ${secret}`])
      lastNumber += 1
      const number = lastNumber
      const response = await new Promise<Response>((resolve, reject) => {
        waiting.set(number, { resolve, reject })
        signal.addEventListener('abort', () => {
          if (!waiting.delete(number)) return
          say({ kind: 'abort', number })
          reject(signal.reason)
        })
        say({ kind: 'request', number, method, url, headers, body: body === '' ? null : body })
      })
      await rememberSession(request, response)
      return response
    },
    state: () => state,
    onState: listener => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    onFact: listener => void factListeners.add(listener),
    takeOver: () => say({ kind: 'take-over' }),
  }
}
