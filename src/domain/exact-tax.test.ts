import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Tax } from './basket.ts'
import { type ExactTax, exactLineTaxes, repriceForTaxes } from './exact-tax.ts'
import {
  add,
  decimalOf,
  fraction,
  fractionOfDecimal,
  isSame,
  multiply,
  one,
  roundFraction,
  sumOf,
  zero,
} from './fraction.ts'
import { taxLines } from './tax.ts'

type Flags = Partial<Pick<ExactTax, 'included' | 'affectsNext' | 'affectedByPrevious' | 'reverseCharge'>>
const plain = { included: false, affectsNext: false, affectedByPrevious: true, reverseCharge: false }
const percent = (rate: string, flags: Flags = {}): ExactTax => ({
  kind: 'percent',
  amount: multiply(fractionOfDecimal(rate)!, fraction(1, 100)),
  ...plain,
  ...flags,
})
const division = (rate: string, flags: Flags = {}): ExactTax => ({ ...percent(rate, flags), kind: 'division' })
const fixed = (amount: string, flags: Flags = {}): ExactTax => ({
  ...percent('0', flags),
  kind: 'fixed',
  amount: fractionOfDecimal(amount)!,
})
const inside = { included: true }
const affects = { affectsNext: true }
const alone = { affectedByPrevious: false }

const show = (unitPrice: string, quantity: string, taxes: ExactTax[], step?: string): string => {
  const rounding =
    step === undefined ? undefined : { step: fractionOfDecimal(step)!, mode: 'half-away-from-zero' as const }
  const line = {
    unitPrice: fractionOfDecimal(unitPrice)!,
    quantity: fractionOfDecimal(quantity)!,
    discountShare: zero,
    taxes,
  }
  const { base, total, taxes: each } = exactLineTaxes(line, rounding)
  const text = (value: typeof base): string => decimalOf(value, 4).replace(/\.?0+$/, '')
  return `${text(base)} + ${each.map(tax => `${text(tax.amount)} on ${text(tax.base)}`).join(' + ') || 'nothing'} = ${text(total)}`
}

describe('a chain of taxes', () => {
  test.each<[string, string, string, ExactTax[], string | undefined, string]>([
    ['no tax', '10', '2', [], undefined, '20 + nothing = 20'],
    ['on top', '100', '1', [percent('21')], '0.01', '100 + 21 on 100 = 121'],
    ['inside', '11.90', '1', [percent('21', inside)], '0.01', '9.83 + 2.07 on 9.83 = 11.9'],
    ['inside, exact', '52.50', '1', [percent('12', inside)], undefined, '46.875 + 5.625 on 46.875 = 52.5'],
    [
      'two inside share one base',
      '117',
      '1',
      [percent('7', inside), percent('10', inside)],
      '0.01',
      '100 + 7 on 100 + 10 on 100 = 117',
    ],
    [
      'each on those before',
      '100',
      '1',
      [percent('6', affects), percent('6', affects), percent('3')],
      undefined,
      '100 + 6 on 100 + 6.36 on 106 + 3.3708 on 112.36 = 115.7308',
    ],
    [
      'the second not on the first',
      '100',
      '1',
      [percent('6', affects), percent('6', { ...affects, ...alone }), percent('3')],
      undefined,
      '100 + 6 on 100 + 6 on 100 + 3.36 on 112 = 115.36',
    ],
    [
      'each inside those after',
      '113.925',
      '1',
      [percent('5', { ...inside, ...affects }), percent('8.5', { ...inside, ...affects })],
      undefined,
      '100 + 5 on 100 + 8.925 on 105 = 113.925',
    ],
    [
      'two inside together, affecting alike',
      '17.92',
      '1',
      [percent('6', { ...inside, ...affects }), percent('6', { ...inside, ...affects, ...alone })],
      undefined,
      '16 + 0.96 on 16 + 0.96 on 16 = 17.92',
    ],
    [
      'a share of the price with tax',
      '48',
      '1',
      [division('5', inside), division('15', inside)],
      undefined,
      '38.4 + 2.4 on 38.4 + 7.2 on 38.4 = 48',
    ],
    [
      'a share of the price with tax, on top',
      '38.4',
      '1',
      [division('5'), division('15')],
      undefined,
      '38.4 + 2.4 on 38.4 + 7.2 on 38.4 = 48',
    ],
    ['all of the price is tax', '100', '1', [division('100', inside)], '0.01', '0 + 100 on 0 = 100'],
    ['all of the price is tax, on top', '100', '1', [division('100')], undefined, '100 + 100 on 100 = 200'],
    [
      'a fee for each unit, taxed',
      '100',
      '2',
      [fixed('1', affects), percent('21')],
      undefined,
      '200 + 2 on 200 + 42.42 on 202 = 244.42',
    ],
    [
      'a fee before a tax inside',
      '120',
      '1',
      [fixed('1', affects), percent('21', inside), fixed('2')],
      undefined,
      '99 + 1 on 99 + 21 on 100 + 2 on 100 = 123',
    ],
    [
      'a fee inside, under a tax inside',
      '121',
      '1',
      [fixed('1', { ...inside, ...affects }), percent('21', { ...inside, ...affects }), fixed('2')],
      undefined,
      '99 + 1 on 99 + 21 on 100 + 2 on 121 = 123',
    ],
    ['a fee follows the sign of the price', '-10', '2', [fixed('1')], undefined, '-20 + -2 on -20 = -22'],
    ['a fee follows the quantity', '0', '-1', [fixed('1')], undefined, '0 + -1 on 0 = -1'],
    [
      'one on top and one inside',
      '2300',
      '1',
      [percent('15'), percent('5.5', inside)],
      '0.01',
      '2180.09 + 327.01 on 2180.09 + 119.91 on 2180.09 = 2627.01',
    ],
    [
      'one inside, then one on top of the net',
      '110',
      '1',
      [percent('10', inside), percent('7')],
      '0.01',
      '100 + 10 on 100 + 7 on 100 = 117',
    ],
    [
      'one inside, then one on top of the gross',
      '110',
      '1',
      [percent('10', { ...inside, ...affects }), percent('7')],
      '0.01',
      '100 + 10 on 100 + 7.7 on 110 = 117.7',
    ],
    [
      'kept back by the buyer',
      '50',
      '1',
      [percent('-20'), percent('4', affects), percent('22')],
      '0.01',
      '50 + -10 on 50 + 2 on 50 + 11.44 on 52 = 53.44',
    ],
    ['owed by the buyer', '100', '1', [percent('21', { reverseCharge: true })], '0.01', '100 + 0 on 100 = 100'],
    ['a step of five cents', '5', '1', [percent('5', inside)], '0.05', '4.75 + 0.25 on 4.75 = 5'],
    ['a price that is all but given back', '10', '1', [percent('-100', inside)], undefined, '10 + 0 on 10 = 10'],
  ])('%s', (_, unitPrice, quantity, taxes, step, expected) => {
    expect(show(unitPrice, quantity, taxes, step)).toBe(expected)
  })

  test('a discount comes off before any tax', () => {
    const line = { unitPrice: fraction(100), quantity: one, discountShare: fraction(1, 10), taxes: [percent('21')] }
    expect(decimalOf(exactLineTaxes(line).total, 2)).toBe('108.90')
  })
})

test('net, taxes and total always add up, and taxes inside leave the price as it is', () => {
  const rates = fc.integer({ min: 0, max: 3_000 }).map(rate => fraction(rate, 10_000))
  const tax = fc.record({
    kind: fc.constantFrom<ExactTax['kind']>('percent', 'division', 'fixed'),
    amount: rates,
    included: fc.boolean(),
    affectsNext: fc.boolean(),
    affectedByPrevious: fc.boolean(),
    reverseCharge: fc.constant(false),
  })
  const step = fraction(1, 100)
  fc.assert(
    fc.property(
      fc.integer({ min: -9_999, max: 99_999 }),
      fc.integer({ min: 1, max: 20 }),
      fc.array(tax, { maxLength: 3 }),
      fc.boolean(),
      (cents, quantity, taxes, rounded) => {
        const line = { unitPrice: fraction(cents, 100), quantity: fraction(quantity), discountShare: zero, taxes }
        const {
          base,
          total,
          taxes: each,
        } = exactLineTaxes(line, rounded ? { step, mode: 'half-away-from-zero' } : undefined)
        expect(isSame(total, add(base, sumOf(each.map(one => one.amount))))).toBe(true)
        if (taxes.length > 0 && taxes.every(one => one.included && one.affectsNext)) {
          expect(isSame(total, multiply(line.unitPrice, line.quantity))).toBe(true)
        }
        if (rounded) for (const { amount } of each) expect(isSame(amount, roundFraction(amount, step))).toBe(true)
      },
    ),
    { numRuns: 500 },
  )
})

test('agrees with what the till reckons in minor units, for taxes on top and inside', () => {
  const part = fc.record({ ratePpm: fc.integer({ min: 0, max: 300_000 }), compound: fc.boolean() })
  fc.assert(
    fc.property(
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.array(part, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      (amountMinor, parts, included) => {
        // Only a chain in which every part compounds, or none does, is one in both ways of saying it.
        const compound = parts[0]!.compound
        const tax: Tax = {
          code: 't',
          name: 'T',
          parts: parts.map(({ ratePpm }, i) => ({ code: `${i}`, name: '', ratePpm, compound })),
        }
        const chain = parts.map(
          ({ ratePpm }): ExactTax => ({
            kind: 'percent',
            amount: fraction(ratePpm, 1_000_000),
            included,
            affectsNext: compound,
            affectedByPrevious: compound,
            reverseCharge: false,
          }),
        )
        const exact = exactLineTaxes({
          unitPrice: fraction(amountMinor),
          quantity: one,
          discountShare: zero,
          taxes: chain,
        })
        const [till] = taxLines([{ amountMinor, tax }], included ? 'included' : 'excluded', 'line')
        expect(till!.partsMinor).toEqual(exact.taxes.map(({ amount }) => Number(roundFraction(amount, one).over)))
      },
    ),
    { numRuns: 500 },
  )
})

describe('a price for other taxes', () => {
  test.each<[string, string, ExactTax[], ExactTax[], string]>([
    ['another rate inside', '121', [percent('21', inside)], [percent('6', inside)], '106.00'],
    ['on top instead of inside', '121', [percent('21', inside)], [percent('21')], '100.00'],
    ['inside instead of on top', '100', [percent('21')], [percent('21', inside)], '121.00'],
    ['none', '121', [percent('21', inside)], [], '100.00'],
    [
      'two inside, one on the other',
      '100',
      [],
      [percent('5', { ...inside, ...affects }), percent('10', inside)],
      '115.50',
    ],
    ['a share of the price with tax', '80', [], [division('20', inside)], '100.00'],
  ])('%s', (_, price, from, to, expected) => {
    expect(decimalOf(repriceForTaxes(fractionOfDecimal(price)!, from, to), 2)).toBe(expected)
  })
})
