import type { z } from 'zod'
import type { cashFacts } from '../../contracts/cash.ts'
import type { catalogueFacts } from '../../contracts/catalogue.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import type { CompletedReturn, CompletedSale, salesFacts } from '../../contracts/sales.ts'
import type { ShiftFact } from '../../domain/shift.ts'

type Catalogue = typeof catalogueFacts & typeof cashFacts & typeof salesFacts
type FactBody<Type extends keyof Catalogue> = z.infer<Catalogue[Type]['body']>

/** Facts in the journal were validated when they were recorded: their type says what their body is. */
export const isFact = <Type extends keyof Catalogue>(
  fact: RecordedFact,
  type: Type,
): fact is RecordedFact<FactBody<Type>> => fact.type === type

/** The body of a fact that can only be of this type. Throws on another. */
export const bodyOf = <Type extends keyof Catalogue>(fact: RecordedFact, type: Type): FactBody<Type> => {
  if (!isFact(fact, type)) throw new Error(`${fact.type} where ${type} has to be`)
  return fact.body
}

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
