import { type Context, Hono } from 'hono'
import { routesByService } from '../../contracts/api.ts'
import { handle } from '../../contracts/primitives.ts'
import type { Route } from '../../contracts/route.ts'
import type { Reader } from '../database/database.ts'
import type { Execute, Front, Principal, RawContext, Refusal } from '../host/service.ts'
import type { NodeIdentity } from '../journal/journal.ts'
import type { Ports } from '../ports.ts'
import { contentDigest, type DeviceGate, nonceHeader, signatureHeader } from '../signed-request.ts'
import { maxBodyBytes, readBytes, readInput } from './input.ts'
import type { Metrics } from './metrics.ts'
import { type JournalState, platformFront } from './platform-front.ts'
import { problemOf, problemResponse, respond } from './problem.ts'
import { sessionOfRequest } from './session-cookie.ts'

/** Commands answer with the position that they reached; a query that names it waits until its service has been there. */
export const positionHeader = 'tillwire-position'

export type AppOptions = JournalState & {
  execute: Execute
  db: Reader
  ports: Ports
  metrics: Metrics
  node: NodeIdentity
  /** Who a bearer token or session secret belongs to. */
  authenticate(secret: string): Promise<Principal | null>
  /** Who a signed request comes from, where there may be nodes below. */
  devices?: DeviceGate
  /** Whether a text holds a payment card's number, which must not get into a fact. */
  isCardNumber(text: string): boolean
  /** Waits until the service has applied the position; false when it did not in time. */
  reached(service: string, position: number): Promise<boolean>
}

const secretOf = (request: Request): { secret: string; cookie: boolean } | null => {
  const header = request.headers.get('authorization')
  if (header?.startsWith('Bearer ')) return { secret: header.slice(7), cookie: false }
  const secret = sessionOfRequest(request)
  return secret === undefined ? null : { secret, cookie: true }
}

/** A cookie goes along with requests that other sites make; a request that changes something must come from our own pages. */
const isForeign = (request: Request): boolean => {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  const site = request.headers.get('sec-fetch-site')
  if (site) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  return origin !== null && new URL(origin).host !== (request.headers.get('host') ?? new URL(request.url).host)
}

/** What a store asks HQ is about that store, without its saying so. */
const deviceStore = (node: NodeIdentity, principal: Principal | null): string | null =>
  (node.kind === 'hq' && principal?.nodeId !== undefined && principal.stores?.[0]) || null

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && 'ok' in value && value.ok === false

/**
 * The API as one Hono app, apart from listening: the same on a socket, in a test, and inside the command line.
 * Statuses are known here alone; services answer values.
 */
export const createApp = (options: AppOptions): Hono => {
  const { db, execute, node, ports } = options
  const app = new Hono()
  const fronts = new Map([...options.fronts, platformFront(options)].map(front => [front.name as string, front]))

  type Admitted = { principal: Principal | null; request: Request }

  const mayAsk = (principal: Principal, route: Route): Response | null => {
    if (route.scope === null || route.scope === 'signed-in' || principal.scopes.includes(route.scope)) return null
    return problemResponse(problemOf('not-allowed', { right: route.scope }))
  }

  const admit = async (request: Request, route: Route): Promise<Admitted | Response> => {
    const found = secretOf(request)
    const principal = found ? await options.authenticate(found.secret) : null
    if (route.scope === null) return { principal, request }
    if (!principal) return problemResponse(problemOf('not-signed-in'), { 'www-authenticate': 'Bearer' })
    if (found?.cookie && isForeign(request)) return problemResponse(problemOf('origin-foreign'))
    return mayAsk(principal, route) ?? { principal, request }
  }

  /** A signed request: who signed it is known before its body is read, which then has to be the one that was signed. */
  const admitSigned = async (gate: DeviceGate, request: Request, route: Route): Promise<Admitted | Response> => {
    const known = await gate.authenticate(request)
    if (!known.ok) return respond.refuse(known)
    const { principal } = known
    if (principal.revoked && !route.revokedToo) return problemResponse(problemOf('device-revoked'))
    const refusal = mayAsk(principal, route)
    if (refusal) return refusal
    const bytes = await readBytes(request, route.maxBodyBytes ?? maxBodyBytes)
    if (!bytes.ok) return problemResponse(bytes.problem)
    if ((await contentDigest(ports.keys, bytes.value)) !== known.contentDigest)
      return problemResponse(problemOf('digest-wrong'))
    if (bytes.value.length === 0) return { principal, request }
    const { method, headers, signal } = request
    return { principal, request: new Request(request.url, { method, headers, signal, body: bytes.value }) }
  }

  const answer = async (context: Context, service: string, route: Route): Promise<Response> => {
    const raw = context.req.raw
    const gate = raw.headers.has(signatureHeader) ? options.devices : undefined
    if (!gate) return answerTo(await admit(raw, route), context, service, route)
    const response = await answerTo(await admitSigned(gate, raw, route), context, service, route)
    response.headers.set(nonceHeader, await gate.nonce())
    return response
  }

  const answerTo = async (
    admitted: Admitted | Response,
    context: Context,
    service: string,
    route: Route,
  ): Promise<Response> => {
    if (admitted instanceof Response) return admitted
    const { principal, request } = admitted
    const asked = new URL(request.url).searchParams.get('store') ?? deviceStore(node, principal)
    if (asked !== null && !handle.safeParse(asked).success)
      return problemResponse(problemOf('parameters-invalid', { parameter: 'store' }))
    const allowed = principal?.stores
    const isOwn = asked === null ? node.kind !== 'hq' || route.ofNoStore === true : allowed?.includes(asked)
    if (allowed && !isOwn) return problemResponse(problemOf('store-not-allowed'))
    const input = await readInput(request, route, context.req.param(), options.isCardNumber)
    if (!input.ok) return problemResponse(input.problem)
    const front = fronts.get(service)
    if (!front) return problemResponse(problemOf('not-served-here', { service }))
    if (route.kind === 'command') {
      const answer = await execute({
        service: service as Front['name'],
        command: route.name,
        input: input.value,
        principal: principal ?? { actor: 'system', name: '', scopes: [] },
        ...(asked === null ? {} : { store: asked }),
      })
      if (!answer.ok) return respond.refuse(answer)
      return respond.json(answer.result, { [positionHeader]: String(answer.position) })
    }
    const wanted = Number(request.headers.get(positionHeader) ?? 0)
    if (wanted > 0 && !(await options.reached(service, wanted)))
      return problemResponse(problemOf('position-not-reached'), { 'retry-after': '1' })
    const nowMs = ports.clock.nowMs()
    const store = asked ?? (node.kind === 'hq' ? null : node.store)
    const position = options.progress().find(each => each.service === service)?.position ?? options.head()
    if (route.kind === 'raw') {
      const handler = front?.raw?.[route.name]
      if (!handler) throw new Error(`no handler ${service}.${route.name}`)
      const raw: RawContext = {
        db,
        principal,
        node,
        store,
        nowMs,
        position,
        ...ports,
        input: input.value,
        execute,
        respond,
        isCardNumber: options.isCardNumber,
      }
      return handler(request, raw)
    }
    const query = front?.queries[route.name]
    if (!query) throw new Error(`no query ${service}.${route.name}`)
    const result = await query(input.value, { db, principal, node, store, nowMs, position })
    return isRefusal(result) ? respond.refuse(result) : respond.json(result)
  }

  for (const [service, routes] of Object.entries(routesByService)) {
    // Hono takes the first route that fits: `/sales/quote` must stand before `/sales/:saleId`.
    const plainFirst = (Object.values(routes) as Route[]).toSorted(
      (a, b) => Number(a.path.includes(':')) - Number(b.path.includes(':')),
    )
    for (const route of plainFirst) {
      app.on(route.method, `/api/v1${route.path}`, async context => {
        const startedUs = ports.clock.nowUs()
        const response = await answer(context, service, route)
        options.metrics.request(service, route.name, response.status, ports.clock.nowUs() - startedUs)
        return response
      })
    }
  }

  /** The paths of the API as patterns, to tell a wrong method from a wrong address. */
  const paths = Object.values(routesByService)
    .flatMap(routes => Object.values(routes) as Route[])
    .map(route => new RegExp(`^/api/v1${route.path.replace(/:[a-zA-Z]+/g, '[^/]+')}$`))
  app.all('/api/v1/*', context => {
    const code = paths.some(path => path.test(context.req.path)) ? 'method-unknown' : 'route-unknown'
    return problemResponse(problemOf(code))
  })
  app.onError((error, context) => {
    ports.log.error(
      { path: context.req.routePath, method: context.req.method, error: error.stack ?? error.message },
      'a request failed',
    )
    const code = 'code' in error && String(error.code).startsWith('ERR_SQLITE') ? 'storage-failed' : 'internal'
    return problemResponse(problemOf(code))
  })
  return app
}
