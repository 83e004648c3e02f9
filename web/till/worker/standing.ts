import type { Timers } from '../../../src/platform/ports.ts'
import type { Standing } from '../../../src/sync/connection.ts'

export type WatchedStanding = {
  standing: Standing
  /** Waits until the store has this node's fact with this number, but no longer than that. */
  acknowledged(seq: number, withinMs: number): Promise<boolean>
}

/** What the connection to the store tells of itself, for those who wait for it. */
export const watchedStanding = (timers: Timers): WatchedStanding => {
  let acknowledgedSeq = 0
  const waiting = new Set<() => void>()
  return {
    standing: {
      sentSeq: Number.POSITIVE_INFINITY,
      get acknowledgedSeq() {
        return acknowledgedSeq
      },
      set acknowledgedSeq(seq) {
        acknowledgedSeq = seq
        for (const look of [...waiting]) look()
      },
    },
    acknowledged: (seq, withinMs) =>
      new Promise(resolve => {
        const settle = (reached: boolean) => {
          waiting.delete(look)
          cancel()
          resolve(reached)
        }
        const look = () => {
          if (acknowledgedSeq >= seq) settle(true)
        }
        const cancel = timers.after(withinMs, () => settle(false))
        waiting.add(look)
        look()
      }),
  }
}
