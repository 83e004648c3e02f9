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
}

export type Secrets = {
  /** Bytes that nobody can guess. */
  random(bytes: number): Uint8Array
  /** SHA-256 as hexadecimal digits: for what has 256 random bits, or is no secret. */
  hash(text: string): string
  /** argon2id as hexadecimal digits, for what people choose. Takes some 50 ms beside the event loop: never inside a transaction. */
  slowHash(text: string, saltHex: string): Promise<string>
  /** Compares without telling by its time how much was right. */
  same(a: string, b: string): boolean
}

/** What anyone can compute and check who has the keys; see web-keys.ts. */
export type Keys = {
  /** SHA-256. */
  digest(bytes: Uint8Array): Promise<Uint8Array>
  /** HMAC-SHA-256. */
  mac(key: Uint8Array, bytes: Uint8Array): Promise<Uint8Array>
  /** Whether an Ed25519 signature is right. False for what is no key or no signature. */
  verify(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean>
}

/** The key of this node, by which others know what it says. */
export type Signer = {
  readonly nodeId: string
  /** Ed25519, 64 bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** A second secret that only this device has, and that nobody reads out of it. */
export type DeviceSecret = {
  /** HMAC-SHA-256, 32 bytes. */
  mac(bytes: Uint8Array): Promise<Uint8Array>
}

/** A request to somebody else's server, and the answer's beginning. Throws where nobody answers. */
export type Outbound = {
  post(
    url: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<{ status: number; retryAfter: string | undefined }>
  close(): Promise<void>
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

export type Ports = {
  clock: Clock
  ids: Ids
  secrets: Secrets
  keys: Keys
  timers: Timers
  log: Log
  /** Where this node was enrolled. */
  signer?: Signer
  deviceSecret?: DeviceSecret
}
