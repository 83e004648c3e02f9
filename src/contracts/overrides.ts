import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, cursor, id, limit, name, page } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'
import { pin, staffNumber } from './staff.ts'

/** What one person may let another do once. Each is a scope. */
export const overrideRight = z.enum(['sales:override', 'returns:write', 'returns:without-receipt', 'cash:write'])
export type OverrideRight = z.infer<typeof overrideRight>

/** What an override is for: one act under the id that it will have, or one line of it. */
export const overrideTarget = z.object({
  kind: z.enum(['sale', 'return', 'drawer', 'shift']),
  id,
  lineNo: z.int().min(1).max(10_000).optional(),
})

const reason = z.string().min(1).max(200)

/** How long an override may be used. A basket doesn't lie longer. */
export const overrideMs = 30 * 60_000

export const overrideBody = z.object({
  overrideId: id,
  approverId: id,
  approverName: name,
  right: overrideRight,
  target: overrideTarget,
  reason,
  /** The person who asked; null where it was no person. */
  requesterId: id.nullable(),
  grantedAtMs: atMs,
  expiresAtMs: atMs,
  /** Ed25519 by the node's key over the canonical JSON of all else in this body, in base64url; absent where it has no key. */
  signature: z.string().length(86).optional(),
})
export type OverrideBody = z.infer<typeof overrideBody>

export const overrideFacts = {
  'override.granted': {
    version: 1,
    summary: 'Someone with the right approved one act of someone else',
    body: overrideBody,
  },
} satisfies FactCatalogue

export const overrideRoutes = defineRoutes({
  grantOverride: {
    kind: 'raw',
    name: 'grantOverride',
    method: 'POST',
    path: '/overrides',
    summary: "Approve one act of whoever is signed in, by the approver's number and PIN",
    scope: 'signed-in',
    body: z.object({ id, number: staffNumber, pin, right: overrideRight, target: overrideTarget, reason }),
    response: z.object({ overrideId: id, approverName: name, expiresAtMs: atMs }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000006',
        number: 2,
        pin: '573920',
        right: 'sales:override',
        target: { kind: 'sale', id: '01936d2e-7c00-7000-8000-000000000007', lineNo: 1 },
        reason: 'Damaged package',
      },
    },
  },
  listOverrides: {
    kind: 'query',
    name: 'listOverrides',
    method: 'GET',
    path: '/overrides',
    summary: 'Who approved what, newest first',
    scope: 'reports:read',
    query: z.object({ limit, cursor }),
    response: page(overrideBody.omit({ signature: true }).extend({ store: z.string(), signed: z.boolean() })),
  },
})

export const overrideRefusals: RefusalTexts = {
  'override-not-granted': { status: 403, sentence: 'Whoever approves this needs the right to it. Ask a manager.' },
}
