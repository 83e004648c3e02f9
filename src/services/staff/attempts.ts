import type { Transaction } from '../../platform/database/database.ts'
import type { Refusal } from '../../platform/host/service.ts'
import type { StaffTables } from './tables.ts'

/** Wrong attempts before the first wait, how long that is, and the longest one. */
const free = 5
const firstWaitMs = 30_000
const longestWaitMs = 3_600_000

/**
 * Counts an attempt before it is verified, so that guesses made at the same time are all counted. Refused while locked:
 * `pin-locked` with the seconds to wait. After five wrong ones each further one doubles the wait.
 */
export const countAttempt = async (tx: Transaction, subject: string, nowMs: number): Promise<Refusal | null> => {
  const tables = tx.tables<StaffTables>()
  const known = await tables.selectFrom('staff_attempts').selectAll().where('subject', '=', subject).executeTakeFirst()
  if (known && known.locked_until_ms > nowMs) {
    return { ok: false, code: 'pin-locked', detail: { waitSeconds: Math.ceil((known.locked_until_ms - nowMs) / 1000) } }
  }
  const failures = (known?.failures ?? 0) + 1
  const waitMs = failures < free ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - free))
  await tx.bulk({
    table: 'staff_attempts',
    columns: ['subject', 'failures', 'locked_until_ms'],
    rows: [[subject, failures, nowMs + waitMs]],
    conflict: { keys: ['subject'], set: ['failures', 'locked_until_ms'] },
  })
  return null
}

export const clearAttempts = async (tx: Transaction, subject: string): Promise<void> => {
  await tx.tables<StaffTables>().deleteFrom('staff_attempts').where('subject', '=', subject).execute()
}
