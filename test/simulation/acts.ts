import { ApiRefusal } from '../../src/contracts/client.ts'
import type { InputOf, ResponseOf, Route } from '../../src/contracts/route.ts'
import type { Machine } from './machine.ts'
import { isSignedOut, type Job } from './people.ts'
import type { Act, World } from './world.ts'

const tries = 4
const answerWithinMs = 20_000

/** A call by somebody who signs in first where that is needed. Throws what the client throws. */
const callAs = async <R extends Route>(
  world: World,
  { at, job, store, route, input }: { at: Machine; job: Job; store: string | undefined; route: R; input: InputOf<R> },
): Promise<ResponseOf<R>> => {
  const aborter = new AbortController()
  const cancel = world.schedule.after(answerWithinMs * 1_000, () => aborter.abort())
  const { signal } = aborter
  try {
    const secret = await world.signedIn.secretOf(at, job)
    return await world.clientAt(at, secret, store).call(route, input, { signal })
  } catch (error) {
    if (isSignedOut(error)) world.signedIn.forget(at, job)
    throw error
  } finally {
    cancel()
  }
}

/** Refusals that say nothing of the act itself: another try may go through. */
const isPassing = ({ problem }: ApiRefusal): boolean =>
  problem.status >= 500 || ['not-signed-in', 'pin-locked', 'pins-too-old', 'pin-wrong'].includes(problem.code)

const send = async (world: World, act: Act): Promise<void> => {
  act.sent += 1
  const { id = '', epoch = 0 } = act.at.process?.identity ?? {}
  try {
    const answer = await callAs(world, act)
    Object.assign(act, { outcome: 'done', answer, doneUs: world.schedule.nowUs(), node: id, epoch })
  } catch (error) {
    const refusal = error instanceof ApiRefusal ? error : undefined
    act.code = refusal?.problem.code ?? 'nobody answered'
    if (refusal && !isPassing(refusal)) Object.assign(act, { outcome: 'refused', answer: refusal.problem })
  }
}

/** Sends what is still unknown once more, and says how it came out. */
export const settleAct = async (world: World, act: Act): Promise<void> => {
  for (let n = 0; n < tries && act.outcome === 'unknown' && act.at.process; n++) {
    if (n > 0) await world.pause(world.dice.between(200, 3_000))
    await send(world, act)
  }
  world.trace.step(`${act.at.name} ${act.what} · ${act.outcome === 'done' ? 'done' : `${act.outcome} ${act.code}`}`)
}

export type Asked<R extends Route> = {
  at: Machine
  what: string
  route: R
  /** What is sent, under the id that it gets. */
  input(id: string): InputOf<R>
  job: Job
  store?: string | undefined
}

/** Does something, and remembers it whatever comes of it. */
export const perform = async <R extends Route>(
  world: World,
  asked: Asked<R>,
): Promise<Act & { answer: ResponseOf<R> | undefined }> => {
  const id = world.newId()
  const { at, what, route, job, store } = asked
  const act: Act = {
    id,
    at,
    what,
    route,
    job,
    store,
    input: asked.input(id),
    begunUs: world.schedule.nowUs(),
    sent: 0,
    outcome: 'unknown',
    answer: undefined,
    code: '',
    doneUs: 0,
    node: '',
    epoch: 0,
    isLost: false,
  }
  world.acts.push(act)
  await settleAct(world, act)
  return act as Act & { answer: ResponseOf<R> | undefined }
}

/** What a query answers; undefined where it is refused or nobody answers. */
export const look = async <R extends Route>(
  world: World,
  at: Machine,
  job: Job,
  route: R,
  input: InputOf<R>,
  store?: string,
): Promise<ResponseOf<R> | undefined> => {
  try {
    return await callAs(world, { at, job, store, route, input })
  } catch {
    return undefined
  }
}
