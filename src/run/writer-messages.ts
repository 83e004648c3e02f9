import type { NodeKind } from '../contracts/travel.ts'
import type { Progress } from '../platform/host/projector.ts'
import type { RebuiltTable } from '../platform/host/rebuild.ts'
import type { Answer, Call, Principal } from '../platform/host/service.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import type { Enrolled } from './enrolled.ts'

/** What the writer thread is started with. */
export type WriterStart = {
  /** Undefined: whichever the data is of. */
  kind: NodeKind | undefined
  database: string
  setupCode: string
  webhooksToPrivate: boolean
  log: string
  program: string
  /** By what the node above knows this one, where there is one above. */
  enrolled: Enrolled | undefined
}

/** A call as it crosses: its principal by number, told once before, because the same few ask again and again. */
export type NumberedCall = Omit<Call, 'principal'> & { number: number; principal: number }

/** Lists cross as one JSON text, which costs half of what cloning the objects does. */
export type ToWriter =
  | { kind: 'principal'; number: number; principal: Principal }
  | { kind: 'calls'; calls: string }
  | { kind: 'listen'; on: boolean }
  | { kind: 'rebuild'; number: number }
  | { kind: 'stop' }

export type Failure = { failed: string; storage: boolean }
export type FromWriter =
  | { kind: 'ready'; node: NodeIdentity; head: number; progress: Progress[] }
  | { kind: 'answers'; answers: string }
  | { kind: 'committed'; head: number; staffChanged: boolean; facts: string | null }
  | { kind: 'progress'; progress: Progress[] }
  | { kind: 'rebuilt'; number: number; tables: RebuiltTable[] | Failure }
  | { kind: 'fatal'; message: string }
  | { kind: 'stopped' }

export type NumberedAnswer = [number: number, answer: Answer | Failure]
