/** What the pure and the testable parts may not take from the machine themselves. */

export type Clock = {
  /** UTC milliseconds since 1970. */
  nowMs(): number
  /** UTC microseconds since 1970, never going back within a process; for measuring what follows what. */
  nowUs(): number
}

export type Ids = {
  /** A new UUIDv7 in lower case. */
  next(): string
  /** Secret bytes from the system's generator. */
  secret(bytes: number): Uint8Array
}

export type Timers = {
  /** Runs once after the delay; the answer cancels it. */
  after(ms: number, run: () => void): () => void
  /** Lets everything that waits on the event loop go first. */
  turn(): Promise<void>
}

export type Log = {
  info(fields: Record<string, unknown>, text: string): void
  warn(fields: Record<string, unknown>, text: string): void
  error(fields: Record<string, unknown>, text: string): void
}

export type Ports = { clock: Clock; ids: Ids; timers: Timers; log: Log }
