import type { RecordedFact } from '../../contracts/fact.ts'
import type { Reader } from '../database/database.ts'
import type { Progress } from '../host/projector.ts'
import { readFacts } from '../journal/journal.ts'
import type { Timers } from '../ports.ts'

/** What the process that answers requests hears of the one that writes (they may be one). */
export type Feed = {
  onCommit(listener: (facts: readonly RecordedFact[]) => void): () => void
  onProgress(listener: (progress: readonly Progress[]) => void): () => void
}

const heartbeatMs = 15_000
/** A reader this far behind is let go; it comes back with the position that it has, and reads on from the journal. */
const mostWaiting = 1_000
const factsAtOnce = 500

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
  signal: AbortSignal
}): Response => {
  const { db, feed, timers, types, bodies } = options
  const encoder = new TextEncoder()
  let ends: Array<() => void> = []
  const stop = () => {
    for (const end of ends) end()
    ends = []
  }
  const stream = new ReadableStream<Uint8Array>(
    {
      start: async controller => {
        let sent = options.after
        let held: RecordedFact[] | null = []
        const close = () => {
          stop()
          try {
            controller.close()
          } catch {
            // Already closed by the reader.
          }
        }
        const write = (text: string) => {
          if ((controller.desiredSize ?? 0) <= -mostWaiting) return close()
          controller.enqueue(encoder.encode(text))
        }
        const send = (fact: RecordedFact) => {
          if (fact.position <= sent) return
          sent = fact.position
          if (types && !types.includes(fact.type)) return
          const { body, prev: _prev, request: _request, ...told } = fact
          write(`id: ${fact.position}\nevent: fact\ndata: ${JSON.stringify(bodies ? { ...told, body } : told)}\n\n`)
        }
        const beat = (): void => {
          write(': still here\n\n')
          ends.push(timers.after(heartbeatMs, beat))
        }
        ends.push(
          feed.onCommit(facts => {
            if (held) held.push(...facts)
            else for (const fact of facts) send(fact)
          }),
          feed.onProgress(progress => write(`event: progress\ndata: ${JSON.stringify(progress)}\n\n`)),
          timers.after(heartbeatMs, beat),
        )
        options.signal.addEventListener('abort', close)
        write('retry: 1000\n\n')
        for (;;) {
          const facts = await readFacts(db, sent, factsAtOnce)
          for (const fact of facts) send(fact)
          if (facts.length < factsAtOnce) break
        }
        for (const fact of held) send(fact)
        held = null
      },
      cancel: stop,
    },
    { highWaterMark: 1 },
  )
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  })
}
