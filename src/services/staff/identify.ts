import type { Person } from '../../contracts/staff.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Principal, RawContext, Refusal } from '../../platform/host/service.ts'
import { personOf, worksAt } from './people.ts'
import { type KeptPin, pinsTooOld, verifyPin } from './pins.ts'
import { refuse } from './refuse.ts'
import type { StaffTables } from './tables.ts'

/** Commands that only Tillwire itself gives. */
export const itself: Principal = { actor: 'system', name: 'Tillwire', scopes: [] }

/** Who has a number and a PIN here. A number is one person's, whom the node that decides about people knows. */
const findByNumber = async (db: Reader, number: number): Promise<{ person: Person; kept: KeptPin } | undefined> => {
  const row = await db
    .tables<StaffTables>()
    .selectFrom('staff_person')
    .innerJoin('staff_pin', 'staff_pin.person_id', 'staff_person.person_id')
    .selectAll('staff_person')
    .select(['staff_pin.salt', 'staff_pin.hash', 'staff_pin.keyed'])
    .where('staff_person.number', '=', number)
    .where('staff_person.active', '=', 1)
    .orderBy('staff_person.person_id')
    .limit(1)
    .executeTakeFirst()
  return row && { person: personOf(row), kept: { salt: row.salt, hash: row.hash, keyed: row.keyed } }
}

/**
 * Who a number and a PIN belong to: `pin-wrong`, `pin-locked` after too many wrong ones, `pins-too-old` at a till that was alone
 * for too long, or `person-not-here`. The attempt stays counted until whoever asked clears it.
 */
export const identify = async (
  { db, execute, secrets, deviceSecret, node, nowMs }: RawContext,
  { number, pin }: { number: number; pin: string },
): Promise<{ ok: true; person: Person } | Refusal> => {
  const tooOld = await pinsTooOld(db, node, nowMs)
  if (tooOld) return tooOld
  const found = await findByNumber(db, number)
  const subject = found?.person.personId ?? `number ${number}`
  const counted = await execute({ service: 'staff', command: 'beginAttempt', input: { subject }, principal: itself })
  if (!counted.ok) return counted
  const isRight = await verifyPin({ secrets, ...(deviceSecret ? { deviceSecret } : {}) }, found?.kept, pin)
  if (!found || !isRight) return refuse('pin-wrong')
  return worksAt(found.person, node) ? { ok: true, person: found.person } : refuse('person-not-here')
}
