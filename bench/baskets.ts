import type { SaleRequest } from '../src/contracts/sales.ts'
import type { BasketLine, PricedBasket, PricingRules, Tax } from '../src/domain/basket.ts'
import { priceBasket } from '../src/domain/pricing.ts'
import { totalsOf } from '../src/domain/sale.ts'
import { settle } from '../src/domain/tender.ts'

/** What a basket is made from: a form that the catalogue sells, with its price. */
export type Sellable = { sku: string; name: string; priceMinor: number; taxCode: string }

export type Shelf = { articles: readonly Sellable[]; taxes: readonly Tax[]; rules: PricingRules }

/** A basket of a customer, priced and paid in cash as a till does it. */
export type Basket = Pick<SaleRequest, 'lines' | 'tenders' | 'changeMinor' | 'totals'> & { priced: PricedBasket }

const piece = 1_000_000
const coinsMinor = 500

/** A basket of these articles, as many pieces of each as stands beside it, paid in notes. Throws where the domain refuses it. */
export const basketOf = (shelf: Shelf, wanted: ReadonlyArray<readonly [article: Sellable, pieces: number]>): Basket => {
  const lines = wanted.map(([article, pieces]): BasketLine => {
    const tax = shelf.taxes.find(({ code }) => code === article.taxCode)
    if (!tax) throw new Error(`no tax ${article.taxCode}`)
    return {
      sku: article.sku,
      name: article.name,
      quantityMicro: pieces * piece,
      unitPriceMinor: article.priceMinor,
      priceSource: 'list',
      discountMinor: 0,
      tax,
    }
  })
  const pricing = priceBasket({ lines }, shelf.rules)
  if (!pricing.ok) throw new Error(`a basket is refused: ${pricing.code}`)
  const { priced } = pricing
  const handedMinor = Math.ceil(priced.totalMinor / coinsMinor) * coinsMinor
  const tenders = [{ kind: 'cash' as const, amountMinor: handedMinor }]
  const paid = settle(priced.totalMinor, tenders, shelf.rules)
  if (!paid.ok) throw new Error(`a basket is refused: ${paid.code}`)
  return {
    lines: lines.map(({ sku, quantityMicro, unitPriceMinor, priceSource, discountMinor }) => ({
      sku,
      quantityMicro,
      unitPriceMinor,
      priceSource,
      discountMinor,
    })),
    tenders,
    changeMinor: paid.settled.changeMinor,
    totals: totalsOf(priced, paid.settled),
    priced,
  }
}

/** Different baskets of three different articles each, spread evenly over the shelf, the same at every run. */
export const threeLineBaskets = (shelf: Shelf, count: number): Basket[] => {
  const { articles } = shelf
  const pick = (index: number): Sellable => articles[index % articles.length]!
  return Array.from({ length: count }, (_, index) => {
    const first = (index * 3) % articles.length
    return basketOf(shelf, [
      [pick(first), 1 + (index % 3)],
      [pick(first + 1), 1],
      [pick(first + 2), 1 + (index % 2)],
    ])
  })
}
