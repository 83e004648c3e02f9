import { createHash, createHmac, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import type { Clock, Ids, Keys, Log, Ports, Secrets, Timers } from '../../src/platform/ports.ts'
import type { Dice } from './dice.ts'
import type { Schedule } from './schedule.ts'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data)

/** RFC 8410: what stands before the 32 bytes of an Ed25519 public key in its DER form. */
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const known = new Map<string, KeyObject>()
const publicKeyOf = (bytes: Uint8Array): KeyObject => {
  const text = Buffer.from(bytes).toString('hex')
  const key =
    known.get(text) ?? createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' })
  known.set(text, key)
  return key
}

/** The keys of the real ports do their work in other threads, which end when they like. */
export const keys: Keys = {
  digest: async bytes => new Uint8Array(sha256(bytes).digest()),
  mac: async (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest()),
  verify: async (publicKey, bytes, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false
    try {
      return verify(null, bytes, publicKeyOf(publicKey), signature)
    } catch {
      return false
    }
  },
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** RFC 9562, version 7. */
export const idsOf = (clock: Pick<Clock, 'nowMs'>, dice: Dice): Ids => ({
  next: () => {
    const hex = hexOf(dice.bytes(10))
    const time = Math.max(0, clock.nowMs()).toString(16).padStart(12, '0')
    const variant = (8 + (Number.parseInt(hex.charAt(3), 16) & 3)).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`
  },
})

const secretsOf = (dice: Dice): Secrets => ({
  random: dice.bytes,
  hash: text => sha256(text).digest('hex'),
  // Cheap: people choose their PINs here by the seed.
  slowHash: async (text, saltHex) => sha256(`slow ${saltHex} ${text}`).digest('hex'),
  same: (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b)),
})

/** When the worlds begin: a Monday morning. */
export const beginningMs = Date.UTC(2026, 2, 2, 8)

/** Hears of what a process complains about. */
export type Complaints = (level: 'info' | 'warn' | 'error', fields: Record<string, unknown>, text: string) => void

/**
 * What a process takes from its machine. `offsetMs` is how wrong the machine's clock is at this moment; timers run and the
 * microseconds count on whatever happens to it. Nothing that is due happens to a process that is not alive.
 */
export const simulatedPorts = (options: {
  schedule: Schedule
  dice: Dice
  offsetMs(): number
  isAlive(): boolean
  complain: Complaints
}): Ports => {
  const { schedule, dice, offsetMs, isAlive, complain } = options
  const nowMs = (): number => beginningMs + Math.floor(schedule.nowUs() / 1_000) + offsetMs()
  const startedUs = nowMs() * 1_000 - schedule.nowUs()
  const clock: Clock = { nowMs, nowUs: () => startedUs + schedule.nowUs() }
  const timers: Timers = {
    after: (ms, run) =>
      schedule.after(ms * 1_000, () => {
        if (isAlive()) run()
      }),
    turn: () =>
      new Promise(resolve => {
        schedule.after(dice.between(20, 2_000), () => {
          if (isAlive()) resolve()
        })
      }),
  }
  const logAt =
    (level: 'info' | 'warn' | 'error') =>
    (fields: Record<string, unknown>, text: string): void => {
      if (isAlive()) complain(level, fields, text)
    }
  const log: Log = { info: logAt('info'), warn: logAt('warn'), error: logAt('error') }
  return { clock, ids: idsOf(clock, dice), secrets: secretsOf(dice), keys, timers, log }
}
