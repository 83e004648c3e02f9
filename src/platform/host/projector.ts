import type { RecordedFact } from '../../contracts/fact.ts'
import { CommitUnknown, type Database, type Transaction } from '../database/database.ts'
import { type Entry, type Journal, readFacts } from '../journal/journal.ts'
import type { JournalTables } from '../journal/tables.ts'
import type { Ports } from '../ports.ts'
import { concerns } from './concerns.ts'
import type { Service } from './service.ts'

/** How far a service has applied what others recorded. `failure` says why it stands still, where it does. */
export type Progress = { service: string; position: number; failure: string | null }

/** Facts in one step of one service: large enough to share its cost, small enough that a sale never waits long behind it. */
const factsAtOnce = 256
/** Where commits bring more at once than that (a hundred stores, a snapshot), steps are as large up to here, or fall ever further behind. */
const factsAtMost = 2_048
/** The newest facts stay in memory, so that a service that keeps up never reads the journal. */
const rememberedAtMost = 4_096
/** While calls keep coming, facts are gathered this long, so that fewer and larger steps wait for the disk. */
const dueAfterMs = 20
const retryFirstMs = 100
const retryLastMs = 30_000

type Follower = { service: Service; position: number; failure: string | null; failures: number; resting: boolean }
/** What one transaction did for one service, to be believed once it is committed. */
type Applied = { service: Service; to: number; facts: RecordedFact[] }

export type Projector = {
  /** Whether a service has facts to apply and is not resting after a failure. */
  waiting(): boolean
  /** Whether what waits has waited long enough to go before calls that wait too. */
  isDue(): boolean
  /** One batch for each service that is behind, in one transaction. */
  step(): Promise<{ recorded: RecordedFact[]; progress: Progress[] }>
  /** Applies everything up to the head for one service, in a transaction of a command of its own. */
  catchUp(tx: Transaction, service: Service): Promise<void>
  /** The transaction is on the disk: believe what it applied, and remember what it recorded. Answers who got further by it. */
  committed(recorded: readonly RecordedFact[]): Progress[]
  rolledBack(): void
  progress(): Progress[]
  onRetry(wake: () => void): void
}

/** Hands each service the facts that it consumes, in order, each once in effect: its checkpoint is in the transaction of its rows. */
export const createProjector = async (options: {
  database: Database
  services: readonly Service[]
  journal: Journal
  ports: Ports
}): Promise<Projector> => {
  const { database, journal, ports } = options
  let remembered: RecordedFact[] = []
  let open: Applied[] = []
  let wake: () => void = () => {}
  let steppedAtMs = 0
  /** How many facts were recorded that steps have not made up for. */
  let arrived = 0
  let stepFacts = factsAtOnce
  /** What was read in this transaction: services that stand at the same place share it. */
  let read: { after: number; facts: RecordedFact[] } | undefined
  const checkpoints = await database.tables<JournalTables>().selectFrom('checkpoint').selectAll().execute()
  const followers: Follower[] = options.services
    .filter(service => service.consumes.length > 0)
    .map(service => {
      const position = checkpoints.find(row => row.service === service.name)?.position ?? 0
      return { service, position, failure: null, failures: 0, resting: false }
    })

  const factsAfter = async (tx: Transaction, position: number): Promise<RecordedFact[]> => {
    const first = remembered[0]
    if (first && first.position <= position + 1) {
      const from = position + 1 - first.position
      if (from < remembered.length) return remembered.slice(from, from + stepFacts)
    }
    if (read?.after !== position) read = { after: position, facts: await readFacts(tx, position, stepFacts) }
    return read.facts
  }

  /**
   * Applies one batch to one service's tables, records its reactions, and moves its checkpoint. Where it stands is read in
   * the same transaction, so that a batch that another transaction applied is never applied again. Answers false at the head.
   */
  const apply = async (tx: Transaction, service: Service): Promise<boolean> => {
    const checkpoint = await tx
      .tables<JournalTables>()
      .selectFrom('checkpoint')
      .select('position')
      .where('service', '=', service.name)
      .executeTakeFirst()
    const from = checkpoint?.position ?? 0
    const facts = await factsAfter(tx, from)
    const to = facts.at(-1)?.position
    if (to === undefined) {
      open.push({ service, to: from, facts: [] })
      return false
    }
    const consumed = facts.filter(fact => service.consumes.includes(fact.type) && concerns(fact, journal.node))
    await tx.bulk({
      table: 'checkpoint',
      columns: ['service', 'position'],
      rows: [[service.name, to]],
      conflict: { keys: ['service'], set: ['position'] },
    })
    if (consumed.length > 0) {
      await service.project(tx, consumed)
      await tx.bulk({
        table: 'applied_batch',
        columns: ['service', 'to_position', 'from_position', 'applied_at_us'],
        rows: [[service.name, to, from, ports.clock.nowUs()]],
        conflict: { keys: ['service', 'to_position'], set: ['from_position', 'applied_at_us'] },
      })
    }
    open.push({ service, to, facts: [...consumed, ...(await react(tx, service, consumed))] })
    return true
  }

  const react = async (
    tx: Transaction,
    service: Service,
    consumed: readonly RecordedFact[],
  ): Promise<RecordedFact[]> => {
    if (!service.react || consumed.length === 0) return []
    const facts = await service.react(tx, consumed, {
      newId: ports.ids.next,
      nowMs: ports.clock.nowMs(),
      node: journal.node,
    })
    if (facts.length === 0) return []
    const recorded = await journal.append(
      tx,
      facts.map((fact): Entry => ({ ...fact, actor: 'system' })),
    )
    await service.project(tx, recorded)
    return recorded
  }

  const rest = (follower: Follower, error: unknown): void => {
    follower.failures += 1
    follower.failure = error instanceof Error ? error.message : String(error)
    follower.resting = true
    ports.log.error(
      { service: follower.service.name, position: follower.position, error: follower.failure },
      'a service could not apply a fact',
    )
    ports.timers.after(Math.min(retryLastMs, retryFirstMs * 2 ** follower.failures), () => {
      follower.resting = false
      wake()
    })
  }

  const isBehind = (follower: Follower): boolean => !follower.resting && follower.position < journal.head()
  const progressOf = ({ service, position, failure }: Follower): Progress => ({
    service: service.name,
    position,
    failure,
  })

  const committed: Projector['committed'] = recorded => {
    read = undefined
    arrived += recorded.length
    if (recorded.length > 0) {
      const all = remembered.concat(recorded)
      remembered = all.length > 2 * rememberedAtMost ? all.slice(-rememberedAtMost) : all
    }
    const applied = open
    open = []
    const further = new Set<Follower>()
    for (const { service, to, facts } of applied) {
      const follower = followers.find(each => each.service === service)
      if (follower && (follower.position !== to || follower.failure !== null)) further.add(follower)
      if (follower) Object.assign(follower, { position: to, failure: null, failures: 0 })
      if (facts.length > 0) service.applied?.(facts)
    }
    return [...further].map(progressOf)
  }
  const rolledBack = (): void => {
    read = undefined
    open = []
  }

  const stepOf = async (behind: readonly Follower[]): Promise<RecordedFact[]> => {
    try {
      await database.transaction(async tx => {
        for (const follower of behind) await apply(tx, follower.service)
      })
    } catch (error) {
      rolledBack()
      journal.rolledBack()
      throw error
    }
    const recorded = journal.committed()
    committed(recorded)
    return recorded
  }

  return {
    waiting: () => followers.some(isBehind),
    isDue: () =>
      ports.clock.nowMs() - steppedAtMs >= dueAfterMs ||
      followers.some(each => isBehind(each) && journal.head() - each.position >= factsAtOnce),
    /** All in one transaction; where that fails, one by one, so that only the service that fails stands still. */
    step: async () => {
      steppedAtMs = ports.clock.nowMs()
      stepFacts = Math.min(Math.max(factsAtOnce, arrived), factsAtMost)
      arrived = Math.max(0, arrived - stepFacts)
      const behind = followers.filter(isBehind)
      try {
        return { recorded: await stepOf(behind), progress: behind.map(progressOf) }
      } catch (error) {
        if (error instanceof CommitUnknown) throw error
      }
      const recorded: RecordedFact[] = []
      for (const follower of behind) {
        try {
          recorded.push(...(await stepOf([follower])))
        } catch (error) {
          if (error instanceof CommitUnknown) throw error
          await follower.service.load?.(database)
          rest(follower, error)
        }
      }
      return { recorded, progress: behind.map(progressOf) }
    },
    catchUp: async (tx, service) => {
      do {
        // Facts that this transaction has recorded since are not in what was read before.
        read = undefined
        // Each call applies one batch; it answers false at the head.
      } while (await apply(tx, service))
      read = undefined
    },
    committed,
    rolledBack,
    progress: () => followers.map(progressOf),
    onRetry: run => {
      wake = run
    },
  }
}
