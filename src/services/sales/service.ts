import { catalogueFacts } from '../../contracts/catalogue.ts'
import { returnClaimFacts } from '../../contracts/return-claims.ts'
import { salesFacts } from '../../contracts/sales.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { answerClaims } from './claims.ts'
import { salesCommands } from './commands.ts'
import { salesEffects } from './effects.ts'
import { createMemory } from './memory.ts'
import { salesMigrations } from './migrations.ts'
import type { SalesOptions } from './options.ts'
import { project } from './project.ts'
import { salesQueries } from './queries.ts'
import { salesProjections } from './tables.ts'

export const createSalesService = (_ports: Ports, options: SalesOptions = {}): Service => {
  const memory = createMemory(options)
  return {
    name: 'sales',
    migrations: salesMigrations,
    projections: salesProjections,
    owns: [...Object.keys(salesFacts), ...Object.keys(returnClaimFacts)],
    consumes: [
      // All of them, also those that change no price: a sale may name the version that any of them made.
      ...Object.keys(catalogueFacts),
      'shift.opened',
      'shift.closed',
      'device.enrolled',
      'device.revoked',
      'override.granted',
    ],
    project: (tx, facts) => project(tx, facts, memory.projected),
    commands: salesCommands(memory, options),
    load: memory.load,
    applied: memory.applied,
    start: answerClaims,
  }
}

export const createSalesFront = (_ports: Ports): Front => ({
  name: 'sales',
  queries: salesQueries,
  effects: salesEffects,
})
