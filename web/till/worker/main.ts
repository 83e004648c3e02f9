import '../../shared/zod.ts'
import { ApiRefusal } from '../../../src/contracts/client.ts'
import { browserPorts } from '../../../src/platform/browser-system.ts'
import { type Database, NodeBusy } from '../../../src/platform/database/database.ts'
import { openOpfs, untilFree } from '../../../src/platform/database/opfs.ts'
import { problemOf, problemResponse, respond } from '../../../src/platform/http/problem.ts'
import type { FromNode, NodeState, TillInfo, ToNode } from '../node-messages.ts'
import { thisTillRoutes } from '../node-routes.ts'
import { enrol, identityOf, join, nodeIn } from './join.ts'
import { forgetTill, hasFiles, type KeptTill, keepTill, readKeptTill } from './kept-till.ts'
import { type RunningTill, runTill } from './node.ts'

/** A page that was loaded again has its lock a moment before the old one has let go. */
const lockTriesAtMost = 20
const betweenTriesMs = 100
const joinAgainMs = 2_000
const lookAgainMs = 300
/** So long it takes to reach the store at the start. */
const patienceMs = 4_000

const here = location.origin
const program = String(import.meta.env.TILLWIRE_VERSION)
const addressHere = `${here}/api/v1${thisTillRoutes.enrolHere.path}`

/** The till's node behind one page, on the port that the page gave. */
const serve = (port: MessagePort): void => {
  const ports = browserPorts('warn')
  const settings = { origin: here, ports }
  const tell = (message: FromNode): void => port.postMessage(message)
  const become = (state: NodeState): void => tell({ kind: 'state', state })
  const pause = (ms: number): Promise<void> => new Promise(resolve => ports.timers.after(ms, resolve))
  const asked = new Map<number, AbortController>()
  let database: Database | undefined
  let kept: KeptTill | undefined
  let till: RunningTill | undefined
  /** The node that this device was, where its keys or its data are gone. */
  let before: { nodeId: string; epoch: number } | undefined
  let takeOver: () => void = () => {}

  const infoOf = ({ nodeId, epoch, handle, name, store, storeName }: KeptTill): TillInfo => ({
    nodeId,
    epoch,
    handle,
    name,
    store,
    storeName,
  })

  const open = async (): Promise<Database> => {
    for (let tries = 1; ; tries++) {
      try {
        return await openOpfs('till', ports.timers)
      } catch (error) {
        if (!(error instanceof NodeBusy)) throw error
        if (tries < lockTriesAtMost) {
          await pause(betweenTriesMs)
          continue
        }
        become({ at: 'taken' })
        await untilFree('till')
        become({ at: 'free' })
        await new Promise<void>(resolve => {
          takeOver = resolve
        })
        tries = 0
      }
    }
  }

  const joinStore = async (opened: Database, joining: KeptTill): Promise<KeptTill> => {
    for (;;) {
      try {
        return await join(opened, joining, settings)
      } catch (error) {
        if (error instanceof ApiRefusal && error.problem.status !== 503) throw error
        become({ at: 'joining', till: infoOf(joining), reached: false })
        await pause(joinAgainMs)
      }
    }
  }

  /** Until it knows what is sold and who may sign in. */
  const fill = async (running: RunningTill, filling: KeptTill): Promise<void> => {
    const sinceMs = ports.clock.nowMs()
    while (!(await running.isReady())) {
      const reached = (await running.isConnected()) || ports.clock.nowMs() - sinceMs < patienceMs
      become({ at: 'joining', till: infoOf(filling), reached })
      await pause(lookAgainMs)
    }
    kept = { ...filling, filled: true }
    await keepTill(kept)
  }

  const start = async (opened: Database, starting: KeptTill): Promise<void> => {
    const known = await nodeIn(opened)
    const isJoined = starting.joined && known?.id === starting.nodeId && known.epoch === starting.epoch
    if (!isJoined) become({ at: 'joining', till: infoOf(starting), reached: true })
    const joined = isJoined ? starting : await joinStore(opened, starting)
    kept = joined
    let isKept = false
    const running = await runTill({
      database: opened,
      kept: joined,
      identity: identityOf(joined),
      ports,
      origin: here,
      program,
      isKept: async () => {
        isKept ||= await navigator.storage.persisted()
        return isKept
      },
      fatal: error => tell({ kind: 'fatal', message: String(error) }),
    })
    till = running
    running.onFacts(facts =>
      tell({
        kind: 'facts',
        facts: facts.map(({ position, id, type, store, atMs, recordedAtUs, actor }) => ({
          position,
          id,
          type,
          store,
          atMs,
          recordedAtUs,
          actor,
        })),
      }),
    )
    if (!joined.filled) await fill(running, joined)
    become({ at: 'running', till: infoOf(joined) })
  }

  const begin = async (): Promise<void> => {
    become({ at: 'starting' })
    kept = await readKeptTill()
    if (!kept && !(await hasFiles())) return become({ at: 'none' })
    database = await open()
    const known = await nodeIn(database)
    if (!kept) {
      if (!known) return become({ at: 'none' })
      before = { nodeId: known.id, epoch: known.epoch }
      return become({ at: 'lost', what: 'keys' })
    }
    if (kept.joined && !known) {
      before = { nodeId: kept.nodeId, epoch: kept.epoch }
      return become({ at: 'lost', what: 'data' })
    }
    await start(database, kept)
  }

  const failed = (error: unknown): void =>
    become({ at: 'failed', message: error instanceof Error ? error.message : String(error) })

  const enrolHere = async (request: Request): Promise<Response> => {
    const { code } = thisTillRoutes.enrolHere.body.parse(await request.json())
    const was = kept ? { nodeId: kept.nodeId, epoch: kept.epoch } : before
    database ??= await open()
    const enrolled = await enrol(code, was, settings)
    await till?.stop()
    till = undefined
    start(database, enrolled).catch(failed)
    return respond.json({ handle: enrolled.handle, name: enrolled.name })
  }

  const removeHere = async (request: Request): Promise<Response> => {
    const principal = await till?.whoAsks(request)
    if (!principal) return problemResponse(problemOf('not-signed-in'))
    if (!principal.scopes.includes('devices:write'))
      return problemResponse(problemOf('not-allowed', { right: 'devices:write' }))
    const waiting = (await till?.waiting()) ?? 0
    if (waiting > 0) return problemResponse(problemOf('till-holds-facts', { waiting }))
    await till?.stop()
    till = undefined
    await database?.close()
    database = undefined
    kept = undefined
    await forgetTill()
    return respond.json({})
  }

  const answer = async (request: Request): Promise<Response> => {
    try {
      if (request.url === addressHere)
        return request.method === 'DELETE' ? await removeHere(request) : await enrolHere(request)
    } catch (error) {
      if (error instanceof ApiRefusal) return problemResponse(error.problem)
      throw error
    }
    if (!till) throw new Error('the till is not open')
    return till.answer(request)
  }

  const hear = async ({ number, method, url, headers, body }: Extract<ToNode, { kind: 'request' }>): Promise<void> => {
    const controller = new AbortController()
    asked.set(number, controller)
    try {
      const { signal } = controller
      const response = await answer(new Request(url, { method, headers, signal, ...(body === null ? {} : { body }) }))
      const text = await response.text()
      tell({ kind: 'response', number, status: response.status, headers: [...response.headers], body: text })
    } catch (error) {
      tell({ kind: 'unanswered', number, message: error instanceof Error ? error.message : String(error) })
    } finally {
      asked.delete(number)
    }
  }

  port.onmessage = ({ data }: MessageEvent<ToNode>) => {
    switch (data.kind) {
      case 'begin':
        begin().catch(failed)
        return
      case 'take-over':
        takeOver()
        return
      case 'request':
        void hear(data)
        return
      case 'abort':
        asked.get(data.number)?.abort()
    }
  }
}

addEventListener(
  'message',
  ({ ports: [port] }) => {
    if (port) serve(port)
  },
  { once: true },
)
