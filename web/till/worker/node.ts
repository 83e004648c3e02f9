import { Hono } from 'hono'
import { createClient } from '../../../src/contracts/client.ts'
import type { RecordedFact } from '../../../src/contracts/fact.ts'
import { isFact } from '../../../src/contracts/known-facts.ts'
import type { ResponseOf } from '../../../src/contracts/route.ts'
import { salesRoutes } from '../../../src/contracts/sales.ts'
import { containsCardNumber } from '../../../src/domain/text.ts'
import type { Database } from '../../../src/platform/database/database.ts'
import { type Host, startHost } from '../../../src/platform/host/host.ts'
import type { Principal } from '../../../src/platform/host/service.ts'
import { createApp, positionHeader } from '../../../src/platform/http/app.ts'
import type { Metrics } from '../../../src/platform/http/metrics.ts'
import { problemOf, problemResponse, respond } from '../../../src/platform/http/problem.ts'
import { factById, type NodeIdentity } from '../../../src/platform/journal/journal.ts'
import type { JournalTables } from '../../../src/platform/journal/tables.ts'
import type { Ports } from '../../../src/platform/ports.ts'
import { deviceSecretOf, signerOf } from '../../../src/platform/web-keys.ts'
import { createAuthenticator } from '../../../src/services/staff/authenticator.ts'
import { pinsTooOld } from '../../../src/services/staff/pins.ts'
import { readLink } from '../../../src/sync/link.ts'
import { waitingToGoUp } from '../../../src/sync/waiting-up.ts'
import { thisTillRoutes } from '../node-routes.ts'
import { elsewhere } from './elsewhere.ts'
import type { KeptTill } from './kept-till.ts'
import { parkedSales } from './parked.ts'
import { createTillFronts, createTillServices } from './services.ts'
import { watchedStanding } from './standing.ts'
import { type Fetcher, notReached, passOn, storeOf } from './to-store.ts'

/** So long a sale that is durable here waits for the store to have it too, when it is reached. */
const acknowledgedWithinMs = 300
const reachedWithinMs = 2_000

export type RunningTill = {
  answer(request: Request): Promise<Response>
  /** Who signed the request in at this till, or null. */
  whoAsks(request: Request): Promise<Principal | null>
  onFacts(listener: (facts: readonly RecordedFact[]) => void): void
  /** Whether the store is reached. */
  isConnected(): Promise<boolean>
  /** Whether it knows what is sold and who may sign in. */
  isReady(): Promise<boolean>
  /** Facts that no one else has for certain. */
  waiting(): Promise<number>
  stop(): Promise<void>
}

const noMetrics: Metrics = { request: () => {}, facts: () => {}, text: async () => '', contentType: 'text/plain' }

/** Waits until a service has applied a position. */
const reachedOf = (host: Host, { timers }: Ports) => {
  const isReached = (service: string, position: number) =>
    (host.progress().find(each => each.service === service)?.position ?? host.head()) >= position
  return (service: string, position: number): Promise<boolean> =>
    new Promise(resolve => {
      if (isReached(service, position)) return resolve(true)
      const settle = (reached: boolean) => {
        end()
        cancel()
        resolve(reached)
      }
      const end = host.onProgress(() => {
        if (isReached(service, position)) settle(true)
      })
      const cancel = timers.after(reachedWithinMs, () => settle(false))
    })
}

const bearerOf = (request: Request): string => request.headers.get('authorization')?.replace(/^Bearer /, '') ?? ''

/**
 * This device as a till: the journal, its services and their API, as a store has them, on the database of this browser.
 * `isKept`: whether the browser promised not to throw that away.
 */
export const runTill = async (options: {
  database: Database
  kept: KeptTill
  identity: NodeIdentity
  ports: Ports
  origin: string
  program: string
  isKept(): Promise<boolean>
  fatal(error: unknown): void
}): Promise<RunningTill> => {
  const { database, kept, identity } = options
  const ports: Ports = {
    ...options.ports,
    signer: signerOf(kept.nodeId, kept.keys),
    deviceSecret: deviceSecretOf(kept.keys),
  }
  const store: Fetcher = storeOf(kept)
  const { standing, acknowledged } = watchedStanding(ports.timers)
  const host = await startHost({
    database,
    node: identity,
    services: createTillServices(ports, {
      parent: createClient(store, options.origin),
      standing,
      program: options.program,
      till: kept.handle,
      lastReceipt: kept.lastReceipt ?? 0,
    }),
    ports,
    fatal: options.fatal,
  })
  const authenticator = createAuthenticator(database, ports.clock, ports.secrets, identity)
  host.onCommit(facts => {
    if (facts.some(fact => /^(staff|device)\./.test(fact.type))) authenticator.forget()
  })
  const own = createApp({
    fronts: createTillFronts(ports, {
      sessionsEnded: authenticator.forget,
      onHead: listener => host.onCommit(() => listener()),
    }),
    execute: host.execute,
    db: database,
    feed: host,
    node: identity,
    ports,
    metrics: noMetrics,
    authenticate: authenticator.authenticate,
    isCardNumber: containsCardNumber,
    head: host.head,
    progress: host.progress,
    reached: reachedOf(host, ports),
    rebuild: host.rebuild,
  })

  const isConnected = async () => (await readLink(database))?.state === 'connected'
  const whoAsks = async (request: Request): Promise<Principal | null> => {
    const secret = bearerOf(request)
    return secret === '' ? null : authenticator.authenticate(secret)
  }

  /** What a till is asked and only the store knows. */
  const askStore = async (request: Request): Promise<Response> => {
    const personId = (await whoAsks(request))?.personId
    if (personId === undefined) return problemResponse(problemOf('not-signed-in'))
    if (!(await isConnected())) return notReached()
    return passOn(store, request, personId)
  }

  /** Ids under which this till does itself what it could not ask the store for: two nodes may never record the same one. */
  const ownIds = new Map<string, string>()
  const withOwnId = async (request: Request): Promise<Request> => {
    if (request.method !== 'POST') return request
    const input = (await request.json()) as { id?: string }
    const { url, method, headers } = request
    if (input.id !== undefined) {
      const id = ownIds.get(input.id) ?? ports.ids.next()
      ownIds.set(input.id, id)
      input.id = id
    }
    return new Request(url, { method, headers, body: JSON.stringify(input) })
  }

  const hasNothing = async (response: Response): Promise<boolean> => {
    if (response.status === 404) return true
    if (!response.ok) return false
    const { rows } = (await response.clone().json()) as { rows?: unknown[] }
    return rows?.length === 0
  }

  const seqAt = async (position: number): Promise<number | undefined> =>
    (
      await database
        .tables<JournalTables>()
        .selectFrom('journal')
        .select('seq')
        .where('position', '=', position)
        .executeTakeFirst()
    )?.seq

  /** What is given out of hand is on the store too, as far as that is a matter of moments. */
  const recordAndTell = async (request: Request): Promise<Response> => {
    const connected = await isConnected()
    if (!connected && !(await options.isKept())) return problemResponse(problemOf('storage-not-kept'))
    const response = await own.fetch(request)
    if (!connected || !response.ok) return response
    const seq = await seqAt(Number(response.headers.get(positionHeader)))
    if (seq !== undefined) await acknowledged(seq, acknowledgedWithinMs)
    return response
  }

  const saleHere = async (request: Request, saleId: string): Promise<Response> => {
    if (!(await whoAsks(request))) return problemResponse(problemOf('not-signed-in'))
    const fact = await factById(database, saleId)
    return respond.json({
      receiptNumber: fact && isFact(fact, 'sale.completed') ? fact.body.receiptNumber : null,
    } satisfies ResponseOf<typeof thisTillRoutes.saleHere>)
  }

  const hasArrived = async (factId: string): Promise<boolean> => {
    const fact = await factById(database, factId)
    return fact?.epoch === identity.epoch ? fact.seq <= standing.acknowledgedSeq : fact !== undefined
  }
  const parked = parkedSales(async request => own.fetch(await withOwnId(request)), askStore, hasArrived)

  const app = new Hono()
  app.get(`/api/v1${salesRoutes.listParkedSales.path}`, async context =>
    parked.list(context.req.raw, await isConnected()),
  )
  app.post(`/api/v1${salesRoutes.takeUpSale.path}`, async context =>
    parked.takeUp(context.req.raw, context.req.param('parkedSaleId'), await isConnected()),
  )
  app.get(`/api/v1${thisTillRoutes.saleHere.path}`, context => saleHere(context.req.raw, context.req.param('saleId')))
  for (const { path } of [salesRoutes.completeSale, salesRoutes.returnGoods])
    app.post(`/api/v1${path}`, context => recordAndTell(context.req.raw))
  for (const { route, answerer } of elsewhere) {
    app.on(route.method, `/api/v1${route.path}`, async context => {
      const request = context.req.raw
      if (answerer === 'store') return askStore(request)
      if (answerer === 'store-first') {
        return (await isConnected()) ? askStore(request) : own.fetch(await withOwnId(request))
      }
      const known = await own.fetch(request.clone())
      if (!(await hasNothing(known))) return known
      const asked = await askStore(request)
      return asked.ok ? asked : known
    })
  }
  app.all('*', context => own.fetch(context.req.raw))

  return {
    answer: async request => app.fetch(request),
    whoAsks,
    onFacts: listener => void host.onCommit(listener),
    isConnected,
    isReady: async () => {
      const link = await readLink(database)
      if (!link || link.parent_node === '') return false
      return (await pinsTooOld(database, identity, ports.clock.nowMs())) === null
    },
    waiting: async () => {
      const link = await readLink(database)
      return link ? waitingToGoUp(database, link.sent_to) : 0
    },
    stop: host.stop,
  }
}
