import { type Product, storeProfile, tax as taxSchema } from '../../contracts/catalogue.ts'
import { type RecordedFact, versionOf } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { foldText, searchWords, wordSigns } from '../../domain/search-words.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { barcodeKey } from './codes.ts'
import { type CatalogueTables, everyone } from './tables.ts'

/** A product as its last fact has it, with the positions of its first and last one in this batch. */
type Saved = { product: Product; first: number; last: number }

/** What is kept of a name for its order: cursors hold it, and word entries its first characters. */
const orderedLength = 100
const startLength = 32

const productsAtOnce = 1_000
const chunksOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / productsAtOnce) }, (_, index) =>
    all.slice(index * productsAtOnce, (index + 1) * productsAtOnce),
  )

/** Words by which a product is found: of its name, category, forms and codes. */
export const wordsOf = (product: Pick<Product, 'name' | 'category' | 'variants'>): string[] => {
  const { name, category, variants } = product
  const texts = [name, category, ...variants.flatMap(({ form, sku, barcodes }) => [form, sku, ...barcodes])]
  return [...new Set(texts.flatMap(searchWords))]
}

/** The numbers of products that are there already, by id. */
const numbersOf = async (tx: Transaction, productIds: readonly string[]): Promise<Map<string, number>> => {
  const numbers = new Map<string, number>()
  for (const chunk of chunksOf(productIds)) {
    const rows = await tx
      .tables<CatalogueTables>()
      .selectFrom('catalogue_product')
      .select(['product_id', 'number'])
      .where('product_id', 'in', chunk)
      .execute()
    for (const row of rows) numbers.set(row.product_id, row.number)
  }
  return numbers
}

const removeRows = async (tx: Transaction, numbers: ReadonlyMap<string, number>): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  for (const chunk of chunksOf([...numbers])) {
    const productIds = chunk.map(([productId]) => productId)
    const known = chunk.map(([, number]) => number)
    await tables.deleteFrom('catalogue_code').where('product_id', 'in', productIds).execute()
    await tables.deleteFrom('catalogue_variant').where('product_id', 'in', productIds).execute()
    await tables.deleteFrom('catalogue_word').where('number', 'in', known).execute()
  }
}

const codesOf = ({ productId, variants }: Product): Array<[kind: string, code: string, productId: string]> =>
  variants.flatMap(
    ({ sku, barcodes }): Array<[string, string, string]> => [
      ['sku', sku, productId],
      ...barcodes.map((barcode): [string, string, string] => ['barcode', barcodeKey(barcode), productId]),
    ],
  )

const addWords = async (
  tx: Transaction,
  saved: readonly Saved[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> => {
  await tx.bulk({
    table: 'catalogue_word',
    columns: ['archived', 'word', 'name_start', 'number', 'signs'],
    rows: saved.flatMap(({ product, first }) => {
      const number = numbers.get(product.productId) ?? first
      const start = foldText(product.name).slice(0, startLength)
      const words = wordsOf(product)
      const signs = wordSigns(words)
      return words.map(word => [0, word, start, number, signs])
    }),
  })
}

const saveProducts = async (
  tx: Transaction,
  products: ReadonlyMap<string, Saved>,
  isSearched: boolean,
): Promise<void> => {
  const all = [...products.values()]
  const numbers = await numbersOf(tx, [...products.keys()])
  await removeRows(tx, numbers)
  await tx.bulk({
    table: 'catalogue_product',
    columns: [
      'product_id',
      'number',
      'name',
      'folded_name',
      'category',
      'favourite',
      'demo',
      'note',
      'archived',
      'changed_at',
    ],
    rows: all.map(({ product, first, last }) => [
      product.productId,
      first,
      product.name,
      foldText(product.name).slice(0, orderedLength),
      product.category,
      product.favourite ? 1 : 0,
      product.demo ? 1 : 0,
      product.note,
      0,
      last,
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
    rows: all.flatMap(({ product }) => codesOf(product)),
  })
  if (isSearched) await addWords(tx, all, numbers)
  await tx.bulk({
    table: 'catalogue_category',
    columns: ['name', 'colour', 'order'],
    rows: [...new Set(all.map(({ product }) => product.category))]
      .filter(name => name !== '')
      .map(name => [name, 'gray', 1_000]),
    conflict: { keys: ['name'] },
  })
}

/** Archived products keep their words, so that they can be looked up, and give their codes back. */
const archiveProducts = async (tx: Transaction, productIds: readonly string[], position: number): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  for (const chunk of chunksOf(productIds)) {
    const numbers = [...(await numbersOf(tx, chunk)).values()]
    await tables.deleteFrom('catalogue_code').where('product_id', 'in', chunk).execute()
    if (numbers.length > 0)
      await tables.updateTable('catalogue_word').set({ archived: 1 }).where('number', 'in', numbers).execute()
    await tables
      .updateTable('catalogue_product')
      .set({ archived: 1, changed_at: position })
      .where('product_id', 'in', chunk)
      .execute()
  }
}

/** What a store or group sells a SKU for, whatever product has it; null takes it away. */
const changeAudiencePrice = async (
  tx: Transaction,
  sku: string,
  audience: string,
  priceMinor: number | null,
): Promise<void> => {
  if (priceMinor !== null) {
    await tx.bulk({
      table: 'catalogue_price',
      columns: ['sku', 'audience', 'price_minor'],
      rows: [[sku, audience, priceMinor]],
      conflict: { keys: ['sku', 'audience'], set: ['price_minor'] },
    })
    return
  }
  const tables = tx.tables<CatalogueTables>()
  await tables.deleteFrom('catalogue_price').where('sku', '=', sku).where('audience', '=', audience).execute()
}

const changePrice = async (tx: Transaction, sku: string, priceMinor: number, position: number): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
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
    .set({ changed_at: position })
    .where('product_id', '=', code.product_id)
    .execute()
}

/**
 * Stored JSON is parsed by its schema first, which puts keys in one order: a fact that was just decided and the same one read
 * from the journal may differ in it, and a rebuild must come to the same text.
 */
const projectOne = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  if (isFact(fact, 'store.configured')) {
    await tx.bulk({
      table: 'catalogue_store',
      columns: ['store', 'profile'],
      rows: [[fact.audience ?? fact.store, JSON.stringify(storeProfile.parse(fact.body))]],
      conflict: { keys: ['store'], set: ['profile'] },
    })
  } else if (isFact(fact, 'store.grouped')) {
    const { store, groups } = fact.body
    await tx.tables<CatalogueTables>().deleteFrom('catalogue_group').where('store', '=', store).execute()
    const rows = [...new Set(groups)].map(group => [store, group])
    await tx.bulk({ table: 'catalogue_group', columns: ['store', 'audience'], rows })
  } else if (isFact(fact, 'tax.set')) {
    const { code, name, parts } = taxSchema.parse(fact.body)
    await tx.bulk({
      table: 'catalogue_tax',
      columns: ['code', 'audience', 'name', 'parts', 'position'],
      rows: [[code, fact.audience ?? everyone, name, JSON.stringify(parts), fact.position]],
      conflict: { keys: ['code', 'audience'], set: ['name', 'parts'] },
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
    if (fact.audience !== undefined) await changeAudiencePrice(tx, sku, fact.audience, priceMinor)
    else if (priceMinor !== null) await changePrice(tx, sku, priceMinor, fact.position)
  } else if (isFact(fact, 'product.archived')) {
    await archiveProducts(tx, fact.body.productIds, fact.position)
  }
}

/**
 * Products one after the other are saved together, each as its last fact says; what stands between keeps its place. `isSearched`:
 * whether their words are kept, which are nine tenths of the rows.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[], isSearched: boolean): Promise<void> => {
  let products = new Map<string, Saved>()
  let version = 0
  const sold = new Set<string>()
  const saveWaiting = async () => {
    if (products.size > 0) await saveProducts(tx, products, isSearched)
    products = new Map()
  }
  for (const fact of facts) {
    if (isFact(fact, 'sale.completed')) {
      sold.add(fact.store)
      continue
    }
    version = Math.max(version, versionOf(fact))
    if (isFact(fact, 'product.saved')) {
      const { productId } = fact.body
      const first = products.get(productId)?.first ?? fact.position
      products.set(productId, { product: fact.body, first, last: fact.position })
      continue
    }
    await saveWaiting()
    await projectOne(tx, fact)
  }
  await saveWaiting()
  if (version > 0) {
    await tx.bulk({
      table: 'catalogue_state',
      columns: ['only', 'version'],
      rows: [[1, version]],
      conflict: { keys: ['only'], greatest: ['version'] },
    })
  }
  if (sold.size > 0) await markSold(tx, [...sold])
}

/** Most batches are sales, which change nothing here after a store's first one: read once a batch, and seldom written. */
const markSold = async (tx: Transaction, stores: readonly string[]): Promise<void> => {
  const tables = tx.tables<CatalogueTables>()
  const known = await tables
    .selectFrom('catalogue_sold')
    .select('store')
    .where('store', 'in', [...stores])
    .execute()
  if (known.length === stores.length) return
  const rows = stores.map(store => [store])
  await tx.bulk({ table: 'catalogue_sold', columns: ['store'], rows, conflict: { keys: ['store'] } })
}
