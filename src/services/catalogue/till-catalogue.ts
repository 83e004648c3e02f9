import type { Article, TillCatalogue } from '../../contracts/catalogue.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { QueryContext } from '../../platform/host/service.ts'
import { listCategories, listTaxes, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'

/** Articles on sale, in the order of their products' names. */
const articlesOf = async (db: Reader): Promise<Article[]> => {
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_product')
    .innerJoin('catalogue_variant', 'catalogue_variant.product_id', 'catalogue_product.product_id')
    .select([
      'sku',
      'catalogue_product.product_id',
      'name',
      'form',
      'category',
      'barcodes',
      'unit',
      'price_minor',
      'tax_code',
      'favourite',
    ])
    .where('archived', '=', 0)
    .orderBy('folded_name')
    .orderBy('number')
    .orderBy('place')
    .execute()
  return rows.map(row => ({
    sku: row.sku,
    productId: row.product_id,
    name: row.form === '' ? row.name : `${row.name} ${row.form}`,
    category: row.category,
    barcodes: JSON.parse(row.barcodes) as string[],
    unit: row.unit as Article['unit'],
    priceMinor: row.price_minor,
    taxCode: row.tax_code,
    favourite: row.favourite === 1,
  }))
}

const versionOf = async (db: Reader): Promise<number> => {
  const row = await db.tables<CatalogueTables>().selectFrom('catalogue_state').select('version').executeTakeFirst()
  return row?.version ?? 0
}

const triesAtMost = 3

/**
 * Everything that a till prices with. Where the catalogue changes while it is read it is read again; in the middle of a long
 * import it is answered all the same, with the version at the beginning, so that the till knows that there is more.
 */
export const tillCatalogue = async (_input: object, { db }: QueryContext) => {
  for (let tries = 1; ; tries++) {
    const version = await versionOf(db)
    const store = await storeProfileOf(db)
    if (!store) return { ok: false, code: 'store-not-configured' }
    const taxes = await listTaxes(db)
    const categories = await listCategories(db)
    const answer: TillCatalogue = { version, store, taxes, categories, articles: await articlesOf(db) }
    if (tries === triesAtMost || (await versionOf(db)) === version) return answer
  }
}
