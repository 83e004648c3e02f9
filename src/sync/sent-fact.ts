import { facts as knownFacts } from '../contracts/api.ts'
import { type Fact, fact as factSchema } from '../contracts/fact.ts'
import type { QuarantineReason, SentFact } from '../contracts/sync.ts'
import { upcast } from '../contracts/upcast.ts'
import { sha256 } from '../platform/canonical.ts'
import type { Refusal } from '../platform/host/service.ts'

/** A fact that was sent, read: its envelope, and why it is not to be believed although it has its place in the chain. */
export type ReadFact = { fact: Fact; text: string; hash: string; doubt: QuarantineReason | null }

/** An envelope that a newer Tillwire may have given more members: what its place in the chain needs must be there. */
const looseFact = factSchema.loose()

const doubtOf = (fact: Fact, isStrict: boolean): QuarantineReason | null => {
  const known = knownFacts[fact.type]
  if (!isStrict || !known || fact.version > known.version) return 'unknown-type'
  return known.body.safeParse(upcast(fact).body).success ? null : 'body-invalid'
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Reads a fact from its text. Refused: `sync-hash-wrong` where text and hash do not belong together, `sync-fact-unreadable` where
 * it says no place in a chain. What this program does not understand is kept with a doubt, so that what follows still flows.
 */
export const readSentFact = ({ hash, text }: SentFact): ({ ok: true } & ReadFact) | Refusal => {
  if (sha256(text) !== hash) return { ok: false, code: 'sync-hash-wrong', detail: { hash } }
  const json = parse(text)
  const strict = factSchema.safeParse(json)
  if (strict.success) return { ok: true, fact: strict.data, text, hash, doubt: doubtOf(strict.data, true) }
  const loose = looseFact.safeParse(json)
  if (!loose.success) return { ok: false, code: 'sync-fact-unreadable', detail: { hash } }
  return { ok: true, fact: loose.data, text, hash, doubt: doubtOf(loose.data, false) }
}
