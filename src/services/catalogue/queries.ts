import { type SelectQueryBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { catalogueRoutes, TillCatalogue } from '../../contracts/catalogue.ts'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { InputOf, ResponseOf } from '../../contracts/route.ts'
import { foldText, searchWords } from '../../domain/search-words.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import { storeProfileOf } from './commands.ts'
import { productById, withVariants } from './products.ts'
import type { CatalogueTables } from './tables.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
type Product = CatalogueTables['catalogue_product']
type Products = SelectQueryBuilder<CatalogueTables, 'catalogue_product', Product>

/** Lists are ordered by name without accents and case; the id tells equal ones apart. */
const keys = z.tuple([z.string(), z.string()])
const keysOf = (row: Product) => [row.folded_name, row.product_id]
/** More matches of one prefix than this are not looked through: the searcher types on. */
const matchesAtMost = 2_000

/** The last word may still be being typed, the others too: each is a prefix. U+FFFF sorts behind every letter. */
const prefixEnd = (word: string): string => `${word}\uffff`

/** Ids of products that have a word for each prefix. Begins with the longest, which few have. */
const idsByWords = async (db: Reader, words: readonly string[]): Promise<string[]> => {
  const [rarest = '', ...others] = words.toSorted((a, b) => b.length - a.length)
  let query = db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_word as first')
    .select('first.product_id')
    .distinct()
    .where('first.word', '>=', rarest)
    .where('first.word', '<', prefixEnd(rarest))
  for (const word of others) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('catalogue_word as other')
          .select(sql`1`.as('one'))
          .whereRef('other.product_id', '=', 'first.product_id')
          .where('other.word', '>=', word)
          .where('other.word', '<', prefixEnd(word)),
      ),
    )
  }
  return (await query.limit(matchesAtMost).execute()).map(row => row.product_id)
}

const idsByCode = async (db: Reader, code: string): Promise<string[]> => {
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_code')
    .select('product_id')
    .distinct()
    .where('code', '=', code)
    .execute()
  return rows.map(row => row.product_id)
}

const listProducts = async (input: Input<'listProducts'>, { db }: QueryContext) => {
  const place = placeOf(input.cursor, keys)
  const text = input.q?.trim() ?? ''
  const narrowed = (products: Products): Products => {
    let query = products.where('archived', '=', input.archived ? 1 : 0)
    if (input.category !== undefined) query = query.where('category', '=', input.category)
    if (place)
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('folded_name', 'product_id'), '>', tuple(place[0], place[1])),
      )
    return query
  }
  const all = db.tables<CatalogueTables>().selectFrom('catalogue_product').selectAll()
  let query = narrowed(all)
  if (text !== '') {
    const exact = await idsByCode(db, text)
    const words = searchWords(text)
    const found = exact.length > 0 ? exact : await idsByWords(db, words.length > 0 ? words : [foldText(text)])
    if (found.length === 0) return { rows: [], next: null }
    query = query.where('product_id', 'in', found)
  }
  const rows = await query
    .orderBy('folded_name')
    .orderBy('product_id')
    .limit(input.limit + 1)
    .execute()
  const products = new Map(
    (await withVariants(db, rows.slice(0, input.limit))).map(product => [product.productId, product]),
  )
  return pageOf(rows, input.limit, keysOf, row => products.get(row.product_id))
}

const tillCatalogue = async (_input: object, { db }: QueryContext) => {
  const tables = db.tables<CatalogueTables>()
  const store = await storeProfileOf(db)
  if (!store) return { ok: false, code: 'store-not-configured' }
  const state = await tables.selectFrom('catalogue_state').select('version').executeTakeFirst()
  const taxes = await listTaxes(db)
  const categories = await tables
    .selectFrom('catalogue_category')
    .selectAll()
    .orderBy('order')
    .orderBy('name')
    .execute()
  const rows = await tables
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
    .orderBy('catalogue_product.product_id')
    .orderBy('place')
    .execute()
  const articles: TillCatalogue['articles'] = rows.map(row => ({
    sku: row.sku,
    productId: row.product_id,
    name: row.form === '' ? row.name : `${row.name} ${row.form}`,
    category: row.category,
    barcodes: JSON.parse(row.barcodes) as string[],
    unit: row.unit as TillCatalogue['articles'][number]['unit'],
    priceMinor: row.price_minor,
    taxCode: row.tax_code,
    favourite: row.favourite === 1,
  }))
  return { version: state?.version ?? 0, store, taxes, categories, articles } satisfies ResponseOf<
    Routes['tillCatalogue']
  >
}

export const listTaxes = async (db: Reader): Promise<TillCatalogue['taxes']> => {
  const rows = await db.tables<CatalogueTables>().selectFrom('catalogue_tax').selectAll().orderBy('position').execute()
  return rows.map(({ code, name, parts }) => ({
    code,
    name,
    parts: JSON.parse(parts) as TillCatalogue['taxes'][number]['parts'],
  }))
}

export const catalogueQueries: Record<string, Query> = {
  listProducts,
  tillCatalogue,
  getStore: async (_input, { db }) => (await storeProfileOf(db)) ?? { ok: false, code: 'store-not-configured' },
  listTaxes: async (_input, { db }) => ({ rows: await listTaxes(db) }),
  listCategories: async (_input, { db }) => {
    const rows = await db
      .tables<CatalogueTables>()
      .selectFrom('catalogue_category')
      .select(({ selectFrom }) => [
        'name',
        'colour',
        'order',
        selectFrom('catalogue_product')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .whereRef('catalogue_product.category', '=', 'catalogue_category.name')
          .where('archived', '=', 0)
          .as('products'),
      ])
      .orderBy('order')
      .orderBy('name')
      .execute()
    return { rows: rows.map(row => ({ ...row, products: row.products ?? 0 })) }
  },
  getProduct: async (input: Input<'getProduct'>, { db }) =>
    (await productById(db, input.productId)) ?? { ok: false, code: 'not-found' },
}

export const catalogueEffects: NonNullable<Front['effects']> = async (fact: RecordedFact) => {
  if (isFact(fact, 'product.saved'))
    return [
      {
        title: 'product saved',
        atUs: fact.recordedAtUs,
        rows: fact.body.variants.map(({ sku, priceMinor }) => ({ sku, priceMinor })),
      },
    ]
  if (isFact(fact, 'price.changed'))
    return [{ title: 'price changed', atUs: fact.recordedAtUs, rows: [{ ...fact.body }] }]
  return []
}
