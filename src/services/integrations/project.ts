import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { eventOf, takes } from './event.ts'
import type { IntegrationsTables } from './tables.ts'

/** The endpoints alone are projected; deliveries are no rows of facts, or a rebuild would send everything again. */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  for (const fact of facts) {
    if (isFact(fact, 'webhook.endpoint-saved')) {
      const { endpointId, url, types, description, active } = fact.body
      await tx.bulk({
        table: 'integrations_endpoint',
        columns: ['endpoint_id', 'url', 'types', 'description', 'active', 'removed'],
        rows: [[endpointId, url, types.join(' '), description, active ? 1 : 0, 0]],
        conflict: { keys: ['endpoint_id'], set: ['url', 'types', 'description', 'active', 'removed'] },
      })
    } else if (isFact(fact, 'webhook.endpoint-removed')) {
      await tx
        .tables<IntegrationsTables>()
        .updateTable('integrations_endpoint')
        .set({ removed: 1, active: 0 })
        .where('endpoint_id', '=', fact.body.endpointId)
        .execute()
    }
  }
}

const deliveryColumns = [
  'delivery_id',
  'endpoint_id',
  'fact',
  'type',
  'position',
  'event',
  'state',
  'attempts',
  'next_attempt_at_ms',
  'created_at_ms',
] as const

/** Queues a delivery for each endpoint and each fact that it takes. */
export const queueDeliveries = async (
  tx: Transaction,
  endpoints: ReadonlyArray<{ endpointId: string; types: readonly string[] }>,
  facts: readonly RecordedFact[],
  { newId, nowMs }: { newId(): string; nowMs: number },
): Promise<number> => {
  const rows: Array<Array<string | number | null>> = []
  for (const fact of facts) {
    const takers = endpoints.filter(endpoint => takes(endpoint.types, fact.type))
    if (takers.length === 0) continue
    const event = JSON.stringify(eventOf(fact))
    for (const { endpointId } of takers)
      rows.push([newId(), endpointId, fact.id, fact.type, fact.position, event, 'waiting', 0, nowMs, nowMs])
  }
  return rows.length === 0 ? 0 : tx.bulk({ table: 'integrations_delivery', columns: deliveryColumns, rows })
}
