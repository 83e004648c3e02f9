import type { World } from '../world.ts'
import { paidIsKept } from './01-paid-is-kept.ts'
import { acknowledgedIsKept } from './02-acknowledged-is-kept.ts'
import { oneHash } from './03-one-hash.ts'
import { noGaps } from './04-no-gaps.ts'
import { linksVerify } from './05-links-verify.ts'
import { receiptImpliesFact } from './06-receipt-implies-fact.ts'
import { receiptNumbers } from './07-receipt-numbers.ts'
import { tendersMeetTotal } from './08-tenders-meet-total.ts'
import { linesMakeTotal } from './09-lines-make-total.ts'
import { refundsWithinOriginal } from './13-refunds.ts'
import { stockIsItsMovements } from './14-stock.ts'
import { rebuildIsTheSame } from './16-rebuild.ts'
import { readAllBooks } from './books.ts'
import type { Invariant } from './invariant.ts'

export const invariants: Invariant[] = [
  paidIsKept,
  acknowledgedIsKept,
  oneHash,
  noGaps,
  linksVerify,
  receiptImpliesFact,
  receiptNumbers,
  tendersMeetTotal,
  linesMakeTotal,
  refundsWithinOriginal,
  stockIsItsMovements,
  rebuildIsTheSame,
]

/** Those that are about parts that are not there yet. */
export const notApplicable: Record<number, string> = {
  10: 'there are no card terminals yet: a card is a tender that a person types in',
  11: 'there are no card terminals yet',
  12: 'there are no card terminals yet',
  26: 'there is no ledger yet',
}

const shown = 3

/** Looks whether all of them hold. */
export const checkInvariants = async (world: World): Promise<void> => {
  const books = await readAllBooks(world)
  for (const { number, check } of invariants)
    for (const text of (await check(world, books)).slice(0, shown)) world.breach(number, text)
}
