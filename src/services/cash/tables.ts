import type { ShiftReport } from '../../contracts/cash.ts'
import { type Shift, shiftFigures } from '../../domain/shift.ts'

type ShiftRow = {
  shift_id: string
  store: string
  till: string
  /** Where it was opened: node, epoch and number in that chain. */
  node: string
  epoch: number
  seq: number
  /** The positions here of its opening, and of the newest fact that counts in it. */
  from_position: number
  to_position: number
  /** The position here of its closing. */
  closed_position: number | null
  /** JSON of `Closing`. */
  closed_by: string | null
  z_number: number | null
  /** JSON of the domain's `Shift`. */
  state: string
  /** JSON of the Z report, as the fact of its closing has it. */
  report: string | null
}

/** A sale, a return or a cash movement that names a shift. */
export type EntryRow = {
  position: number
  shift_id: string
  store: string
  till: string
  node: string
  epoch: number
  seq: number
  kind: 'sale' | 'return' | 'paid-in' | 'paid-out'
  receipt_number: number | null
  total_minor: number
  cash_minor: number
  at_ms: number
  fact: string
}

export type CashTables = {
  cash_shift: ShiftRow
  /** What counts in a shift whose closing is not known here yet, and may turn out not to cover it. */
  cash_open_entry: EntryRow
  /**
   * What is in no Z report: its shift was closed without it, or is not known here. `sale` is JSON of what it means to the shift,
   * where that may still become known.
   */
  cash_late_entry: EntryRow & { sale: string | null }
  /** The currency that a store counts in. */
  cash_store: { store: string; currency: string }
}

/** What closed a shift, and so what its report counts: see `coveredChains` in the contract. */
export type Closing = { node: string; epoch: number; seq: number; covers: Chain[] | null }
type Chain = { node: string; epoch: number; seq: number }

/** Whether the report of a closing counts an entry, by their places in the chains of their nodes: the same on every node. */
export const isCovered = (entry: Chain, closing: Closing): boolean => {
  if (entry.node === closing.node && entry.epoch === closing.epoch) return entry.seq < closing.seq
  if (closing.covers === null) return entry.node === closing.node && entry.epoch < closing.epoch
  return closing.covers.some(({ node, epoch, seq }) => node === entry.node && epoch === entry.epoch && entry.seq <= seq)
}

export const closingText = ({ node, epoch, seq, covers }: Closing): string =>
  JSON.stringify({
    node,
    epoch,
    seq,
    covers: covers?.map(chain => ({ node: chain.node, epoch: chain.epoch, seq: chain.seq })) ?? null,
  } satisfies Keys<Closing>)
export const closingOfText = (text: string): Closing => JSON.parse(text) as Closing

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
/** A closed shift's sums are those of its report, whatever else names it. */
export const stateOfReport = (report: ShiftReport): Shift => ({ status: 'closed', ...sumsOf(report) })
export const stateOfText = (text: string): Shift => JSON.parse(text) as Shift

/** `store` is that of the fact: a store that gets another handle keeps its reports. */
export const reportText = (report: ShiftReport, store: string): string =>
  JSON.stringify({
    store,
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
  row: Pick<ShiftRow, 'shift_id' | 'store' | 'till' | 'from_position' | 'to_position' | 'z_number'>,
  shift: Shift,
  currency: string,
): ShiftReport => ({
  store: row.store,
  shiftId: row.shift_id,
  till: row.till,
  zNumber: row.z_number,
  currency,
  fromPosition: row.from_position,
  toPosition: row.to_position,
  ...shiftFigures(shift),
})
