import { argon2id } from 'hash-wasm'
import { v7 } from 'uuid'
import { sha256 } from '#sha256'
import type { Clock, Ids, Log, Ports, Secrets, Timers } from './ports.ts'
import { slowHashCost } from './slow-hash.ts'
import { webKeys } from './web-keys.ts'

/** How far the two clocks of a browser may drift apart before the monotonic one is taken to have slept. */
const asleepMs = 1_000

/**
 * Counts on from the wall time at start, as on Node, so that a corrected clock can't turn a cause into an effect. But a
 * browser's monotonic clock stands still while the device sleeps: where the wall clock is ahead, it is followed.
 */
export const browserClock = (wallMs: () => number, monotonicMs: () => number): Clock => {
  let startedMs = wallMs() - monotonicMs()
  return {
    nowMs: wallMs,
    nowUs: () => {
      const sinceMs = monotonicMs()
      const behindMs = wallMs() - (startedMs + sinceMs)
      if (behindMs > asleepMs) startedMs += behindMs
      return Math.round((startedMs + sinceMs) * 1000)
    },
  }
}

const ids: Ids = { next: () => v7() }

const encoder = new TextEncoder()
const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_each, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  )

const secrets: Secrets = {
  random: bytes => crypto.getRandomValues(new Uint8Array(bytes)),
  hash: sha256,
  // WebAssembly does it within the worker's own turn: what else waits there waits some 80 ms.
  slowHash: (text, saltHex) =>
    argon2id({
      password: text,
      salt: bytesOfHex(saltHex),
      memorySize: slowHashCost.memoryKib,
      iterations: slowHashCost.passes,
      parallelism: slowHashCost.lanes,
      hashLength: slowHashCost.hashBytes,
      outputType: 'hex',
    }),
  same: (a, b) => {
    const left = encoder.encode(a)
    const right = encoder.encode(b)
    if (left.length !== right.length) return false
    let difference = 0
    for (let at = 0; at < left.length; at++) difference |= left[at]! ^ right[at]!
    return difference === 0
  },
}

/** A message to itself comes after all that waits, and, unlike a timer, at once. */
const turns = (): Timers['turn'] => {
  const waiting: Array<() => void> = []
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => waiting.shift()?.()
  return () =>
    new Promise(resolve => {
      waiting.push(resolve)
      port2.postMessage(null)
    })
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof levels)[number]

/** The console of the browser; requests and bodies are never logged, so no personal or card data can be. */
const consoleLog = (level: LogLevel): Log => {
  const write =
    (of: 'info' | 'warn' | 'error'): Log['info'] =>
    (fields, text) => {
      if (levels.indexOf(of) >= levels.indexOf(level)) console[of](text, fields)
    }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

/** A browser's worker. */
export const browserPorts = (level: LogLevel = 'warn'): Ports => ({
  clock: browserClock(
    () => Date.now(),
    () => performance.now(),
  ),
  ids,
  secrets,
  keys: webKeys,
  timers: {
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    turn: turns(),
  },
  log: consoleLog(level),
})
