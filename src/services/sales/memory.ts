import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { Reader } from '../../platform/database/database.ts'
import { deviceChange } from './devices.ts'
import type { SalesOptions } from './options.ts'
import { addFact, emptyPriceHistory, type PriceHistory } from './price-history.ts'
import { readPriceHistory } from './price-tables.ts'
import type { View } from './sell.ts'
import type { SalesTables } from './tables.ts'

type Kept = {
  prices: PriceHistory
  /** The till of each open shift. */
  openShifts: Map<string, string>
  /** The number of each till's last receipt, by store and till. */
  receiptNumbers: Map<string, number>
  /** The node of each till that is one of its own, by store and till. */
  devices: Map<string, string>
}

/** What a sale is decided from: the committed rows as they are needed, kept in memory. */
export type Memory = View & {
  /** The till's next receipt number, which is used up by asking. Where the transaction fails, `load` takes it back. */
  takeReceiptNumber(store: string, till: string): number
  /** Others' facts up to this position have rows in a transaction that is still open. */
  projected(position: number): void
  /** Whether the rows of the open transaction are newer than what is here. */
  isBehind(): boolean
  applied(facts: readonly RecordedFact[]): void
  load(db: Reader): Promise<void>
}

const keyOf = (store: string, till: string): string => `${store} ${till}`

const nothing = (): Kept => ({
  prices: emptyPriceHistory(),
  openShifts: new Map(),
  receiptNumbers: new Map(),
  devices: new Map(),
})

const read = async (db: Reader): Promise<Kept> => {
  const tables = db.tables<SalesTables>()
  const prices = await readPriceHistory(db)
  const shifts = await tables.selectFrom('sales_shift').selectAll().where('open', '=', 1).execute()
  const tills = await tables.selectFrom('sales_till').selectAll().execute()
  const devices = await tables.selectFrom('sales_device').selectAll().execute()
  return {
    prices,
    openShifts: new Map(shifts.map(row => [row.shift_id, row.till])),
    receiptNumbers: new Map(tills.map(row => [keyOf(row.store, row.till), row.receipt_number])),
    devices: new Map(devices.map(row => [keyOf(row.store, row.till), row.node])),
  }
}

const applyTo = (kept: Kept, fact: RecordedFact): void => {
  if (isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')) {
    const { till, receiptNumber } = fact.body
    const key = keyOf(fact.store, till)
    kept.receiptNumbers.set(key, Math.max(kept.receiptNumbers.get(key) ?? 0, receiptNumber))
  } else if (isFact(fact, 'shift.opened')) kept.openShifts.set(fact.body.shiftId, fact.body.till)
  else if (isFact(fact, 'shift.closed')) kept.openShifts.delete(fact.body.shiftId)
  else if (isFact(fact, 'device.enrolled') || isFact(fact, 'device.revoked')) {
    const change = deviceChange(fact)
    if (change?.till !== undefined) kept.devices.set(keyOf(change.store, change.till), change.node)
    else if (change) {
      for (const [key, node] of kept.devices)
        if (node === change.node && key.startsWith(`${change.store} `)) kept.devices.delete(key)
    }
  } else addFact(kept.prices, fact)
}

/** Types of other services that a sale is decided from. What else is heard is looked up in the tables when it is needed. */
const isKept = ({ type }: RecordedFact): boolean =>
  !/^(?:sale\.(?:parked|taken-up|voided)|return\..*|override\..*)$/.test(type)
const isOwn = ({ type }: RecordedFact): boolean => /^(?:sale|return)\./.test(type)

export const createMemory = (options: Pick<SalesOptions, 'till' | 'lastReceipt' | 'sells'> = {}): Memory => {
  const { sells = true } = options
  let kept = nothing()
  let projectedTo = 0
  let appliedTo = 0
  /** What was applied while tables are being read, which the read may have missed. */
  const meanwhile = new Set<RecordedFact[]>()

  const apply = (fact: RecordedFact): void => {
    if (isKept(fact)) applyTo(kept, fact)
    if (!isOwn(fact)) appliedTo = Math.max(appliedTo, fact.position)
  }

  return {
    get prices() {
      return kept.prices
    },
    tillOfOpenShift: shiftId => kept.openShifts.get(shiftId),
    nodeOfTill: (store, till) => kept.devices.get(keyOf(store, till)),
    takeReceiptNumber: (store, till) => {
      const before = till === options.till ? (options.lastReceipt ?? 0) : 0
      const key = keyOf(store, till)
      const receiptNumber = Math.max(kept.receiptNumbers.get(key) ?? 0, before) + 1
      kept.receiptNumbers.set(key, receiptNumber)
      return receiptNumber
    },
    projected: position => {
      projectedTo = Math.max(projectedTo, position)
    },
    isBehind: () => !sells || projectedTo > appliedTo,
    applied: facts => {
      if (!sells) return
      for (const list of meanwhile) list.push(...facts)
      for (const fact of facts) apply(fact)
    },
    load: async db => {
      if (!sells) return
      const missed: RecordedFact[] = []
      meanwhile.add(missed)
      try {
        kept = await read(db)
      } finally {
        meanwhile.delete(missed)
      }
      // Positions beyond may belong to a transaction that failed, and be given to other facts.
      appliedTo = 0
      projectedTo = 0
      for (const fact of missed) apply(fact)
    },
  }
}
