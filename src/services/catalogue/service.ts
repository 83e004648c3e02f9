import { catalogueFacts } from '../../contracts/catalogue.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { catalogueCommands } from './commands.ts'
import { exportProducts } from './export.ts'
import { importProducts } from './import.ts'
import { catalogueMigrations } from './migrations.ts'
import { project } from './project.ts'
import { catalogueEffects, catalogueQueries } from './queries.ts'

/** `isSearched`: whether anyone searches by words here. A till's page has all names in memory, and its store answers for the rest. */
export const createCatalogueService = (
  _ports: Ports,
  { isSearched = true }: { isSearched?: boolean } = {},
): Service => ({
  name: 'catalogue',
  migrations: catalogueMigrations,
  projections: [
    'catalogue_store',
    'catalogue_group',
    'catalogue_tax',
    'catalogue_price',
    'catalogue_category',
    'catalogue_product',
    'catalogue_variant',
    'catalogue_code',
    'catalogue_word',
    'catalogue_state',
    'catalogue_sold',
  ],
  owns: Object.keys(catalogueFacts),
  // That something was sold fixes the currency.
  consumes: ['sale.completed'],
  project: (tx, facts) => project(tx, facts, isSearched),
  commands: catalogueCommands,
})

export const createCatalogueFront = (_ports: Ports): Front => ({
  name: 'catalogue',
  queries: catalogueQueries,
  raw: { importProducts, exportProducts },
  effects: catalogueEffects,
})
