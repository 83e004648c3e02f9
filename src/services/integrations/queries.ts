import { z } from 'zod'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { integrationsRoutes } from '../../contracts/integrations.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import { deliveryOf, endpointOf } from './shapes.ts'
import type { IntegrationsTables } from './tables.ts'

type Routes = typeof integrationsRoutes

const keys = z.tuple([z.int(), z.string()])

const listWebhookDeliveries = async (input: InputOf<Routes['listWebhookDeliveries']>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, keys)
  let query = db.tables<IntegrationsTables>().selectFrom('integrations_delivery').selectAll()
  if (input.endpointId !== undefined) query = query.where('endpoint_id', '=', input.endpointId)
  if (input.state !== undefined) query = query.where('state', '=', input.state)
  if (input.fact !== undefined) query = query.where('fact', '=', input.fact)
  if (place)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('position', 'delivery_id'), '<', tuple(place[0], place[1])),
    )
  const rows = await query
    .orderBy('position', 'desc')
    .orderBy('delivery_id', 'desc')
    .limit(input.limit + 1)
    .execute()
  return pageOf(rows, input.limit, row => [row.position, row.delivery_id], deliveryOf)
}

export const integrationsQueries: Record<string, Query> = {
  listWebhookDeliveries,
  listWebhookEndpoints: async (_input, { db }) => {
    const rows = await db
      .tables<IntegrationsTables>()
      .selectFrom('integrations_endpoint')
      .selectAll()
      .where('removed', '=', 0)
      .orderBy('url')
      .orderBy('endpoint_id')
      .execute()
    return { rows: rows.map(endpointOf) }
  },
}

export const integrationsEffects: NonNullable<Front['effects']> = async (fact, db) => {
  const rows = await db
    .tables<IntegrationsTables>()
    .selectFrom('integrations_delivery')
    .innerJoin('integrations_endpoint', 'integrations_endpoint.endpoint_id', 'integrations_delivery.endpoint_id')
    .select(['url', 'state', 'attempts', 'last_status', 'first_byte_at_us'])
    .where('fact', '=', fact.id)
    .execute()
  return rows.map(row => ({
    title: 'webhook sent',
    atUs: row.first_byte_at_us,
    rows: [{ url: row.url, state: row.state, attempts: row.attempts, status: row.last_status }],
  }))
}
