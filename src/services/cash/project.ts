import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import { evolveShift, initialShift, type Shift, type ShiftFact } from '../../domain/shift.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { cashOf, isSale, recordedSale } from './recorded-sale.ts'
import { type CashTables, reportText, stateOfText, stateText } from './tables.ts'

type Kept = Omit<CashTables['cash_shift'], 'state'> & { shift: Shift }

const shiftIdOf = (fact: RecordedFact): string | undefined => {
  const { shiftId } = fact.body
  return typeof shiftId === 'string' ? shiftId : undefined
}

const readShifts = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<Map<string, Kept>> => {
  const ids = new Set<string>()
  for (const fact of facts) {
    const shiftId = shiftIdOf(fact)
    if (shiftId !== undefined) ids.add(shiftId)
  }
  const shifts = new Map<string, Kept>()
  if (ids.size === 0) return shifts
  const rows = await tx
    .tables<CashTables>()
    .selectFrom('cash_shift')
    .selectAll()
    .where('shift_id', 'in', [...ids])
    .execute()
  for (const { state, ...row } of rows) shifts.set(row.shift_id, { ...row, shift: stateOfText(state) })
  return shifts
}

/** What a fact about a shift means to the domain; undefined for one that changes no sum. */
const meaningOf = (fact: RecordedFact): ShiftFact | undefined => {
  if (isFact(fact, 'shift.opened')) {
    const { openedBy, floatMinor } = fact.body
    return { type: 'shift.opened', openedBy, floatMinor, atMs: fact.atMs }
  }
  if (isFact(fact, 'cash.paid-in')) return { type: 'cash.paid-in', ...fact.body }
  if (isFact(fact, 'cash.paid-out')) return { type: 'cash.paid-out', ...fact.body }
  if (isFact(fact, 'shift.closed')) {
    const { closedAtMs, countedCashMinor, differenceReason } = fact.body.report
    if (closedAtMs === null || countedCashMinor === null) throw new Error(`${fact.id} closes a shift without a count`)
    const reason = differenceReason === null ? {} : { differenceReason }
    return { type: 'shift.closed', atMs: closedAtMs, countedCashMinor, ...reason }
  }
  return isSale(fact) ? recordedSale(fact.body) : undefined
}

/**
 * Facts to rows: each shift is the domain's sums over its facts. Own facts arrive before sales that were recorded earlier; sums
 * come out the same in any order, and closing a shift hears of everything before it first.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const shifts = await readShifts(tx, facts)
  const changed = new Set<Kept>()
  const late: Array<Array<string | number>> = []
  let currency: string | undefined

  for (const fact of facts) {
    if (isFact(fact, 'store.configured')) {
      currency = fact.body.currency
      continue
    }
    const shiftId = shiftIdOf(fact)
    const meaning = shiftId === undefined ? undefined : meaningOf(fact)
    if (shiftId === undefined || !meaning) continue
    const { position } = fact
    let kept = shifts.get(shiftId)
    if (isSale(fact) && (!kept || position > (kept.closed_position ?? position))) {
      const { till, receiptNumber, totals } = fact.body
      late.push([position, shiftId, till, receiptNumber, totals.totalMinor, cashOf(fact.body)])
      continue
    }
    if (isFact(fact, 'shift.opened')) {
      const { till } = fact.body
      const row = { shift_id: shiftId, till, from_position: position, to_position: position }
      kept = { ...row, closed_position: null, z_number: null, report: null, shift: initialShift }
      shifts.set(shiftId, kept)
    }
    if (!kept) throw new Error(`${fact.type} of a shift that was never opened`)
    kept.shift = evolveShift(kept.shift, meaning)
    kept.to_position = Math.max(kept.to_position, position)
    if (isFact(fact, 'shift.closed')) {
      kept.closed_position = position
      kept.z_number = fact.body.report.zNumber
      kept.report = reportText(fact.body.report)
    }
    changed.add(kept)
  }

  if (changed.size > 0) {
    const columns = ['till', 'from_position', 'to_position', 'closed_position', 'z_number', 'report', 'state'] as const
    await tx.bulk({
      table: 'cash_shift',
      columns: ['shift_id', ...columns],
      rows: [...changed].map(({ shift, ...row }) => {
        const whole = { ...row, state: stateText(shift) }
        return [row.shift_id, ...columns.map(column => whole[column])]
      }),
      conflict: { keys: ['shift_id'], set: columns },
    })
  }
  if (late.length > 0) {
    const columns = ['position', 'shift_id', 'till', 'receipt_number', 'total_minor', 'cash_minor']
    await tx.bulk({ table: 'cash_late_sale', columns, rows: late })
  }
  if (currency !== undefined) {
    const columns = ['id', 'currency']
    await tx.bulk({
      table: 'cash_store',
      columns,
      rows: [[1, currency]],
      conflict: { keys: ['id'], set: ['currency'] },
    })
  }
}
