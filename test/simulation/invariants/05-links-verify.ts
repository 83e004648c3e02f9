import { verifyJournal } from '../../../src/platform/journal/verify.ts'
import type { Invariant } from './invariant.ts'

export const linksVerify: Invariant = {
  number: 5,
  says: 'hash links verify end to end',
  check: async (_world, books) => {
    const breaches: string[] = []
    for (const machine of books.keys()) {
      const { damages } = await verifyJournal(machine.process!.database)
      for (const { position, what } of damages) breaches.push(`${machine.name} at ${position}: ${what}`)
    }
    return breaches
  },
}
