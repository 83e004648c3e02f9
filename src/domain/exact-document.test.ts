import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DocumentRounding,
  discountDocument,
  dispatchResidue,
  netReturns,
  roundForCash,
  splitBySign,
  totalDocument,
} from './exact-document.ts'
import type { ExactLine, ExactTax } from './exact-tax.ts'
import { add, decimalOf, type Fraction, fraction, fractionOfDecimal, isSame, sumOf, zero } from './fraction.ts'

const cent = fraction(1, 100)
const how = (rounding: DocumentRounding) => ({ rounding, step: cent, mode: 'half-away-from-zero' as const })
const percent = (rate: number, flags: Partial<ExactTax> = {}): ExactTax => ({
  kind: 'percent',
  amount: fraction(rate, 100),
  included: false,
  affectsNext: false,
  affectedByPrevious: true,
  reverseCharge: false,
  ...flags,
})
const inside = (rate: number): ExactTax => percent(rate, { included: true })
const fee = (amount: number): ExactTax => percent(0, { kind: 'fixed', amount: fraction(amount), affectsNext: true })
const line = (price: string, quantity: string, ...taxes: ExactTax[]): ExactLine => ({
  unitPrice: fractionOfDecimal(price)!,
  quantity: fractionOfDecimal(quantity)!,
  discountShare: zero,
  taxes,
})
const text = (value: Fraction): string => decimalOf(value, 2)
const show = ({ base, tax, total }: { base: Fraction; tax: Fraction; total: Fraction }): string =>
  `${text(base)} + ${text(tax)} = ${text(total)}`

describe('a document is rounded', () => {
  const tyres = ['1199', '1999', '1699', '11999', '11999', '11999', '10999'].map(price => line(price, '1', inside(16)))
  const stateTaxes = [
    percent(6, { affectsNext: true }),
    percent(6, { affectsNext: true, affectedByPrevious: false }),
    percent(3),
  ]
  const sweets = [line('15.89', '1', ...stateTaxes), line('15.89', '1', ...stateTaxes)]
  test.each<[string, ExactLine[], DocumentRounding, string, string[]]>([
    ['by line, prices with tax', tyres, 'line', '44735.37 + 7157.63 = 51893.00', ['7157.63']],
    ['by document, prices with tax', tyres, 'document', '44735.34 + 7157.66 = 51893.00', ['7157.66']],
    ['by line', sweets, 'line', '31.78 + 4.86 = 36.64', ['1.90', '1.90', '1.06']],
    ['by document', sweets, 'document', '31.78 + 4.89 = 36.67', ['1.91', '1.91', '1.07']],
    [
      'by document, the total is the sum of the prices',
      [line('28.90', '1', inside(22)), line('1.25', '1', inside(10))],
      'document',
      '24.82 + 5.33 = 30.15',
      ['5.22', '0.11'],
    ],
    [
      'certified, the base is what remains',
      [line('0.50', '1', percent(13)), line('0.50', '1', percent(23))],
      'certified',
      '0.99 + 0.19 = 1.18',
      ['0.07', '0.12'],
    ],
    ['no taxes', [line('0.125', '1')], 'document', '0.13 + 0.00 = 0.13', []],
    ['nothing', [], 'certified', '0.00 + 0.00 = 0.00', []],
    [
      'the same tax twice on a line stays two',
      [line('1', '1', percent(9), percent(9))],
      'line',
      '1.00 + 0.18 = 1.18',
      ['0.09', '0.09'],
    ],
  ])('%s', (_, lines, rounding, expected, taxes) => {
    const totals = totalDocument(lines, how(rounding))
    expect(show(totals)).toBe(expected)
    expect(totals.taxes.map(tax => text(tax.amount))).toEqual(taxes)
  })

  test('and always adds up, lines and taxes too', () => {
    const tax = fc.constantFrom(percent(21), percent(10), inside(21), inside(10), fee(1))
    const lines = fc.array(
      fc
        .tuple(
          fc.integer({ min: -5_000, max: 50_000 }),
          fc.integer({ min: 1, max: 999 }),
          fc.array(tax, { maxLength: 2 }),
        )
        .map(
          ([price, quantity, taxes]): ExactLine => ({
            unitPrice: fraction(price, 100),
            quantity: fraction(quantity, 100),
            discountShare: zero,
            taxes,
          }),
        ),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(lines, fc.constantFrom<DocumentRounding>('line', 'document', 'certified'), (some, rounding) => {
        const { base, tax, total, taxes, lines: fitted } = totalDocument(some, how(rounding))
        expect(isSame(total, add(base, tax))).toBe(true)
        expect(isSame(tax, sumOf(taxes.map(each => each.amount)))).toBe(true)
        if (some.length > 0) {
          expect(isSame(base, sumOf(fitted.map(each => each.base)))).toBe(true)
          expect(isSame(tax, sumOf(fitted.map(each => each.tax)))).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('cents that rounding lost go back to the lines', () => {
  test.each<[number, number[], number[]]>([
    [-4, [9_036, 936, 936, 936, 936, 936, 936, 936, 936, 936, 936], [-3, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    [1, [1, 5, 1], [0, 1, 0]],
    [3, [1, 1], [2, 1]],
    [0, [1, 1], [0, 0]],
    [2, [0, 0], [1, 1]],
    [-1, [-5, 3], [-1, 0]],
  ])('%i over %j: %j', (residue, weights, expected) => {
    expect(
      dispatchResidue(
        BigInt(residue),
        weights.map(weight => fraction(weight)),
      )
        .map(Number)
        .map(part => part + 0),
    ).toEqual(expected)
  })
})

test('a share off the whole document leaves fixed taxes alone', () => {
  const lines = [line('16.79', '10', fee(1), percent(21)), line('33.58', '10', fee(1), percent(21))]
  const { before, after, perLine } = discountDocument(lines, fraction(1, 5), how('document'))
  expect(show(before)).toBe('503.70 + 129.98 = 633.68')
  expect(show(after)).toBe('402.96 + 108.82 = 511.78')
  expect(after.taxes.map(tax => text(tax.amount))).toEqual(['20.00', '88.82'])
  expect(perLine.map(text)).toEqual(['-34.22', '-66.52'])
})

describe('returned goods are netted', () => {
  const sold = (quantity: string, price = '5'): ExactLine => line(price, quantity, percent(21))
  test.each<[ExactLine[], string[]]>([
    [
      [sold('10'), sold('10'), sold('-12')],
      ['0.00', '8.00'],
    ],
    [
      [sold('3'), sold('-5')],
      ['0.00', '-2.00'],
    ],
    [
      [sold('3'), sold('-1', '6')],
      ['3.00', '-1.00'],
    ],
    [[sold('-2'), sold('3')], ['1.00']],
    [[], []],
  ])('%#', (lines, expected) => {
    expect(netReturns(lines).map(each => text(each.quantity))).toEqual(expected)
  })
})

describe('a payable total', () => {
  const totals = totalDocument([line('13.67', '1', percent(15)), line('1.00', '1', percent(5))], how('line'))
  test('with the difference as a line of its own', () => {
    const rounded = roundForCash(totals, fraction(5, 100), 'half-away-from-zero', 'own-line')
    expect(`${show(rounded)} ${text(rounded.roundingAmount)}`).toBe('14.67 + 2.10 = 16.75 -0.02')
  })
  test('with the difference in the heaviest tax', () => {
    const rounded = roundForCash(totals, fraction(5, 100), 'half-away-from-zero', 'heaviest-tax')
    expect(`${show(rounded)} ${text(rounded.roundingAmount)}`).toBe('14.67 + 2.08 = 16.75 0.00')
    expect(rounded.taxes.map(tax => text(tax.amount))).toEqual(['2.03', '0.05'])
    expect(totals.taxes.map(tax => text(tax.amount))).toEqual(['2.05', '0.05'])
  })
  test('with no tax to bear the difference', () => {
    const untaxed = totalDocument([line('1.02', '1')], how('line'))
    expect(text(roundForCash(untaxed, fraction(5, 100), 'half-away-from-zero', 'heaviest-tax').roundingAmount)).toBe(
      '-0.02',
    )
  })
})

test('sold and returned goods are told apart', () => {
  const { sold, returned } = splitBySign([line('5', '2'), line('5', '-1'), line('-5', '1'), line('0', '1')])
  expect([sold.length, returned.length]).toEqual([2, 2])
})
