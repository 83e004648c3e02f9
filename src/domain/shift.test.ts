import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tender } from './basket.ts'
import {
  decideShift,
  evolveShift,
  expectedCash,
  initialShift,
  type Shift,
  type ShiftCommand,
  type ShiftSale,
  shiftFigures,
} from './shift.ts'

const sale = (totalMinor: number, tenders: Tender[], changeMinor = 0, cashier = 'Ada'): ShiftSale => {
  const dueMinor = tenders.reduce((sum, tender) => sum + tender.amountMinor, 0) - changeMinor
  const taxMinor = Math.trunc(totalMinor / 6)
  return {
    kind: totalMinor < 0 ? 'return' : 'sale',
    cashier,
    totals: {
      subtotalMinor: totalMinor,
      discountMinor: 0,
      netMinor: totalMinor - taxMinor,
      taxMinor,
      totalMinor,
      roundingMinor: dueMinor - totalMinor,
      dueMinor,
    },
    taxes: [
      { taxCode: 'std', partCode: 'vat', name: 'VAT', ratePpm: 200_000, netMinor: totalMinor - taxMinor, taxMinor },
    ],
    tenders,
    changeMinor,
  }
}
const cash = (amountMinor: number): Tender => ({ kind: 'cash', amountMinor })
const card = (amountMinor: number): Tender => ({ kind: 'card', amountMinor })

const open: ShiftCommand = { kind: 'open', openedBy: 'Ada', atMs: 1_000, floatMinor: 20_000 }
const record = (of: ShiftSale): ShiftCommand => ({ kind: 'record-sale', sale: of })
const close = (countedCashMinor: number): ShiftCommand => ({ kind: 'close', atMs: 9_000, countedCashMinor })

const after = (...commands: ShiftCommand[]): Shift =>
  commands.reduce((shift, command) => {
    const outcome = decideShift(shift, command)
    if (!outcome.ok) throw new Error(outcome.code)
    return outcome.facts.reduce(evolveShift, shift)
  }, initialShift)

const day: ShiftCommand[] = [
  open,
  record(sale(1_840, [cash(2_000)], 160)),
  record(sale(600, [card(600)], 0, 'Bob')),
  record(sale(1_572, [card(68), cash(1_505)])),
  { kind: 'pay-in', amountMinor: 5_000, reason: 'coins' },
  { kind: 'pay-out', amountMinor: 1_200, reason: 'window cleaner' },
  record(sale(-600, [cash(-600)], 0, 'Bob')),
]

test('a day at the drawer', () => {
  const shift = after(...day)
  expect(expectedCash(shift)).toBe(20_000 + 1_840 + 1_505 + 5_000 - 1_200 - 600)
  expect(shiftFigures(shift)).toEqual({
    kind: 'X',
    openedBy: 'Ada',
    openedAtMs: 1_000,
    closedAtMs: null,
    sales: 3,
    returns: 1,
    grossMinor: 3_412,
    discountMinor: 0,
    netMinor: 3_412 - 568,
    taxMinor: 568,
    totalMinor: 3_412,
    roundingMinor: 1,
    taxes: [{ taxCode: 'std', partCode: 'vat', name: 'VAT', ratePpm: 200_000, netMinor: 3_412 - 568, taxMinor: 568 }],
    tenders: [
      { kind: 'cash', count: 3, amountMinor: 2_745 },
      { kind: 'card', count: 2, amountMinor: 668 },
    ],
    cashiers: [
      { cashier: 'Ada', sales: 2, totalMinor: 3_412 },
      { cashier: 'Bob', sales: 1, totalMinor: 0 },
    ],
    floatMinor: 20_000,
    paidInMinor: 5_000,
    paidOutMinor: 1_200,
    expectedCashMinor: 26_545,
    countedCashMinor: null,
    differenceMinor: null,
    differenceReason: null,
  })
})

test('a closing takes the count as it is and says the difference', () => {
  const closed = after(...day, { kind: 'close', atMs: 9_000, countedCashMinor: 26_500, differenceReason: 'unknown' })
  expect(shiftFigures(closed)).toMatchObject({
    kind: 'Z',
    closedAtMs: 9_000,
    expectedCashMinor: 26_545,
    countedCashMinor: 26_500,
    differenceMinor: -45,
    differenceReason: 'unknown',
  })
})

describe('a command is refused', () => {
  const invalid = [Number.NaN, Number.POSITIVE_INFINITY, 1e308, 2 ** 53 + 1, -1, 0.5]
  test.each<[string, ShiftCommand[], ShiftCommand, string]>([
    ['opening twice', [open], open, 'shift-already-open'],
    ['opening what is closed', [open, close(0)], open, 'shift-already-open'],
    ['selling before', [], record(sale(100, [cash(100)])), 'shift-not-open'],
    ['selling after', [open, close(0)], record(sale(100, [cash(100)])), 'shift-not-open'],
    ['paying in before', [], { kind: 'pay-in', amountMinor: 1, reason: '' }, 'shift-not-open'],
    ['closing before', [], close(0), 'shift-not-open'],
    ['closing twice', [open, close(0)], close(0), 'shift-not-open'],
    ['paying nothing in', [open], { kind: 'pay-in', amountMinor: 0, reason: '' }, 'amount-invalid'],
    ['paying nothing out', [open], { kind: 'pay-out', amountMinor: 0, reason: '' }, 'amount-invalid'],
    ['paying out too much', [open], { kind: 'pay-out', amountMinor: 20_001, reason: '' }, 'cash-not-enough'],
    ...invalid.flatMap((amountMinor): [string, ShiftCommand[], ShiftCommand, string][] => [
      [`float ${amountMinor}`, [], { ...open, floatMinor: amountMinor }, 'amount-invalid'],
      [`in ${amountMinor}`, [open], { kind: 'pay-in', amountMinor, reason: '' }, 'amount-invalid'],
      [`out ${amountMinor}`, [open], { kind: 'pay-out', amountMinor, reason: '' }, 'amount-invalid'],
      [`counted ${amountMinor}`, [open], close(amountMinor), 'amount-invalid'],
    ]),
  ])('%s', (_, before, command, code) => {
    expect(decideShift(after(...before), command)).toMatchObject({ ok: false, code })
  })
})

test('expected cash is float plus cash facts, in any order', () => {
  const facts = fc.array(
    fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 9_999 }), fc.nat({ max: 999 }))
        .map(([due, change]) => record(sale(due, [cash(due + change)], change))),
      fc.integer({ min: 1, max: 9_999 }).map(due => record(sale(due, [card(due)]))),
      fc.integer({ min: 1, max: 999 }).map(due => record(sale(-due, [cash(-due)]))),
      fc
        .integer({ min: 1, max: 999 })
        .map((amountMinor): ShiftCommand => ({ kind: 'pay-in', amountMinor, reason: 'r' })),
      fc
        .integer({ min: 1, max: 999 })
        .map((amountMinor): ShiftCommand => ({ kind: 'pay-out', amountMinor, reason: 'r' })),
    ),
    { maxLength: 20 },
  )
  const drawer = (command: ShiftCommand): number => {
    if (command.kind === 'pay-in') return command.amountMinor
    if (command.kind === 'pay-out') return -command.amountMinor
    if (command.kind !== 'record-sale') return 0
    const { tenders, changeMinor } = command.sale
    return tenders.reduce((sum, each) => sum + (each.kind === 'cash' ? each.amountMinor : 0), 0) - changeMinor
  }
  fc.assert(
    fc.property(facts, commands => {
      const opened = { ...open, floatMinor: 100_000 }
      const shift = after(opened, ...commands)
      expect(expectedCash(shift)).toBe(commands.reduce((sum, command) => sum + drawer(command), 100_000))
      const figures = shiftFigures(after(opened, ...[...commands].reverse()))
      expect(figures.expectedCashMinor).toBe(expectedCash(shift))
      expect(figures.totalMinor).toBe(shift.totalMinor)
    }),
  )
})

test('evolving leaves the shift before as it was', () => {
  const before = after(...day.slice(0, 2))
  const copy = structuredClone(before)
  after(...day)
  evolveShift(before, { type: 'sale.recorded', ...sale(100, [cash(100)]) })
  expect(before).toEqual(copy)
})
