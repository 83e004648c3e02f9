import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import { atMs, count, currency, cursor, handle, id, limit, minor, minorUnsigned, page, position } from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'
import { taxTotal, tenderKind } from './sales.ts'

/** Pieces of each note and coin, by its value in minor units. */
export const denominations = z.array(z.object({ valueMinor: z.int().min(1), pieces: count }))

/** What a shift comes to so far (X) or came to at its closing (Z). */
export const shiftReport = z.object({
  shiftId: id,
  kind: z.enum(['X', 'Z']),
  /** Numbered without a gap on each till of a store; null while the shift is open. */
  zNumber: z.int().nullable(),
  /** Absent in reports that were made before there were several stores. */
  store: handle.optional(),
  till: handle,
  currency,
  openedBy: z.string(),
  openedAtMs: atMs,
  closedAtMs: atMs.nullable(),
  /**
   * The positions that it covers, from exclusive to inclusive: of a Z in the journal of the node that closed the shift, of an X
   * in the journal of the node that answers.
   */
  fromPosition: position,
  toPosition: position,
  sales: z.int(),
  returns: z.int(),
  grossMinor: minor,
  discountMinor: minor,
  netMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  roundingMinor: minor,
  taxes: z.array(taxTotal),
  tenders: z.array(z.object({ kind: tenderKind, count: z.int(), amountMinor: minor })),
  cashiers: z.array(z.object({ cashier: z.string(), sales: z.int(), totalMinor: minor })),
  floatMinor: minor,
  paidInMinor: minor,
  paidOutMinor: minor,
  expectedCashMinor: minor,
  countedCashMinor: minor.nullable(),
  differenceMinor: minor.nullable(),
  differenceReason: z.string().nullable(),
})
export type ShiftReport = z.infer<typeof shiftReport>

/**
 * What a Z report counts: of each node and epoch everything up to this number, and of the chain that its closing stands in
 * everything before it. So every node that ever hears of a sale knows, in whatever order facts reach it, whether the sale is in
 * the report.
 */
export const coveredChains = z.array(z.object({ node: z.string().min(1).max(64), epoch: z.int(), seq: z.int() }))

export const shift = z.object({
  store: handle,
  /** The node that opened it, where its cash is moved and it is closed. */
  node: z.string(),
  shiftId: id,
  till: handle,
  openedBy: z.string(),
  openedAtMs: atMs,
  closedAtMs: atMs.nullable(),
  zNumber: z.int().nullable(),
  floatMinor: minor,
  expectedCashMinor: minor,
  countedCashMinor: minor.nullable(),
  differenceMinor: minor.nullable(),
})

/** What names a shift that was closed without it, or that is not known here. `cashMinor`: below zero where cash went out. */
export const lateEntry = z.object({
  store: handle,
  till: handle,
  shiftId: id,
  kind: z.enum(['sale', 'return', 'paid-in', 'paid-out']),
  /** Null for cash that was paid in or out. */
  receiptNumber: z.int().nullable(),
  totalMinor: minor,
  cashMinor: minor,
  atMs,
  fact: id,
  position,
})

export const cashFacts = {
  'shift.opened': {
    version: 1,
    summary: 'A shift began at a till with a float',
    body: z.object({ shiftId: id, till: handle, floatMinor: minorUnsigned, openedBy: z.string() }),
  },
  'shift.closed': {
    version: 1,
    summary: 'A shift was counted and closed; the Z report is final',
    body: z.object({
      shiftId: id,
      till: handle,
      denominations: denominations.optional(),
      report: shiftReport,
      /** Absent in old facts, whose reports count what their own node had recorded. */
      covers: coveredChains.optional(),
    }),
  },
  'cash.paid-in': {
    version: 1,
    summary: 'Cash was put into the drawer',
    body: z.object({ shiftId: id, till: handle, amountMinor: minorUnsigned, reason: z.string() }),
  },
  'cash.paid-out': {
    version: 1,
    summary: 'Cash was taken from the drawer',
    body: z.object({ shiftId: id, till: handle, amountMinor: minorUnsigned, reason: z.string() }),
  },
  'cash.drawer-opened': {
    version: 1,
    summary: 'The drawer was opened without a sale',
    body: z.object({ shiftId: id, till: handle, reason: z.string() }),
  },
} satisfies FactCatalogue

export const cashRoutes = defineRoutes({
  listShifts: {
    kind: 'query',
    name: 'listShifts',
    method: 'GET',
    path: '/shifts',
    summary: 'Shifts, newest first; expected cash only for those who may see it',
    scope: 'cash:write',
    query: z.object({ till: handle.optional(), open: z.enum(['true', 'false']).optional(), cursor, limit }),
    response: page(shift.extend({ expectedCashMinor: minor.nullable() })),
  },
  openShift: {
    kind: 'command',
    name: 'openShift',
    method: 'POST',
    path: '/shifts',
    summary: 'Open a shift at a till with a float',
    scope: 'cash:write',
    body: z.object({ id, till: handle, floatMinor: minorUnsigned }),
    response: z.object({ shiftId: id }),
    example: { body: { id: '01936d2e-7c00-7000-8000-000000000030', till: 'till-1', floatMinor: 20_000 } },
  },
  closeShift: {
    kind: 'command',
    name: 'closeShift',
    method: 'POST',
    path: '/shifts/:shiftId/close',
    summary: 'Close a shift with what was counted, without having been shown what is expected',
    scope: 'cash:write',
    params: z.object({ shiftId: id }),
    body: z.object({
      id,
      countedCashMinor: minorUnsigned,
      denominations: denominations.optional(),
      differenceReason: z.string().max(200).optional(),
      /** The till that opened the shift is lost: the store closes it with what reached it of the till's sales. */
      tillIsGone: z.boolean().optional(),
    }),
    response: shiftReport,
    example: { body: { id: '01936d2e-7c00-7000-8000-000000000031', countedCashMinor: 48_250 } },
  },
  shiftReport: {
    kind: 'query',
    name: 'shiftReport',
    method: 'GET',
    path: '/shifts/:shiftId/report',
    summary: 'The X report of an open shift, the Z report of a closed one',
    scope: 'cash:read',
    params: z.object({ shiftId: id }),
    response: shiftReport,
  },
  moveCash: {
    kind: 'command',
    name: 'moveCash',
    method: 'POST',
    path: '/shifts/:shiftId/cash-movements',
    summary: 'Pay cash in or out, or open the drawer without a sale',
    scope: 'cash:write',
    params: z.object({ shiftId: id }),
    body: z.object({
      id,
      kind: z.enum(['in', 'out', 'no-sale']),
      amountMinor: minorUnsigned.default(0),
      reason: z.string().min(1).max(200),
    }),
    response: z.object({ cashMovementId: id }),
  },
  listLateEntries: {
    kind: 'query',
    name: 'listLateEntries',
    method: 'GET',
    path: '/late-entries',
    summary: 'Sales and cash movements that name a shift and are in no Z report, newest first',
    scope: 'cash:read',
    query: z.object({ till: handle.optional(), shiftId: id.optional(), cursor, limit }),
    response: page(lateEntry),
  },
})

export const cashRefusals: RefusalTexts = {
  'shift-already-open': { status: 409, sentence: 'This till has an open shift. Close it first, or go on with it.' },
  'shift-elsewhere': {
    status: 409,
    sentence: 'This shift runs at another till. Close it there; where that till is lost, the store can close it.',
  },
  'shift-unknown': { status: 404, sentence: 'There is no such shift.' },
  'amount-invalid': { status: 422, sentence: 'The amount must be more than zero.' },
  'cash-not-enough': { status: 409, sentence: 'The drawer does not hold that much.' },
  'denominations-wrong': { status: 422, sentence: 'The notes and coins do not add up to the amount counted.' },
}
