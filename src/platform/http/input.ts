import type { z } from 'zod'
import type { Problem } from '../../contracts/platform.ts'
import type { Route } from '../../contracts/route.ts'
import { type FieldError, problemOf } from './problem.ts'

/** One MiB: more than ten thousand lines of a sale. */
export const maxBodyBytes = 1_048_576

type Read<T> = { ok: true; value: T } | { ok: false; problem: Problem }
const refused = (problem: Problem): { ok: false; problem: Problem } => ({ ok: false, problem })

const tooLong = (request: Request, most: number): boolean => Number(request.headers.get('content-length') ?? 0) > most

/** Whoever sends a body may stop in the middle of it. */
const unlessCutShort = async <T>(read: () => Promise<Read<T>>): Promise<Read<T>> => {
  try {
    return await read()
  } catch {
    return refused(problemOf('body-cut-short'))
  }
}

/** The body as text, never more of it in memory than allowed. */
const readTextOf = async (request: Request, most: number): Promise<Read<string>> => {
  if (tooLong(request, most)) return refused(problemOf('body-too-large', { mostBytes: most }))
  // With a length the server itself stops reading there.
  if (request.headers.has('content-length') || !request.body) return { ok: true, value: await request.text() }
  const decoder = new TextDecoder()
  let size = 0
  let text = ''
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > most) return refused(problemOf('body-too-large', { mostBytes: most }))
    text += decoder.decode(chunk, { stream: true })
  }
  return { ok: true, value: text + decoder.decode() }
}

const readText = (request: Request, most: number): Promise<Read<string>> =>
  unlessCutShort(() => readTextOf(request, most))

const readBytesOf = async (request: Request, most: number): Promise<Read<Uint8Array<ArrayBuffer>>> => {
  if (tooLong(request, most)) return refused(problemOf('body-too-large', { mostBytes: most }))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) return refused(problemOf('body-too-large', { mostBytes: most }))
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return { ok: true, value: bytes }
}

/** The body as it came, never more of it in memory than allowed. */
export const readBytes = (request: Request, most: number): Promise<Read<Uint8Array<ArrayBuffer>>> =>
  unlessCutShort(() => readBytesOf(request, most))

const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues.slice(0, 20).map(issue => ({ path: issue.path.map(String).join('.'), message: issue.message }))

/** A run of 13 or more digits, spaces and dashes between them allowed: worth a closer look. */
const manyDigits = /\d(?:[ -]?\d){12}/

const someText = (value: unknown, found: (text: string) => boolean): boolean => {
  if (typeof value === 'string') return manyDigits.test(value) && found(value)
  if (Array.isArray(value)) return value.some(each => someText(each, found))
  if (value !== null && typeof value === 'object') return Object.values(value).some(each => someText(each, found))
  return false
}

/**
 * Path, query and body of a request as the one object that a command or query takes, or the problem to answer.
 * `isCardNumber` looks at each text of a body that holds many digits.
 */
export const readInput = async (
  request: Request,
  route: Route,
  params: Record<string, string>,
  isCardNumber: (text: string) => boolean,
): Promise<Read<Record<string, unknown>>> => {
  let input: Record<string, unknown> = {}
  for (const [schema, values] of [
    [route.params, params],
    [route.query, route.query && Object.fromEntries(new URL(request.url).searchParams)],
  ] as const) {
    if (!schema) continue
    const parsed = schema.safeParse(values)
    if (!parsed.success) return refused(problemOf('parameters-invalid', undefined, fieldErrors(parsed.error)))
    input = { ...input, ...parsed.data }
  }
  if (!route.body) return { ok: true, value: input }
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/([a-z0-9.-]+\+)?json\b/i.test(type))
    return refused(problemOf('media-type-wrong', { expected: 'application/json' }))
  const text = await readText(request, route.maxBodyBytes ?? maxBodyBytes)
  if (!text.ok) return text
  let json: unknown
  try {
    json = JSON.parse(text.value)
  } catch {
    return refused(problemOf('json-invalid'))
  }
  const parsed = route.body.safeParse(json)
  if (!parsed.success) return refused(problemOf('body-invalid', undefined, fieldErrors(parsed.error)))
  if (!route.textsCheckedBefore && manyDigits.test(text.value) && someText(parsed.data, isCardNumber))
    return refused(problemOf('card-number-in-text'))
  return {
    ok: true,
    value:
      Object.keys(input).length > 0
        ? { ...(parsed.data as object), ...input }
        : (parsed.data as Record<string, unknown>),
  }
}
