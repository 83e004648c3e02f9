import { type Problem, problem } from './platform.ts'
import type { InputOf, ResponseOf, Route } from './route.ts'

/** A refusal that the API answered: `problem.code` is stable, `problem.title` is the sentence for a person. */
export class ApiRefusal extends Error {
  override name = 'ApiRefusal'
  readonly problem: Problem
  constructor(refused: Problem) {
    super(refused.title)
    this.problem = refused
  }
}

export type Answered<R extends Route> = { result: ResponseOf<R>; position: number }
export type Client = {
  /** Calls a route with its path parameters, query and body in one object. Throws ApiRefusal, or what `fetch` throws when nothing is reached. */
  call<R extends Route>(
    route: R,
    input: InputOf<R>,
    options?: { signal?: AbortSignal; afterPosition?: number },
  ): Promise<ResponseOf<R>>
  /** The same, with the journal position that a command reached. */
  send<R extends Route>(route: R, input: InputOf<R>): Promise<Answered<R>>
}

const split = (route: Route, input: Record<string, unknown>) => {
  const params = new Set(Object.keys(route.params?.shape ?? {}))
  const queries = new Set(Object.keys(route.query?.shape ?? {}))
  const path = route.path.replace(/:([a-zA-Z]+)/g, (_all, name: string) => encodeURIComponent(String(input[name])))
  const search = new URLSearchParams()
  const body: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || params.has(name)) continue
    if (queries.has(name)) search.set(name, String(value))
    else body[name] = value
  }
  return { path: search.size > 0 ? `${path}?${search}` : path, body }
}

/** Client of the API by its contracts. `fetcher` is `fetch`, or an app's own `request` where there is no network between. */
export const createClient = (
  fetcher: (request: Request) => Promise<Response>,
  origin: string,
  token?: string,
): Client => {
  const send = async <R extends Route>(
    route: R,
    input: InputOf<R>,
    options: { signal?: AbortSignal; afterPosition?: number } = {},
  ): Promise<Answered<R>> => {
    const { path, body } = split(route, input)
    const headers: Record<string, string> = {}
    if (token) headers.authorization = `Bearer ${token}`
    if (route.body) headers['content-type'] = 'application/json'
    if (options.afterPosition) headers['tillwire-position'] = String(options.afterPosition)
    const response = await fetcher(
      new Request(`${origin}/api/v1${path}`, {
        method: route.method,
        headers,
        ...(route.body ? { body: JSON.stringify(body) } : {}),
        ...(options.signal ? { signal: options.signal } : {}),
      }),
    )
    const text = await response.text()
    const value: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) throw new ApiRefusal(problem.parse(value))
    return { result: value as ResponseOf<R>, position: Number(response.headers.get('tillwire-position') ?? 0) }
  }
  return { send, call: async (route, input, options) => (await send(route, input, options)).result }
}
