import type { ServiceName } from '../../contracts/api.ts'
import type { NewFact, RecordedFact } from '../../contracts/fact.ts'
import type { Effect } from '../../contracts/platform.ts'
import type { Scope } from '../../contracts/route.ts'
import type { Reader, Transaction } from '../database/database.ts'
import type { Migration } from '../database/migrate.ts'
import type { NodeIdentity, Quarantined, Taken } from '../journal/journal.ts'
import type { Ports } from '../ports.ts'

/** A business refusal as a value; its code stands in the contracts. The domain's refusals have the same shape. */
export type Refusal = { ok: false; code: string; detail?: Record<string, string | number> }

/** Who asks. `scopes` is what they may do. Plain data, because it crosses threads. */
export type Principal = {
  actor: string
  name: string
  scopes: readonly Scope[]
  personId?: string
  /** The stores that it may see and act for; all where absent. */
  stores?: readonly string[]
  /** The node whose key signed the request, where one did. */
  nodeId?: string
  /** That key was revoked. */
  revoked?: true
}

export type CommandContext = {
  /** For reading own tables, and for writing own state tables (not projections: those follow from facts). */
  tx: Transaction
  principal: Principal
  /** The node that decides. */
  node: NodeIdentity
  /** The store that the call is about. */
  store: string
  nowMs: number
  newId(): string
  /** The id under which the first fact will be recorded. */
  id: string
  /** The newest position of the journal. */
  head(): number
  /** Applies to this service's tables, in this transaction, all that others have recorded so far. */
  catchUp(): Promise<void>
  /** Facts after a position, in order, at most `limit`: for what has to be told again. */
  readFacts(after: number, limit: number): Promise<RecordedFact[]>
}

/** What a command decided: a refusal, or facts to record. The first fact takes the request's id, whatever id it carries. */
export type Decision =
  | Refusal
  | {
      ok: true
      facts: NewFact[]
      /** Facts of other nodes, to be written as they came; the services that own them apply them at once. */
      taken?: Taken[]
      /** What came and is not to be believed. */
      quarantined?: Array<Omit<Quarantined, 'atUs'>>
      /** What was believed is believed no more: everything is derived anew before anything else happens. */
      rebuild?: boolean
      /** Added to the answer this time only (a secret), or the whole answer where nothing was recorded. */
      once?: Record<string, unknown>
    }

/**
 * Something that a caller wants to happen. Its input was validated by the route's schema, so each command names its own
 * type there (methods take narrower parameters, which is why these are methods). `decide` reads and decides; the rows follow from the facts by `project`, in the
 * same transaction. `answer` makes the answer from the first recorded fact alone, so that a repeat gets the same one.
 */
export type Command = {
  decide(input: object, context: CommandContext): Decision | Promise<Decision>
  answer?(fact: RecordedFact, tx: Transaction): unknown
  /** So many calls of this kind may wait for a commit; more are refused with `sync-busy`, and come again later. */
  waitAtMost?: number
  /** Who decides this: the node at the top, or a store. A node below refuses it with `decided-above`. Any node where absent. */
  decidedBy?: 'top' | 'store'
  /** Decides from memory alone, so many can share one projection. Such a command must not read own tables. */
  hot?: boolean
}

/**
 * `position`: up to which the service has applied what others recorded. `store`: the one that is asked about; null at HQ where
 * none is named, which means all.
 */
export type QueryContext = {
  db: Reader
  principal: Principal | null
  node: NodeIdentity
  store: string | null
  nowMs: number
  position: number
}

/** Reads committed rows. Answers a refusal or what the route's response schema describes. */
export type Query = { read(input: object, context: QueryContext): unknown }['read']

/** The half of a service that writes: runs beside the journal. */
export type Service = {
  name: ServiceName
  migrations: readonly Migration[]
  /** Tables that `project` alone writes, from facts alone; a rebuild empties and refills them. */
  projections: readonly string[]
  /** Fact types that this service records; applied in the transaction that records them. */
  owns: readonly string[]
  /** Fact types of others that it hears of through the journal. */
  consumes: readonly string[]
  /** Facts to rows, in batches, in order. Must come to the same rows whatever the batches are. */
  project(tx: Transaction, facts: readonly RecordedFact[]): Promise<void>
  /** What it does itself in reaction to facts that it just projected. Not called in a rebuild. Runs in the same transaction. */
  react?(
    tx: Transaction,
    facts: readonly RecordedFact[],
    context: { newId(): string; nowMs: number; node: NodeIdentity },
  ): Promise<Array<NewFact & { cause: string }>>
  commands: Record<string, Command>
  /** Fills what the service keeps in memory from its tables: at start, and when a transaction failed. */
  load?(db: Reader): Promise<void>
  /** Facts whose rows are committed, so that what is kept in memory follows. */
  applied?(facts: readonly RecordedFact[]): void
  /** Called when these commands of its own were committed, whether they recorded facts or only changed state. Not for hot ones. */
  committed?(commands: readonly string[]): void
  /** Begins work of its own (deliveries, timers) and answers how to end it. */
  start?(context: WorkContext): () => Promise<void>
}

export type WorkContext = Ports & {
  db: Reader
  node: NodeIdentity
  execute: Execute
  /** The newest position of the journal. */
  head(): number
  /** Tells of committed facts of any type. The answer ends it. */
  onCommit(listener: (facts: readonly RecordedFact[]) => void): () => void
}

/** A command on its way: validated input, with the id that makes sending it again safe. */
export type Call = {
  service: ServiceName
  command: string
  input: Record<string, unknown>
  principal: Principal
  /** The store that it is about; the node's own where absent. */
  store?: string
}
export type Answer = { ok: true; result: unknown; position: number } | Refusal
export type Execute = (call: Call) => Promise<Answer>

/** The half of a service that answers reads: runs wherever requests arrive. */
export type Front = {
  name: ServiceName
  queries: Record<string, Query>
  /** Routes of kind `raw`, which see the request itself. */
  raw?: Record<string, RawHandler>
  /** What a fact caused in this service, for the nerve page. */
  effects?(fact: RecordedFact, db: Reader): Promise<Array<Omit<Effect, 'service' | 'afterUs'>>>
}

export type RawContext<Input extends object = object> = QueryContext &
  Ports & {
    input: Input
    execute: Execute
    respond: Respond
    /** Whether a text holds a payment card's number, which must not get into a fact. */
    isCardNumber(text: string): boolean
  }
export type RawHandler = { handle(request: Request, context: RawContext): Promise<Response> }['handle']

/** Answers as the API does: JSON, or problem details with the status that the contracts give the code. */
export type Respond = {
  json(value: unknown, headers?: Record<string, string>): Response
  refuse(refusal: Refusal): Response
}
