import type { TillCatalogue } from '../../../src/contracts/catalogue.ts'
import type { InputOf } from '../../../src/contracts/route.ts'
import type { salesRoutes } from '../../../src/contracts/sales.ts'
import { type Discount, type Handed, paid, priced } from '../arithmetic.ts'
import type { Dice } from '../dice.ts'

export type Sale = InputOf<(typeof salesRoutes)['completeSale']>
type Line = Sale['lines'][number]

const million = 1_000_000

const lineOf = (dice: Dice, catalogue: TillCatalogue, mayDiscount: boolean): Line => {
  const { sku, unit, priceMinor } = dice.one(catalogue.articles)
  const quantityMicro = unit === 'each' ? dice.between(1, 4) * million : dice.between(5, 3_000) * 1_000
  const line: Line = { sku, quantityMicro, unitPriceMinor: priceMinor, priceSource: 'list', discountMinor: 0 }
  if (!mayDiscount) return line
  if (dice.chance(0.2)) return { ...line, unitPriceMinor: dice.between(1, 2_000), priceSource: 'override' }
  const mostMinor = Math.floor((priceMinor * quantityMicro) / million)
  return dice.chance(0.4) ? { ...line, discountMinor: dice.between(0, mostMinor), reason: 'damaged' } : line
}

const discountOf = (dice: Dice): Discount =>
  dice.chance(0.5)
    ? { kind: 'share', sharePpm: dice.between(1, 400) * 1_000 }
    : { kind: 'amount', amountMinor: dice.between(1, 50) }

/** Lines as a cashier rings them up; only with more rights at other prices. */
export const ringUp = (
  dice: Dice,
  catalogue: TillCatalogue,
  mayDiscount: boolean,
): { lines: Line[]; discount: Discount } => ({
  lines: Array.from({ length: dice.between(1, 4) }, () => lineOf(dice, catalogue, mayDiscount)),
  discount: mayDiscount && dice.chance(0.3) ? discountOf(dice) : undefined,
})

/** How the customer pays: some of it by card or voucher, and the rest, or all, in cash, of which something goes back. */
const handOver = (dice: Dice, totalMinor: number, cashStepMinor: number): Handed[] => {
  if (totalMinor === 0) return []
  if (dice.chance(0.3)) return [{ kind: 'card', amountMinor: totalMinor }]
  const handed: Handed[] = []
  let openMinor = totalMinor
  if (totalMinor > 1 && dice.chance(0.3)) {
    const partMinor = dice.between(1, totalMinor - 1)
    handed.push({ kind: dice.one(['card', 'voucher', 'other'] as const), amountMinor: partMinor })
    openMinor -= partMinor
  }
  const { dueMinor } = paid(openMinor, [{ kind: 'cash', amountMinor: 0 }], cashStepMinor)
  const noteMinor = dice.one([0, 0, cashStepMinor * dice.between(1, 40), 2_000])
  const cashMinor = dueMinor + noteMinor
  // So little is left that it is rounded away, and nobody gives anything for it.
  if (cashMinor === 0) return [{ kind: 'card', amountMinor: totalMinor }]
  return [...handed, { kind: 'cash', amountMinor: cashMinor }]
}

/** The sale as the till sends it: every figure by the slow arithmetic. Undefined where more would be taken off than is there. */
export const saleOf = (
  dice: Dice,
  catalogue: TillCatalogue,
  basket: { lines: Line[]; discount: Discount },
  more: Pick<Sale, 'id' | 'till'> & Partial<Sale>,
): Sale | undefined => {
  const { store, taxes } = catalogue
  const lines = basket.lines.map(line => {
    const article = catalogue.articles.find(({ sku }) => sku === line.sku)
    const tax = taxes.find(({ code }) => code === article?.taxCode)
    return tax && { ...line, tax }
  })
  const whole = lines.filter(line => line !== undefined)
  if (whole.length < lines.length) return undefined
  const { sums } = priced(whole, basket.discount, store)
  const mostOff = sums.subtotalMinor - basket.lines.reduce((all, line) => all + line.discountMinor, 0)
  if (basket.discount?.kind === 'amount' && basket.discount.amountMinor > mostOff) return undefined
  const tenders = handOver(dice, sums.totalMinor, store.cashStepMinor)
  const { roundingMinor, dueMinor, changeMinor } = paid(sums.totalMinor, tenders, store.cashStepMinor)
  return {
    currency: store.currency,
    lines: basket.lines,
    ...(basket.discount ? { discount: basket.discount } : {}),
    catalogueVersion: catalogue.version,
    tenders,
    changeMinor,
    totals: { ...sums, roundingMinor, dueMinor },
    ...more,
  }
}
