import { type RecordedFact, versionOf } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { PricingRules, Tax } from '../../domain/basket.ts'
import { everyone } from './tables.ts'

export type Dated = { fromVersion: number }
export type Article = Dated & {
  sku: string
  productId: string
  name: string
  /** The base price. */
  priceMinor: number
  taxCode: string
  archived: boolean
}
/** What a store or group sold a SKU for; null where it went by the base price again. */
export type DatedPrice = Dated & { priceMinor: number | null }
export type DatedTax = Dated & { tax: Tax }
export type StoreRules = Dated & PricingRules & { timeZone: string }
/** Whose prices and taxes a store went by before everyone's: its own first. */
export type DatedAudiences = Dated & { audiences: readonly string[] }

type Store = { rules: StoreRules[]; audiences: DatedAudiences[]; alone: readonly string[] }

/**
 * What sales prices with, by the version of the catalogue from which it holds; each list from the oldest to the newest. Prices
 * and taxes are kept by whom they are for, so that one history serves every store.
 */
export type PriceHistory = {
  articles: Map<string, Article[]>
  skusOfProduct: Map<string, Set<string>>
  /** By SKU, then by store or group. */
  prices: Map<string, Map<string, DatedPrice[]>>
  /** By code, then by store or group; everyone's too. */
  taxes: Map<string, Map<string, DatedTax[]>>
  stores: Map<string, Store>
  /** The newest version that was heard of. */
  newest: number
}
export type Additions = {
  articles: Article[]
  prices: Array<DatedPrice & { sku: string; audience: string }>
  taxes: Array<DatedTax & { audience: string }>
  rules: Array<StoreRules & { store: string }>
  groups: Array<Dated & { store: string; groups: string[] }>
}

export const emptyPriceHistory = (): PriceHistory => ({
  articles: new Map(),
  skusOfProduct: new Map(),
  prices: new Map(),
  taxes: new Map(),
  stores: new Map(),
  newest: 0,
})
export const noAdditions = (): Additions => ({ articles: [], prices: [], taxes: [], rules: [], groups: [] })

/** What held at a version: the newest that is not after it. Where the history has holes, what is known at it. */
const heldAt = <T extends Dated>(dated: readonly T[] | undefined, version: number): T | undefined => {
  if (!dated) return undefined
  for (let i = dated.length - 1; i >= 0; i--) {
    const each = dated[i]!
    if (each.fromVersion <= version) return each
  }
  return undefined
}

/** What one store prices with at one version of the catalogue. */
export type Shelf = { version: number; rules: StoreRules; audiences: readonly string[] }

/** Undefined where the store was not configured then, or what is known of it begins later. */
export const shelfAt = (history: PriceHistory, store: string, version: number): Shelf | undefined => {
  const known = history.stores.get(store)
  const rules = heldAt(known?.rules, version)
  if (!known || !rules) return undefined
  return { version, rules, audiences: heldAt(known.audiences, version)?.audiences ?? known.alone }
}

export const articleAt = (history: PriceHistory, sku: string, version: number): Article | undefined =>
  heldAt(history.articles.get(sku), version)

/** What an article costs on a shelf: the store's own price, else that of the first of its groups that has one, else the base price. */
export const priceAt = (history: PriceHistory, shelf: Shelf, article: Article): number => {
  const prices = history.prices.get(article.sku)
  if (!prices) return article.priceMinor
  for (const audience of shelf.audiences) {
    const price = heldAt(prices.get(audience), shelf.version)?.priceMinor
    if (price !== undefined && price !== null) return price
  }
  return article.priceMinor
}

/** The tax that a code stands for on a shelf, found as a price is. */
export const taxAt = (history: PriceHistory, shelf: Shelf, code: string): Tax | undefined => {
  const taxes = history.taxes.get(code)
  if (!taxes) return undefined
  if (taxes.size > 1) {
    for (const audience of shelf.audiences) {
      const tax = heldAt(taxes.get(audience), shelf.version)?.tax
      if (tax) return tax
    }
  }
  return heldAt(taxes.get(everyone), shelf.version)?.tax
}

/** Puts a version in its place. One that is there already changes nothing, so a fact may come twice. */
const addTo = <T extends Dated>(dated: T[], added: T): boolean => {
  let place = dated.length
  // Nearly always the newest. What was said to a group comes late to a store that has just joined it.
  while (place > 0 && dated[place - 1]!.fromVersion > added.fromVersion) place -= 1
  if (place > 0 && dated[place - 1]!.fromVersion === added.fromVersion) return false
  dated.splice(place, 0, added)
  return true
}

const entryOf = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
const storeOf = (history: PriceHistory, store: string): Store =>
  entryOf(history.stores, store, () => ({ rules: [], audiences: [], alone: [store] }))

/** Each article follows from the one before it, so one that is not newer than the newest changes nothing. */
export const addArticle = (history: PriceHistory, article: Article): boolean => {
  const dated = entryOf(history.articles, article.sku, () => [])
  if ((dated.at(-1)?.fromVersion ?? 0) >= article.fromVersion) return false
  dated.push(article)
  entryOf(history.skusOfProduct, article.productId, () => new Set<string>()).add(article.sku)
  return true
}
export const addPrice = (history: PriceHistory, { sku, audience, ...price }: Additions['prices'][number]): boolean => {
  const prices = entryOf(history.prices, sku, () => new Map<string, DatedPrice[]>())
  return addTo(
    entryOf(prices, audience, () => []),
    price,
  )
}
export const addTax = (history: PriceHistory, { audience, ...tax }: Additions['taxes'][number]): boolean => {
  const taxes = entryOf(history.taxes, tax.tax.code, () => new Map<string, DatedTax[]>())
  return addTo(
    entryOf(taxes, audience, () => []),
    tax,
  )
}
export const addRules = (history: PriceHistory, { store, ...rules }: Additions['rules'][number]): boolean =>
  addTo(storeOf(history, store).rules, rules)
export const addGroups = (history: PriceHistory, { store, groups, ...dated }: Additions['groups'][number]): boolean =>
  addTo(storeOf(history, store).audiences, { ...dated, audiences: [store, ...groups] })

/** The articles that a product has now. A SKU that has moved to another product is not among them. */
const articlesOf = (history: PriceHistory, productId: string): Article[] =>
  [...(history.skusOfProduct.get(productId) ?? [])].flatMap(sku => {
    const newest = history.articles.get(sku)?.at(-1)
    return newest && newest.productId === productId && !newest.archived ? [newest] : []
  })

/** The name on a receipt holds at most as many characters as the contracts allow a name. */
const mostCharacters = 200

const articlesAfter = (history: PriceHistory, fact: RecordedFact): Article[] => {
  const fromVersion = versionOf(fact)
  if (isFact(fact, 'product.saved')) {
    const { productId, name, variants } = fact.body
    const kept = new Set(variants.map(variant => variant.sku))
    return [
      ...variants.map(({ sku, form, priceMinor, taxCode }) => ({
        sku,
        fromVersion,
        productId,
        name: (form === '' ? name : `${name} ${form}`).slice(0, mostCharacters).toWellFormed(),
        priceMinor,
        taxCode,
        archived: false,
      })),
      ...articlesOf(history, productId)
        .filter(({ sku }) => !kept.has(sku))
        .map(article => ({ ...article, fromVersion, archived: true })),
    ]
  }
  if (isFact(fact, 'product.archived')) {
    return fact.body.productIds
      .flatMap(productId => articlesOf(history, productId))
      .map(article => ({ ...article, fromVersion, archived: true }))
  }
  if (isFact(fact, 'price.changed')) {
    const { sku, priceMinor } = fact.body
    const newest = history.articles.get(sku)?.at(-1)
    return newest && priceMinor !== null && fact.audience === undefined ? [{ ...newest, fromVersion, priceMinor }] : []
  }
  return []
}

/** Moves the history on by a fact of the catalogue, and answers what was added. */
export const addFact = (history: PriceHistory, fact: RecordedFact): Additions => {
  const fromVersion = versionOf(fact)
  const { audience } = fact
  const added = noAdditions()
  added.articles = articlesAfter(history, fact).filter(article => addArticle(history, article))
  if (isFact(fact, 'price.changed') && audience !== undefined) {
    const price = { ...fact.body, audience, fromVersion }
    if (addPrice(history, price)) added.prices.push(price)
  } else if (isFact(fact, 'tax.set')) {
    const tax = { fromVersion, audience: audience ?? everyone, tax: fact.body }
    if (addTax(history, tax)) added.taxes.push(tax)
  } else if (isFact(fact, 'store.configured')) {
    const { currency, taxMode, taxRounding, cashStepMinor, timeZone } = fact.body
    const store = audience ?? fact.store
    const rules = { store, fromVersion, currency, taxMode, taxRounding, cashStepMinor, timeZone }
    if (addRules(history, rules)) added.rules.push(rules)
  } else if (isFact(fact, 'store.grouped')) {
    const groups = { store: fact.body.store, fromVersion, groups: fact.body.groups.toSorted() }
    if (addGroups(history, groups)) added.groups.push(groups)
  }
  history.newest = Math.max(history.newest, fromVersion)
  return added
}
