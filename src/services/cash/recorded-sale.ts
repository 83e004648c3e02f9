import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { CompletedReturn, CompletedSale } from '../../contracts/sales.ts'
import type { ShiftFact } from '../../domain/shift.ts'

export const isSale = (fact: RecordedFact): fact is RecordedFact<CompletedSale | CompletedReturn> =>
  isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')

/** What a sale or a return means to its shift. */
export const recordedSale = (body: CompletedSale | CompletedReturn): ShiftFact => ({
  type: 'sale.recorded',
  kind: 'saleId' in body ? 'sale' : 'return',
  cashier: body.cashier,
  totals: body.totals,
  taxes: body.taxes,
  tenders: body.tenders.map(({ kind, amountMinor }) => ({ kind, amountMinor })),
  changeMinor: body.changeMinor,
})

/** Cash that stayed in the drawer, below zero where it went out. */
export const cashOf = (body: CompletedSale | CompletedReturn): number => {
  let cashMinor = 0 - body.changeMinor
  for (const { kind, amountMinor } of body.tenders) if (kind === 'cash') cashMinor += amountMinor
  return cashMinor
}
