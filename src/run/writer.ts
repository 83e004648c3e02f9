import { dirname } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { openSqlite } from '../platform/database/sqlite.ts'
import { startHost } from '../platform/host/host.ts'
import type { Principal } from '../platform/host/service.ts'
import type { Ports } from '../platform/ports.ts'
import { systemPorts } from '../platform/system.ts'
import { roomIn } from './disk-room.ts'
import { keysOf } from './enrolled.ts'
import { nodeOf } from './node-identity.ts'
import { parentClient } from './parent.ts'
import { createServices, newStanding } from './services.ts'
import type { Failure, FromWriter, NumberedAnswer, NumberedCall, ToWriter, WriterStart } from './writer-messages.ts'

/**
 * The thread that writes: journal, services and their projections on the one connection that may. Requests are answered on
 * the main thread, so a commit's wait for the disk holds no one else up, and two cores share the work.
 */
const port = parentPort
if (!port) throw new Error('the writer runs as a thread of the shop')
const start = workerData as WriterStart
const { enrolled } = start
const keys = enrolled && (await keysOf(enrolled))
const ports: Ports = { ...systemPorts(start.log), ...keys }
const tell = (message: FromWriter) => port.postMessage(message)

const failureOf = (error: unknown): Failure => ({
  failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
  storage: error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_SQLITE'),
})

const database = openSqlite(start.database)
const node = await nodeOf(database, ports.ids, start.kind)
const host = await startHost({
  database,
  node,
  services: createServices(ports, {
    kind: node.kind,
    setupCode: start.setupCode,
    webhooksToPrivate: start.webhooksToPrivate,
    parent: enrolled && keys ? parentClient(enrolled, keys.signer, ports.keys) : null,
    standing: newStanding(),
    program: start.program,
    ...(enrolled?.kind === 'till' ? { till: enrolled.handle, lastReceipt: enrolled.lastReceipt } : {}),
  }),
  ports,
  hasRoom: roomIn(dirname(start.database), ports.clock),
  fatal: error => tell({ kind: 'fatal', message: failureOf(error).failed }),
})

const principals = new Map<number, Principal>()
let answered: NumberedAnswer[] = []
/** Answers of one commit leave together. */
const answer = (number: number, value: NumberedAnswer[1]) => {
  if (answered.length === 0) {
    queueMicrotask(() => {
      const answers = answered
      answered = []
      tell({ kind: 'answers', answers: JSON.stringify(answers) })
    })
  }
  answered.push([number, value])
}

let listening = false
host.onCommit(facts => {
  const staffChanged = facts.some(fact => /^(staff|device)\./.test(fact.type))
  tell({
    kind: 'committed',
    head: facts.at(-1)?.position ?? 0,
    staffChanged,
    facts: listening ? JSON.stringify(facts) : null,
  })
})
host.onProgress(progress => tell({ kind: 'progress', progress }))

port.on('message', (message: ToWriter) => {
  switch (message.kind) {
    case 'principal':
      principals.set(message.number, message.principal)
      return
    case 'calls':
      for (const { number, principal, ...call } of JSON.parse(message.calls) as NumberedCall[]) {
        const known = principals.get(principal)
        if (!known) throw new Error(`principal ${principal} was not told`)
        host.execute({ ...call, principal: known }).then(
          value => answer(number, value),
          error => answer(number, failureOf(error)),
        )
      }
      return
    case 'listen':
      listening = message.on
      return
    case 'rebuild':
      host.rebuild().then(
        tables => tell({ kind: 'rebuilt', number: message.number, tables }),
        error => tell({ kind: 'rebuilt', number: message.number, tables: failureOf(error) }),
      )
      return
    case 'stop':
      host
        .stop()
        .then(() => database.close())
        .then(() => {
          tell({ kind: 'stopped' })
          port.close()
        })
  }
})

tell({ kind: 'ready', node: host.node, head: host.head(), progress: host.progress() })
