import { allocate } from './allocate.ts'
import type { Outcome, PricedBasket, PricedLine, Refusal, TaxTotal } from './basket.ts'
import { mulDivRound } from './rounding.ts'
import { type LineTax, sumTaxes, taxLines } from './tax.ts'

/** A sale as it was priced, all of it: the tax parts of a line can hang on its neighbours. */
export type SoldBasket = Pick<PricedBasket, 'currency' | 'taxMode' | 'taxes'> & { lines: readonly PricedLine[] }
/** Line numbers count from 1 in the order of the sale; quantities are positive. */
export type ReturnRequestLine = { lineNo: number; quantityMicro: number }
export type PricedReturnLine = PricedLine & { lineNo: number }
/** What comes back, priced: quantities, amounts and taxes are negative, line discounts positive as in a sale. */
export type PricedReturn = Omit<PricedBasket, 'lines'> & { lines: PricedReturnLine[] }

const refuse = (code: string, detail?: Record<string, number>): Refusal =>
  detail ? { ok: false, code, detail } : { ok: false, code }

const sameTaxes = (some: readonly TaxTotal[], others: readonly TaxTotal[]): boolean =>
  some.length === others.length &&
  some.every((row, i) => {
    const other = others[i]
    return row.taxCode === other?.taxCode && row.partCode === other.partCode && row.taxMinor === other.taxMinor
  })

/**
 * The tax parts that the lines of a sale bore. A sale keeps its tax rows but not the parts of each line, so they are worked out
 * again in the way (by line or by document) that gives the figures of the sale. A sale priced elsewhere may match neither: its line
 * taxes stand as they are, split over the parts by rate.
 */
const partsOfSale = (sold: SoldBasket): number[][] => {
  const taxable = sold.lines.map(line => ({
    amountMinor: sold.taxMode === 'included' ? line.totalMinor : line.netMinor,
    tax: line.tax,
  }))
  for (const rounding of ['line', 'document'] as const) {
    const taxed: LineTax[] = taxLines(taxable, sold.taxMode, rounding)
    const fits =
      taxed.every((line, i) => line.taxMinor === sold.lines[i]!.taxMinor) &&
      sameTaxes(sumTaxes(taxed.map((line, i) => ({ ...line, tax: sold.lines[i]!.tax }))), sold.taxes)
    if (fits) return taxed.map(line => line.partsMinor)
  }
  return sold.lines.map(({ tax, taxMinor }) =>
    tax.parts.length === 0
      ? []
      : allocate(
          taxMinor,
          tax.parts.map(part => part.ratePpm),
        ),
  )
}

/** The share of a figure that `quantity` of `sold` makes up. Rises with the quantity, and is the figure when all came back. */
const shareOf = (figure: number, quantityMicro: number, soldMicro: number): number =>
  figure === 0 ? 0 : mulDivRound(figure, quantityMicro, soldMicro)

/**
 * Goods that come back, at what was paid for them. Each figure of a line is the share of all that has come back with this
 * return less the share of what came back before it, so that returns in any pieces add up to the sale exactly, and never to
 * more. `returnedMicro` holds what came back so far, a positive number for each line of the sale. A return of whole pieces gives the
 * shelf price back; where a fraction of a cent falls, gross follows from the amount and the discounts, and not the other way.
 *
 * Refused: `no-lines`, `unknown-line` (lineNo), `quantity-not-integer`, `quantity-zero` (zero or less), `return-exceeds-sold`
 * (lineNo, soldMicro, returnedMicro, quantityMicro), also for a line that was itself a return.
 */
export const priceReturn = (
  sold: SoldBasket,
  returnedMicro: readonly number[],
  request: readonly ReturnRequestLine[],
): Outcome<{ priced: PricedReturn }> => {
  if (request.length === 0) return refuse('no-lines')
  const before = sold.lines.map((_, i) => returnedMicro[i] ?? 0)
  for (const quantity of before) {
    if (!Number.isSafeInteger(quantity) || quantity < 0) throw new RangeError('a returned quantity is not valid')
  }
  const parts = partsOfSale(sold)
  const lines: PricedReturnLine[] = []
  const taxed: (LineTax & { tax: PricedLine['tax'] })[] = []
  for (const { lineNo, quantityMicro } of request) {
    const line = sold.lines[lineNo - 1]
    if (!line) return refuse('unknown-line', { lineNo })
    if (!Number.isSafeInteger(quantityMicro)) return refuse('quantity-not-integer', { lineNo })
    if (quantityMicro <= 0) return refuse('quantity-zero', { lineNo })
    const soldMicro = line.quantityMicro
    const from = before[lineNo - 1]!
    const to = from + quantityMicro
    if (to > soldMicro) {
      return refuse('return-exceeds-sold', { lineNo, soldMicro, returnedMicro: from, quantityMicro })
    }
    before[lineNo - 1] = to
    const back = (figure: number): number => shareOf(figure, to, soldMicro) - shareOf(figure, from, soldMicro)
    const included = sold.taxMode === 'included'
    const amountMinor = back(included ? line.totalMinor : line.netMinor)
    const discountMinor = back(line.discountMinor)
    const saleDiscountMinor = back(line.saleDiscountMinor)
    const partsMinor = parts[lineNo - 1]!.map(part => 0 - back(part))
    const taxMinor = partsMinor.reduce((sum, part) => sum + part, 0)
    const netMinor = included ? 0 - amountMinor - taxMinor : 0 - amountMinor
    taxed.push({ tax: line.tax, netMinor, taxMinor, partsMinor })
    lines.push({
      ...line,
      lineNo,
      quantityMicro: -quantityMicro,
      grossMinor: 0 - (amountMinor + discountMinor + saleDiscountMinor),
      discountMinor,
      saleDiscountMinor,
      netMinor,
      taxMinor,
      totalMinor: netMinor + taxMinor,
    })
  }
  const sum = (figure: (line: PricedReturnLine) => number): number => lines.reduce((all, line) => all + figure(line), 0)
  return {
    ok: true,
    priced: {
      currency: sold.currency,
      taxMode: sold.taxMode,
      lines,
      subtotalMinor: sum(line => line.grossMinor),
      discountMinor: 0 - sum(line => line.discountMinor + line.saleDiscountMinor),
      netMinor: sum(line => line.netMinor),
      taxMinor: sum(line => line.taxMinor),
      totalMinor: sum(line => line.totalMinor),
      taxes: sumTaxes(taxed),
    },
  }
}
