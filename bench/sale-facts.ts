import { v7 } from 'uuid'
import type { CompletedSale } from '../src/contracts/sales.ts'
import type { Entry } from '../src/platform/journal/journal.ts'
import { demoCurrency, demoProducts, demoTaxes } from '../src/run/demo/catalogue.ts'
import { type Basket, type Shelf, threeLineBaskets } from './baskets.ts'

const shelf: Shelf = {
  articles: demoProducts,
  taxes: demoTaxes.map(({ code, name, ratePpm }) => ({
    code,
    name,
    parts: [{ code, name, ratePpm, compound: false }],
  })),
  rules: { currency: demoCurrency, taxMode: 'included', taxRounding: 'line', cashStepMinor: 1 },
}

/** Where sales were made and by which version of the catalogue. */
type SoldAt = { till: string; catalogueVersion: number; firstAtMs: number }
const anywhere: SoldAt = { till: 'till-1', catalogueVersion: 150, firstAtMs: 1_750_000_000_000 }

const bodyOf = (
  basket: Basket,
  saleId: string,
  receiptNumber: number,
  { till, catalogueVersion, firstAtMs }: SoldAt,
): CompletedSale => ({
  saleId,
  till,
  receiptNumber,
  completedAtMs: firstAtMs + receiptNumber,
  currency: shelf.rules.currency,
  taxMode: shelf.rules.taxMode,
  catalogueVersion,
  cashier: 'Cleo Martin',
  lines: basket.priced.lines.map((line, index) => ({ ...line, lineNo: index + 1 })),
  totals: basket.totals,
  taxes: basket.priced.taxes,
  tenders: basket.tenders,
  changeMinor: basket.changeMinor,
})

const request = '0'.repeat(64)
const actor = 'person:01936d2e-7c00-7000-8000-00000000aaaa'

const baskets = threeLineBaskets(shelf, 500)

/** Entries as the sales service hands them to the journal: three lines, priced, each a new object. */
export const createSaleEntries = (soldAt: SoldAt = anywhere): ((count: number) => Entry[]) => {
  let made = 0
  return count =>
    Array.from({ length: count }, () => {
      made += 1
      const id = v7()
      const body = bodyOf(baskets[made % baskets.length]!, id, made, soldAt)
      return { id, type: 'sale.completed', body, actor, request }
    })
}
