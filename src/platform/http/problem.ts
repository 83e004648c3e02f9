import { refusalText } from '../../contracts/api.ts'
import type { Problem } from '../../contracts/platform.ts'
import type { Refusal, Respond } from '../host/service.ts'

export type FieldError = { path: string; message: string }

/** A refusal as RFC 9457 problem details. `type` leads to the code in the API page. */
export const problemOf = (code: string, detail?: Refusal['detail'], errors?: readonly FieldError[]): Problem => {
  const { status, sentence } = refusalText(code)
  return {
    type: `/api/docs#${code}`,
    title: sentence,
    status,
    code,
    ...(detail ? { detail } : {}),
    ...(errors ? { errors: [...errors] } : {}),
  }
}

export const problemResponse = (problem: Problem, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  })

export const respond: Respond = {
  json: (value, headers = {}) =>
    new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json', ...headers } }),
  refuse: refusal => problemResponse(problemOf(refusal.code, refusal.detail)),
}
