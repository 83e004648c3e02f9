import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { ReportingTables } from './tables.ts'
import { placeOf, type Version, valueAt } from './versions.ts'

const skusAtOnce = 500

/** What a batch needs to know of the catalogue, and what it learns of it. */
export type KnownCatalogue = {
  /** Takes up what a fact of the catalogue says. */
  learn(fact: RecordedFact): void
  /** The cost of one unit by a version of the catalogue; zero where none is known. */
  costMinorOf(sku: string, version: number | undefined): number
  timeZoneOf(store: string, version: number | undefined): string
  write(tx: Transaction): Promise<void>
}

const skusOf = (facts: readonly RecordedFact[]): string[] => {
  const skus = new Set<string>()
  for (const fact of facts) {
    if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned'))
      for (const { sku } of fact.body.lines) skus.add(sku)
    else if (isFact(fact, 'product.saved')) for (const { sku } of fact.body.variants) skus.add(sku)
  }
  return [...skus]
}

const push = <Value>(all: Map<string, Version<Value>[]>, key: string, version: Version<Value>): void => {
  const versions = all.get(key)
  if (versions) versions.push(version)
  else all.set(key, [version])
}

const readCosts = async (tx: Transaction, skus: readonly string[]): Promise<Map<string, Version<number | null>[]>> => {
  const costs = new Map<string, Version<number | null>[]>()
  for (let from = 0; from < skus.length; from += skusAtOnce) {
    const rows = await tx
      .tables<ReportingTables>()
      .selectFrom('reporting_cost')
      .selectAll()
      .where('sku', 'in', skus.slice(from, from + skusAtOnce))
      .execute()
    for (const { sku, above, version, cost_minor } of rows) push(costs, sku, { above, version, value: cost_minor })
  }
  return costs
}

const readZones = async (tx: Transaction, stores: readonly string[]): Promise<Map<string, Version<string>[]>> => {
  const zones = new Map<string, Version<string>[]>()
  const rows = await tx
    .tables<ReportingTables>()
    .selectFrom('reporting_store')
    .select(['store', 'above', 'version', 'time_zone'])
    .where('store', 'in', [...stores])
    .execute()
  for (const { store, above, version, time_zone } of rows) push(zones, store, { above, version, value: time_zone })
  return zones
}

/** Reads what these facts need. Facts are learned in order, so that what comes later changes nothing of what came before. */
export const knownCatalogue = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<KnownCatalogue> => {
  const costs = await readCosts(tx, skusOf(facts))
  const zones = await readZones(tx, [...new Set(facts.map(fact => fact.store))])
  const names = new Map<string, string>()
  const newCosts: Array<Array<string | number | null>> = []
  const newStores: Array<Array<string | number>> = []
  return {
    learn: fact => {
      const { above, version } = placeOf(fact)
      if (isFact(fact, 'product.saved')) {
        for (const { sku, form, costMinor } of fact.body.variants) {
          names.set(sku, form === '' ? fact.body.name : `${fact.body.name} ${form}`)
          const before = (costs.get(sku) ?? []).filter(each => each.above === above && each.version <= version)
          if (before.length > 0 && valueAt(before) === costMinor) continue
          push(costs, sku, { above, version, value: costMinor })
          newCosts.push([sku, above, version, costMinor])
        }
      } else if (isFact(fact, 'store.configured')) {
        const store = fact.audience ?? fact.store
        const { name, timeZone, currency } = fact.body
        push(zones, store, { above, version, value: timeZone })
        newStores.push([store, above, version, name, timeZone, currency])
      }
    },
    costMinorOf: (sku, version) => valueAt(costs.get(sku) ?? [], version) ?? 0,
    timeZoneOf: (store, version) => valueAt(zones.get(store) ?? [], version) ?? 'UTC',
    write: async to => {
      if (names.size > 0) {
        const columns = ['sku', 'name']
        await to.bulk({
          table: 'reporting_article',
          columns,
          rows: [...names],
          conflict: { keys: ['sku'], set: ['name'] },
        })
      }
      if (newCosts.length > 0)
        await to.bulk({ table: 'reporting_cost', columns: ['sku', 'above', 'version', 'cost_minor'], rows: newCosts })
      if (newStores.length > 0)
        await to.bulk({
          table: 'reporting_store',
          columns: ['store', 'above', 'version', 'name', 'time_zone', 'currency'],
          rows: newStores,
        })
    },
  }
}
