import type { Decision, Refusal } from '../../platform/host/service.ts'

export const refuse = (code: string, detail?: Refusal['detail']): Refusal => ({
  ok: false,
  code,
  ...(detail ? { detail } : {}),
})

/** One fact, for everyone or for one store or group. */
export const record = (type: string, body: Record<string, unknown>, audience?: string): Decision => ({
  ok: true,
  facts: [{ id: '', type, body, ...(audience === undefined ? {} : { audience }) }],
})

/** Nothing changes, so nothing is recorded. */
export const unchanged = (answer: Record<string, unknown>): Decision => ({ ok: true, facts: [], once: answer })
