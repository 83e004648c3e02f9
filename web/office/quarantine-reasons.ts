import type { QuarantineReason } from '../../src/contracts/sync.ts'
import type { OfficeKey } from './messages.ts'

type Texts = { why: OfficeKey; act: OfficeKey }

const texts: Record<QuarantineReason, Texts> = {
  fork: { why: 'kept.fork.why', act: 'kept.fork.act' },
  damaged: { why: 'kept.damaged.why', act: 'kept.damaged.act' },
  'unknown-type': { why: 'kept.unknown-type.why', act: 'kept.unknown-type.act' },
  'body-invalid': { why: 'kept.body-invalid.why', act: 'kept.body-invalid.act' },
  'not-its-writer': { why: 'kept.not-its-writer.why', act: 'kept.not-its-writer.act' },
  revoked: { why: 'kept.revoked.why', act: 'kept.revoked.act' },
  poison: { why: 'kept.poison.why', act: 'kept.poison.act' },
  'id-known': { why: 'kept.id-known.why', act: 'kept.id-known.act' },
  disowned: { why: 'kept.disowned.why', act: 'kept.disowned.act' },
}

/** Why a fact was not believed, and what to do. A reason that only a newer program knows has texts that fit any. */
export const reasonTexts = (reason: string): Texts =>
  (texts as Record<string, Texts | undefined>)[reason] ?? { why: 'kept.other.why', act: 'kept.other.act' }
