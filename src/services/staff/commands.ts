import type { InputOf, Scope } from '../../contracts/route.ts'
import { type Person, roleScopes, type staffRoutes } from '../../contracts/staff.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, Principal, Refusal } from '../../platform/host/service.ts'
import type { Secrets } from '../../platform/ports.ts'
import { clearAttempts, countAttempt } from './attempts.ts'
import { enrolmentCommands } from './enrolment.ts'
import { grantOverride } from './overrides.ts'
import { findPerson } from './people.ts'
import { endSessions, type Hashed, keepPin, keepPins } from './pins.ts'
import { refuse } from './refuse.ts'
import { secretText } from './secrets.ts'
import type { StaffTables } from './tables.ts'

type AddPerson = Omit<InputOf<(typeof staffRoutes)['addPerson']>, 'pin'> & Hashed
type SetUpOwner = Omit<InputOf<(typeof staffRoutes)['setUpOwner']>, 'pin'> & Hashed
type SetPin = Omit<InputOf<(typeof staffRoutes)['setPin']>, 'pin'> & Hashed

/** Owners who may do everything everywhere: one always stays. */
const activeOwners = async (tx: Transaction): Promise<string[]> => {
  const rows = await tx
    .tables<StaffTables>()
    .selectFrom('staff_person')
    .select('person_id')
    .where('role', '=', 'owner')
    .where('active', '=', 1)
    .where('stores', 'is', null)
    .execute()
  return rows.map(row => row.person_id)
}

/** No one gives a right that they do not have themselves. */
const exceeds = (principal: Principal, wanted: readonly Scope[]): Refusal | null => {
  const missing = wanted.find(scope => !principal.scopes.includes(scope))
  return missing ? refuse('scope-exceeds-own', { right: missing }) : null
}

/** Nor in a store where they have none themselves. */
const exceedsStores = ({ stores: own }: Principal, wanted: readonly string[] | undefined): Refusal | null => {
  if (!own || wanted?.every(store => own.includes(store))) return null
  return refuse('scope-exceeds-own', { right: 'stores' })
}

const addPerson = async (
  input: AddPerson,
  context: CommandContext,
  given: readonly Scope[] | null,
): Promise<Decision> => {
  const { tx, id } = context
  const tooMuch = given
    ? (exceeds({ ...context.principal, scopes: given }, roleScopes[input.role]) ??
      exceedsStores(context.principal, input.stores))
    : null
  if (tooMuch) return tooMuch
  const rows = await tx.tables<StaffTables>().selectFrom('staff_person').select('number').execute()
  const taken = new Set(rows.map(row => row.number))
  const number = input.number ?? Math.max(0, ...taken) + 1
  if (taken.has(number)) return refuse('number-taken', { number })
  await keepPin(tx, id, input)
  const { name, role, stores } = input
  const body = { personId: id, number, name, role, ...(stores ? { stores } : {}) }
  return { ok: true, facts: [{ id, type: 'staff.person-added', body }] }
}

const changed = (person: Person, type: 'staff.person-changed' | 'staff.pin-set'): Decision => ({
  ok: true,
  facts: [{ id: '', type, body: person }],
})

/** The person as a fact has it: added people are active. */
const personAnswer = (fact: { body: Record<string, unknown> }) => ({ active: true, ...fact.body })

export const sessionMs = 12 * 3_600_000
const setupSubject = 'setup'

export const staffCommands = (secrets: Secrets, setupCode: string): Record<string, Command> => ({
  setUpOwner: {
    decidedBy: 'top',
    decide: async (input: SetUpOwner, context) => {
      if ((await activeOwners(context.tx)).length > 0) return refuse('setup-done')
      const locked = await countAttempt(context.tx, setupSubject, context.nowMs)
      if (locked) return locked
      if (setupCode === '' || !secrets.same(input.code.trim().toUpperCase(), setupCode))
        return refuse('setup-code-wrong')
      await clearAttempts(context.tx, setupSubject)
      return addPerson(
        { id: input.id, name: input.name, role: 'owner', pinSalt: input.pinSalt, pinHash: input.pinHash },
        context,
        null,
      )
    },
    answer: fact => ({ person: personAnswer(fact) }),
  },
  addPerson: {
    decidedBy: 'top',
    decide: (input: AddPerson, context) => addPerson(input, context, context.principal.scopes),
    answer: personAnswer,
  },
  changePerson: {
    decidedBy: 'top',
    decide: async (input: InputOf<(typeof staffRoutes)['changePerson']>, { tx, principal }) => {
      const person = await findPerson(tx, input.personId)
      if (!person) return refuse('not-found')
      const { stores: before, ...rest } = person
      const stores = input.stores === undefined ? before : (input.stores ?? undefined)
      const next: Person = {
        ...rest,
        name: input.name ?? person.name,
        role: input.role ?? person.role,
        active: input.active ?? person.active,
        ...(stores ? { stores } : {}),
      }
      const tooMuch =
        exceeds(principal, [...roleScopes[person.role], ...roleScopes[next.role]]) ??
        exceedsStores(principal, before) ??
        exceedsStores(principal, stores)
      if (tooMuch) return tooMuch
      const owners = await activeOwners(tx)
      const isOwner = next.role === 'owner' && next.active && !stores
      if (!isOwner && owners.length === 1 && owners[0] === person.personId) return refuse('last-owner')
      if (!next.active) await endSessions(tx, person.personId)
      return changed(next, 'staff.person-changed')
    },
    answer: personAnswer,
  },
  setPin: {
    decidedBy: 'top',
    decide: async (input: SetPin, { tx, principal }) => {
      const person = await findPerson(tx, input.personId)
      if (!person) return refuse('not-found')
      const tooMuch = exceeds(principal, roleScopes[person.role]) ?? exceedsStores(principal, person.stores)
      if (tooMuch) return tooMuch
      await keepPin(tx, person.personId, input)
      await endSessions(tx, person.personId)
      await clearAttempts(tx, person.personId)
      return changed(person, 'staff.pin-set')
    },
    answer: personAnswer,
  },
  createToken: {
    decidedBy: 'store',
    decide: async (input: InputOf<(typeof staffRoutes)['createToken']>, { tx, principal, node, id }) => {
      // A token is limited to no store: at HQ it may do more than whoever is.
      const tooMuch =
        exceeds(principal, input.scopes) ?? (node.kind === 'hq' ? exceedsStores(principal, undefined) : null)
      if (tooMuch) return tooMuch
      const secret = `tw_${secretText(secrets)}`
      await tx.bulk({ table: 'staff_token_hash', columns: ['token_id', 'hash'], rows: [[id, secrets.hash(secret)]] })
      return {
        ok: true,
        facts: [{ id, type: 'staff.token-created', body: { tokenId: id, name: input.name, scopes: input.scopes } }],
        once: { secret },
      }
    },
    answer: fact => ({ ...fact.body, createdAtMs: fact.atMs, revokedAtMs: null }),
  },
  revokeToken: {
    decidedBy: 'store',
    decide: async (input: InputOf<(typeof staffRoutes)['revokeToken']>, { tx }) => {
      const row = await tx
        .tables<StaffTables>()
        .selectFrom('staff_token')
        .selectAll()
        .where('token_id', '=', input.tokenId)
        .executeTakeFirst()
      if (!row) return refuse('not-found')
      if (row.revoked_at_ms !== null) return { ok: true, facts: [], once: tokenOf(row) }
      await tx.tables<StaffTables>().deleteFrom('staff_token_hash').where('token_id', '=', input.tokenId).execute()
      return { ok: true, facts: [{ id: '', type: 'staff.token-revoked', body: { tokenId: input.tokenId } }] }
    },
    answer: async (fact, tx) => {
      const row = await tx
        .tables<StaffTables>()
        .selectFrom('staff_token')
        .selectAll()
        .where('token_id', '=', String(fact.body.tokenId))
        .executeTakeFirst()
      return row && tokenOf(row)
    },
  },
  ...enrolmentCommands(secrets),
  grantOverride,
  keepPins,
  beginAttempt: {
    decide: async (input: { subject: string }, { tx, nowMs }) =>
      (await countAttempt(tx, input.subject, nowMs)) ?? { ok: true, facts: [] },
  },
  beginSession: {
    decide: async (input: { personId: string; hash: string; expiresAtMs: number }, { tx, nowMs }) => {
      await clearAttempts(tx, input.personId)
      await tx.tables<StaffTables>().deleteFrom('staff_session').where('expires_at_ms', '<', nowMs).execute()
      await tx.bulk({
        table: 'staff_session',
        columns: ['hash', 'person_id', 'expires_at_ms'],
        rows: [[input.hash, input.personId, input.expiresAtMs]],
      })
      return { ok: true, facts: [] }
    },
  },
  endSession: {
    decide: async (input: { hash: string }, { tx }) => {
      await tx.tables<StaffTables>().deleteFrom('staff_session').where('hash', '=', input.hash).execute()
      return { ok: true, facts: [] }
    },
  },
})

export const tokenOf = (row: StaffTables['staff_token']) => ({
  tokenId: row.token_id,
  name: row.name,
  scopes: row.scopes.split(',') as Scope[],
  createdAtMs: row.created_at_ms,
  revokedAtMs: row.revoked_at_ms,
})
