import { stockFactTypes } from '../../contracts/stock-moves.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { reportingMigrations } from './migrations.ts'
import { project } from './project.ts'
import { reportingEffects, reportingQueries } from './queries.ts'

export const createReportingService = (_ports: Ports): Service => ({
  name: 'reporting',
  migrations: reportingMigrations,
  projections: [
    'reporting_day',
    'reporting_quarter',
    'reporting_product',
    'reporting_cashier',
    'reporting_tender',
    'reporting_tax',
    'reporting_last_sale',
    'reporting_shift',
    'reporting_stock',
    'reporting_article',
    'reporting_cost',
    'reporting_store',
  ],
  owns: [],
  consumes: [...stockFactTypes, 'store.configured', 'product.saved', 'shift.opened', 'shift.closed'],
  project,
  commands: {},
})

export const createReportingFront = (_ports: Ports): Front => ({
  name: 'reporting',
  queries: reportingQueries,
  effects: reportingEffects,
})
