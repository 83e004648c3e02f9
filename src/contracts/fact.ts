import { z } from 'zod'
import { atMs, handle, id, position } from './primitives.ts'

/** Version of what travels between nodes and to receivers of facts. */
export const wireVersion = 1

/** Who did it: a person, a token, a device on its own, or Tillwire itself in reaction to another fact. */
export const actor = z.string().regex(/^(person|token|device):[0-9a-f-]{36}$|^system$/)

/**
 * Something that happened, as it stands in the journal: never edited. Its canonical JSON (RFC 8785) is what is hashed
 * and chained: `prev` is the hash of the fact before it of the same node and epoch (64 zeros for the first).
 */
export const fact = z.strictObject({
  id,
  type: z.string().regex(/^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/),
  version: z.int().min(1),
  store: z.string().min(1).max(64),
  node: z.string().min(1).max(64),
  epoch: z.int().min(1),
  seq: z.int().min(1),
  atMs,
  actor,
  /** Whom below it concerns: a store or a group of stores by its handle; everyone where absent. */
  audience: handle.optional(),
  /** The fact in reaction to which this one was recorded. */
  cause: id.optional(),
  /** SHA-256 of the request that led to it, so that a repeat is known and a changed one refused. */
  request: z.string().length(64).optional(),
  body: z.record(z.string(), z.unknown()),
  prev: z.string().length(64),
})
export type Fact = z.infer<typeof fact>

/** A fact with its place in this node's journal. `recordedAtUs`: UTC microseconds when this journal took it in. */
export type RecordedFact<Body = Record<string, unknown>> = Omit<Fact, 'body'> & {
  body: Body
  position: number
  recordedAtUs: number
  hash: string
  /** Came down from the node above; what was recorded here or below goes up. */
  fromAbove?: boolean | undefined
  /** Kept, and passed on, but applied by no service: see the quarantine. */
  quarantined?: boolean | undefined
}

/**
 * What a sale names as the catalogue that it was priced with: the place of the newest catalogue fact in the chain of the node
 * that owns the catalogue. Rises with each of its facts, also from one epoch to the next, and is the same on every node.
 */
export const versionOf = ({ epoch, seq }: Pick<Fact, 'epoch' | 'seq'>): number => (epoch - 1) * 2 ** 32 + seq

/** What a command or a reaction hands over to be recorded; the journal adds node, epoch, seq and hash. */
export type NewFact = {
  id: string
  type: string
  version?: number
  atMs?: number
  audience?: string
  cause?: string
  body: Record<string, unknown>
}

export const recordedFact = fact.extend({
  position,
  recordedAtUs: z.int(),
  hash: z.string().length(64),
  fromAbove: z.boolean().optional(),
  quarantined: z.boolean().optional(),
})

/** What each service says of the facts that it owns: name, newest version and body. */
export type FactCatalogue = Record<string, { version: number; body: z.ZodType; summary: string }>
