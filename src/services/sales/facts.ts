import type { z } from 'zod'
import type { cashFacts } from '../../contracts/cash.ts'
import type { catalogueFacts } from '../../contracts/catalogue.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import type { salesFacts } from '../../contracts/sales.ts'

type Catalogue = typeof catalogueFacts & typeof cashFacts & typeof salesFacts
export type FactBody<Type extends keyof Catalogue> = z.infer<Catalogue[Type]['body']>

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
