import { ApiRefusal } from '../../src/contracts/client.ts'

/** What the API refused a call with. Throws where it was not refused. */
export const refusalOf = async (
  call: Promise<unknown>,
): Promise<{ code: string; status: number; detail?: Record<string, string | number> }> => {
  const error = await call.then(
    () => new Error('this was not refused'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ApiRefusal)) throw error
  const { code, status, detail } = error.problem
  return { code, status, ...(detail ? { detail } : {}) }
}
