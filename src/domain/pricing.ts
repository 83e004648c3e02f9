import { allocate } from './allocate.ts'
import type { Basket, BasketLine, Outcome, PricedBasket, PricedLine, PricingRules, Refusal } from './basket.ts'
import { mulDivOrNaN } from './rounding.ts'
import { type LineTax, ratesAreValid, sumTaxes, taxLines } from './tax.ts'

const million = 1_000_000
const mostLines = 10_000

const refuse = (code: string, detail?: Record<string, string | number>): Refusal =>
  detail ? { ok: false, code, detail } : { ok: false, code }

/** The fault of an amount that has to be a safe integer from zero, if it has one. A negative zero counts as negative. */
const amountFault = (amount: number, notInteger: string, negative: string): string | undefined => {
  if (!Number.isInteger(amount)) return notInteger
  if (!Number.isSafeInteger(amount)) return 'amount-too-large'
  return amount < 0 || Object.is(amount, -0) ? negative : undefined
}

const lineFault = (line: BasketLine): string | undefined => {
  const { quantityMicro } = line
  if (quantityMicro === 0) return 'quantity-zero'
  if (!Number.isInteger(quantityMicro)) return 'quantity-not-integer'
  if (!Number.isSafeInteger(quantityMicro)) return 'amount-too-large'
  return (
    amountFault(line.unitPriceMinor, 'price-not-integer', 'price-negative') ??
    amountFault(line.discountMinor, 'discount-not-integer', 'discount-negative') ??
    (ratesAreValid(line.tax) ? undefined : 'tax-rate-invalid')
  )
}

/**
 * The shares of the sale discount, a positive number for each line. It is taken off the goods sold, by what remains of them
 * after their line discounts; goods that come back in the same basket take no part, unless all goods come back.
 */
const shareSaleDiscount = (basket: Basket, remaining: readonly number[]): Outcome<{ shares: number[] }> => {
  const { discount } = basket
  if (!discount) return { ok: true, shares: remaining.map(() => 0) }
  const anySold = basket.lines.some(line => line.quantityMicro > 0)
  const weights = remaining.map((amount, i) => (basket.lines[i]!.quantityMicro > 0 === anySold ? Math.abs(amount) : 0))
  let mostMinor = 0
  for (const weight of weights) mostMinor += weight
  let amountMinor: number
  if (discount.kind === 'share') {
    const { sharePpm } = discount
    if (!Number.isSafeInteger(sharePpm) || sharePpm < 0 || sharePpm > million || Object.is(sharePpm, -0)) {
      return refuse('share-out-of-range', { sharePpm })
    }
    amountMinor = mulDivOrNaN(mostMinor, sharePpm, million)
  } else {
    amountMinor = discount.amountMinor
    const fault = amountFault(amountMinor, 'discount-not-integer', 'discount-negative')
    if (fault) return refuse(fault, { discountMinor: amountMinor })
    if (amountMinor > mostMinor) return refuse('discount-exceeds-sale', { discountMinor: amountMinor, mostMinor })
  }
  return { ok: true, shares: amountMinor === 0 ? weights.map(() => 0) : allocate(amountMinor, weights) }
}

/**
 * Prices a basket: unit price times quantity rounded half away from zero, less the line's discount, less its share of the sale
 * discount, with its tax inside or on top. On every line and in the totals net and tax make up the total, the lines add up to
 * the totals, and the tax rows to the tax. Refused, with the line's number from 1 where it is a line's fault: `no-lines`,
 * `too-many-lines`, `quantity-zero`, `quantity-not-integer`, `price-not-integer`, `price-negative`, `discount-not-integer`,
 * `discount-negative`, `discount-exceeds-line`, `discount-exceeds-sale`, `share-out-of-range`, `tax-rate-invalid`,
 * `amount-too-large`.
 */
export const priceBasket = (basket: Basket, rules: PricingRules): Outcome<{ priced: PricedBasket }> => {
  const { lines } = basket
  if (lines.length === 0) return refuse('no-lines')
  if (lines.length > mostLines) return refuse('too-many-lines', { lines: lines.length, most: mostLines })

  const grosses: number[] = []
  const remaining: number[] = []
  let bulkMinor = 0
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const fault = lineFault(line)
    if (fault) return refuse(fault, { lineNo: i + 1 })
    const grossMinor = mulDivOrNaN(line.unitPriceMinor, line.quantityMicro, million)
    const magnitude = Math.abs(grossMinor)
    bulkMinor += magnitude
    if (!Number.isSafeInteger(bulkMinor)) return refuse('amount-too-large', { lineNo: i + 1 })
    if (line.discountMinor > magnitude) {
      return refuse('discount-exceeds-line', { lineNo: i + 1, discountMinor: line.discountMinor, mostMinor: magnitude })
    }
    grosses.push(grossMinor)
    remaining.push(grossMinor < 0 ? grossMinor + line.discountMinor : grossMinor - line.discountMinor)
  }
  const shared = shareSaleDiscount(basket, remaining)
  if (!shared.ok) return shared

  const { shares } = shared
  const taxed = taxLines(
    lines.map((line, i) => {
      const amount = remaining[i]!
      return { amountMinor: amount < 0 ? amount + shares[i]! : amount - shares[i]!, tax: line.tax }
    }),
    rules.taxMode,
    rules.taxRounding,
  )
  return totalUp(lines, grosses, shares, taxed, rules)
}

const totalUp = (
  lines: readonly BasketLine[],
  grosses: readonly number[],
  shares: readonly number[],
  taxed: readonly LineTax[],
  rules: PricingRules,
): Outcome<{ priced: PricedBasket }> => {
  const priced: PricedBasket = {
    currency: rules.currency,
    taxMode: rules.taxMode,
    lines: [],
    subtotalMinor: 0,
    discountMinor: 0,
    netMinor: 0,
    taxMinor: 0,
    totalMinor: 0,
    taxes: [],
  }
  let bulkMinor = 0
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!
    const grossMinor = grosses[i]!
    const saleDiscountMinor = shares[i]!
    const { netMinor, taxMinor } = taxed[i]!
    bulkMinor += Math.abs(netMinor) + Math.abs(taxMinor)
    if (!Number.isSafeInteger(bulkMinor)) return refuse('amount-too-large', { lineNo: i + 1 })
    const totalMinor = netMinor + taxMinor
    const pricedLine: PricedLine = { ...line, grossMinor, saleDiscountMinor, netMinor, taxMinor, totalMinor }
    priced.lines.push(pricedLine)
    const offMinor = line.discountMinor + saleDiscountMinor
    priced.subtotalMinor += grossMinor
    priced.discountMinor += line.quantityMicro < 0 ? 0 - offMinor : offMinor
    priced.netMinor += netMinor
    priced.taxMinor += taxMinor
    priced.totalMinor += totalMinor
  }
  priced.taxes = sumTaxes(
    taxed.map((tax, i) => ({
      tax: lines[i]!.tax,
      netMinor: tax.netMinor,
      taxMinor: tax.taxMinor,
      partsMinor: tax.partsMinor,
    })),
  )
  return { ok: true, priced }
}
