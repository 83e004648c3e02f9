import type { InputOf } from '../../contracts/route.ts'
import { type Person, roleScopes, type staffRoutes } from '../../contracts/staff.ts'
import type { RawContext, RawHandler } from '../../platform/host/service.ts'
import { sessionCookie, sessionOfRequest } from '../../platform/http/session-cookie.ts'
import { sessionMs } from './commands.ts'
import { identify, itself } from './identify.ts'
import { grantOverrideRaw } from './overrides.ts'
import { personOf } from './people.ts'
import { handOverPins } from './pins.ts'
import { isTooSimple, saltOf, secretText } from './secrets.ts'
import type { StaffTables } from './tables.ts'

const cookie = (request: Request, value: string, maxAgeSeconds: number): string => {
  const secure = new URL(request.url).protocol === 'https:' ? '; Secure' : ''
  return `${sessionCookie(request)}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAgeSeconds}${secure}`
}

const sessionOf = (person: Person, expiresAtMs: number) => ({ person, scopes: roleScopes[person.role], expiresAtMs })

const secretOf = (request: Request): string | undefined =>
  request.headers.get('authorization')?.replace(/^Bearer /, '') ?? sessionOfRequest(request)

const signIn = async (
  request: Request,
  context: RawContext<InputOf<(typeof staffRoutes)['signIn']>>,
): Promise<Response> => {
  const { input, secrets, execute, respond, nowMs } = context
  const known = await identify(context, input)
  if (!known.ok) return respond.refuse(known)
  const { person } = known
  const secret = secretText(secrets)
  const expiresAtMs = nowMs + sessionMs
  const begun = await execute({
    service: 'staff',
    command: 'beginSession',
    input: { personId: person.personId, hash: secrets.hash(secret), expiresAtMs },
    principal: itself,
  })
  if (!begun.ok) return respond.refuse(begun)
  return respond.json(
    { ...sessionOf(person, expiresAtMs), token: secret },
    { 'set-cookie': cookie(request, secret, sessionMs / 1000) },
  )
}

const currentSession = async (request: Request, { db, principal, respond, secrets }: RawContext): Promise<Response> => {
  const secret = secretOf(request)
  const row =
    principal?.personId === undefined || secret === undefined
      ? undefined
      : await db
          .tables<StaffTables>()
          .selectFrom('staff_session')
          .innerJoin('staff_person', 'staff_person.person_id', 'staff_session.person_id')
          .selectAll('staff_person')
          .select('staff_session.expires_at_ms')
          .where('staff_session.hash', '=', secrets.hash(secret))
          .executeTakeFirst()
  return row
    ? respond.json(sessionOf(personOf(row), row.expires_at_ms))
    : respond.refuse({ ok: false, code: 'not-signed-in' })
}

/** Hashes the PIN of a request here, where no transaction waits for it, and hands the rest to the command of the same name. */
const withHashedPin =
  (command: string): RawHandler =>
  async (_request, { input, execute, respond, principal, secrets }: RawContext<{ id: string; pin: string }>) => {
    const { pin, ...rest } = input
    if (isTooSimple(pin)) return respond.refuse({ ok: false, code: 'pin-too-simple' })
    const salt = saltOf(secrets, input.id)
    const hashed = { ...rest, pinSalt: salt, pinHash: await secrets.slowHash(pin, salt) }
    const answer = await execute({ service: 'staff', command, input: hashed, principal: principal ?? itself })
    return answer.ok
      ? respond.json(answer.result, { 'tillwire-position': String(answer.position) })
      : respond.refuse(answer)
  }

/** `sessionsEnded` is told when a session ended without a fact, so that who is who is looked up again. */
export const staffHandlers = (sessionsEnded: () => void): Record<string, RawHandler> => ({
  signIn,
  currentSession,
  signOut: async (request, { execute, respond, secrets }) => {
    const secret = secretOf(request)
    if (secret)
      await execute({
        service: 'staff',
        command: 'endSession',
        input: { hash: secrets.hash(secret) },
        principal: itself,
      })
    sessionsEnded()
    return respond.json({}, { 'set-cookie': cookie(request, '', 0) })
  },
  setUpOwner: withHashedPin('setUpOwner'),
  addPerson: withHashedPin('addPerson'),
  setPin: withHashedPin('setPin'),
  pins: handOverPins,
  grantOverride: grantOverrideRaw,
})
