import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import { type RecordedFact, versionOf } from '../../src/contracts/fact.ts'
import { isFact } from '../../src/contracts/known-facts.ts'
import type { Tax } from '../../src/domain/basket.ts'
import type { AllBooks } from './invariants/books.ts'
import type { World } from './world.ts'

type Product = { productId: string; name: string; priceMinor: number; taxCode: string }

/** What a store sells by at one version. */
export type Shelf = {
  rules: TillCatalogue['store'] | undefined
  /** By SKU. */
  articles: Map<string, { name: string; priceMinor: number; tax: Tax | undefined; taxCode: string; productId: string }>
}

/** The catalogue as it was at any version, by going through all that was ever decided from the beginning. */
export type CatalogueModel = { shelfAt(store: string, version: number): Shelf }

const firstOf = <T>(audiences: readonly string[], of: (audience: string) => T | null | undefined): T | undefined => {
  for (const audience of audiences) {
    const found = of(audience)
    if (found !== undefined && found !== null) return found
  }
  return undefined
}

const shelfOf = (decided: readonly RecordedFact[], store: string, version: number): Shelf => {
  let rules: Shelf['rules']
  let groups: string[] = []
  const products = new Map<string, Product>()
  const prices = new Map<string, number | null>()
  const taxes = new Map<string, Tax>()
  for (const fact of decided) {
    if (versionOf(fact) > version) break
    const whom = fact.audience ?? ''
    if (isFact(fact, 'store.configured')) {
      if ((fact.audience ?? fact.store) === store) rules = fact.body
    } else if (isFact(fact, 'store.grouped')) {
      if (fact.body.store === store) groups = fact.body.groups.toSorted()
    } else if (isFact(fact, 'tax.set')) taxes.set(`${fact.body.code} ${whom}`, fact.body)
    else if (isFact(fact, 'product.saved')) {
      const { productId, name, variants } = fact.body
      for (const [sku, product] of products) if (product.productId === productId) products.delete(sku)
      for (const { sku, form, priceMinor, taxCode } of variants)
        products.set(sku, { productId, name: form === '' ? name : `${name} ${form}`, priceMinor, taxCode })
    } else if (isFact(fact, 'product.archived')) {
      const { productIds } = fact.body
      for (const [sku, product] of products) if (productIds.includes(product.productId)) products.delete(sku)
    } else if (isFact(fact, 'price.changed')) {
      const { sku, priceMinor } = fact.body
      const product = products.get(sku)
      if (whom !== '') prices.set(`${sku} ${whom}`, priceMinor)
      else if (product && priceMinor !== null) products.set(sku, { ...product, priceMinor })
    }
  }
  const audiences = [store, ...groups]
  const articles: Shelf['articles'] = new Map()
  for (const [sku, { productId, name, priceMinor, taxCode }] of products) {
    const ownMinor = firstOf(audiences, audience => prices.get(`${sku} ${audience}`))
    const tax = firstOf([...audiences, ''], audience => taxes.get(`${taxCode} ${audience}`))
    articles.set(sku, { name, priceMinor: ownMinor ?? priceMinor, tax, taxCode, productId })
  }
  return { rules, articles }
}

const modelOf = (facts: readonly RecordedFact[]): CatalogueModel => {
  const decided = facts.toSorted((a, b) => versionOf(a) - versionOf(b))
  const shelves = new Map<string, Shelf>()
  return {
    shelfAt: (store, version) => {
      const key = `${store} ${version}`
      const shelf = shelves.get(key) ?? shelfOf(decided, store, version)
      shelves.set(key, shelf)
      return shelf
    },
  }
}

/**
 * What HQ decided. Where HQ was brought back from a backup, what it lost was decided all the same, and a sale may have been made by
 * it: each life of HQ's chain is one.
 */
export const lineages = (world: World, books: AllBooks): CatalogueModel[] => {
  const { hq, lostDecisions } = world
  const now = books.get(hq)?.believed.filter(fact => fact.node === books.get(hq)?.node.id) ?? []
  return [now, ...lostDecisions].map(modelOf)
}
