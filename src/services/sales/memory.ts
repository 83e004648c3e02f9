import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Reader } from '../../platform/database/database.ts'
import { addFact, emptyPriceHistory, type PriceHistory, readPriceHistory } from './price-history.ts'
import type { View } from './sell.ts'
import type { SalesTables } from './tables.ts'

type Kept = {
  prices: PriceHistory
  /** The till of each open shift. */
  openShifts: Map<string, string>
  /** The number of each till's last receipt. */
  receiptNumbers: Map<string, number>
  /** All that others recorded up to this position is here. */
  completeTo: number
}

/** What a sale is decided from: the committed rows as they are needed, kept in memory. */
export type Memory = View & {
  completeTo(): number
  /** Says that nothing up to this position is still to be heard of. */
  isCompleteTo(position: number): void
  /** The till's next receipt number, which is used up by asking. Where the transaction fails, `load` takes it back. */
  takeReceiptNumber(till: string): number
  /** Others' facts up to this position have rows in a transaction that is still open. */
  projected(position: number): void
  /** Whether the rows of the open transaction are newer than what is here. */
  isBehind(): boolean
  applied(facts: readonly RecordedFact[]): void
  load(db: Reader): Promise<void>
}

const read = async (db: Reader): Promise<Kept> => {
  const tables = db.tables<SalesTables>()
  const prices = await readPriceHistory(db)
  const shifts = await tables.selectFrom('sales_shift').selectAll().where('open', '=', 1).execute()
  const tills = await tables.selectFrom('sales_till').selectAll().execute()
  return {
    prices,
    openShifts: new Map(shifts.map(row => [row.shift_id, row.till])),
    receiptNumbers: new Map(tills.map(row => [row.till, row.receipt_number])),
    completeTo: prices.newest,
  }
}

export const createMemory = (): Memory => {
  let kept: Kept = {
    prices: emptyPriceHistory(),
    openShifts: new Map(),
    receiptNumbers: new Map(),
    completeTo: 0,
  }
  let projectedTo = 0
  let appliedTo = 0
  /** What was applied while tables are being read, which the read may have missed. */
  const meanwhile = new Set<RecordedFact[]>()

  const apply = (fact: RecordedFact): void => {
    if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')) {
      const { till, receiptNumber } = fact.body
      kept.receiptNumbers.set(till, Math.max(kept.receiptNumbers.get(till) ?? 0, receiptNumber))
      return
    }
    if (isFact(fact, 'sale.parked') || isFact(fact, 'sale.taken-up') || isFact(fact, 'sale.voided')) return
    if (isFact(fact, 'shift.opened')) kept.openShifts.set(fact.body.shiftId, fact.body.till)
    else if (isFact(fact, 'shift.closed')) kept.openShifts.delete(fact.body.shiftId)
    else addFact(kept.prices, fact)
    appliedTo = Math.max(appliedTo, fact.position)
    kept.completeTo = Math.max(kept.completeTo, fact.position)
  }

  return {
    get prices() {
      return kept.prices
    },
    completeTo: () => kept.completeTo,
    isCompleteTo: position => {
      kept.completeTo = Math.max(kept.completeTo, position)
    },
    tillOfOpenShift: shiftId => kept.openShifts.get(shiftId),
    takeReceiptNumber: till => {
      const receiptNumber = (kept.receiptNumbers.get(till) ?? 0) + 1
      kept.receiptNumbers.set(till, receiptNumber)
      return receiptNumber
    },
    projected: position => {
      projectedTo = Math.max(projectedTo, position)
    },
    isBehind: () => projectedTo > appliedTo,
    applied: facts => {
      for (const list of meanwhile) list.push(...facts)
      for (const fact of facts) apply(fact)
    },
    load: async db => {
      const missed: RecordedFact[] = []
      meanwhile.add(missed)
      try {
        kept = await read(db)
      } finally {
        meanwhile.delete(missed)
      }
      // Positions beyond may belong to a transaction that failed, and be given to other facts.
      appliedTo = kept.prices.newest
      projectedTo = appliedTo
      for (const fact of missed) apply(fact)
    },
  }
}
