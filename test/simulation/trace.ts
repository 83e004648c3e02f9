import { createHash } from 'node:crypto'

/** What happened, in order. Two runs of one seed are the same when their hashes are. */
export type Trace = {
  /** One row for a person to read. */
  step(row: string): void
  /** What belongs to the hash and nobody reads. */
  note(row: string): void
  rows(last: number): string[]
  hash(): string
}

const rowsKept = 60

/** `show` sees every row, notes too, as it is written. */
export const createTrace = (now: () => number, show?: (row: string) => void): Trace => {
  const hash = createHash('sha256')
  const kept: string[] = []
  const timed = (row: string): string => `${(now() / 1_000_000).toFixed(3).padStart(9)} ${row}`
  const write = (row: string): string => {
    const text = timed(row)
    hash.update(text)
    hash.update('\n')
    show?.(text)
    return text
  }
  return {
    step: row => {
      kept.push(write(row))
      if (kept.length > 2 * rowsKept) kept.splice(0, rowsKept)
    },
    note: row => void write(row),
    rows: last => kept.slice(-Math.min(last, rowsKept)),
    hash: () => hash.copy().digest('hex'),
  }
}
