import type { StoreProfile, TillCatalogue } from '../../contracts/catalogue.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { CatalogueTables } from './tables.ts'

export const storeProfileOf = async (db: Reader): Promise<StoreProfile | undefined> => {
  const row = await db.tables<CatalogueTables>().selectFrom('catalogue_store').select('profile').executeTakeFirst()
  return row && (JSON.parse(row.profile) as StoreProfile)
}

/** Taxes in the order in which they were first set. */
export const listTaxes = async (db: Reader): Promise<TillCatalogue['taxes']> => {
  const rows = await db.tables<CatalogueTables>().selectFrom('catalogue_tax').selectAll().orderBy('position').execute()
  return rows.map(({ code, name, parts }) => ({
    code,
    name,
    parts: JSON.parse(parts) as TillCatalogue['taxes'][number]['parts'],
  }))
}

/** Categories in the order in which the till shows them. */
export const listCategories = (db: Reader): Promise<TillCatalogue['categories']> =>
  db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_category')
    .select(['name', 'colour', 'order'])
    .orderBy('order')
    .orderBy('name')
    .execute()
