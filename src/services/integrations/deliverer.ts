import type { Principal, WorkContext } from '../../platform/host/service.ts'
import type { Attempted } from './commands.ts'
import { nextAttempt } from './retry.ts'
import type { Message, Sent } from './sender.ts'
import type { IntegrationsTables } from './tables.ts'

const itself: Principal = { actor: 'system', name: 'Tillwire', scopes: [] }
/** At the same time to one receiver, so that their outcomes share commits; one that hangs holds up no other. */
const atOncePerEndpoint = 32
const readAtOnce = 256
const longestSleepMs = 60_000
const gone = 410

type Due = Pick<
  IntegrationsTables['integrations_delivery'],
  'delivery_id' | 'endpoint_id' | 'fact' | 'event' | 'attempts'
> & { url: string; secret: string }

/** `forget`: receivers or deliveries were changed by someone else, so what was read of them is old. */
export type Deliverer = { wake(): void; forget(): void; stop(): Promise<void> }

/** Sends what is due, and records what became of it, many outcomes in one commit. */
export const startDeliverer = (context: WorkContext, send: (message: Message) => Promise<Sent>): Deliverer => {
  const { db, clock, timers, secrets, execute, log } = context
  const underWay = new Map<string, Set<string>>()
  const running = new Set<Promise<void>>()
  let due = new Map<string, Due[]>()
  let endpoints: string[] | null = null
  let outcomes: Attempted[] = []
  let recording: Promise<void> = Promise.resolve()
  let looking: Promise<void> | null = null
  let lookAgain = false
  let cancelSleep: () => void = () => {}
  let stopped = false

  /** From 0 to below 1. */
  const random = (): number => (secrets.random(1)[0] ?? 0) / 256

  const record = (): void => {
    recording = recording.then(async () => {
      const attempted = outcomes
      outcomes = []
      if (attempted.length > 0)
        await execute({ service: 'integrations', command: 'recordAttempts', input: { attempted }, principal: itself })
    })
  }

  const deliver = async (due: Due): Promise<void> => {
    const sent = await send({ url: due.url, secret: due.secret, webhookId: due.fact, event: due.event })
    const attempts = due.attempts + 1
    const delivered = sent.error === null
    const atMs = clock.nowMs()
    const isGone = sent.status === gone
    outcomes.push({
      deliveryId: due.delivery_id,
      attempts,
      delivered,
      nextAttemptAtMs: delivered || isGone ? null : nextAttempt(attempts, atMs, random(), sent.askedMs),
      status: sent.status,
      error: sent.error,
      atMs,
      firstByteAtUs: sent.firstByteAtUs,
    })
    if (isGone)
      await execute({
        service: 'integrations',
        command: 'stopEndpoint',
        input: { endpointId: due.endpoint_id },
        principal: itself,
      })
    record()
    await recording
  }

  const begin = (due: Due): void => {
    const ofEndpoint = underWay.get(due.endpoint_id) ?? new Set()
    underWay.set(due.endpoint_id, ofEndpoint)
    ofEndpoint.add(due.delivery_id)
    const done = deliver(due)
      .catch((error: unknown) =>
        log.error({ delivery: due.delivery_id, error: String(error) }, 'a webhook delivery could not be recorded'),
      )
      .finally(() => {
        ofEndpoint.delete(due.delivery_id)
        running.delete(done)
        wake()
      })
    running.add(done)
  }

  const dueOf = async (endpointId: string): Promise<Due[]> => {
    const busy = [...(underWay.get(endpointId) ?? [])]
    return db
      .tables<IntegrationsTables>()
      .selectFrom('integrations_delivery')
      .innerJoin('integrations_endpoint', 'integrations_endpoint.endpoint_id', 'integrations_delivery.endpoint_id')
      .innerJoin('integrations_secret', 'integrations_secret.endpoint_id', 'integrations_delivery.endpoint_id')
      .select(['delivery_id', 'integrations_delivery.endpoint_id', 'fact', 'event', 'attempts', 'url', 'secret'])
      .where('integrations_delivery.endpoint_id', '=', endpointId)
      .where('state', '=', 'waiting')
      .where('next_attempt_at_ms', '<=', clock.nowMs())
      .where('delivery_id', 'not in', busy.length > 0 ? busy : [''])
      .orderBy('next_attempt_at_ms')
      .orderBy('position')
      .limit(readAtOnce)
      .execute()
  }

  /** Begins what is due, from what was read before while there is some: reading for each delivery would cost more than sending it. */
  const beginDue = async (endpointId: string): Promise<void> => {
    const room = () => atOncePerEndpoint - (underWay.get(endpointId)?.size ?? 0)
    if (room() <= 0) return
    if (!due.get(endpointId)?.length) due.set(endpointId, await dueOf(endpointId))
    const waiting = due.get(endpointId) ?? []
    for (let next = waiting[0]; next !== undefined && room() > 0; next = waiting[0]) {
      waiting.shift()
      begin(next)
    }
  }

  const look = async (): Promise<void> => {
    cancelSleep()
    endpoints ??= (
      await db
        .tables<IntegrationsTables>()
        .selectFrom('integrations_endpoint')
        .select('endpoint_id')
        .where('active', '=', 1)
        .where('removed', '=', 0)
        .execute()
    ).map(row => row.endpoint_id)
    for (const endpointId of endpoints) await beginDue(endpointId)
    if (running.size > 0) return
    const next = await db
      .tables<IntegrationsTables>()
      .selectFrom('integrations_delivery')
      .select(({ fn }) => fn.min('next_attempt_at_ms').as('at'))
      .where('state', '=', 'waiting')
      .where('next_attempt_at_ms', '>', clock.nowMs())
      .executeTakeFirst()
    const at = next?.at
    if (at !== null && at !== undefined && !stopped) {
      cancelSleep = timers.after(Math.min(longestSleepMs, Math.max(1, Number(at) - clock.nowMs())), wake)
    }
  }

  const wake = (): void => {
    if (stopped) return
    if (looking) {
      lookAgain = true
      return
    }
    looking = look()
      .catch((error: unknown) => log.error({ error: String(error) }, 'due webhook deliveries could not be read'))
      .finally(() => {
        looking = null
        if (!lookAgain) return
        lookAgain = false
        wake()
      })
  }

  wake()
  return {
    wake,
    forget: () => {
      due = new Map()
      endpoints = null
      wake()
    },
    stop: async () => {
      stopped = true
      cancelSleep()
      await looking
      await Promise.all(running)
      await recording
    },
  }
}
