import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { salesCommands } from './commands.ts'
import { createMemory } from './memory.ts'
import { salesMigrations } from './migrations.ts'
import { project } from './project.ts'
import { salesEffects, salesQueries } from './queries.ts'

export const createSalesService = (_ports: Ports): Service => {
  const memory = createMemory()
  return {
    name: 'sales',
    migrations: salesMigrations,
    projections: [
      'sales_article',
      'sales_tax',
      'sales_store',
      'sales_shift',
      'sales_till',
      'sales_sale',
      'sales_sale_sku',
      'sales_returned',
      'sales_parked',
    ],
    owns: ['sale.completed', 'sale.returned', 'sale.voided', 'sale.parked', 'sale.taken-up'],
    consumes: [
      'store.configured',
      'tax.set',
      'product.saved',
      'product.archived',
      'price.changed',
      'shift.opened',
      'shift.closed',
    ],
    project: (tx, facts) => project(tx, facts, memory.projected),
    commands: salesCommands(memory),
    load: memory.load,
    applied: memory.applied,
  }
}

export const createSalesFront = (_ports: Ports): Front => ({
  name: 'sales',
  queries: salesQueries,
  effects: salesEffects,
})
