import type { InputOf } from '../../contracts/route.ts'
import type { salesRoutes } from '../../contracts/sales.ts'
import type { BasketLine, PricingRules } from '../../domain/basket.ts'
import { priceBasket } from '../../domain/pricing.ts'
import { totalsOf } from '../../domain/sale.ts'
import { settle } from '../../domain/tender.ts'

export type SaleRequest = InputOf<typeof salesRoutes.completeSale>

/** Cash is handed over in notes: the next multiple of five, in a currency of hundredths. */
const noteMinor = 500

/** A basket as the request that a till would send for it. Throws where it can't be priced: a demo's baskets always can. */
export const saleRequest = (sale: {
  id: string
  till: string
  atMs: number
  lines: BasketLine[]
  tender: 'cash' | 'card'
  rules: PricingRules
}): SaleRequest => {
  const { id, till, atMs, lines, tender, rules } = sale
  const outcome = priceBasket({ lines }, rules)
  if (!outcome.ok) throw new Error(`a demo sale is refused: ${outcome.code}`)
  const { priced } = outcome
  const handed = tender === 'cash' ? Math.ceil(priced.totalMinor / noteMinor) * noteMinor : priced.totalMinor
  const tenders = priced.totalMinor === 0 ? [] : [{ kind: tender, amountMinor: handed }]
  const paid = settle(priced.totalMinor, tenders, rules)
  if (!paid.ok) throw new Error(`a demo sale is refused: ${paid.code}`)
  return {
    id,
    till,
    currency: rules.currency,
    completedAtMs: atMs,
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
  }
}
