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
    'reporting_article',
    'reporting_store',
  ],
  owns: [],
  consumes: ['sale.completed', 'sale.returned', 'store.configured', 'product.saved'],
  project,
  commands: {},
})

export const createReportingFront = (_ports: Ports): Front => ({
  name: 'reporting',
  queries: reportingQueries,
  effects: reportingEffects,
})
