import { z } from 'zod'
import type { catalogueRoutes, StoredProduct } from '../../contracts/catalogue.ts'
import { cursorOf, placeOf } from '../../contracts/cursor.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Effect } from '../../contracts/platform.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext } from '../../platform/host/service.ts'
import { audiencePrices, productById, withVariants } from './products.ts'
import { searchProducts } from './search.ts'
import { askedStore, audiencesOf, listAllTaxes, listStores, listTaxes, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'
import { tillCatalogue } from './till-catalogue.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

/** Lists are ordered by name without accents and case; the number tells equal ones apart. */
const keys = z.tuple([z.string(), z.int()])

const productsByNumber = async (db: Reader, numbers: readonly number[]): Promise<StoredProduct[]> => {
  if (numbers.length === 0) return []
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_product')
    .selectAll()
    .where('number', 'in', [...numbers])
    .execute()
  const byNumber = new Map(rows.map(row => [row.number, row]))
  return withVariants(
    db,
    numbers.flatMap(number => byNumber.get(number) ?? []),
  )
}

const listProducts = async (input: Input<'listProducts'>, { db, node }: QueryContext) => {
  const archived = input.archived ? 1 : 0
  const { category, cursor, limit } = input
  const text = input.q?.trim() ?? ''
  if (text !== '' && node.kind === 'till') return { ok: false as const, code: 'not-served-here' }
  if (text !== '') {
    const { numbers, next } = await searchProducts(db, { text, archived, category, cursor, limit })
    return { rows: await productsByNumber(db, numbers), next }
  }
  let query = db.tables<CatalogueTables>().selectFrom('catalogue_product').selectAll().where('archived', '=', archived)
  if (category !== undefined) query = query.where('category', '=', category)
  const place = placeOf(cursor, keys)
  if (place)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('folded_name', 'number'), '>', tuple(place[0], place[1])),
    )
  const rows = await query
    .orderBy('folded_name')
    .orderBy('number')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next = rows.length > limit && last ? cursorOf([last.folded_name, last.number]) : null
  return { rows: await withVariants(db, shown), next }
}

const getStore = async (_input: object, context: QueryContext) => {
  const store = askedStore(context)
  if (store === null) return { ok: false, code: 'store-needed' }
  return (await storeProfileOf(context.db, store)) ?? { ok: false, code: 'store-not-configured' }
}

const getProduct = async (input: Input<'getProduct'>, context: QueryContext) => {
  const { db } = context
  const product = await productById(db, input.productId)
  if (!product) return { ok: false, code: 'not-found' }
  const store = askedStore(context)
  const skus = product.variants.map(variant => variant.sku)
  const audiences = store === null ? undefined : await audiencesOf(db, store)
  return { ...product, prices: await audiencePrices(db, skus, audiences) }
}

export const catalogueQueries: Record<string, Query> = {
  listProducts,
  tillCatalogue,
  getStore,
  getProduct,
  listStores: async (_input, context) => ({ rows: await listStores(context.db, askedStore(context)) }),
  listTaxes: async (_input, context) => {
    const store = askedStore(context)
    return { rows: store === null ? await listAllTaxes(context.db) : await listTaxes(context.db, store) }
  },
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
}

/** What is known of a fact is in the fact itself: its rows stood in the same transaction. */
export const catalogueEffects: NonNullable<Front['effects']> = async (fact: RecordedFact) => {
  const effect = (title: string, rows: Effect['rows']) => [{ title, atUs: fact.recordedAtUs, rows }]
  if (isFact(fact, 'product.saved'))
    return effect(
      'product saved',
      fact.body.variants.map(({ sku, priceMinor }) => ({ sku, priceMinor })),
    )
  if (isFact(fact, 'price.changed')) {
    const { audience, body } = fact
    return effect('price changed', [audience === undefined ? { ...body } : { ...body, audience }])
  }
  if (isFact(fact, 'store.grouped'))
    return effect('store grouped', [{ store: fact.body.store, groups: fact.body.groups.join(', ') }])
  if (isFact(fact, 'product.archived'))
    return effect(
      'products archived',
      fact.body.productIds.map(productId => ({ productId })),
    )
  return []
}
