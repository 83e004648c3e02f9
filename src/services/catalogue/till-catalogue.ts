import type { Article, TillCatalogue } from '../../contracts/catalogue.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { QueryContext } from '../../platform/host/service.ts'
import { askedStore, audiencesOf, listCategories, listTaxes, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'

/** What a store sells SKUs for where that is not their base price. */
const ownPrices = async (db: Reader, store: string): Promise<Map<string, number>> => {
  const audiences = await audiencesOf(db, store)
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_price')
    .selectAll()
    .where('audience', 'in', audiences)
    .execute()
  const byAudience = Map.groupBy(rows, row => row.audience)
  const prices = new Map<string, number>()
  // Who goes first is written last.
  for (const audience of audiences.toReversed())
    for (const { sku, price_minor } of byAudience.get(audience) ?? []) prices.set(sku, price_minor)
  return prices
}

/** Articles on sale, at the prices of a store, in the order of their products' names. */
const articlesOf = async (db: Reader, store: string): Promise<Article[]> => {
  const prices = await ownPrices(db, store)
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
    priceMinor: prices.get(row.sku) ?? row.price_minor,
    taxCode: row.tax_code,
    favourite: row.favourite === 1,
  }))
}

const readVersion = async (db: Reader): Promise<number> => {
  const row = await db.tables<CatalogueTables>().selectFrom('catalogue_state').select('version').executeTakeFirst()
  return row?.version ?? 0
}

const triesAtMost = 3

/**
 * Everything that a till of a store prices with. Where the catalogue changes while it is read it is read again; in the middle of a long
 * import it is answered all the same, with the version at the beginning, so that the till knows that there is more.
 */
export const tillCatalogue = async (_input: object, context: QueryContext) => {
  const { db } = context
  const handle = askedStore(context)
  if (handle === null) return { ok: false, code: 'store-needed' }
  for (let tries = 1; ; tries++) {
    const version = await readVersion(db)
    const store = await storeProfileOf(db, handle)
    if (!store) return { ok: false, code: 'store-not-configured' }
    const taxes = await listTaxes(db, handle)
    const categories = await listCategories(db)
    const answer: TillCatalogue = { version, store, taxes, categories, articles: await articlesOf(db, handle) }
    if (tries === triesAtMost || (await readVersion(db)) === version) return answer
  }
}
