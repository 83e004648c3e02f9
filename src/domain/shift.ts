import type { Outcome, Refusal, TaxTotal, Tender, TenderKind } from './basket.ts'
import type { SaleTotals } from './sale.ts'

/** What a shift keeps of a sale or a return. A return's figures are negative, its tenders too. */
export type ShiftSale = {
  kind: 'sale' | 'return'
  cashier: string
  totals: SaleTotals
  taxes: readonly TaxTotal[]
  tenders: readonly Tender[]
  /** What went back to the customer in cash, zero or more. */
  changeMinor: number
}

export type ShiftFact =
  | { type: 'shift.opened'; openedBy: string; atMs: number; floatMinor: number }
  | { type: 'cash.paid-in'; amountMinor: number; reason: string }
  | { type: 'cash.paid-out'; amountMinor: number; reason: string }
  | ({ type: 'sale.recorded' } & ShiftSale)
  | { type: 'shift.closed'; atMs: number; countedCashMinor: number; differenceReason?: string }

export type ShiftCommand =
  | { kind: 'open'; openedBy: string; atMs: number; floatMinor: number }
  | { kind: 'pay-in'; amountMinor: number; reason: string }
  | { kind: 'pay-out'; amountMinor: number; reason: string }
  | { kind: 'record-sale'; sale: ShiftSale }
  | { kind: 'close'; atMs: number; countedCashMinor: number; differenceReason?: string }

export type TenderSum = { kind: TenderKind; count: number; amountMinor: number }
export type CashierSum = { cashier: string; sales: number; totalMinor: number }

/** A cashier's accountable time at a drawer, summed up as it goes: the state is as large as the report, however many sales. */
export type Shift = {
  status: 'none' | 'open' | 'closed'
  openedBy: string
  openedAtMs: number
  closedAtMs: number | null
  sales: number
  returns: number
  grossMinor: number
  discountMinor: number
  netMinor: number
  taxMinor: number
  totalMinor: number
  roundingMinor: number
  taxes: TaxTotal[]
  /** What stayed: cash is what was tendered less the change. */
  tenders: TenderSum[]
  cashiers: CashierSum[]
  floatMinor: number
  paidInMinor: number
  paidOutMinor: number
  countedCashMinor: number | null
  differenceReason: string | null
}

export const initialShift: Shift = {
  status: 'none',
  openedBy: '',
  openedAtMs: 0,
  closedAtMs: null,
  sales: 0,
  returns: 0,
  grossMinor: 0,
  discountMinor: 0,
  netMinor: 0,
  taxMinor: 0,
  totalMinor: 0,
  roundingMinor: 0,
  taxes: [],
  tenders: [],
  cashiers: [],
  floatMinor: 0,
  paidInMinor: 0,
  paidOutMinor: 0,
  countedCashMinor: null,
  differenceReason: null,
}

/** Float, plus cash tendered less change, plus what was paid in, less what was paid out. */
export const expectedCash = (shift: Shift): number => {
  const cashMinor = shift.tenders.find(row => row.kind === 'cash')?.amountMinor ?? 0
  return shift.floatMinor + cashMinor + shift.paidInMinor - shift.paidOutMinor
}

/** An X report while the shift is open, a Z report once it is closed. `differenceMinor` is counted less expected. */
export type ShiftFigures = Omit<Shift, 'status'> & {
  kind: 'X' | 'Z'
  expectedCashMinor: number
  differenceMinor: number | null
}

export const shiftFigures = (shift: Shift): ShiftFigures => {
  const { status, ...sums } = shift
  const expectedCashMinor = expectedCash(shift)
  const { countedCashMinor } = shift
  return {
    ...sums,
    kind: status === 'closed' ? 'Z' : 'X',
    expectedCashMinor,
    differenceMinor: countedCashMinor === null ? null : countedCashMinor - expectedCashMinor,
  }
}

const invalid = (amountMinor: number): Refusal => ({ ok: false, code: 'amount-invalid', detail: { amountMinor } })
const isAmount = (amountMinor: number): boolean => Number.isSafeInteger(amountMinor) && amountMinor >= 0

/** Adds to the row with this key, or begins it; the rows given stay as they are. */
const addTo = <Row>(rows: readonly Row[], same: (row: Row) => boolean, add: (row: Row) => Row, first: Row): Row[] => {
  const at = rows.findIndex(same)
  return at < 0 ? [...rows, add(first)] : rows.with(at, add(rows[at]!))
}

const recordSale = (shift: Shift, sale: ShiftSale): Shift => {
  const { totals } = sale
  let { taxes, tenders } = shift
  for (const tax of sale.taxes) {
    taxes = addTo(
      taxes,
      row => row.taxCode === tax.taxCode && row.partCode === tax.partCode && row.ratePpm === tax.ratePpm,
      row => ({ ...row, netMinor: row.netMinor + tax.netMinor, taxMinor: row.taxMinor + tax.taxMinor }),
      { ...tax, netMinor: 0, taxMinor: 0 },
    )
  }
  for (const { kind, amountMinor } of sale.tenders) {
    tenders = addTo(
      tenders,
      row => row.kind === kind,
      row => ({ ...row, count: row.count + 1, amountMinor: row.amountMinor + amountMinor }),
      { kind, count: 0, amountMinor: 0 },
    )
  }
  if (sale.changeMinor !== 0) {
    tenders = addTo(
      tenders,
      row => row.kind === 'cash',
      row => ({ ...row, amountMinor: row.amountMinor - sale.changeMinor }),
      { kind: 'cash', count: 0, amountMinor: 0 },
    )
  }
  return {
    ...shift,
    sales: shift.sales + (sale.kind === 'sale' ? 1 : 0),
    returns: shift.returns + (sale.kind === 'return' ? 1 : 0),
    grossMinor: shift.grossMinor + totals.subtotalMinor,
    discountMinor: shift.discountMinor + totals.discountMinor,
    netMinor: shift.netMinor + totals.netMinor,
    taxMinor: shift.taxMinor + totals.taxMinor,
    totalMinor: shift.totalMinor + totals.totalMinor,
    roundingMinor: shift.roundingMinor + totals.roundingMinor,
    taxes,
    tenders,
    cashiers: addTo(
      shift.cashiers,
      row => row.cashier === sale.cashier,
      row => ({
        ...row,
        sales: row.sales + (sale.kind === 'sale' ? 1 : 0),
        totalMinor: row.totalMinor + totals.totalMinor,
      }),
      { cashier: sale.cashier, sales: 0, totalMinor: 0 },
    ),
  }
}

/** What a fact does to a shift. Facts are never refused: they happened. */
export const evolveShift = (shift: Shift, fact: ShiftFact): Shift => {
  switch (fact.type) {
    case 'shift.opened':
      return {
        ...initialShift,
        status: 'open',
        openedBy: fact.openedBy,
        openedAtMs: fact.atMs,
        floatMinor: fact.floatMinor,
      }
    case 'cash.paid-in':
      return { ...shift, paidInMinor: shift.paidInMinor + fact.amountMinor }
    case 'cash.paid-out':
      return { ...shift, paidOutMinor: shift.paidOutMinor + fact.amountMinor }
    case 'sale.recorded':
      return recordSale(shift, fact)
    case 'shift.closed':
      return {
        ...shift,
        status: 'closed',
        closedAtMs: fact.atMs,
        countedCashMinor: fact.countedCashMinor,
        differenceReason: fact.differenceReason ?? null,
      }
  }
}

/**
 * What a command makes happen, or why not: `shift-already-open`, `shift-not-open`, `amount-invalid` (no safe integer, below
 * zero, or zero where money moves) and `cash-not-enough` (paying out more than the drawer is expected to hold). A closing takes
 * what was counted as it is: the cashier counts without being shown what is expected. A closed shift stays closed; the next one is a new
 * shift.
 */
export const decideShift = (shift: Shift, command: ShiftCommand): Outcome<{ facts: ShiftFact[] }> => {
  if (command.kind === 'open') {
    if (shift.status !== 'none') return { ok: false, code: 'shift-already-open' }
    if (!isAmount(command.floatMinor)) return invalid(command.floatMinor)
    const { openedBy, atMs, floatMinor } = command
    return { ok: true, facts: [{ type: 'shift.opened', openedBy, atMs, floatMinor }] }
  }
  if (shift.status !== 'open') return { ok: false, code: 'shift-not-open' }
  switch (command.kind) {
    case 'pay-in':
    case 'pay-out': {
      const { kind, amountMinor, reason } = command
      if (!isAmount(amountMinor) || amountMinor === 0) return invalid(amountMinor)
      if (kind === 'pay-in') return { ok: true, facts: [{ type: 'cash.paid-in', amountMinor, reason }] }
      if (amountMinor > expectedCash(shift)) return { ok: false, code: 'cash-not-enough', detail: { amountMinor } }
      return { ok: true, facts: [{ type: 'cash.paid-out', amountMinor, reason }] }
    }
    case 'record-sale':
      return { ok: true, facts: [{ type: 'sale.recorded', ...command.sale }] }
    case 'close': {
      const { atMs, countedCashMinor, differenceReason } = command
      if (!isAmount(countedCashMinor)) return invalid(countedCashMinor)
      const reason = differenceReason === undefined ? {} : { differenceReason }
      return { ok: true, facts: [{ type: 'shift.closed', atMs, countedCashMinor, ...reason }] }
    }
  }
}
