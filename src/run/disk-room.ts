import { statfsSync } from 'node:fs'
import type { Clock } from '../platform/ports.ts'

/** Room for the log to grow until it is folded into the file, with all that is under way: well above what both ever take. */
const leastBytes = 16 * 1_048_576
const lookEveryMs = 250

/** Whether the disk of a folder has room for more. Looks a few times a second at the most. */
export const roomIn = (folder: string, clock: Clock): (() => boolean) => {
  let lookedAtMs = Number.NEGATIVE_INFINITY
  let hasRoom = true
  return () => {
    const nowMs = clock.nowMs()
    if (Math.abs(nowMs - lookedAtMs) < lookEveryMs) return hasRoom
    lookedAtMs = nowMs
    const { bavail, bsize } = statfsSync(folder)
    hasRoom = bavail * bsize >= leastBytes
    return hasRoom
  }
}
