import type { Dice } from './dice.ts'
import type { Schedule } from './schedule.ts'
import type { Trace } from './trace.ts'

/** What a way through the network does to what is sent on it. Shares are of one. */
export type Way = {
  cut: boolean
  loss: number
  repeat: number
  latencyMs: [least: number, most: number]
  /** How much of it takes much longer, so that it is overtaken. */
  slow: number
  slowMs: number
}
/** The two ways between a node and the one above it. */
export type Link = { up: Way; down: Way }

export const goodWay = (): Way => ({ cut: false, loss: 0, repeat: 0, latencyMs: [1, 4], slow: 0, slowMs: 0 })
export const goodLink = (): Link => ({ up: goodWay(), down: goodWay() })

export type Server = {
  name: string
  /** Throws where nobody answers. */
  receive(request: Request): Promise<Response>
}

export type Passing = { from: string; to: string; request: Request; body: string | null }
export type Answered = Passing & { status: number; answer: string }

/** Everything that passes; invariants that are about what is said listen here. */
export type Listener = {
  request?(passing: Passing): void
  /** The answer has left whoever gave it, whether it arrives or not. */
  answer?(answered: Answered): void
}

export type Network = {
  listen(listener: Listener): void
  /** How a process reaches the machine above it. */
  fetcher(from: { name: string; isAlive(): boolean }, to: Server, link: Link): (request: Request) => Promise<Response>
}

const unreachable = () => new TypeError('nobody is reached')

export const createNetwork = (schedule: Schedule, dice: Dice, trace: Trace): Network => {
  const listeners: Listener[] = []
  /** A request that nobody holds is collected, and then never hears that whoever sent it has given it up. */
  const underWay = new Set<Request>()

  /** How long something takes on a way; undefined where it is lost. */
  const travelUs = (way: Way): number | undefined => {
    const us = dice.between(way.latencyMs[0] * 1_000, way.latencyMs[1] * 1_000)
    if (way.cut || dice.chance(way.loss)) return undefined
    return dice.chance(way.slow) ? us + dice.between(0, way.slowMs * 1_000) : us
  }

  const send = (
    from: { name: string; isAlive(): boolean },
    to: Server,
    link: Link,
    request: Request,
    body: string | null,
  ): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { method, url, headers } = request
      const path = url.slice(new URL(url).origin.length)
      const passing: Passing = { from: from.name, to: to.name, request, body }
      const servers: AbortController[] = []
      let over = false
      const finish = (settle: () => void): void => {
        if (over) return
        over = true
        underWay.delete(request)
        request.signal.removeEventListener('abort', abort)
        if (from.isAlive()) settle()
      }
      /** The other side hears that nobody listens any more, if the network tells it. */
      const abort = (): void => {
        finish(() => reject(request.signal.reason))
        const us = travelUs(link.up)
        if (us !== undefined) schedule.after(us, () => servers.forEach(server => void server.abort()))
      }
      /** Whoever waits for what is lost may be told by his own machine, or waits until he gives up. */
      const lost = (what: string): void => {
        trace.note(`${from.name} ${to.name} ${method} ${path} ${what}`)
        if (dice.chance(0.5)) schedule.after(dice.between(1_000, 3_000_000), () => finish(() => reject(unreachable())))
      }
      const answer = (response: Response, text: string): void => {
        const us = travelUs(link.down)
        const arrive = (): void => {
          trace.note(`${from.name} ${to.name} ${method} ${path} ${response.status} ${text.length}`)
          resolve(new Response(text === '' ? null : text, { status: response.status, headers: response.headers }))
        }
        if (us === undefined) lost('answer lost')
        else schedule.after(us, () => finish(arrive))
      }
      const deliver = (isFirst: boolean): void => {
        const server = new AbortController()
        servers.push(server)
        const copy = new Request(url, { method, headers, body, signal: server.signal })
        for (const listener of listeners) listener.request?.(passing)
        const answered = async (): Promise<void> => {
          try {
            const response = await to.receive(copy)
            const text = await response.text()
            for (const listener of listeners) listener.answer?.({ ...passing, status: response.status, answer: text })
            if (isFirst && !over) answer(response, text)
          } catch {
            if (isFirst && !over) lost('nobody there')
          }
        }
        void answered()
      }
      underWay.add(request)
      request.signal.addEventListener('abort', abort)
      if (request.signal.aborted) return abort()
      const us = travelUs(link.up)
      if (us === undefined) lost('lost')
      else schedule.after(us, () => deliver(true))
      if (!dice.chance(link.up.repeat)) return
      const again = travelUs(link.up)
      if (again !== undefined) schedule.after(again + dice.between(0, 5_000_000), () => deliver(false))
    })

  return {
    listen: listener => void listeners.push(listener),
    fetcher: (from, to, link) => async request => {
      const body = request.body ? await request.text() : null
      return send(from, to, link, request, body)
    },
  }
}
