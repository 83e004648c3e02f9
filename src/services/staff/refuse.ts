import type { Refusal } from '../../platform/host/service.ts'

export const refuse = (code: string, detail?: Refusal['detail']): Refusal => ({
  ok: false,
  code,
  ...(detail ? { detail } : {}),
})
