import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, cursor, id, limit, page, position } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

/** Fact types that an endpoint hears of: whole ("sale.completed"), by owner ("sale.*") or all ("*"). */
export const factFilter = z.string().regex(/^(\*|[a-z][a-z0-9-]*\.(\*|[a-z][a-z0-9-]*))$/)
export const webhookEndpoint = z.object({
  endpointId: id,
  url: z.string().max(2_000),
  types: z.array(factFilter).min(1).max(50),
  description: z.string().max(200),
  active: z.boolean(),
})
export const deliveryState = z.enum(['waiting', 'delivered', 'dead'])
export const webhookDelivery = z.object({
  webhookDeliveryId: id,
  endpointId: id,
  fact: id,
  type: z.string(),
  position,
  state: deliveryState,
  attempts: z.int(),
  nextAttemptAtMs: atMs.nullable(),
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  createdAtMs: atMs,
  deliveredAtMs: atMs.nullable(),
  firstByteAtUs: z.int().nullable(),
})

/** A fact as receivers get it: CloudEvents 1.0, structured JSON. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id,
  source: z.string(),
  type: z.string(),
  time: z.string(),
  subject: z.string(),
  datacontenttype: z.literal('application/json'),
  /**
   * Extension attributes: whose it is, its place in the chain of the node that recorded it (the same wherever it is delivered
   * from), its position in the journal that delivers it, and in reaction to what it was recorded.
   */
  tillwirestore: z.string(),
  tillwirenode: z.string(),
  tillwireepoch: z.int(),
  tillwireseq: z.int(),
  tillwireposition: z.int(),
  tillwirecause: id.optional(),
  data: z.record(z.string(), z.unknown()),
})

export const integrationsFacts = {
  'webhook.endpoint-saved': {
    version: 1,
    summary: 'A receiver of facts as it is from now on (its secret is not in the fact)',
    body: webhookEndpoint,
  },
  'webhook.endpoint-removed': { version: 1, summary: 'A receiver of facts ended', body: z.object({ endpointId: id }) },
} satisfies FactCatalogue

export const integrationsRoutes = defineRoutes({
  listWebhookEndpoints: {
    kind: 'query',
    name: 'listWebhookEndpoints',
    method: 'GET',
    path: '/webhook-endpoints',
    summary: 'Receivers of facts',
    scope: 'webhooks:read',
    response: z.object({ rows: z.array(webhookEndpoint) }),
  },
  saveWebhookEndpoint: {
    kind: 'command',
    name: 'saveWebhookEndpoint',
    method: 'POST',
    path: '/webhook-endpoints',
    summary: 'Add a receiver, or save it under the same endpointId; a new one answers its signing secret this once',
    scope: 'webhooks:write',
    body: z.object({
      id,
      endpointId: id,
      url: z.string().max(2_000),
      types: z.array(factFilter).min(1).max(50).default(['*']),
      description: z.string().max(200).default(''),
      active: z.boolean().default(true),
    }),
    response: webhookEndpoint.extend({ secret: z.string().optional() }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000050',
        endpointId: '01936d2e-7c00-7000-8000-000000000051',
        url: 'https://erp.example.com/hooks/tillwire',
        types: ['sale.*'],
      },
    },
  },
  removeWebhookEndpoint: {
    kind: 'command',
    name: 'removeWebhookEndpoint',
    method: 'DELETE',
    path: '/webhook-endpoints/:endpointId',
    summary: 'End a receiver',
    scope: 'webhooks:write',
    params: z.object({ endpointId: id }),
    response: z.object({ endpointId: id }),
  },
  replayWebhook: {
    kind: 'command',
    name: 'replayWebhook',
    method: 'POST',
    path: '/webhook-endpoints/:endpointId/replay',
    summary: 'Send the facts after a position again, fifty thousand positions at the most in one call',
    scope: 'webhooks:write',
    params: z.object({ endpointId: id }),
    body: z.object({ afterPosition: position, toPosition: position.optional() }),
    response: z.object({ queued: z.int(), toPosition: position }),
  },
  listWebhookDeliveries: {
    kind: 'query',
    name: 'listWebhookDeliveries',
    method: 'GET',
    path: '/webhook-deliveries',
    summary: 'Deliveries, newest first',
    scope: 'webhooks:read',
    query: z.object({ endpointId: id.optional(), state: deliveryState.optional(), fact: id.optional(), cursor, limit }),
    response: page(webhookDelivery),
  },
  retryWebhookDelivery: {
    kind: 'command',
    name: 'retryWebhookDelivery',
    method: 'POST',
    path: '/webhook-deliveries/:webhookDeliveryId/retry',
    summary: 'Try a delivery again now',
    scope: 'webhooks:write',
    params: z.object({ webhookDeliveryId: id }),
    response: webhookDelivery,
  },
})

export const integrationsRefusals: RefusalTexts = {
  'url-invalid': { status: 422, sentence: 'This is not an address that a webhook can go to. It begins with https://.' },
  'url-private': {
    status: 422,
    sentence: 'This address is inside a private network, which is not allowed unless the configuration allows it.',
  },
  'endpoint-unknown': { status: 404, sentence: 'There is no such receiver.' },
  'delivery-unknown': { status: 404, sentence: 'There is no such delivery.' },
}
