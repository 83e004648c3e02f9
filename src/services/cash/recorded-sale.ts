import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { CompletedReturn, CompletedSale } from '../../contracts/sales.ts'
import type { ShiftFact } from '../../domain/shift.ts'
import type { EntryRow } from './tables.ts'

export const isSale = (fact: RecordedFact): fact is RecordedFact<CompletedSale | CompletedReturn> =>
  isFact(fact, 'sale.completed') || isFact(fact, 'sale.returned')

/** What a sale or a return means to its shift. */
const recordedSale = (body: CompletedSale | CompletedReturn): ShiftFact => ({
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

/** Something that counts in a shift, or comes too late for it: its row, and what it means to the shift. */
export type Entry = { row: EntryRow; meaning: ShiftFact }

/** A fact as an entry of the shift that it names; undefined where it names none, or moves no money. */
export const entryOf = (fact: RecordedFact): Entry | undefined => {
  const { position, store, node, epoch, seq, atMs, id } = fact
  const place = { position, store, node, epoch, seq, at_ms: atMs, fact: id }
  if (isSale(fact)) {
    const { shiftId, till, receiptNumber, totals } = fact.body
    if (shiftId === undefined) return undefined
    const row: EntryRow = {
      ...place,
      shift_id: shiftId,
      till,
      kind: 'saleId' in fact.body ? 'sale' : 'return',
      receipt_number: receiptNumber,
      total_minor: totals.totalMinor,
      cash_minor: cashOf(fact.body),
    }
    return { row, meaning: recordedSale(fact.body) }
  }
  if (!isFact(fact, 'cash.paid-in') && !isFact(fact, 'cash.paid-out')) return undefined
  const { shiftId, till, amountMinor, reason } = fact.body
  const isIn = fact.type === 'cash.paid-in'
  const row: EntryRow = {
    ...place,
    shift_id: shiftId,
    till,
    kind: isIn ? 'paid-in' : 'paid-out',
    receipt_number: null,
    total_minor: 0,
    cash_minor: isIn ? amountMinor : -amountMinor,
  }
  return { row, meaning: { type: isIn ? 'cash.paid-in' : 'cash.paid-out', amountMinor, reason } }
}
