import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { cashCommands } from './commands.ts'
import { cashMigrations } from './migrations.ts'
import { project } from './project.ts'
import { cashEffects, cashQueries } from './queries.ts'

export const createCashService = (_ports: Ports): Service => ({
  name: 'cash',
  migrations: cashMigrations,
  projections: ['cash_shift', 'cash_open_entry', 'cash_late_entry', 'cash_store'],
  owns: ['shift.opened', 'shift.closed', 'cash.paid-in', 'cash.paid-out', 'cash.drawer-opened'],
  consumes: ['sale.completed', 'sale.returned', 'store.configured'],
  project,
  commands: cashCommands,
})

export const createCashFront = (_ports: Ports): Front => ({
  name: 'cash',
  queries: cashQueries,
  effects: cashEffects,
})
