import { z } from 'zod'
import { recordedFact } from './fact.ts'
import { count, id, limit, position } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

/** RFC 9457 problem details, with our stable code beside the standard members. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>

/** One thing that a fact caused. `atUs`: UTC microseconds when the service had done it; null while it is still to come. */
export const effect = z.object({
  service: z.string(),
  title: z.string(),
  atUs: z.int().nullable(),
  afterUs: z.int().nullable(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()]))),
  fact: id.optional(),
})
export type Effect = z.infer<typeof effect>

export const platformRoutes = defineRoutes({
  listFacts: {
    kind: 'query',
    name: 'listFacts',
    method: 'GET',
    path: '/facts',
    summary: 'Facts of this journal in order of position',
    scope: 'facts:read',
    query: z.object({ after: count.default(0), limit, type: z.string().max(64).optional() }),
    response: z.object({ rows: z.array(recordedFact), head: position }),
  },
  getFact: {
    kind: 'query',
    name: 'getFact',
    method: 'GET',
    path: '/facts/:factId',
    summary: 'One fact by its id',
    scope: 'facts:read',
    params: z.object({ factId: id }),
    response: recordedFact,
  },
  factEffects: {
    kind: 'query',
    name: 'factEffects',
    method: 'GET',
    path: '/facts/:factId/effects',
    summary: 'A fact and everything that it caused, service by service, in microseconds after it was recorded',
    scope: 'facts:read',
    params: z.object({ factId: id }),
    response: z.object({ fact: recordedFact, effects: z.array(effect) }),
  },
  live: {
    kind: 'raw',
    name: 'live',
    method: 'GET',
    path: '/live',
    summary: 'Facts as they are recorded, and how far each service is, as server-sent events',
    scope: 'signed-in',
    query: z.object({ after: count.optional(), types: z.string().max(400).optional() }),
    media: { response: 'text/event-stream' },
  },
  services: {
    kind: 'query',
    name: 'services',
    method: 'GET',
    path: '/services',
    summary: 'Each service with the position that it has reached and what stopped it, if anything did',
    scope: 'signed-in',
    response: z.object({
      head: position,
      rows: z.array(z.object({ service: z.string(), position, waiting: z.int(), failure: z.string().nullable() })),
    }),
  },
  rebuild: {
    kind: 'raw',
    name: 'rebuild',
    method: 'POST',
    path: '/operations/rebuild',
    summary: 'Drop every projection and make it again from the journal; says whether any row came out different',
    scope: 'operations',
    response: z.object({ tables: z.array(z.object({ table: z.string(), rows: z.int(), same: z.boolean() })) }),
  },
})

export const platformRefusals: RefusalTexts = {
  'route-unknown': { status: 404, sentence: 'This address does not exist. Look it up in the API page.' },
  'not-served-here': { status: 404, sentence: 'This till does not answer that itself. Ask its store.' },
  'method-unknown': { status: 405, sentence: 'This address does not take that method. Look it up in the API page.' },
  'json-invalid': { status: 400, sentence: 'The body is not readable JSON. Send it again whole.' },
  'body-cut-short': { status: 400, sentence: 'The body ended too early. Send it again whole.' },
  'media-type-wrong': {
    status: 415,
    sentence: 'The body has the wrong content type. Send the one that the API page names.',
  },
  'body-too-large': { status: 413, sentence: 'The body is too large. Send it in parts.' },
  'body-invalid': { status: 422, sentence: 'Something in the body is missing or wrong. The list says where.' },
  'parameters-invalid': { status: 400, sentence: 'Something in the address is missing or wrong. The list says where.' },
  internal: {
    status: 500,
    sentence: 'Something went wrong here. Nothing was half done; try again, and tell support if it stays.',
  },
  'not-signed-in': { status: 401, sentence: 'Nobody is signed in. Sign in and try again.' },
  'not-allowed': { status: 403, sentence: 'This needs a right that you do not have. Ask a manager.' },
  'origin-foreign': { status: 403, sentence: 'This request came from another site and was not carried out.' },
  'not-found': { status: 404, sentence: 'There is nothing under this id.' },
  'id-reused': { status: 409, sentence: 'This id was already used for something else. Nothing was changed.' },
  'position-not-reached': { status: 503, sentence: 'The figures are not that far yet. Try again in a moment.' },
  'card-number-in-text': {
    status: 422,
    sentence: 'This text looks like a card number, which must not be kept. Leave it out.',
  },
  'decided-above': { status: 409, sentence: 'This is decided above. Change it at headquarters, or in the store.' },
  'store-not-allowed': { status: 403, sentence: 'This is about another store. Ask headquarters.' },
  'store-not-reached': {
    status: 503,
    sentence: 'The store is not reached. Selling goes on; try this again when it is back.',
  },
  'storage-not-kept': {
    status: 503,
    sentence: 'This browser does not promise to keep sales, so nothing is sold while the store is not reached.',
  },
  'till-holds-facts': {
    status: 409,
    sentence: 'This till has sales that no one else has. Connect it to the store until they are sent.',
  },
  'storage-full': {
    status: 503,
    sentence: 'The disk is nearly full, so nothing new is taken. Make room on it, then try again.',
  },
  'storage-failed': { status: 503, sentence: 'The disk did not take it. Nothing was recorded; check the disk space.' },
}
