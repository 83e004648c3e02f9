import type { Reader } from '../platform/database/database.ts'
import type { Timers } from '../platform/ports.ts'
import { wayDownHead } from './send-down.ts'

/** Commits of this long are looked at together: a thousand readers that wait cost one query each time. */
const gatherMs = 10

export type WaitingReaders = {
  /** Resolves when something newer than `after` goes down, when the time is over, or when the reader is gone. */
  wait(db: Reader, after: number, waitMs: number, signal: AbortSignal): Promise<void>
}

/** Readers below that wait for what comes next. `onHead` tells that the journal has grown. */
export const waitingReaders = (onHead: (listener: () => void) => () => void, timers: Timers): WaitingReaders => {
  const waiting = new Map<() => void, number>()
  let newest = 0
  let looking = false
  let listening = false

  const look = async (db: Reader): Promise<void> => {
    newest = Math.max(newest, await wayDownHead(db))
    for (const [wake, after] of waiting) if (newest > after) wake()
  }
  const listen = (db: Reader): void => {
    if (listening) return
    listening = true
    onHead(() => {
      if (looking || waiting.size === 0) return
      looking = true
      timers.after(gatherMs, () => {
        looking = false
        // What could not be read now is read when the readers ask again.
        look(db).catch(() => {})
      })
    })
  }

  return {
    wait: async (db, after, waitMs, signal) => {
      listen(db)
      await look(db)
      if (newest > after || signal.aborted) return
      await new Promise<void>(resolve => {
        const settle = () => {
          waiting.delete(settle)
          cancel()
          signal.removeEventListener('abort', settle)
          resolve()
        }
        const cancel = timers.after(waitMs, settle)
        waiting.set(settle, after)
        signal.addEventListener('abort', settle)
      })
    },
  }
}
