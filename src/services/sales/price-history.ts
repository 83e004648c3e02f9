import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { PricingRules, Tax } from '../../domain/basket.ts'
import type { Reader } from '../../platform/database/database.ts'
import { type SalesTables, taxOfText } from './tables.ts'

type Dated = { fromPosition: number }
export type Article = Dated & {
  sku: string
  productId: string
  name: string
  priceMinor: number
  taxCode: string
  archived: boolean
}
export type DatedTax = Dated & { tax: Tax }
export type StoreRules = Dated & PricingRules & { timeZone: string }

/** What sales prices with, by the position of the journal from which it holds; each list from the oldest to the newest. */
export type PriceHistory = {
  articles: Map<string, Article[]>
  skusOfProduct: Map<string, Set<string>>
  taxes: Map<string, DatedTax[]>
  rules: StoreRules[]
  /** The newest position at which something here changed. */
  newest: number
}
export type Additions = { articles: Article[]; taxes: DatedTax[]; rules: StoreRules[] }

export const emptyPriceHistory = (): PriceHistory => ({
  articles: new Map(),
  skusOfProduct: new Map(),
  taxes: new Map(),
  rules: [],
  newest: 0,
})

/** What held at a position: the version with the greatest beginning that is not after it. */
const heldAt = <T extends Dated>(versions: readonly T[] | undefined, position: number): T | undefined => {
  if (!versions) return undefined
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i]!
    if (version.fromPosition <= position) return version
  }
  return undefined
}
export const articleAt = (history: PriceHistory, sku: string, position: number): Article | undefined =>
  heldAt(history.articles.get(sku), position)
export const taxAt = (history: PriceHistory, code: string, position: number): Tax | undefined =>
  heldAt(history.taxes.get(code), position)?.tax
export const rulesAt = (history: PriceHistory, position: number): StoreRules | undefined =>
  heldAt(history.rules, position)

/** Puts a version at the end of its list; one that is there already changes nothing, so a fact may come twice. */
const addTo = <T extends Dated>(versions: T[], version: T): boolean => {
  if ((versions.at(-1)?.fromPosition ?? 0) >= version.fromPosition) return false
  versions.push(version)
  return true
}

const listIn = <K, T>(map: Map<K, T[]>, key: K): T[] => {
  const known = map.get(key)
  if (known) return known
  const made: T[] = []
  map.set(key, made)
  return made
}

const addArticle = (history: PriceHistory, article: Article): boolean => {
  if (!addTo(listIn(history.articles, article.sku), article)) return false
  const skus = history.skusOfProduct.get(article.productId)
  if (skus) skus.add(article.sku)
  else history.skusOfProduct.set(article.productId, new Set([article.sku]))
  return true
}

/** The articles that a product has now. A SKU that has moved to another product is not among them. */
const articlesOf = (history: PriceHistory, productId: string): Article[] =>
  [...(history.skusOfProduct.get(productId) ?? [])].flatMap(sku => {
    const newest = history.articles.get(sku)?.at(-1)
    return newest && newest.productId === productId && !newest.archived ? [newest] : []
  })

/** The name on a receipt holds at most as many characters as the contracts allow a name. */
const mostCharacters = 200

const articlesAfter = (history: PriceHistory, fact: RecordedFact): Article[] => {
  const fromPosition = fact.position
  if (isFact(fact, 'product.saved')) {
    const { productId, name, variants } = fact.body
    const kept = new Set(variants.map(variant => variant.sku))
    return [
      ...variants.map(({ sku, form, priceMinor, taxCode }) => ({
        sku,
        fromPosition,
        productId,
        name: (form === '' ? name : `${name} ${form}`).slice(0, mostCharacters).toWellFormed(),
        priceMinor,
        taxCode,
        archived: false,
      })),
      ...articlesOf(history, productId)
        .filter(({ sku }) => !kept.has(sku))
        .map(article => ({ ...article, fromPosition, archived: true })),
    ]
  }
  if (isFact(fact, 'product.archived')) {
    return fact.body.productIds
      .flatMap(productId => articlesOf(history, productId))
      .map(article => ({ ...article, fromPosition, archived: true }))
  }
  if (isFact(fact, 'price.changed')) {
    const newest = history.articles.get(fact.body.sku)?.at(-1)
    return newest ? [{ ...newest, fromPosition, priceMinor: fact.body.priceMinor }] : []
  }
  return []
}

/** Moves the history on by a fact of the catalogue, and answers what was added. */
export const addFact = (history: PriceHistory, fact: RecordedFact): Additions => {
  const fromPosition = fact.position
  const added: Additions = {
    articles: articlesAfter(history, fact).filter(article => addArticle(history, article)),
    taxes: [],
    rules: [],
  }
  if (isFact(fact, 'tax.set')) {
    const dated = { fromPosition, tax: fact.body }
    if (addTo(listIn(history.taxes, fact.body.code), dated)) added.taxes.push(dated)
  } else if (isFact(fact, 'store.configured')) {
    const { currency, taxMode, taxRounding, cashStepMinor, timeZone } = fact.body
    const rules = { fromPosition, currency, taxMode, taxRounding, cashStepMinor, timeZone }
    if (addTo(history.rules, rules)) added.rules.push(rules)
  }
  history.newest = Math.max(history.newest, fromPosition)
  return added
}

type ArticleRow = SalesTables['sales_article']
const articleOf = (row: ArticleRow): Article => ({
  sku: row.sku,
  fromPosition: row.from_position,
  productId: row.product_id,
  name: row.name,
  priceMinor: row.price_minor,
  taxCode: row.tax_code,
  archived: row.archived === 1,
})

/** The history as the tables have it: of all articles, or of `skus`. */
export const readPriceHistory = async (db: Reader, skus?: readonly string[]): Promise<PriceHistory> => {
  const tables = db.tables<SalesTables>()
  const history = emptyPriceHistory()
  let articles = tables.selectFrom('sales_article').selectAll()
  if (skus) articles = articles.where('sku', 'in', [...new Set(skus)])
  if (skus?.length !== 0) {
    for (const row of await articles.orderBy('sku').orderBy('from_position').execute()) {
      addArticle(history, articleOf(row))
    }
  }
  for (const row of await tables.selectFrom('sales_tax').selectAll().orderBy('from_position').execute()) {
    const dated = { fromPosition: row.from_position, tax: taxOfText(row.tax) }
    addTo(listIn(history.taxes, row.code), dated)
    history.newest = Math.max(history.newest, row.from_position)
  }
  for (const row of await tables.selectFrom('sales_store').selectAll().orderBy('from_position').execute()) {
    addTo(history.rules, {
      fromPosition: row.from_position,
      currency: row.currency,
      taxMode: row.tax_mode,
      taxRounding: row.tax_rounding,
      cashStepMinor: row.cash_step_minor,
      timeZone: row.time_zone,
    })
    history.newest = Math.max(history.newest, row.from_position)
  }
  const last = await tables
    .selectFrom('sales_article')
    .select('from_position')
    .orderBy('from_position', 'desc')
    .limit(1)
    .executeTakeFirst()
  history.newest = Math.max(history.newest, last?.from_position ?? 0)
  return history
}

/** The newest rows that these facts change or hang on, which is all that `addFact` looks at. */
const readNewest = async (db: Reader, facts: readonly RecordedFact[]): Promise<PriceHistory> => {
  const history = emptyPriceHistory()
  const products = new Set<string>()
  const skus = new Set<string>()
  for (const fact of facts) {
    if (isFact(fact, 'product.saved')) products.add(fact.body.productId)
    else if (isFact(fact, 'product.archived')) for (const productId of fact.body.productIds) products.add(productId)
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
              .whereRef('newer.from_position', '>', 'sales_article.from_position'),
          ),
        ),
      )
      .execute()
    for (const row of rows) addArticle(history, articleOf(row))
  }
  return history
}

/** What a batch of facts of the catalogue adds to the tables. */
export const additionsOf = async (db: Reader, facts: readonly RecordedFact[]): Promise<Additions> => {
  const history = await readNewest(db, facts)
  const additions: Additions = { articles: [], taxes: [], rules: [] }
  for (const fact of facts) {
    const { articles, taxes, rules } = addFact(history, fact)
    additions.articles.push(...articles)
    additions.taxes.push(...taxes)
    additions.rules.push(...rules)
  }
  return additions
}
