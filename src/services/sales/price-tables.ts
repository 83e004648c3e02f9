import { type RecordedFact, versionOf } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Reader, Transaction } from '../../platform/database/database.ts'
import { taxText } from './document.ts'
import {
  type Additions,
  type Article,
  addArticle,
  addFact,
  addGroups,
  addPrice,
  addRules,
  addTax,
  emptyPriceHistory,
  noAdditions,
  type PriceHistory,
} from './price-history.ts'
import { everyone, type SalesTables, taxOfText } from './tables.ts'

type ArticleRow = SalesTables['sales_article']
const articleOf = (row: ArticleRow): Article => ({
  sku: row.sku,
  fromVersion: row.from_version,
  productId: row.product_id,
  name: row.name,
  priceMinor: row.price_minor,
  taxCode: row.tax_code,
  archived: row.archived === 1,
})

/** What one store needs to price these SKUs. */
export type Wanted = { store: string; skus: readonly string[] }

const readStores = async (db: Reader, history: PriceHistory, only: Wanted | undefined): Promise<void> => {
  const tables = db.tables<SalesTables>()
  let rules = tables.selectFrom('sales_store').selectAll()
  let groups = tables.selectFrom('sales_groups').selectAll()
  if (only) {
    rules = rules.where('store', '=', only.store)
    groups = groups.where('store', '=', only.store)
  }
  for (const row of await rules.orderBy('from_version').execute()) {
    addRules(history, {
      store: row.store,
      fromVersion: row.from_version,
      currency: row.currency,
      taxMode: row.tax_mode,
      taxRounding: row.tax_rounding,
      cashStepMinor: row.cash_step_minor,
      timeZone: row.time_zone,
    })
  }
  for (const row of await groups.orderBy('from_version').execute()) {
    const known = JSON.parse(row.audiences) as string[]
    addGroups(history, { store: row.store, fromVersion: row.from_version, groups: known })
  }
}

const readPrices = async (db: Reader, history: PriceHistory, only: Wanted | undefined): Promise<void> => {
  const tables = db.tables<SalesTables>()
  let articles = tables.selectFrom('sales_article').selectAll()
  let prices = tables.selectFrom('sales_price').selectAll()
  let taxes = tables.selectFrom('sales_tax').selectAll()
  if (only) {
    const { store, skus } = only
    const ever = history.stores.get(store)?.audiences.flatMap(each => each.audiences) ?? []
    const audiences = [...new Set([store, ...ever])]
    taxes = taxes.where('audience', 'in', [everyone, ...audiences])
    articles = articles.where('sku', 'in', [...new Set(skus)])
    prices = prices.where('sku', 'in', [...new Set(skus)]).where('audience', 'in', audiences)
  }
  for (const row of await taxes.orderBy('from_version').execute())
    addTax(history, { audience: row.audience, fromVersion: row.from_version, tax: taxOfText(row.tax) })
  if (only?.skus.length === 0) return
  for (const row of await articles.orderBy('sku').orderBy('from_version').execute()) addArticle(history, articleOf(row))
  for (const row of await prices.orderBy('sku').orderBy('from_version').execute()) {
    const { sku, audience, from_version, price_minor } = row
    addPrice(history, { sku, audience, fromVersion: from_version, priceMinor: price_minor })
  }
}

/** The history as the tables have it: all of it, or what one store needs for some SKUs. */
export const readPriceHistory = async (db: Reader, only?: Wanted): Promise<PriceHistory> => {
  const history = emptyPriceHistory()
  await readStores(db, history, only)
  await readPrices(db, history, only)
  const known = await db.tables<SalesTables>().selectFrom('sales_version').select('version').executeTakeFirst()
  history.newest = known?.version ?? 0
  return history
}

/** The newest rows that these facts change or hang on, which is all that `addFact` looks at. */
const readNewest = async (db: Reader, facts: readonly RecordedFact[]): Promise<PriceHistory> => {
  const history = emptyPriceHistory()
  const products = new Set<string>()
  const skus = new Set<string>()
  for (const fact of facts) {
    if (isFact(fact, 'product.saved')) {
      products.add(fact.body.productId)
      for (const { sku } of fact.body.variants) skus.add(sku)
    } else if (isFact(fact, 'product.archived')) for (const productId of fact.body.productIds) products.add(productId)
    else if (isFact(fact, 'price.changed')) skus.add(fact.body.sku)
  }
  for (const [column, keys] of [
    ['product_id', products],
    ['sku', skus],
  ] as const) {
    if (keys.size === 0) continue
    const rows = await db
      .tables<SalesTables>()
      .selectFrom('sales_article')
      .selectAll()
      .where(column, 'in', [...keys])
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('sales_article as newer')
              .select('newer.sku')
              .whereRef('newer.sku', '=', 'sales_article.sku')
              .whereRef('newer.from_version', '>', 'sales_article.from_version'),
          ),
        ),
      )
      .execute()
    for (const row of rows) addArticle(history, articleOf(row))
  }
  return history
}

const additionsOf = async (db: Reader, facts: readonly RecordedFact[]): Promise<Additions> => {
  const history = await readNewest(db, facts)
  const all = noAdditions()
  for (const fact of facts) {
    const { articles, prices, taxes, rules, groups } = addFact(history, fact)
    all.articles.push(...articles)
    all.prices.push(...prices)
    all.taxes.push(...taxes)
    all.rules.push(...rules)
    all.groups.push(...groups)
  }
  return all
}

/** Facts of the catalogue to rows: what they add to the history, and the version that they came to. */
export const projectCatalogue = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const { articles, prices, taxes, rules, groups } = await additionsOf(tx, facts)
  await tx.bulk({
    table: 'sales_article',
    columns: ['sku', 'from_version', 'product_id', 'name', 'price_minor', 'tax_code', 'archived'],
    rows: articles.map(each => [
      each.sku,
      each.fromVersion,
      each.productId,
      each.name,
      each.priceMinor,
      each.taxCode,
      each.archived ? 1 : 0,
    ]),
  })
  await tx.bulk({
    table: 'sales_price',
    columns: ['sku', 'audience', 'from_version', 'price_minor'],
    rows: prices.map(each => [each.sku, each.audience, each.fromVersion, each.priceMinor]),
    conflict: { keys: ['sku', 'audience', 'from_version'] },
  })
  await tx.bulk({
    table: 'sales_tax',
    columns: ['code', 'audience', 'from_version', 'tax'],
    rows: taxes.map(({ fromVersion, audience, tax }) => [tax.code, audience, fromVersion, taxText(tax)]),
    conflict: { keys: ['code', 'audience', 'from_version'] },
  })
  await tx.bulk({
    table: 'sales_store',
    columns: ['store', 'from_version', 'currency', 'tax_mode', 'tax_rounding', 'cash_step_minor', 'time_zone'],
    rows: rules.map(each => [
      each.store,
      each.fromVersion,
      each.currency,
      each.taxMode,
      each.taxRounding,
      each.cashStepMinor,
      each.timeZone,
    ]),
    conflict: { keys: ['store', 'from_version'] },
  })
  await tx.bulk({
    table: 'sales_groups',
    columns: ['store', 'from_version', 'audiences'],
    rows: groups.map(each => [each.store, each.fromVersion, JSON.stringify(each.groups)]),
    conflict: { keys: ['store', 'from_version'] },
  })
  await tx.bulk({
    table: 'sales_version',
    columns: ['only', 'version'],
    rows: [[1, facts.reduce((newest, fact) => Math.max(newest, versionOf(fact)), 0)]],
    conflict: { keys: ['only'], greatest: ['version'] },
  })
}
