import type { z } from 'zod'

export const scopes = [
  'store:write',
  'catalogue:read',
  'catalogue:write',
  'sales:read',
  'sales:write',
  'sales:override',
  'returns:write',
  'returns:without-receipt',
  'cash:read',
  'cash:write',
  'stock:read',
  'stock:write',
  'purchasing:read',
  'purchasing:write',
  'reports:read',
  'people:read',
  'people:write',
  'tokens:write',
  'devices:write',
  'webhooks:read',
  'webhooks:write',
  'facts:read',
  'operations',
  'sync',
] as const
export type Scope = (typeof scopes)[number]

export type RouteKind = 'command' | 'query' | 'raw'

/**
 * One address of the API. Validation, OpenAPI, the client and the router all read this; nothing states it twice.
 * `command` records facts (its name is the service's command); `query` reads; `raw` has a body or answer that is not
 * JSON, or needs the connection, and is handled by its service itself.
 */
export type Route = {
  kind: RouteKind
  /** The command or query of the service that answers it, unique within the service. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api/v1, Hono style: `/sales/:saleId`. */
  path: string
  summary: string
  /** What the caller must be allowed; null where no one is signed in yet. `signed-in`: any person or token. */
  scope: Scope | 'signed-in' | null
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  response?: z.ZodType
  /** Largest body in bytes; 1 MiB unless said. */
  maxBodyBytes?: number
  /** Its texts were looked at for card numbers where they were typed, and hold numbers of other kinds. */
  textsCheckedBefore?: true
  /** Also taken from a device that was revoked, which is told so in the answer. */
  revokedToo?: true
  /** Is about who asks or the node that answers, and about no store: also for those who are limited to some. */
  ofNoStore?: true
  /** Media type of a raw body or answer. */
  media?: { request?: string; response?: string }
  example?: { body?: unknown; response?: unknown }
}

/** Keeps the literal types of a route, so that handlers and the client infer from its schemas. */
export const defineRoutes = <const R extends Record<string, Route>>(routes: R): R => routes

type Parsed<T> = T extends z.ZodType ? z.infer<T> : Record<never, never>
/** What a command or query of this route receives: path parameters, query and body in one object. */
export type InputOf<R extends Route> = Parsed<R['params']> & Parsed<R['query']> & Parsed<R['body']>
export type ResponseOf<R extends Route> = R['response'] extends z.ZodType ? z.infer<R['response']> : undefined

/** A refusal's HTTP status and the sentence that a cashier reads: what happened, what to do. */
export type RefusalText = {
  status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503
  sentence: string
}
export type RefusalTexts = Record<string, RefusalText>
