import { salesRoutes } from '../../../src/contracts/sales.ts'
import { isKeptFor } from './01-paid-is-kept.ts'
import { upwards } from './books.ts'
import type { Invariant } from './invariant.ts'

type Printed = { till: string; receiptNumber: number }

export const receiptImpliesFact: Invariant = {
  number: 6,
  says: 'a printed receipt implies a journal fact',
  check: ({ acts }, books) =>
    acts
      .filter(isKeptFor)
      .filter(({ route }) => route === salesRoutes.completeSale || route === salesRoutes.returnGoods)
      .flatMap(act => {
        const printed = act.answer as Printed
        return upwards(books, act.at).flatMap(({ machine, byId }) => {
          const body = byId.get(act.id)?.body
          if (body?.receiptNumber === printed.receiptNumber && body.till === printed.till) return []
          return [`receipt ${printed.receiptNumber} of ${act.at.name} is ${body?.receiptNumber} at ${machine.name}`]
        })
      }),
}
