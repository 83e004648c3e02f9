import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocate } from './allocate.ts'
import {
  add,
  allocateSteps,
  compare,
  decimalOf,
  divide,
  fraction,
  fractionOfDecimal,
  isSame,
  multiply,
  negate,
  roundFraction,
  signOf,
  stepsOf,
  subtract,
  sumOf,
  zero,
} from './fraction.ts'

const small = fc
  .tuple(fc.integer({ min: -10_000, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }))
  .map(([over, under]) => fraction(over, under))

test('a fraction is in lowest terms, its divisor positive', () => {
  expect(fraction(6, 4)).toEqual({ over: 3n, under: 2n })
  expect(fraction(6, -4)).toEqual({ over: -3n, under: 2n })
  expect(fraction(0, -7)).toEqual({ over: 0n, under: 1n })
  expect(() => fraction(1, 0)).toThrow(RangeError)
  expect(() => divide(fraction(1), zero)).toThrow(RangeError)
})

test('the laws of arithmetic hold exactly', () => {
  fc.assert(
    fc.property(small, small, small, (a, b, c) => {
      expect(isSame(add(a, b), add(b, a))).toBe(true)
      expect(isSame(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(true)
      expect(signOf(subtract(a, a))).toBe(0)
      if (signOf(b) !== 0) expect(isSame(multiply(divide(a, b), b), a)).toBe(true)
      expect(compare(a, b)).toBe(0 - compare(b, a))
      expect(isSame(sumOf([a, b, c]), add(a, add(b, c)))).toBe(true)
    }),
  )
})

describe('decimals', () => {
  test.each<[string, number, string]>([
    ['12.90', 2, '12.90'],
    ['-0.005', 2, '-0.01'],
    ['0.004', 2, '0.00'],
    ['-0.004', 2, '0.00'],
    ['7', 0, '7'],
    ['-7.5', 0, '-8'],
    ['0.000001', 6, '0.000001'],
  ])('%s with %i digits is %s', (text, digits, expected) => {
    expect(decimalOf(fractionOfDecimal(text)!, digits)).toBe(expected)
  })

  test.each(['', '.5', '5.', '1e3', '+1', '1,5', ' 1', 'NaN', '1'.repeat(61)])('%j is none', text => {
    expect(fractionOfDecimal(text)).toBeUndefined()
  })
})

test('rounds to steps, not only to powers of ten', () => {
  const step = fraction(5, 100)
  expect(stepsOf(fraction(1_572, 100), step)).toBe(314n)
  expect(decimalOf(roundFraction(fraction(1_572, 100), step), 2)).toBe('15.70')
  expect(decimalOf(roundFraction(fraction(1_572, 100), step, 'up'), 2)).toBe('15.75')
  expect(decimalOf(roundFraction(negate(fraction(1_572, 100)), step, 'up'), 2)).toBe('-15.75')
})

test('splits as allocate does', () => {
  const weights = fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.integer({ min: -10_000, max: 10_000 }),
      weights,
      fc.integer({ min: 1, max: 99 }),
      (total, given, scale) => {
        const parts = allocateSteps(
          BigInt(total),
          given.map(weight => fraction(weight, scale)),
        )
        expect(parts.map(Number).map(part => part + 0)).toEqual(allocate(total, given))
      },
    ),
  )
  expect(allocateSteps(3n, [])).toEqual([])
})
