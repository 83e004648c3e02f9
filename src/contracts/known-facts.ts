import type { z } from 'zod'
import type { cashFacts } from './cash.ts'
import type { catalogueFacts } from './catalogue.ts'
import type { deviceFacts } from './devices.ts'
import type { RecordedFact } from './fact.ts'
import type { integrationsFacts } from './integrations.ts'
import type { inventoryFacts } from './inventory.ts'
import type { overrideFacts } from './overrides.ts'
import type { purchasingFacts } from './purchasing.ts'
import type { returnClaimFacts } from './return-claims.ts'
import type { salesFacts } from './sales.ts'
import type { staffFacts } from './staff.ts'

type Known = typeof staffFacts &
  typeof deviceFacts &
  typeof overrideFacts &
  typeof catalogueFacts &
  typeof salesFacts &
  typeof returnClaimFacts &
  typeof cashFacts &
  typeof inventoryFacts &
  typeof purchasingFacts &
  typeof integrationsFacts
export type FactType = keyof Known
export type FactBody<Type extends FactType> = z.infer<Known[Type]['body']>

/** Whether a fact is of a type, and so what its body is: facts in a journal were validated when they were recorded. */
export const isFact = <Type extends FactType>(fact: RecordedFact, type: Type): fact is RecordedFact<FactBody<Type>> =>
  fact.type === type

/** The body of a fact that can only be of this type. Throws on another. */
export const bodyOf = <Type extends FactType>(fact: RecordedFact, type: Type): FactBody<Type> => {
  if (!isFact(fact, type)) throw new Error(`${fact.type} where ${type} has to be`)
  return fact.body
}
