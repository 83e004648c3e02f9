import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, handle, id, name } from './primitives.ts'
import { defineRoutes, type RefusalTexts, type Scope, scopes } from './route.ts'

export const role = z.enum(['cashier', 'manager', 'owner'])
export type Role = z.infer<typeof role>

const cashierScopes: Scope[] = [
  'catalogue:read',
  'sales:read',
  'sales:write',
  'returns:write',
  'cash:write',
  'stock:read',
]
const managerScopes: Scope[] = [
  ...cashierScopes,
  'catalogue:write',
  'sales:override',
  'returns:without-receipt',
  'cash:read',
  'stock:write',
  'purchasing:read',
  'purchasing:write',
  'reports:read',
  'people:read',
  'devices:write',
  'facts:read',
]
/** What each role may do. Least rights: a cashier sells; a manager runs the shop; the owner also decides who may do what. Only devices send and hear facts. */
export const roleScopes: Record<Role, Scope[]> = {
  cashier: cashierScopes,
  manager: managerScopes,
  owner: scopes.filter(scope => scope !== 'sync'),
}

/** Six digits; never stored, never logged: only an argon2id hash of it is kept, outside the journal. */
export const pin = z.string().regex(/^\d{6}$/, 'six digits')
/** The stores in which a person may work; all where absent. */
const stores = z.array(handle).min(1).max(1_000)
/** The short number by which a person signs in; the device remembers faces after that. */
export const staffNumber = z.int().min(1).max(9_999)

export const person = z.object({
  personId: id,
  number: staffNumber,
  name,
  role,
  active: z.boolean(),
  stores: stores.optional(),
})
export type Person = z.infer<typeof person>

export const session = z.object({
  person,
  scopes: z.array(z.enum(scopes)),
  expiresAtMs: atMs,
})

export const apiToken = z.object({
  tokenId: id,
  name,
  scopes: z.array(z.enum(scopes)),
  createdAtMs: atMs,
  revokedAtMs: atMs.nullable(),
})

export const staffFacts = {
  'staff.person-added': {
    version: 1,
    summary: 'A person may sign in from now on',
    body: z.object({ personId: id, number: staffNumber, name, role, stores: stores.optional() }),
  },
  'staff.person-changed': {
    version: 1,
    summary: "A person's name, role or whether they may sign in was changed",
    body: person,
  },
  'staff.pin-set': {
    version: 1,
    summary: 'A person got a new PIN (which is not in the fact)',
    body: person,
  },
  'staff.token-created': {
    version: 1,
    summary: 'An API token was made (which is not in the fact)',
    body: z.object({ tokenId: id, name, scopes: z.array(z.enum(scopes)) }),
  },
  'staff.token-revoked': { version: 1, summary: 'An API token ended', body: z.object({ tokenId: id }) },
} satisfies FactCatalogue

export const staffRoutes = defineRoutes({
  setupState: {
    kind: 'query',
    name: 'setupState',
    method: 'GET',
    path: '/setup',
    summary: 'Whether the first owner is still to be set up',
    scope: null,
    response: z.object({ needed: z.boolean() }),
  },
  setUpOwner: {
    kind: 'raw',
    name: 'setUpOwner',
    method: 'POST',
    path: '/setup',
    summary: 'Set up the first owner with the one-time code that the shop printed at its start',
    scope: null,
    body: z.object({ id, code: z.string().max(40), name, pin }),
    response: z.object({ person }),
    example: {
      body: { id: '01936d2e-7c00-7000-8000-000000000001', code: 'K7QM-2F9D', name: 'Ana Souza', pin: '402915' },
    },
  },
  signIn: {
    kind: 'raw',
    name: 'signIn',
    method: 'POST',
    path: '/sessions',
    summary:
      'Sign in by number and PIN; sets the session cookie, and answers the same secret for clients without cookies',
    scope: null,
    body: z.object({ number: staffNumber, pin, till: handle.optional() }),
    response: session.extend({ token: z.string() }),
    example: { body: { number: 1, pin: '402915' } },
  },
  currentSession: {
    kind: 'raw',
    name: 'currentSession',
    method: 'GET',
    path: '/sessions/current',
    summary: 'Who is signed in',
    scope: 'signed-in',
    ofNoStore: true,
    response: session,
  },
  signOut: {
    kind: 'raw',
    name: 'signOut',
    method: 'DELETE',
    path: '/sessions/current',
    summary: 'Sign out',
    scope: 'signed-in',
    ofNoStore: true,
  },
  listPeople: {
    kind: 'query',
    name: 'listPeople',
    method: 'GET',
    path: '/people',
    summary: 'Everyone who may or could sign in',
    scope: 'people:read',
    response: z.object({ rows: z.array(person) }),
  },
  addPerson: {
    kind: 'raw',
    name: 'addPerson',
    method: 'POST',
    path: '/people',
    summary: 'Add a person with a role and a PIN',
    scope: 'people:write',
    body: z.object({ id, name, role, pin, number: staffNumber.optional(), stores: stores.optional() }),
    response: person,
    example: { body: { id: '01936d2e-7c00-7000-8000-000000000002', name: 'Ben Ito', role: 'cashier', pin: '771204' } },
  },
  changePerson: {
    kind: 'command',
    name: 'changePerson',
    method: 'PATCH',
    path: '/people/:personId',
    summary: "Change a person's name, role, where they may work, or whether they may sign in",
    scope: 'people:write',
    params: z.object({ personId: id }),
    body: z.object({
      id,
      name: name.optional(),
      role: role.optional(),
      active: z.boolean().optional(),
      /** Null for all stores. */
      stores: stores.nullable().optional(),
    }),
    response: person,
  },
  setPin: {
    kind: 'raw',
    name: 'setPin',
    method: 'POST',
    path: '/people/:personId/pin',
    summary: 'Give a person a new PIN; ends their sessions',
    scope: 'people:write',
    params: z.object({ personId: id }),
    body: z.object({ id, pin }),
    response: person,
  },
  listTokens: {
    kind: 'query',
    name: 'listTokens',
    method: 'GET',
    path: '/tokens',
    summary: 'API tokens, without their secrets',
    scope: 'tokens:write',
    response: z.object({ rows: z.array(apiToken) }),
  },
  createToken: {
    kind: 'command',
    name: 'createToken',
    method: 'POST',
    path: '/tokens',
    summary: 'Make an API token; its secret is shown this once',
    scope: 'tokens:write',
    body: z.object({ id, name, scopes: z.array(z.enum(scopes)).min(1) }),
    response: apiToken.extend({ secret: z.string().optional() }),
    example: {
      body: { id: '01936d2e-7c00-7000-8000-000000000003', name: 'Web shop', scopes: ['sales:write', 'catalogue:read'] },
    },
  },
  revokeToken: {
    kind: 'command',
    name: 'revokeToken',
    method: 'DELETE',
    path: '/tokens/:tokenId',
    summary: 'End an API token at once',
    scope: 'tokens:write',
    params: z.object({ tokenId: id }),
    response: apiToken,
  },
})

export const staffRefusals: RefusalTexts = {
  'setup-done': { status: 409, sentence: 'This shop has its owner already. Sign in instead.' },
  'setup-code-wrong': {
    status: 403,
    sentence: 'This is not the code that the shop printed at its start. Look there again.',
  },
  'pin-wrong': { status: 401, sentence: 'Number and PIN do not match. Try again.' },
  'pin-locked': { status: 429, sentence: 'Too many wrong PINs. Wait, or ask the owner for a new PIN.' },
  'pins-too-old': {
    status: 403,
    sentence: 'This till has not heard from its store for too long to know who may sign in. Connect it to the store.',
  },
  'pin-too-simple': {
    status: 422,
    sentence: 'This PIN is too easy to guess. Choose six digits without a simple pattern.',
  },
  'number-taken': { status: 409, sentence: 'Someone has this number already. Choose another.' },
  'last-owner': { status: 409, sentence: 'This is the only owner. Make someone else an owner first.' },
  'scope-exceeds-own': { status: 403, sentence: 'You cannot give a right that you do not have.' },
}
