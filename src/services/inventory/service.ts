import { inventoryFacts } from '../../contracts/inventory.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { inventoryCommands } from './commands.ts'
import { inventoryMigrations } from './migrations.ts'
import { project } from './project.ts'
import { inventoryEffects, inventoryQueries } from './queries.ts'

export const createInventoryService = (_ports: Ports): Service => ({
  name: 'inventory',
  migrations: inventoryMigrations,
  projections: [
    'inventory_level',
    'inventory_movement',
    'inventory_product',
    'inventory_transfer',
    'inventory_transfer_line',
  ],
  owns: Object.keys(inventoryFacts),
  consumes: ['sale.completed', 'sale.returned', 'delivery.received', 'product.saved'],
  project,
  commands: inventoryCommands,
})

export const createInventoryFront = (_ports: Ports): Front => ({
  name: 'inventory',
  queries: inventoryQueries,
  effects: inventoryEffects,
})
