import type { RecordedFact } from '../../contracts/fact.ts'
import { canonicalJson, sha256 } from '../canonical.ts'
import { CommitUnknown, type Database, type Transaction } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import {
  type Entry,
  factsById,
  type Journal,
  type NodeIdentity,
  openJournal,
  readFacts,
  readText,
  type Taken,
} from '../journal/journal.ts'
import { journalMigrations } from '../journal/tables.ts'
import type { Ports } from '../ports.ts'
import { concerns, mayDecide, mayRecord } from './concerns.ts'
import { createProjector, type Progress } from './projector.ts'
import { type RebuiltTable, rebuildProjections } from './rebuild.ts'
import type { Answer, Call, Command, Decision, Execute, Principal, Service } from './service.ts'

/** How many calls share one commit at the most. */
const batchAtMost = 256
/** A snapshot may be a hundred thousand facts in one transaction; the rows that are made of them go on in parts. */
const takenAtOnce = 2_000

type Waiting = { call: Call; answer(answer: Answer): void; fail(error: unknown): void }
type Decided = {
  waiting: Waiting
  command: Command
  /** What this node recorded itself. */
  recorded: RecordedFact[]
  /** What others recorded and was taken in. */
  taken: RecordedFact[]
  fresh: boolean
  once: Record<string, unknown> | undefined
  refusal: Answer | undefined
  rebuild: boolean
}

export type Host = {
  readonly node: NodeIdentity
  execute: Execute
  /** Facts whose commit is on the disk, in order. */
  onCommit(listener: (facts: readonly RecordedFact[]) => void): () => void
  /** Called whenever a service got further. */
  onProgress(listener: (progress: Progress[]) => void): () => void
  head(): number
  progress(): Progress[]
  /** Empties every projection and makes it again from the journal; says of each table whether it came out the same. */
  rebuild(): Promise<RebuiltTable[]>
  /** Ends when what was asked for is answered and every service has caught up or failed. */
  stop(): Promise<void>
}

/** The order in which a call's first fact is told from a repeat: what was asked, without its id. */
const requestDigest = (call: Call): string => sha256(canonicalJson([call.service, call.command, call.input]))

/**
 * Runs services on a journal. Everything that writes goes through here, one transaction after the other: calls that wait
 * together share one commit (group commit), then each service applies what others recorded, in batches of its own.
 * `fatal` is called when a commit's outcome is unknown: the process must end, reopen, and look facts up by id.
 */
export const startHost = async (options: {
  database: Database
  node: NodeIdentity
  services: readonly Service[]
  ports: Ports
  fatal(error: unknown): void
  /**
   * Whether the disk has room for what is asked now. An engine says too late that it is full: in a commit, whose outcome is not
   * known then. So new calls are refused with `storage-full` while there is still room for those that are under way.
   */
  hasRoom?(): boolean
}): Promise<Host> => {
  const { database, node, services, ports } = options
  await migrate(database, 'journal', journalMigrations)
  for (const service of services) await migrate(database, service.name, service.migrations)
  const journal: Journal = await openJournal(database, node, ports.clock)
  const owners = new Map(services.flatMap(service => service.owns.map(type => [type, service] as const)))
  const byName = new Map(services.map(service => [service.name as string, service]))
  const commitListeners = new Set<(facts: readonly RecordedFact[]) => void>()
  const progressListeners = new Set<(progress: Progress[]) => void>()
  const projector = await createProjector({ database, services, journal, ports })
  for (const service of services) await service.load?.(database)

  let queue: Waiting[] = []
  let stopping = false
  let broken: unknown
  let wake: () => void = () => {}

  const told = (facts: readonly RecordedFact[]): void => {
    if (facts.length === 0) return
    for (const listener of commitListeners) listener(facts)
  }

  const reload = async (): Promise<void> => {
    journal.rolledBack()
    projector.rolledBack()
    for (const service of services) await service.load?.(database)
  }

  const rebuild = async (): Promise<RebuiltTable[]> => {
    const tables = await rebuildProjections(database, services, node)
    for (const service of services) await service.load?.(database)
    return tables
  }

  /** Facts that a call of this commit may repeat: recorded before, or earlier in the same commit. */
  type Known = Map<string, RecordedFact>
  /** Own facts whose rows wait for one shared projection. */
  type Deferred = Map<Service, RecordedFact[]>
  const flush = async (tx: Transaction, deferred: Deferred, only?: Service): Promise<void> => {
    for (const [service, facts] of deferred) {
      if (only && service !== only) continue
      deferred.delete(service)
      await service.project(tx, facts)
    }
  }

  const record = async (
    tx: Transaction,
    service: Service,
    entries: readonly Entry[],
    deferred: Deferred | undefined,
  ): Promise<RecordedFact[]> => {
    for (const entry of entries) {
      if (!service.owns.includes(entry.type)) throw new Error(`${service.name} may not record ${entry.type}`)
      if (!mayRecord(node, entry.type)) throw new Error(`a ${node.kind} may not record ${entry.type}`)
    }
    const recorded = await journal.append(tx, entries)
    if (recorded.length === 0) return recorded
    if (deferred) {
      const waiting = deferred.get(service)
      if (waiting) waiting.push(...recorded)
      else deferred.set(service, [...recorded])
    } else {
      await service.project(tx, recorded)
    }
    return recorded
  }

  /** One service's facts that others recorded. One that the service can't apply is set apart; the others flow. */
  const projectTaken = async (tx: Transaction, service: Service, facts: readonly RecordedFact[]): Promise<void> => {
    try {
      await tx.savepoint(() => service.project(tx, facts))
      return
    } catch (error) {
      await service.load?.(tx)
      if (facts.length > 1) {
        for (const fact of facts) await projectTaken(tx, service, [fact])
        return
      }
      const [fact] = facts
      if (!fact) return
      ports.log.error({ service: service.name, fact: fact.id, error: String(error) }, 'a fact is set apart')
      fact.quarantined = true
      const { position, node: of, epoch, seq, hash } = fact
      const text = await readText(tx, position)
      await journal.quarantine(tx, { position, node: of, epoch, seq, hash, text, reason: 'poison' })
    }
  }

  /** Facts by the service that applies them in the transaction that records them. */
  const byOwner = (facts: readonly RecordedFact[]): Map<Service, RecordedFact[]> => {
    const owned = new Map<Service, RecordedFact[]>()
    for (const fact of facts) {
      const service = owners.get(fact.type)
      if (!service || !concerns(fact, node)) continue
      const before = owned.get(service)
      if (before) before.push(fact)
      else owned.set(service, [fact])
    }
    return owned
  }

  const take = async (tx: Transaction, taken: readonly Taken[], deferred: Deferred): Promise<RecordedFact[]> => {
    if (taken.length === 0) return []
    await flush(tx, deferred)
    const recorded: RecordedFact[] = []
    for (let from = 0; from < taken.length; from += takenAtOnce) {
      const some = await journal.take(tx, taken.slice(from, from + takenAtOnce))
      for (const [service, facts] of byOwner(some)) await projectTaken(tx, service, facts)
      recorded.push(...some)
    }
    return recorded
  }

  const decide = async (
    tx: Transaction,
    service: Service,
    command: Command,
    call: Call,
    id: string,
  ): Promise<Decision> =>
    command.decide(call.input, {
      tx,
      principal: call.principal,
      node,
      store: call.store ?? node.store,
      nowMs: ports.clock.nowMs(),
      newId: ports.ids.next,
      id,
      head: journal.head,
      catchUp: () => projector.catchUp(tx, service),
      readFacts: (after, limit) => readFacts(tx, after, limit),
    })

  const handle = async (tx: Transaction, waiting: Waiting, deferred: Deferred, known: Known): Promise<Decided> => {
    const { call } = waiting
    const service = byName.get(call.service)
    const command = service?.commands[call.command]
    if (!service || !command) throw new Error(`no command ${call.service}.${call.command}`)
    const refused = (refusal: Answer | undefined): Decided => ({
      waiting,
      command,
      recorded: [],
      taken: [],
      fresh: false,
      once: undefined,
      refusal,
      rebuild: false,
    })
    if (command.decidedBy && !mayDecide(node, command.decidedBy)) return refused({ ok: false, code: 'decided-above' })
    const id = typeof call.input.id === 'string' ? call.input.id : undefined
    const request = id === undefined ? undefined : requestDigest(call)
    if (id !== undefined) {
      const repeated = known.get(id)
      if (repeated && repeated.request !== request) return refused({ ok: false, code: 'id-reused' })
      if (repeated) return { ...refused(undefined), recorded: [repeated] }
    }
    if (!command.hot) await flush(tx, deferred, service)
    const factId = id ?? ports.ids.next()
    const decision = await decide(tx, service, command, call, factId)
    if (!decision.ok) return refused(decision)
    const entries = decision.facts.map(
      (fact, index): Entry => ({
        ...fact,
        id: index === 0 ? factId : fact.id,
        actor: call.principal.actor,
        ...(index === 0 && request !== undefined ? { request } : {}),
        ...(index > 0 && fact.cause === undefined ? { cause: factId } : {}),
      }),
    )
    const recorded = await record(tx, service, entries, command.hot ? deferred : undefined)
    for (const kept of decision.quarantined ?? []) await journal.quarantine(tx, kept)
    const taken = await take(tx, decision.taken ?? [], deferred)
    const { once, rebuild = false } = decision
    return { waiting, command, recorded, taken, fresh: true, once, refusal: undefined, rebuild }
  }

  const answerOf = async (tx: Transaction, decided: Decided): Promise<Answer> => {
    if (decided.refusal) return decided.refusal
    const first = decided.recorded[0]
    const result = first && decided.command.answer ? await decided.command.answer(first, tx) : {}
    const position = decided.taken.at(-1)?.position ?? decided.recorded.at(-1)?.position ?? journal.head()
    return { ok: true, result: decided.once ? { ...(result as object), ...decided.once } : result, position }
  }

  /** Everything of one shared commit, or of one call alone when the shared one failed. */
  const commit = async (batch: readonly Waiting[]): Promise<void> => {
    const answers: Answer[] = []
    const own = new Map<Service, RecordedFact[]>()
    const commanded = new Map<Service, string[]>()
    let rebuilds = false
    await database.transaction(async tx => {
      const deferred: Deferred = new Map()
      const known: Known = await factsById(
        tx,
        batch.flatMap(({ call }) => (typeof call.input.id === 'string' ? [call.input.id] : [])),
      )
      const results: Decided[] = []
      for (const waiting of batch) {
        const hot = byName.get(waiting.call.service)?.commands[waiting.call.command]?.hot
        const decided =
          hot || batch.length === 1
            ? await handle(tx, waiting, deferred, known)
            : await tx.savepoint(() => handle(tx, waiting, deferred, known))
        results.push(decided)
        rebuilds ||= decided.rebuild
        for (const fact of decided.recorded) known.set(fact.id, fact)
        const service = byName.get(waiting.call.service)!
        if (!hot) commanded.set(service, [...(commanded.get(service) ?? []), waiting.call.command])
        if (!decided.fresh) continue
        for (const [owner, facts] of byOwner([...decided.recorded, ...decided.taken]))
          own.set(owner, [...(own.get(owner) ?? []), ...facts])
      }
      await flush(tx, deferred)
      for (const decided of results) answers.push(await answerOf(tx, decided))
    })
    const facts = journal.committed()
    for (const [service, recorded] of own) service.applied?.(recorded)
    // A command may have applied what others recorded before it decided.
    const further = projector.committed(facts)
    if (further.length > 0) for (const listener of progressListeners) listener(further)
    if (rebuilds) await rebuild()
    for (const [service, commands] of commanded) service.committed?.(commands)
    batch.forEach((waiting, index) => {
      waiting.answer(answers[index]!)
    })
    told(facts)
  }

  /** A shared commit that fails is tried again call by call, so that one bad call can't take others with it. */
  const commitBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      await commit(batch)
    } catch (error) {
      if (error instanceof CommitUnknown) throw error
      await reload()
      if (batch.length === 1) {
        batch[0]!.fail(error)
        return
      }
      for (const waiting of batch) await commitBatch([waiting])
    }
  }

  const loop = async (): Promise<void> => {
    for (;;) {
      if (queue.length > 0) {
        const batch = queue.slice(0, batchAtMost)
        queue = queue.slice(batchAtMost)
        await commitBatch(batch)
      }
      if (projector.waiting() && (queue.length === 0 || projector.isDue())) {
        const step = await projector.step()
        told(step.recorded)
        for (const listener of progressListeners) listener(step.progress)
      }
      if (queue.length === 0 && !projector.waiting()) {
        if (stopping) return
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
      // Calls that have arrived meanwhile wait on the event loop, each to be handed over by itself; all of them join the next commit.
      await ports.timers.turn()
    }
  }

  projector.onRetry(() => wake())
  const running = loop().catch(error => {
    broken = error
    for (const waiting of queue) waiting.fail(error)
    queue = []
    options.fatal(error)
  })

  const execute: Execute = call =>
    new Promise((answer, fail) => {
      if (broken || stopping) {
        fail(broken ?? new Error('the host is stopping'))
        return
      }
      if (options.hasRoom?.() === false) {
        answer({ ok: false, code: 'storage-full' })
        return
      }
      const { waitAtMost } = byName.get(call.service)?.commands[call.command] ?? {}
      if (waitAtMost !== undefined && queue.filter(each => each.call.command === call.command).length >= waitAtMost) {
        answer({ ok: false, code: 'sync-busy' })
        return
      }
      queue.push({ call, answer, fail })
      wake()
    })

  const subscribe = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener)
    return () => set.delete(listener)
  }
  const onCommit = (listener: (facts: readonly RecordedFact[]) => void) => subscribe(commitListeners, listener)
  const ends = services.flatMap(service =>
    service.start ? [service.start({ ...ports, db: database, node, execute, head: journal.head, onCommit })] : [],
  )

  return {
    node,
    execute,
    onCommit,
    onProgress: listener => subscribe(progressListeners, listener),
    head: journal.head,
    progress: projector.progress,
    rebuild,
    stop: async () => {
      for (const end of ends) await end()
      stopping = true
      wake()
      await running
    },
  }
}

/** Who Tillwire itself is when no person or token asks. */
export const systemPrincipal: Principal = { actor: 'system', name: 'Tillwire', scopes: [] }
