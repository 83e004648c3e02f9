import { Worker } from 'node:worker_threads'
import type { RecordedFact } from '../contracts/fact.ts'
import type { Progress } from '../platform/host/projector.ts'
import type { RebuiltTable } from '../platform/host/rebuild.ts'
import type { Answer, Execute, Principal } from '../platform/host/service.ts'
import type { Feed } from '../platform/http/live.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import type { Failure, FromWriter, NumberedAnswer, NumberedCall, ToWriter, WriterStart } from './writer-messages.ts'

/** What failed in the writer thread. `code` is an engine's where the storage failed. */
export class WriterFailure extends Error {
  override name = 'WriterFailure'
  readonly code: string
  constructor({ failed, storage }: Failure) {
    super(failed)
    this.code = storage ? 'ERR_SQLITE_ERROR' : 'ERR_WRITER'
  }
}

export type WriterLink = Feed & {
  readonly node: NodeIdentity
  execute: Execute
  head(): number
  progress(): readonly Progress[]
  rebuild(): Promise<RebuiltTable[]>
  /** Called when the journal has grown; the answer ends it. Costs less than hearing of each fact. */
  onHead(listener: () => void): () => void
  /** Called when people, PINs or tokens changed. */
  onStaffChange(listener: () => void): void
  stop(): Promise<void>
}

type Settle<T> = { resolve(value: T): void; reject(error: unknown): void }

/** Starts the thread that writes and answers the main thread's end of it. `fatal`: the writer has ended or can't go on. */
export const startWriter = (start: WriterStart, fatal: (message: string) => void): Promise<WriterLink> =>
  new Promise((started, failed) => {
    // The same entry as the process: what it sets up, the compile cache above all, is for both threads.
    const worker = new Worker(new URL('./cli.js', import.meta.url), { workerData: start, env: process.env })
    const say = (message: ToWriter) => worker.postMessage(message)
    const waiting = new Map<number, Settle<Answer>>()
    const rebuilds = new Map<number, Settle<RebuiltTable[]>>()
    const principalNumbers = new WeakMap<Principal, number>()
    const commitListeners = new Set<(facts: readonly RecordedFact[] | null) => void>()
    const progressListeners = new Set<(progress: readonly Progress[]) => void>()
    const headListeners = new Set<() => void>()
    const staffListeners = new Set<() => void>()
    const reached = new Map<string, Progress>()
    let head = 0
    let node: NodeIdentity | undefined
    let lastNumber = 0
    let lastPrincipal = 0
    let calls: NumberedCall[] = []
    let ready = false
    let stopping = false
    let stopped: () => void = () => {}

    const numberOf = (principal: Principal): number => {
      const known = principalNumbers.get(principal)
      if (known !== undefined) return known
      lastPrincipal += 1
      principalNumbers.set(principal, lastPrincipal)
      say({ kind: 'principal', number: lastPrincipal, principal })
      return lastPrincipal
    }

    /** Calls that arrive in one turn of the event loop cross together. */
    const send = () => {
      const sent = calls
      calls = []
      say({ kind: 'calls', calls: JSON.stringify(sent) })
    }

    const execute: Execute = ({ principal, ...call }) =>
      new Promise((resolve, reject) => {
        lastNumber += 1
        waiting.set(lastNumber, { resolve, reject })
        if (calls.length === 0) setImmediate(send)
        calls.push({ ...call, number: lastNumber, principal: numberOf(principal) })
      })

    const settle = ([number, answer]: NumberedAnswer) => {
      const settled = waiting.get(number)
      waiting.delete(number)
      if ('failed' in answer) settled?.reject(new WriterFailure(answer))
      else settled?.resolve(answer)
    }

    const link: WriterLink = {
      get node() {
        if (!node) throw new Error('the writer is not ready')
        return node
      },
      execute,
      head: () => head,
      progress: () => [...reached.values()],
      onCommit: listener => {
        commitListeners.add(listener)
        if (commitListeners.size === 1) say({ kind: 'listen', on: true })
        return () => {
          commitListeners.delete(listener)
          if (commitListeners.size === 0) say({ kind: 'listen', on: false })
        }
      },
      onProgress: listener => {
        progressListeners.add(listener)
        return () => progressListeners.delete(listener)
      },
      onHead: listener => {
        headListeners.add(listener)
        return () => headListeners.delete(listener)
      },
      onStaffChange: listener => staffListeners.add(listener),
      rebuild: () =>
        new Promise((resolve, reject) => {
          lastNumber += 1
          rebuilds.set(lastNumber, { resolve, reject })
          say({ kind: 'rebuild', number: lastNumber })
        }),
      stop: () =>
        new Promise(resolve => {
          stopping = true
          stopped = resolve
          say({ kind: 'stop' })
        }),
    }

    const gone = (message: string) => {
      for (const { reject } of waiting.values()) reject(new WriterFailure({ failed: message, storage: false }))
      waiting.clear()
      if (ready) fatal(message)
      else failed(new WriterFailure({ failed: message, storage: false }))
    }

    worker.on('message', (message: FromWriter) => {
      switch (message.kind) {
        case 'ready':
          node = message.node
          head = message.head
          for (const each of message.progress) reached.set(each.service, each)
          ready = true
          started(link)
          return
        case 'answers':
          for (const each of JSON.parse(message.answers) as NumberedAnswer[]) settle(each)
          return
        case 'committed':
          head = message.head
          for (const listener of headListeners) listener()
          if (message.staffChanged) for (const listener of staffListeners) listener()
          if (commitListeners.size > 0) {
            // The writer may not have known yet that someone listens.
            const facts = message.facts === null ? null : (JSON.parse(message.facts) as RecordedFact[])
            for (const listener of commitListeners) listener(facts)
          }
          return
        case 'progress':
          for (const each of message.progress) reached.set(each.service, each)
          for (const listener of progressListeners) listener(message.progress)
          return
        case 'rebuilt': {
          const settled = rebuilds.get(message.number)
          rebuilds.delete(message.number)
          if ('failed' in message.tables) settled?.reject(new WriterFailure(message.tables))
          else settled?.resolve(message.tables)
          return
        }
        case 'fatal':
          gone(message.message)
          return
        case 'stopped':
          stopped()
      }
    })
    worker.on('error', (error: unknown) =>
      gone(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    )
    worker.on('exit', code => {
      if (stopping) stopped()
      else gone(`the writer thread ended with ${code}`)
    })
  })
