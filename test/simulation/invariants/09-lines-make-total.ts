import { isFact } from '../../../src/contracts/known-facts.ts'
import type { CompletedSale } from '../../../src/contracts/sales.ts'
import { paid, priced } from '../arithmetic.ts'
import { lineages } from '../catalogue-model.ts'
import type { Invariant } from './invariant.ts'

type Body = Pick<CompletedSale, 'totals' | 'lines' | 'taxes'>

const sumFault = ({ totals, lines, taxes }: Body): string | undefined => {
  const sum = (of: (line: Body['lines'][number]) => number): number => lines.reduce((all, line) => all + of(line), 0)
  const taxMinor = taxes.reduce((all, tax) => all + tax.taxMinor, 0)
  if (lines.some(line => line.netMinor + line.taxMinor !== line.totalMinor)) return 'a line does not add up'
  if (sum(line => line.netMinor) !== totals.netMinor) return 'the net amounts do not add up'
  if (sum(line => line.taxMinor) !== totals.taxMinor || taxMinor !== totals.taxMinor) return 'taxes do not add up'
  if (sum(line => line.grossMinor) !== totals.subtotalMinor) return 'the subtotal does not add up'
  if (totals.netMinor + totals.taxMinor !== totals.totalMinor) return 'the total does not add up'
  return totals.totalMinor + totals.roundingMinor === totals.dueMinor ? undefined : 'rounding does not add up'
}

/** What the slow arithmetic makes of a sale by the rules that its store had then. */
const pricedOtherwise = (
  sale: CompletedSale,
  rules: { taxMode: 'included' | 'excluded'; taxRounding: 'line' | 'document'; cashStepMinor: number },
): string | undefined => {
  const { lines, sums } = priced(sale.lines, sale.discount, rules)
  for (const [place, line] of lines.entries()) {
    const recorded = sale.lines[place]!
    for (const field of ['grossMinor', 'saleDiscountMinor', 'netMinor', 'taxMinor'] as const)
      if (recorded[field] !== line[field]) return `${field} of line ${place + 1} is not ${line[field]}`
  }
  for (const field of ['subtotalMinor', 'discountMinor', 'netMinor', 'taxMinor', 'totalMinor'] as const)
    if (sale.totals[field] !== sums[field]) return `${field} is not ${sums[field]}`
  const payment = paid(sums.totalMinor, sale.tenders, rules.cashStepMinor)
  if (payment.changeMinor !== sale.changeMinor) return `change is not ${payment.changeMinor}`
  return payment.roundingMinor === sale.totals.roundingMinor ? undefined : `rounding is not ${payment.roundingMinor}`
}

export const linesMakeTotal: Invariant = {
  number: 9,
  says: 'lines plus tax plus rounding equal the total',
  check: (world, books) => {
    const models = lineages(world, books)
    return (books.get(world.hq)?.believed ?? []).flatMap(fact => {
      if (!isFact(fact, 'sale.completed') && !isFact(fact, 'sale.returned')) return []
      const fault = sumFault(fact.body)
      if (fault !== undefined) return [`${fact.type} ${fact.id}: ${fault}`]
      if (!isFact(fact, 'sale.completed')) return []
      const { body, store } = fact
      const faults = models.map(model => {
        const rules = model.shelfAt(store, body.catalogueVersion).rules
        return rules ? pricedOtherwise(body, rules) : 'no rules were known'
      })
      return faults.includes(undefined) ? [] : [`${fact.type} ${fact.id} in ${store}: ${faults.join(', ')}`]
    })
  },
}
