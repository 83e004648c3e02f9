import canonicalize from 'canonicalize'
import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import { type OverrideBody, overrideMs, overrideRight, type overrideRoutes } from '../../contracts/overrides.ts'
import { id } from '../../contracts/primitives.ts'
import type { InputOf } from '../../contracts/route.ts'
import { roleScopes } from '../../contracts/staff.ts'
import { fromBase64url, toBase64url } from '../../platform/bytes.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Command, Query, RawContext } from '../../platform/host/service.ts'
import type { Keys, Signer } from '../../platform/ports.ts'
import { clearAttempts } from './attempts.ts'
import { identify, itself } from './identify.ts'
import { findPerson, worksAt } from './people.ts'
import { refuse } from './refuse.ts'
import type { StaffTables } from './tables.ts'

type Grant = InputOf<(typeof overrideRoutes)['grantOverride']>
type Unsigned = Omit<OverrideBody, 'signature'>
type Row = StaffTables['staff_override']

const signedBytes = (body: Unsigned): Uint8Array => new TextEncoder().encode(canonicalize(body))

const signOverride = async (body: Unsigned, signer: Signer | undefined): Promise<OverrideBody> =>
  signer ? { ...body, signature: toBase64url(await signer.sign(signedBytes(body))) } : body

/** Whether the node with this key (in base64url) granted an override as it stands here. */
export const isOverrideSigned = async (
  keys: Pick<Keys, 'verify'>,
  publicKey: string,
  { signature, ...body }: OverrideBody,
): Promise<boolean> =>
  signature !== undefined && keys.verify(fromBase64url(publicKey), signedBytes(body), fromBase64url(signature))

const unsignedOf = (row: Row): Unsigned => ({
  overrideId: row.override_id,
  approverId: row.approver_id,
  approverName: row.approver_name,
  right: overrideRight.parse(row.scope),
  target: {
    kind: row.target_kind,
    id: row.target_id,
    ...(row.line_no === null ? {} : { lineNo: row.line_no }),
  },
  reason: row.reason,
  requesterId: row.requester_id,
  grantedAtMs: row.granted_at_ms,
  expiresAtMs: row.expires_at_ms,
})

const findOverride = async (db: Reader, overrideId: string): Promise<Unsigned | undefined> => {
  const row = await db
    .tables<StaffTables>()
    .selectFrom('staff_override')
    .selectAll()
    .where('override_id', '=', overrideId)
    .executeTakeFirst()
  return row && unsignedOf(row)
}

const isSame = (a: Unsigned, b: Unsigned): boolean => {
  const withoutTime = ({ grantedAtMs: _at, expiresAtMs: _until, approverName: _name, ...rest }: Unsigned) => rest
  return canonicalize(withoutTime(a)) === canonicalize(withoutTime(b))
}

/** What the caller hears of an override. */
const grantedAnswer = ({ overrideId, approverName, expiresAtMs }: Unsigned) => ({
  overrideId,
  approverName,
  expiresAtMs,
})

/**
 * Verifies the approver where the act happens, without the network too, and hands a signed override to the command of the same
 * name, which looks at the right. A repeat that arrives later is known by its content, because its time is another.
 */
export const grantOverrideRaw = async (_request: Request, context: RawContext<Grant>): Promise<Response> => {
  const { input, db, execute, respond, principal, signer, nowMs } = context
  const known = await identify(context, input)
  if (!known.ok) return respond.refuse(known)
  const { person } = known
  const { right, target, reason } = input
  const body: Unsigned = {
    overrideId: input.id,
    approverId: person.personId,
    approverName: person.name,
    right,
    target,
    reason,
    requesterId: principal?.personId ?? null,
    grantedAtMs: nowMs,
    expiresAtMs: nowMs + overrideMs,
  }
  const before = await findOverride(db, input.id)
  if (before) return isSame(before, body) ? respond.json(grantedAnswer(before)) : respond.refuse(refuse('id-reused'))
  const signed = await signOverride(body, signer)
  const answer = await execute({
    service: 'staff',
    command: 'grantOverride',
    input: { id: input.id, body: signed },
    principal: principal ?? itself,
  })
  return answer.ok
    ? respond.json(answer.result, { 'tillwire-position': String(answer.position) })
    : respond.refuse(answer)
}

/** Records what an approver whose PIN was right allows, if they may themselves. */
export const grantOverride: Command = {
  decide: async ({ body }: { body: OverrideBody }, { tx, node }) => {
    await clearAttempts(tx, body.approverId)
    const approver = await findPerson(tx, body.approverId)
    if (!approver || !worksAt(approver, node) || !roleScopes[approver.role].includes(body.right))
      return refuse('override-not-granted', { right: body.right })
    return { ok: true, facts: [{ id: '', type: 'override.granted', body }] }
  },
  answer: fact => grantedAnswer(bodyOf(fact, 'override.granted')),
}

const placeKeys = z.tuple([z.int(), id])

export const listOverrides: Query = async (input: InputOf<(typeof overrideRoutes)['listOverrides']>, { db, store }) => {
  const place = placeOf(input.cursor, placeKeys)
  let query = db.tables<StaffTables>().selectFrom('staff_override').selectAll()
  if (store !== null) query = query.where('store', '=', store)
  if (place)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('granted_at_ms', 'override_id'), '<', tuple(place[0], place[1])),
    )
  const rows = await query
    .orderBy('granted_at_ms', 'desc')
    .orderBy('override_id', 'desc')
    .limit(input.limit + 1)
    .execute()
  return pageOf(
    rows,
    input.limit,
    row => [row.granted_at_ms, row.override_id],
    row => ({ ...unsignedOf(row), store: row.store, signed: row.signed === 1 }),
  )
}
