import type { z } from 'zod'
import type { webhookEndpoint } from '../../contracts/integrations.ts'
import type { IntegrationsTables } from './tables.ts'

/** Rows as the API shows them. */
export const endpointOf = (row: IntegrationsTables['integrations_endpoint']): z.infer<typeof webhookEndpoint> => ({
  endpointId: row.endpoint_id,
  url: row.url,
  types: row.types.split(' '),
  description: row.description,
  active: row.active === 1,
})

export const deliveryOf = (row: Omit<IntegrationsTables['integrations_delivery'], 'event'>) => ({
  webhookDeliveryId: row.delivery_id,
  endpointId: row.endpoint_id,
  fact: row.fact,
  type: row.type,
  position: row.position,
  state: row.state,
  attempts: row.attempts,
  nextAttemptAtMs: row.next_attempt_at_ms,
  lastStatus: row.last_status,
  lastError: row.last_error,
  createdAtMs: row.created_at_ms,
  deliveredAtMs: row.delivered_at_ms,
  firstByteAtUs: row.first_byte_at_us,
})
