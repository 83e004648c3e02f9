import { argon2, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { pino } from 'pino'
import { v7 } from 'uuid'
import type { Clock, Ids, Log, Ports, Secrets, Timers } from './ports.ts'
import { slowHashCost } from './slow-hash.ts'
import { webKeys } from './web-keys.ts'

const clock: Clock = {
  nowMs: () => Date.now(),
  // The monotonic clock counts on from the wall time at start, so that a corrected clock can't turn a cause into an effect.
  nowUs: () => Math.round((performance.timeOrigin + performance.now()) * 1000),
}

const ids: Ids = { next: () => v7() }

const cost = {
  memory: slowHashCost.memoryKib,
  passes: slowHashCost.passes,
  parallelism: slowHashCost.lanes,
  tagLength: slowHashCost.hashBytes,
}

const secrets: Secrets = {
  random: bytes => randomBytes(bytes),
  hash: text => hash('sha256', text, 'hex'),
  slowHash: (text, saltHex) =>
    new Promise((resolve, reject) => {
      argon2('argon2id', { message: text, nonce: Buffer.from(saltHex, 'hex'), ...cost }, (error, hashed) => {
        if (error) reject(error)
        else resolve(hashed.toString('hex'))
      })
    }),
  same: (a, b) => {
    const left = Buffer.from(a)
    const right = Buffer.from(b)
    return left.length === right.length && timingSafeEqual(left, right)
  },
}

const timers: Timers = {
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  turn: () => setImmediate(),
}

/** Structured lines on standard error; requests and bodies are never logged, so no personal or card data can be. */
const systemLog = (level: string): Log => {
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  return {
    info: (fields, text) => logger.info(fields, text),
    warn: (fields, text) => logger.warn(fields, text),
    error: (fields, text) => logger.error(fields, text),
  }
}

/** The real machine. `level` is pino's: debug, info, warn, error, silent. */
export const systemPorts = (level = 'warn'): Ports => ({
  clock,
  ids,
  secrets,
  keys: webKeys,
  timers,
  log: systemLog(level),
})
