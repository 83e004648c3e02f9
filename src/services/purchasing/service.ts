import { purchasingFacts } from '../../contracts/purchasing.ts'
import { stockFactTypes } from '../../contracts/stock-moves.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { purchasingCommands } from './commands.ts'
import { purchasingMigrations } from './migrations.ts'
import { project } from './project.ts'
import { propose } from './proposals.ts'
import { purchasingEffects, purchasingQueries } from './queries.ts'

const owned: readonly string[] = Object.keys(purchasingFacts)

export const createPurchasingService = (_ports: Ports): Service => ({
  name: 'purchasing',
  migrations: purchasingMigrations,
  projections: [
    'purchasing_supplier',
    'purchasing_stock',
    'purchasing_rule',
    'purchasing_order',
    'purchasing_order_line',
    'purchasing_delivery',
  ],
  owns: owned,
  consumes: stockFactTypes.filter(type => !owned.includes(type)),
  project,
  react: propose,
  commands: purchasingCommands,
})

export const createPurchasingFront = (_ports: Ports): Front => ({
  name: 'purchasing',
  queries: purchasingQueries,
  effects: purchasingEffects,
})
