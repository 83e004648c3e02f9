import { ApiRefusal, createClient } from '../../src/contracts/client.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { type Machine, originOf } from './machine.ts'

/** Who works in the shops. The owner is at HQ; the others are known in every store. */
export type Job = 'owner' | 'manager' | 'cashier'
export const people: Record<Job, { name: string; number: number; pin: string }> = {
  owner: { name: 'Ana', number: 1, pin: '402915' },
  manager: { name: 'Ben', number: 2, pin: '573920' },
  cashier: { name: 'Cleo', number: 3, pin: '771204' },
}

export type SignedIn = {
  /** The secret of somebody's session at a machine; they sign in where they have none. Throws what signing in throws. */
  secretOf(machine: Machine, job: Job): Promise<string>
  /** A session is over, or is not known any more. */
  forget(machine: Machine, job: Job): void
}

export const signedIn = (fetchFrom: (machine: Machine, request: Request) => Promise<Response>): SignedIn => {
  const secrets = new Map<string, string>()
  const keyOf = (machine: Machine, job: Job): string => `${machine.name} ${job}`
  return {
    secretOf: async (machine, job) => {
      const known = secrets.get(keyOf(machine, job))
      if (known !== undefined) return known
      const { number, pin } = people[job]
      const client = createClient(request => fetchFrom(machine, request), originOf(machine))
      const { token } = await client.call(staffRoutes.signIn, { number, pin })
      secrets.set(keyOf(machine, job), token)
      return token
    },
    forget: (machine, job) => void secrets.delete(keyOf(machine, job)),
  }
}

/** Whether a refusal only says that somebody has to sign in again. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiRefusal && error.problem.code === 'not-signed-in'
