import type { Timers } from '../../../platform/ports.ts'

/** Waits, at most until `signal` ends it. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>

export const pauseBy =
  (timers: Timers): Pause =>
  (ms, signal) =>
    new Promise(resolve => {
      const settle = () => {
        cancel()
        signal?.removeEventListener('abort', settle)
        resolve()
      }
      const cancel = timers.after(ms, settle)
      signal?.addEventListener('abort', settle)
      if (signal?.aborted) settle()
    })
