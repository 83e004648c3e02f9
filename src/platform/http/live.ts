import type { RecordedFact } from '../../contracts/fact.ts'
import type { Reader } from '../database/database.ts'
import type { Progress } from '../host/projector.ts'
import { readFacts } from '../journal/journal.ts'
import type { Timers } from '../ports.ts'

/** What the process that answers requests hears of the one that writes (they may be one). */
export type Feed = {
  /** Null: something was committed, and what it was stands in the journal alone. */
  onCommit(listener: (facts: readonly RecordedFact[] | null) => void): () => void
  onProgress(listener: (progress: readonly Progress[]) => void): () => void
}

const heartbeatMs = 15_000
/** A reader this far behind is let go; it comes back with the position that it has, and reads on from the journal. */
const mostWaiting = 1_000
const factsAtOnce = 500
/** Progress is told as often as a screen is drawn, however often services move. */
const progressEveryMs = 20

/**
 * Facts after `after` and then as they are recorded, and the services' progress, as server-sent events. Each fact's event id
 * is its position, so that a browser that reconnects misses none. Without `bodies` only what happened is told, not its content.
 */
export const liveResponse = (options: {
  db: Reader
  feed: Feed
  timers: Timers
  after: number
  types: readonly string[] | undefined
  bodies: boolean
  /** Whether a fact is told to this reader at all. */
  sees(fact: RecordedFact): boolean
  signal: AbortSignal
}): Response => {
  const { db, feed, timers, types, bodies } = options
  const encoder = new TextEncoder()
  let closed = false
  let sent = options.after
  let held: RecordedFact[] | null = []
  let missed = false
  let latest = new Map<string, Progress>()
  let cancelProgress: () => void = () => {}
  let cancelBeat: () => void = () => {}
  let endFeed: () => void = () => {}
  let roomAgain: () => void = () => {}
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined

  const stop = () => {
    closed = true
    endFeed()
    cancelBeat()
    cancelProgress()
    roomAgain()
  }
  const close = () => {
    if (closed) return
    stop()
    controller?.close()
  }
  const write = (text: string) => {
    if (closed || !controller) return
    if ((controller.desiredSize ?? 0) <= -mostWaiting) return close()
    controller.enqueue(encoder.encode(text))
  }
  const send = (fact: RecordedFact) => {
    if (fact.position <= sent) return
    sent = fact.position
    if ((types && !types.includes(fact.type)) || !options.sees(fact)) return
    const { body, prev: _prev, request: _request, ...told } = fact
    write(`id: ${fact.position}\nevent: fact\ndata: ${JSON.stringify(bodies ? { ...told, body } : told)}\n\n`)
  }
  const tellProgress = (progress: readonly Progress[]) => {
    if (latest.size === 0) {
      cancelProgress = timers.after(progressEveryMs, () => {
        write(`event: progress\ndata: ${JSON.stringify([...latest.values()])}\n\n`)
        latest = new Map()
      })
    }
    for (const each of progress) latest.set(each.service, each)
  }
  const beat = () => {
    write(': still here\n\n')
    cancelBeat = timers.after(heartbeatMs, beat)
  }

  /** What was recorded before the reader came, as fast as it reads; then what was recorded meanwhile. */
  const catchUp = async () => {
    for (;;) {
      const facts = await readFacts(db, sent, factsAtOnce)
      for (const fact of facts) send(fact)
      if (closed || (facts.length < factsAtOnce && !missed)) break
      missed = false
      if ((controller?.desiredSize ?? 0) <= 0) {
        await new Promise<void>(resolve => {
          roomAgain = resolve
        })
      }
    }
    for (const fact of held ?? []) send(fact)
    held = null
  }
  const fail = (error: unknown) => {
    stop()
    controller?.error(error)
  }
  const readAgain = () => {
    missed = true
    if (held) return
    held = []
    catchUp().catch(fail)
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      start: begun => {
        controller = begun
        const endCommit = feed.onCommit(facts => {
          if (facts === null) readAgain()
          else if (held) held.push(...facts)
          else for (const fact of facts) send(fact)
        })
        const endProgress = feed.onProgress(tellProgress)
        endFeed = () => {
          endCommit()
          endProgress()
        }
        cancelBeat = timers.after(heartbeatMs, beat)
        options.signal.addEventListener('abort', close)
        write('retry: 1000\n\n')
        catchUp().catch(fail)
      },
      pull: () => roomAgain(),
      cancel: stop,
    },
    { highWaterMark: 1 },
  )
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
