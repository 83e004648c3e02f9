import type { integrationsRoutes } from '../../contracts/integrations.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { concerns } from '../../platform/host/concerns.ts'
import type { Command, CommandContext, Refusal } from '../../platform/host/service.ts'
import type { Secrets } from '../../platform/ports.ts'
import { urlFault } from './address.ts'
import { queueDeliveries } from './project.ts'
import { deliveryOf, endpointOf } from './shapes.ts'
import type { IntegrationsTables } from './tables.ts'

type Routes = typeof integrationsRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const refuse = (code: string): Refusal => ({ ok: false, code })

/** A receiver at HQ hears of every store, so whoever is limited to some has no say in it. */
const storeFault = ({ node, principal }: CommandContext): Refusal | null =>
  node.kind === 'hq' && principal.stores ? refuse('store-not-allowed') : null

/** What became of one attempt. */
export type Attempted = {
  deliveryId: string
  attempts: number
  delivered: boolean
  nextAttemptAtMs: number | null
  status: number | null
  error: string | null
  atMs: number
  firstByteAtUs: number
}

const replayAtMost = 50_000
const factsAtOnce = 1_000
const keptMs = 30 * 86_400_000
const forgottenAtOnce = 2_000
const forgetEveryMs = 60_000

const endpointRow = (tx: Transaction, endpointId: string) =>
  tx
    .tables<IntegrationsTables>()
    .selectFrom('integrations_endpoint')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .where('removed', '=', 0)
    .executeTakeFirst()

const recordAttempts = async (tx: Transaction, attempted: readonly Attempted[]): Promise<void> => {
  const tables = tx.tables<IntegrationsTables>()
  for (const each of attempted) {
    await tables
      .updateTable('integrations_delivery')
      .set({
        state: each.delivered ? 'delivered' : each.nextAttemptAtMs === null ? 'dead' : 'waiting',
        attempts: each.attempts,
        next_attempt_at_ms: each.nextAttemptAtMs,
        last_status: each.status,
        last_error: each.error,
        delivered_at_ms: each.delivered ? each.atMs : null,
        first_byte_at_us: each.firstByteAtUs,
      })
      .where('delivery_id', '=', each.deliveryId)
      .execute()
  }
}

/** What was delivered long ago is forgotten, a few rows at a time. */
const forgetOld = async (tx: Transaction, nowMs: number): Promise<void> => {
  const tables = tx.tables<IntegrationsTables>()
  const old = tables
    .selectFrom('integrations_delivery')
    .select('delivery_id')
    .where('state', '=', 'delivered')
    .where('delivered_at_ms', '<', nowMs - keptMs)
    .limit(forgottenAtOnce)
  await tables.deleteFrom('integrations_delivery').where('delivery_id', 'in', old).execute()
}

/** `allowPrivate`: whether receivers may be inside a private network. */
export const integrationsCommands = (secrets: Secrets, allowPrivate: boolean): Record<string, Command> => {
  let forgottenAtMs = 0
  return {
    saveWebhookEndpoint: {
      decide: async ({ id: _id, ...endpoint }: Input<'saveWebhookEndpoint'>, context) => {
        const { tx } = context
        const limited = storeFault(context)
        if (limited) return limited
        const fault = urlFault(endpoint.url, allowPrivate)
        if (fault) return refuse(fault)
        const known = await tx
          .tables<IntegrationsTables>()
          .selectFrom('integrations_secret')
          .select('secret')
          .where('endpoint_id', '=', endpoint.endpointId)
          .executeTakeFirst()
        const facts = [{ id: '', type: 'webhook.endpoint-saved', body: endpoint }]
        if (known) return { ok: true, facts }
        const secret = `whsec_${btoa(String.fromCharCode(...secrets.random(32)))}`
        await tx.bulk({
          table: 'integrations_secret',
          columns: ['endpoint_id', 'secret'],
          rows: [[endpoint.endpointId, secret]],
        })
        return { ok: true, facts, once: { secret } }
      },
      answer: fact => fact.body,
    },
    removeWebhookEndpoint: {
      decide: async ({ endpointId }: Input<'removeWebhookEndpoint'>, context) => {
        const { tx } = context
        const limited = storeFault(context)
        if (limited) return limited
        if (!(await endpointRow(tx, endpointId))) return refuse('endpoint-unknown')
        const tables = tx.tables<IntegrationsTables>()
        await tables.deleteFrom('integrations_secret').where('endpoint_id', '=', endpointId).execute()
        await tables
          .updateTable('integrations_delivery')
          .set({ state: 'dead', next_attempt_at_ms: null, last_error: 'the receiver was removed' })
          .where('endpoint_id', '=', endpointId)
          .where('state', '=', 'waiting')
          .execute()
        return { ok: true, facts: [{ id: '', type: 'webhook.endpoint-removed', body: { endpointId } }] }
      },
      answer: fact => fact.body,
    },
    /** The receiver sees the same webhook-id as the first time, so it can tell what it has had already. */
    replayWebhook: {
      decide: async ({ endpointId, afterPosition, toPosition }: Input<'replayWebhook'>, context) => {
        const { tx, head, node, readFacts } = context
        const limited = storeFault(context)
        if (limited) return limited
        const row = await endpointRow(tx, endpointId)
        if (!row) return refuse('endpoint-unknown')
        const last = Math.min(toPosition ?? head(), head(), afterPosition + replayAtMost)
        let queued = 0
        let position = afterPosition
        while (position < last) {
          const facts = (await readFacts(position, factsAtOnce)).filter(fact => fact.position <= last)
          const reached = facts.at(-1)?.position
          if (reached === undefined) break
          const told = facts.filter(fact => concerns(fact, node))
          queued += await queueDeliveries(tx, [endpointOf(row)], told, context)
          position = reached
        }
        return { ok: true, facts: [], once: { queued, toPosition: Math.max(position, afterPosition) } }
      },
    },
    retryWebhookDelivery: {
      decide: async ({ webhookDeliveryId }: Input<'retryWebhookDelivery'>, context) => {
        const { tx, nowMs } = context
        const limited = storeFault(context)
        if (limited) return limited
        const tables = tx.tables<IntegrationsTables>()
        const row = await tables
          .selectFrom('integrations_delivery')
          .selectAll()
          .where('delivery_id', '=', webhookDeliveryId)
          .executeTakeFirst()
        if (!row) return refuse('delivery-unknown')
        if (!(await endpointRow(tx, row.endpoint_id))) return refuse('endpoint-unknown')
        const again = { state: 'waiting' as const, attempts: 0, next_attempt_at_ms: nowMs, delivered_at_ms: null }
        await tables
          .updateTable('integrations_delivery')
          .set(again)
          .where('delivery_id', '=', webhookDeliveryId)
          .execute()
        return { ok: true, facts: [], once: deliveryOf({ ...row, ...again }) }
      },
    },
    recordAttempts: {
      decide: async (input: { attempted: Attempted[] }, { tx, nowMs }) => {
        await recordAttempts(tx, input.attempted)
        if (nowMs - forgottenAtMs > forgetEveryMs) {
          forgottenAtMs = nowMs
          await forgetOld(tx, nowMs)
        }
        return { ok: true, facts: [] }
      },
    },
    /** A receiver that answers "gone" wants nothing more (RFC 9110 section 15.5.11). */
    stopEndpoint: {
      decide: async ({ endpointId }: { endpointId: string }, { tx }) => {
        const row = await endpointRow(tx, endpointId)
        if (!row || row.active === 0) return { ok: true, facts: [] }
        return {
          ok: true,
          facts: [{ id: '', type: 'webhook.endpoint-saved', body: { ...endpointOf(row), active: false } }],
        }
      },
    },
  }
}
