import { facts } from '../../contracts/api.ts'
import { integrationsFacts } from '../../contracts/integrations.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Outbound, Ports } from '../../platform/ports.ts'
import { integrationsCommands } from './commands.ts'
import { type Deliverer, startDeliverer } from './deliverer.ts'
import { integrationsMigrations } from './migrations.ts'
import { project, queueDeliveries } from './project.ts'
import { integrationsEffects, integrationsQueries } from './queries.ts'
import { sendEvent } from './sender.ts'
import { endpointOf } from './shapes.ts'
import type { IntegrationsTables } from './tables.ts'

/** `outbound` reaches receivers; `allowPrivate`: also inside a private network. */
type Config = { outbound: Outbound; allowPrivate: boolean }

export const createIntegrationsService = (ports: Ports, config: Config): Service => {
  const owned = Object.keys(integrationsFacts)
  let endpoints: Array<{ endpointId: string; types: readonly string[] }> = []
  let deliverer: Deliverer | undefined
  return {
    name: 'integrations',
    migrations: integrationsMigrations,
    projections: ['integrations_endpoint'],
    owns: owned,
    consumes: Object.keys(facts).filter(type => !owned.includes(type)),
    project,
    /** Records no fact: what it does in reaction is to queue deliveries. */
    react: async (tx, heard, context) => {
      if (endpoints.length > 0) await queueDeliveries(tx, endpoints, heard, context)
      return []
    },
    commands: integrationsCommands(ports.secrets, config.allowPrivate),
    load: async db => {
      const rows = await db
        .tables<IntegrationsTables>()
        .selectFrom('integrations_endpoint')
        .selectAll()
        .where('active', '=', 1)
        .where('removed', '=', 0)
        .execute()
      endpoints = rows.map(endpointOf)
    },
    applied: recorded => {
      for (const fact of recorded) {
        if (isFact(fact, 'webhook.endpoint-saved')) {
          const { endpointId, types, active } = fact.body
          endpoints = [
            ...endpoints.filter(each => each.endpointId !== endpointId),
            ...(active ? [{ endpointId, types }] : []),
          ]
        } else if (isFact(fact, 'webhook.endpoint-removed')) {
          endpoints = endpoints.filter(each => each.endpointId !== fact.body.endpointId)
        }
      }
      if (recorded.some(fact => owned.includes(fact.type))) deliverer?.forget()
      else if (endpoints.length > 0) deliverer?.wake()
    },
    committed: commands => {
      // Its own outcomes are no news to the deliverer; a retry or a replay is.
      if (commands.some(command => command !== 'recordAttempts')) deliverer?.forget()
    },
    start: context => {
      const started = startDeliverer(context, message => sendEvent(message, { clock: context.clock, ...config }))
      deliverer = started
      return async () => {
        await started.stop()
        await config.outbound.close()
      }
    },
  }
}

export const createIntegrationsFront = (_ports: Ports): Front => ({
  name: 'integrations',
  queries: integrationsQueries,
  effects: integrationsEffects,
})
