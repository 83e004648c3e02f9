import { roleScopes } from '../../contracts/staff.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Principal } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { Clock, Secrets } from '../../platform/ports.ts'
import { tokenOf } from './commands.ts'
import { personOf, worksAt } from './people.ts'
import type { StaffTables } from './tables.ts'

export type Authenticator = {
  /** Who a token or session secret belongs to, or null. */
  authenticate(secret: string): Promise<Principal | null>
  /** Looks everyone up again: people, tokens or sessions changed. */
  forget(): void
}

const keptAtMost = 10_000
/** A session that ended without a fact (a new PIN came from above) is known as ended after this time. */
const sessionKeptMs = 60_000

/** Knows by heart who asked before: the same few tills ask thousands of times a second. `node`: where they ask. */
export const createAuthenticator = (
  db: Reader,
  clock: Clock,
  secrets: Secrets,
  node: Pick<NodeIdentity, 'kind' | 'store'>,
): Authenticator => {
  let kept = new Map<string, { principal: Principal; untilMs: number }>()

  const byToken = async (hash: string): Promise<Principal | null> => {
    const row = await db
      .tables<StaffTables>()
      .selectFrom('staff_token_hash')
      .innerJoin('staff_token', 'staff_token.token_id', 'staff_token_hash.token_id')
      .selectAll('staff_token')
      .where('staff_token_hash.hash', '=', hash)
      .executeTakeFirst()
    if (!row || row.revoked_at_ms !== null) return null
    return { actor: `token:${row.token_id}`, name: row.name, scopes: tokenOf(row).scopes }
  }

  const bySession = async (hash: string): Promise<{ principal: Principal; untilMs: number } | null> => {
    const row = await db
      .tables<StaffTables>()
      .selectFrom('staff_session')
      .innerJoin('staff_person', 'staff_person.person_id', 'staff_session.person_id')
      .selectAll('staff_person')
      .select('staff_session.expires_at_ms')
      .where('staff_session.hash', '=', hash)
      .executeTakeFirst()
    if (!row) return null
    const person = personOf(row)
    const nowMs = clock.nowMs()
    if (!worksAt(person, node) || row.expires_at_ms <= nowMs) return null
    const principal = {
      actor: `person:${person.personId}`,
      name: person.name,
      scopes: roleScopes[person.role],
      personId: person.personId,
      ...(person.stores ? { stores: person.stores } : {}),
    }
    return { principal, untilMs: Math.min(row.expires_at_ms, nowMs + sessionKeptMs) }
  }

  return {
    authenticate: async secret => {
      const known = kept.get(secret)
      if (known && known.untilMs > clock.nowMs()) return known.principal
      const asked = kept
      const hash = secrets.hash(secret)
      const token = secret.startsWith('tw_') ? await byToken(hash) : null
      const found = token ? { principal: token, untilMs: Number.POSITIVE_INFINITY } : await bySession(hash)
      // Where all was forgotten while we looked, what we saw may be old.
      if (found && asked === kept) {
        if (kept.size >= keptAtMost) kept.clear()
        kept.set(secret, found)
      }
      return found?.principal ?? null
    },
    forget: () => {
      kept = new Map()
    },
  }
}
