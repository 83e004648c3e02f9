import type { ShiftReport } from '../../contracts/cash.ts'
import { type Shift, shiftFigures } from '../../domain/shift.ts'

type ShiftRow = {
  shift_id: string
  till: string
  /** The position of its opening, and of the newest fact that counts in it. */
  from_position: number
  to_position: number
  /** The position of its closing; what is recorded after it does not count in it. */
  closed_position: number | null
  z_number: number | null
  /** JSON of the domain's `Shift`. */
  state: string
  /** JSON of the Z report, as the fact of its closing has it. */
  report: string | null
}
/** A sale that names a shift which was closed before it was recorded. It is in no Z report. */
type LateSaleRow = {
  position: number
  shift_id: string
  till: string
  receipt_number: number
  total_minor: number
  cash_minor: number
}
/** One row: the currency that the store counts in. */
type StoreRow = { id: number; currency: string }

export type CashTables = { cash_shift: ShiftRow; cash_late_sale: LateSaleRow; cash_store: StoreRow }

type Keys<T> = Record<keyof T, unknown>

/**
 * What is summed up in a shift and in its report. The order of keys is written down here, because rows must come out the same
 * from a fact that was just recorded and from one read back from the journal.
 */
const sumsOf = (shift: Omit<Shift, 'status'>) =>
  ({
    openedBy: shift.openedBy,
    openedAtMs: shift.openedAtMs,
    closedAtMs: shift.closedAtMs,
    sales: shift.sales,
    returns: shift.returns,
    grossMinor: shift.grossMinor,
    discountMinor: shift.discountMinor,
    netMinor: shift.netMinor,
    taxMinor: shift.taxMinor,
    totalMinor: shift.totalMinor,
    roundingMinor: shift.roundingMinor,
    taxes: shift.taxes.map(({ taxCode, partCode, name, ratePpm, netMinor, taxMinor }) => ({
      taxCode,
      partCode,
      name,
      ratePpm,
      netMinor,
      taxMinor,
    })),
    tenders: shift.tenders.map(({ kind, count, amountMinor }) => ({ kind, count, amountMinor })),
    cashiers: shift.cashiers.map(({ cashier, sales, totalMinor }) => ({ cashier, sales, totalMinor })),
    floatMinor: shift.floatMinor,
    paidInMinor: shift.paidInMinor,
    paidOutMinor: shift.paidOutMinor,
    countedCashMinor: shift.countedCashMinor,
    differenceReason: shift.differenceReason,
  }) satisfies Keys<Omit<Shift, 'status'>>

export const stateText = (shift: Shift): string =>
  JSON.stringify({ status: shift.status, ...sumsOf(shift) } satisfies Keys<Shift>)
export const stateOfText = (text: string): Shift => JSON.parse(text) as Shift

export const reportText = (report: ShiftReport): string =>
  JSON.stringify({
    shiftId: report.shiftId,
    kind: report.kind,
    zNumber: report.zNumber,
    till: report.till,
    currency: report.currency,
    fromPosition: report.fromPosition,
    toPosition: report.toPosition,
    ...sumsOf(report),
    expectedCashMinor: report.expectedCashMinor,
    differenceMinor: report.differenceMinor,
  } satisfies Keys<ShiftReport>)
export const reportOfText = (text: string): ShiftReport => JSON.parse(text) as ShiftReport

/** The report of a shift as it stands: X while it is open, Z once it is closed. */
export const reportOf = (
  row: Pick<ShiftRow, 'shift_id' | 'till' | 'from_position' | 'to_position' | 'z_number'>,
  shift: Shift,
  currency: string,
): ShiftReport => ({
  shiftId: row.shift_id,
  till: row.till,
  zNumber: row.z_number,
  currency,
  fromPosition: row.from_position,
  toPosition: row.to_position,
  ...shiftFigures(shift),
})
