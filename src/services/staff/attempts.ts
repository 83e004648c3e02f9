import type { Transaction } from '../../platform/database/database.ts'
import type { Refusal } from '../../platform/host/service.ts'
import type { StaffTables } from './tables.ts'

/** Wrong attempts before the first wait, how long that is, and the longest one. */
const free = 5
const firstWaitMs = 30_000
const longestWaitMs = 3_600_000

type Attempts = Pick<StaffTables['staff_attempts'], 'failures' | 'locked_until_ms'>

const readAttempts = (tx: Transaction, subject: string): Promise<Attempts | undefined> =>
  tx
    .tables<StaffTables>()
    .selectFrom('staff_attempts')
    .select(['failures', 'locked_until_ms'])
    .where('subject', '=', subject)
    .executeTakeFirst()

const keepAttempts = (tx: Transaction, subject: string, { failures, locked_until_ms }: Attempts) =>
  tx.bulk({
    table: 'staff_attempts',
    columns: ['subject', 'failures', 'locked_until_ms'],
    rows: [[subject, failures, locked_until_ms]],
    conflict: { keys: ['subject'], set: ['failures', 'locked_until_ms'] },
  })

const waitOf = (failures: number): number =>
  failures < free ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - free))

const secondsUntil = (atMs: number, nowMs: number) => ({ waitSeconds: Math.ceil((atMs - nowMs) / 1000) })

/**
 * Counts an attempt before it is verified, so that guesses made at the same time are all counted. Refused while locked:
 * `pin-locked` with the seconds to wait. After five wrong ones each further one doubles the wait. A clock that was set back
 * waits no longer than that.
 */
export const countAttempt = async (tx: Transaction, subject: string, nowMs: number): Promise<Refusal | null> => {
  const known = await readAttempts(tx, subject)
  if (known && known.locked_until_ms > nowMs) {
    const untilMs = Math.min(known.locked_until_ms, nowMs + waitOf(known.failures))
    if (untilMs < known.locked_until_ms) await keepAttempts(tx, subject, { ...known, locked_until_ms: untilMs })
    return { ok: false, code: 'pin-locked', detail: secondsUntil(untilMs, nowMs) }
  }
  const failures = (known?.failures ?? 0) + 1
  await keepAttempts(tx, subject, { failures, locked_until_ms: nowMs + waitOf(failures) })
  return null
}

export const clearAttempts = async (tx: Transaction, subject: string): Promise<void> => {
  await tx.tables<StaffTables>().deleteFrom('staff_attempts').where('subject', '=', subject).execute()
}

/** So many wrong codes of enrolment, whoever sends them, in so long. */
const codesAtMost = 10
const codesWindowMs = 600_000
const codes = 'enrolment'

const windowOf = async (tx: Transaction, nowMs: number): Promise<Attempts> => {
  const known = await readAttempts(tx, codes)
  // The window began after now where the clock was set back: then a new one begins.
  const isOpen = known && known.locked_until_ms > nowMs && known.locked_until_ms <= nowMs + codesWindowMs
  return isOpen ? known : { failures: 0, locked_until_ms: nowMs + codesWindowMs }
}

/** Refuses codes of enrolment, the right ones too, while there were too many wrong ones. */
export const codesLocked = async (tx: Transaction, nowMs: number): Promise<Refusal | null> => {
  const { failures, locked_until_ms } = await windowOf(tx, nowMs)
  if (failures < codesAtMost) return null
  return { ok: false, code: 'enrolment-locked', detail: secondsUntil(locked_until_ms, nowMs) }
}

export const countWrongCode = async (tx: Transaction, nowMs: number): Promise<void> => {
  const { failures, locked_until_ms } = await windowOf(tx, nowMs)
  await keepAttempts(tx, codes, { failures: failures + 1, locked_until_ms })
}
