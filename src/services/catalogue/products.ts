import type { z } from 'zod'
import type { audiencePrice, Product, StoredProduct, Variant } from '../../contracts/catalogue.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { CatalogueTables } from './tables.ts'

const variantOf = (row: CatalogueTables['catalogue_variant']): Variant => ({
  sku: row.sku,
  form: row.form,
  barcodes: JSON.parse(row.barcodes) as string[],
  unit: row.unit as Variant['unit'],
  priceMinor: row.price_minor,
  costMinor: row.cost_minor,
  taxCode: row.tax_code,
})

const productOf = (row: CatalogueTables['catalogue_product'], variants: Variant[]): StoredProduct => ({
  productId: row.product_id,
  name: row.name,
  category: row.category,
  favourite: row.favourite === 1,
  demo: row.demo === 1,
  note: row.note,
  variants,
  archived: row.archived === 1,
  changedAt: row.changed_at,
})

/** Rows of products with their variants, in the order of the rows. */
export const withVariants = async (
  db: Reader,
  rows: readonly CatalogueTables['catalogue_product'][],
): Promise<StoredProduct[]> => {
  if (rows.length === 0) return []
  const variants = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_variant')
    .selectAll()
    .where(
      'product_id',
      'in',
      rows.map(row => row.product_id),
    )
    .orderBy('product_id')
    .orderBy('place')
    .execute()
  const byProduct = Map.groupBy(variants, row => row.product_id)
  return rows.map(row => productOf(row, (byProduct.get(row.product_id) ?? []).map(variantOf)))
}

export const productById = async (db: Reader, productId: string): Promise<StoredProduct | undefined> => {
  const row = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_product')
    .selectAll()
    .where('product_id', '=', productId)
    .executeTakeFirst()
  return row && (await withVariants(db, [row]))[0]
}

/** Products on sale that have one of these SKUs, by SKU. */
export const productsBySku = async (db: Reader, skus: readonly string[]): Promise<Map<string, StoredProduct>> => {
  if (skus.length === 0) return new Map()
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_code')
    .innerJoin('catalogue_product', 'catalogue_product.product_id', 'catalogue_code.product_id')
    .selectAll('catalogue_product')
    .distinct()
    .where('catalogue_code.kind', '=', 'sku')
    .where('catalogue_code.code', 'in', [...skus])
    .execute()
  const products = await withVariants(db, rows)
  return new Map(products.flatMap(product => product.variants.map(each => [each.sku, product] as const)))
}

/** What stores and groups sell these SKUs for, by SKU and handle; of `audiences` only where they are given. */
export const audiencePrices = async (
  db: Reader,
  skus: readonly string[],
  audiences?: readonly string[],
): Promise<Array<z.infer<typeof audiencePrice>>> => {
  let query = db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_price')
    .selectAll()
    .where('sku', 'in', [...skus])
  if (audiences) query = query.where('audience', 'in', [...audiences])
  const rows = await query.orderBy('sku').orderBy('audience').execute()
  return rows.map(({ sku, audience, price_minor }) => ({ sku, audience, priceMinor: price_minor }))
}

/** A stored product as its fact has it, to see whether saving would change anything. */
export const savedForm = ({ archived: _archived, changedAt: _changedAt, ...product }: StoredProduct): Product => product

/** Whether two values with their keys in one order are the same. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
