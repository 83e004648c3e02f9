type Due = { atUs: number; order: number; run: (() => void) | null }

/** The time of the world, and all that is still to happen in it. Nothing real ever waits. */
export type Schedule = {
  /** Microseconds since the world began. */
  nowUs(): number
  /** Runs once after a delay, what is due at the same time in the order in which it was asked for. The answer cancels it. */
  after(us: number, run: () => void): () => void
  /** Lets time pass. `holds` is looked at after each thing that happens, and ends it when it says no. */
  pass(us: number, holds?: () => boolean): Promise<void>
  /** How much has happened. */
  happened(): number
}

/** All that can go on without time passing has gone on: Node comes here when no promise is left to settle. */
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve))

/** Things by when they are due, in a binary heap. */
const heap = () => {
  const dues: Due[] = []
  const isBefore = (a: Due, b: Due): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)
  const swap = (a: number, b: number): void => {
    const due = dues[a]!
    dues[a] = dues[b]!
    dues[b] = due
  }
  return {
    first: (): Due | undefined => dues[0],
    add: (due: Due): void => {
      dues.push(due)
      for (let at = dues.length - 1; at > 0; ) {
        const above = (at - 1) >> 1
        if (!isBefore(dues[at]!, dues[above]!)) return
        swap(at, above)
        at = above
      }
    },
    take: (): void => {
      swap(0, dues.length - 1)
      dues.pop()
      for (let at = 0; ; ) {
        const left = 2 * at + 1
        if (left >= dues.length) return
        const right = left + 1
        const below = right < dues.length && isBefore(dues[right]!, dues[left]!) ? right : left
        if (!isBefore(dues[below]!, dues[at]!)) return
        swap(at, below)
        at = below
      }
    },
  }
}

export const createSchedule = (): Schedule => {
  const waiting = heap()
  let nowUs = 0
  let order = 0
  let happened = 0
  return {
    nowUs: () => nowUs,
    happened: () => happened,
    after: (us, run) => {
      const due: Due = { atUs: nowUs + Math.max(0, Math.round(us)), order, run }
      order += 1
      waiting.add(due)
      return () => {
        due.run = null
      }
    },
    pass: async (us, holds = () => true) => {
      const untilUs = nowUs + us
      await settled()
      while (holds()) {
        const next = waiting.first()
        if (!next || next.atUs > untilUs) {
          nowUs = untilUs
          return
        }
        waiting.take()
        if (!next.run) continue
        nowUs = next.atUs
        happened += 1
        next.run()
        await settled()
      }
    },
  }
}
