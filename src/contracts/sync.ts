import { z } from 'zod'
import { atMs, count, handle, id, limit, position } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

/** A fact as it travels: the text that was hashed, and its hash. Nothing on the way writes it anew. */
export const sentFact = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  text: z.string().min(2).max(4_194_304),
})
export type SentFact = z.infer<typeof sentFact>
/** The same, with its position in the journal that it comes from. */
export const placedFact = sentFact.extend({ position })

/** Where a chain stands: the number and hash of a node's newest fact in one of its epochs. */
export const chainTip = z.object({ node: id, epoch: z.int().min(1), seq: z.int().min(0), hash: z.string() })
export type KnownTip = z.infer<typeof chainTip>

export const factsAtOnce = 500
/** A batch is closed when it holds this many characters, however few facts they are. */
export const charactersAtOnce = 1_000_000

/** What a node says of itself when it comes, and every so often: its program, its clock, and what waits to go up. */
export const nodeReport = z.object({
  program: z.string().max(40),
  wire: z.int().min(1),
  clockMs: atMs,
  /** Facts that have still to go up. */
  waiting: z.int().min(0),
  /** The parent's position up to which it has heard what comes down. */
  heardTo: position,
})

export const nodeState = z.object({
  nodeId: id,
  kind: z.enum(['till', 'store', 'hq']),
  store: handle,
  handle,
  name: z.string(),
  epoch: z.int(),
  revoked: z.boolean(),
  lastHeardMs: atMs.nullable(),
  program: z.string().nullable(),
  wire: z.int().nullable(),
  /** How far its clock is ahead of this node's. */
  clockOffsetMs: z.int().nullable(),
  waiting: z.int().nullable(),
  /** Facts that come down and that it has not heard yet. */
  behind: z.int().nullable(),
  /** The newest of its facts here. */
  seq: z.int(),
  lastFactAtMs: atMs.nullable(),
})

/** Why a fact is not believed. */
export const quarantineReason = z.enum([
  'fork',
  'damaged',
  'unknown-type',
  'body-invalid',
  'not-its-writer',
  'revoked',
  'poison',
  'id-known',
  'disowned',
])
export type QuarantineReason = z.infer<typeof quarantineReason>

export const quarantinedFact = z.object({
  number: z.int(),
  node: z.string(),
  epoch: z.int(),
  seq: z.int(),
  reason: quarantineReason,
  type: z.string().nullable(),
  atMs,
  text: z.string(),
})

/** How this node stands to the one above it. */
export const linkState = z.object({
  /** The node that answers. */
  node: z.object({ id, kind: z.enum(['till', 'store', 'hq']), store: handle }),
  top: z.boolean(),
  parent: z.object({ url: z.string(), node: z.string() }).nullable(),
  state: z.enum(['connected', 'alone', 'forked', 'epoch-old', 'revoked']),
  /** Since when it is in this state. */
  sinceMs: atMs,
  /** When the parent last answered. */
  lastContactMs: atMs.nullable(),
  /** Facts recorded here or below that the parent has not acknowledged. */
  waiting: z.int(),
  /** How many of them are sales and returns. */
  waitingSales: z.int(),
  /** Whether the node above has its own parent; null where it has none or did not say. */
  parentConnected: z.boolean().nullable(),
})
export type LinkState = z.infer<typeof linkState>

export const syncRoutes = defineRoutes({
  hello: {
    kind: 'command',
    name: 'hello',
    method: 'POST',
    path: '/sync/hello',
    summary: 'A node below says how it is, and hears which of its facts are here',
    scope: 'sync',
    revokedToo: true,
    body: nodeReport,
    response: z.object({
      node: id,
      epoch: z.int(),
      nowMs: atMs,
      head: position,
      /** Chains of the caller and of those below it. */
      below: z.array(chainTip),
      /** Chains of this node and of those above it. A caller that knows more of one knows what was lost here. */
      above: z.array(chainTip),
      /** Whom the caller is for facts that come down: its store and its store's groups. */
      audiences: z.array(handle),
      parentConnected: z.boolean().nullable(),
    }),
  },
  upload: {
    kind: 'command',
    name: 'takeIn',
    method: 'POST',
    path: '/sync/facts',
    summary: 'Take in facts of a node below, each next in its chain; acknowledged when they are on the disk here',
    scope: 'sync',
    maxBodyBytes: 8_388_608,
    textsCheckedBefore: true,
    revokedToo: true,
    body: z.object({
      facts: z.array(sentFact).min(1).max(factsAtOnce),
      /** Whether the caller has recorded more that it will send after these. */
      more: z.boolean().default(false),
    }),
    response: z.object({
      tips: z.array(chainTip),
      /** How many were new. */
      taken: z.int(),
      /** The caller's key was revoked: what it sent is kept apart. */
      revoked: z.boolean(),
      /** Chains that go on no more, because other facts are known under their numbers: their node was restored or copied. */
      forks: z.array(chainTip),
      /** Chains in which facts are missing before those that were sent: `seq` is the newest that is here. */
      gaps: z.array(chainTip),
    }),
  },
  download: {
    kind: 'raw',
    name: 'download',
    method: 'GET',
    path: '/sync/facts',
    summary: 'Facts that come down to the caller, after a position; waits for the next where there are none',
    scope: 'sync',
    query: z.object({ after: count, limit, waitMs: count.default(0) }),
    response: z.object({
      node: id,
      epoch: z.int(),
      audiences: z.array(handle),
      facts: z.array(placedFact),
      /** The position to go on from, which may be beyond the last fact. */
      to: position,
      more: z.boolean().default(false),
      /** So many that a snapshot is shorter: the position up to which one is to be taken. */
      snapshotTo: position.nullable(),
    }),
  },
  snapshot: {
    kind: 'query',
    name: 'snapshot',
    method: 'GET',
    path: '/sync/snapshot',
    summary: 'The facts up to a position that are the newest of their kind, in order: all that a new node has to know',
    scope: 'sync',
    query: z.object({ to: count, after: count.default(0), limit }),
    response: z.object({ facts: z.array(placedFact), after: position, more: z.boolean(), hash: z.string() }),
  },
  chain: {
    kind: 'query',
    name: 'chain',
    method: 'GET',
    path: '/sync/chains/:nodeId/:epoch',
    summary: "A node's own facts as they are here, for one that has lost them",
    scope: 'sync',
    params: z.object({ nodeId: id, epoch: z.coerce.number().int().min(1) }),
    query: z.object({ after: count.default(0), limit }),
    response: z.object({ facts: z.array(sentFact), more: z.boolean() }),
  },
  linkState: {
    kind: 'query',
    name: 'linkState',
    method: 'GET',
    path: '/link',
    summary: 'How this node stands to the one above it, and what waits to go up',
    scope: 'signed-in',
    ofNoStore: true,
    response: linkState,
  },
  listNodes: {
    kind: 'query',
    name: 'listNodes',
    method: 'GET',
    path: '/nodes',
    summary: 'Every node below this one, with its last word and how far it is behind',
    scope: 'devices:write',
    response: z.object({ rows: z.array(nodeState), nowMs: atMs }),
  },
  listQuarantine: {
    kind: 'query',
    name: 'listQuarantine',
    method: 'GET',
    path: '/quarantine',
    summary: 'Facts that came and were not believed, newest first, with why',
    scope: 'operations',
    query: z.object({ limit }),
    response: z.object({ rows: z.array(quarantinedFact) }),
  },
})

export const syncRefusals: RefusalTexts = {
  'sync-gap': { status: 409, sentence: 'Facts are missing before these. Send from the number that is named.' },
  'sync-hash-wrong': { status: 422, sentence: 'A fact was damaged on its way. Send it again.' },
  'sync-fact-unreadable': { status: 422, sentence: 'This is not a fact. Nothing was taken in.' },
  'sync-store-wrong': { status: 403, sentence: 'This fact belongs to another store. Nothing was taken in.' },
  'sync-epoch-wrong': {
    status: 409,
    sentence: 'This device was enrolled anew and its old key no longer counts. Enrol it again.',
  },
  'program-too-old': {
    status: 409,
    sentence: 'The program of this device is older than what is understood here. Update it, then it goes on by itself.',
  },
  'sync-busy': { status: 503, sentence: 'Many devices are coming back at once. Try again in a moment.' },
  'node-unknown': { status: 403, sentence: 'This device does not belong here. Enrol it first.' },
}
