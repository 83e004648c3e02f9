import { type Product, storeProfile, tax as taxSchema } from '../../contracts/catalogue.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { foldText, searchWords } from '../../domain/search-words.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { CatalogueTables } from './tables.ts'

/** Words by which a product is found: of its name, category and forms, and its codes whole. */
export const wordsOf = (product: Pick<Product, 'name' | 'category' | 'variants'>): string[] => {
  const codes = product.variants.flatMap(variant => [variant.sku, ...variant.barcodes]).map(foldText)
  const texts = [product.name, product.category, ...product.variants.flatMap(variant => [variant.form, variant.sku])]
  return [...new Set([...codes, ...searchWords(texts.join(' '))])]
}

const removeCodes = async (tx: Transaction, productIds: readonly string[]): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  await tables
    .deleteFrom('catalogue_code')
    .where('product_id', 'in', [...productIds])
    .execute()
  await tables
    .deleteFrom('catalogue_word')
    .where('product_id', 'in', [...productIds])
    .execute()
}

const saveProducts = async (
  tx: Transaction,
  products: ReadonlyMap<string, { product: Product; position: number }>,
): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  const productIds = [...products.keys()]
  await removeCodes(tx, productIds)
  await tables.deleteFrom('catalogue_variant').where('product_id', 'in', productIds).execute()
  const all = [...products.values()]
  await tx.bulk({
    table: 'catalogue_product',
    columns: ['product_id', 'name', 'folded_name', 'category', 'favourite', 'demo', 'note', 'archived', 'changed_at'],
    rows: all.map(({ product, position }) => [
      product.productId,
      product.name,
      foldText(product.name),
      product.category,
      product.favourite ? 1 : 0,
      product.demo ? 1 : 0,
      product.note,
      0,
      position,
    ]),
    conflict: {
      keys: ['product_id'],
      set: ['name', 'folded_name', 'category', 'favourite', 'demo', 'note', 'archived', 'changed_at'],
    },
  })
  await tx.bulk({
    table: 'catalogue_variant',
    columns: ['product_id', 'place', 'sku', 'form', 'barcodes', 'unit', 'price_minor', 'cost_minor', 'tax_code'],
    rows: all.flatMap(({ product }) =>
      product.variants.map((variant, place) => [
        product.productId,
        place,
        variant.sku,
        variant.form,
        JSON.stringify(variant.barcodes),
        variant.unit,
        variant.priceMinor,
        variant.costMinor,
        variant.taxCode,
      ]),
    ),
  })
  await tx.bulk({
    table: 'catalogue_code',
    columns: ['kind', 'code', 'product_id'],
    rows: all.flatMap(({ product }) =>
      product.variants.flatMap(variant => [
        ['sku', variant.sku, product.productId],
        ...variant.barcodes.map(barcode => ['barcode', barcode, product.productId]),
      ]),
    ),
  })
  await tx.bulk({
    table: 'catalogue_word',
    columns: ['word', 'product_id'],
    rows: all.flatMap(({ product }) => wordsOf(product).map(word => [word, product.productId])),
  })
  await tx.bulk({
    table: 'catalogue_category',
    columns: ['name', 'colour', 'order'],
    rows: [...new Set(all.map(({ product }) => product.category))]
      .filter(name => name !== '')
      .map(name => [name, 'gray', 1_000]),
    conflict: { keys: ['name'] },
  })
}

/**
 * Stored JSON is parsed by its schema first, which puts keys in one order: a fact that was just decided and the same one read
 * from the journal may differ in it, and a rebuild must come to the same text.
 */
const projectOne = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  if (isFact(fact, 'store.configured')) {
    await tx.bulk({
      table: 'catalogue_store',
      columns: ['only', 'profile'],
      rows: [[1, JSON.stringify(storeProfile.parse(fact.body))]],
      conflict: { keys: ['only'], set: ['profile'] },
    })
  } else if (isFact(fact, 'tax.set')) {
    const { code, name, parts } = taxSchema.parse(fact.body)
    await tx.bulk({
      table: 'catalogue_tax',
      columns: ['code', 'name', 'parts', 'position'],
      rows: [[code, name, JSON.stringify(parts), fact.position]],
      conflict: { keys: ['code'], set: ['name', 'parts'] },
    })
  } else if (isFact(fact, 'category.set')) {
    const { name, colour, order } = fact.body
    await tx.bulk({
      table: 'catalogue_category',
      columns: ['name', 'colour', 'order'],
      rows: [[name, colour, order]],
      conflict: { keys: ['name'], set: ['colour', 'order'] },
    })
  } else if (isFact(fact, 'price.changed')) {
    const { sku, priceMinor } = fact.body
    const code = await tables
      .selectFrom('catalogue_code')
      .select('product_id')
      .where('kind', '=', 'sku')
      .where('code', '=', sku)
      .executeTakeFirst()
    if (!code) return
    await tables
      .updateTable('catalogue_variant')
      .set({ price_minor: priceMinor })
      .where('product_id', '=', code.product_id)
      .where('sku', '=', sku)
      .execute()
    await tables
      .updateTable('catalogue_product')
      .set({ changed_at: fact.position })
      .where('product_id', '=', code.product_id)
      .execute()
  } else if (isFact(fact, 'product.archived')) {
    const { productIds } = fact.body
    await removeCodes(tx, productIds)
    await tables
      .updateTable('catalogue_product')
      .set({ archived: 1, changed_at: fact.position })
      .where('product_id', 'in', productIds)
      .execute()
  }
}

/** Products one after the other are saved together, each as its last fact says; what stands between keeps its place. */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  let products = new Map<string, { product: Product; position: number }>()
  let version = 0
  let sold = 0
  const saveWaiting = async () => {
    if (products.size > 0) await saveProducts(tx, products)
    products = new Map()
  }
  for (const fact of facts) {
    if (isFact(fact, 'sale.completed')) {
      sold = 1
      continue
    }
    version = fact.position
    if (isFact(fact, 'product.saved')) {
      products.set(fact.body.productId, { product: fact.body, position: fact.position })
      continue
    }
    await saveWaiting()
    await projectOne(tx, fact)
  }
  await saveWaiting()
  await markState(tx, version, sold)
}

const markState = async (tx: Transaction, version: number, sold: number): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  const known = (await tables.selectFrom('catalogue_state').selectAll().executeTakeFirst()) ?? { version: 0, sold: 0 }
  if (version <= known.version && sold <= known.sold) return
  await tx.bulk({
    table: 'catalogue_state',
    columns: ['only', 'version', 'sold'],
    rows: [[1, Math.max(version, known.version), Math.max(sold, known.sold)]],
    conflict: { keys: ['only'], set: ['version', 'sold'] },
  })
}
