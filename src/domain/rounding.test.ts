import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mulDivOrNaN, mulDivRound, type RoundingMode, roundQuotient, roundToStep } from './rounding.ts'

const modes: RoundingMode[] = ['half-away-from-zero', 'half-even', 'half-down', 'up', 'down']

describe('a quotient in each mode', () => {
  test.each<[number, number, number[]]>([
    // dividend, divisor, [half away, half even, half down, up, down]
    [25, 10, [3, 2, 2, 3, 2]],
    [35, 10, [4, 4, 3, 4, 3]],
    [24, 10, [2, 2, 2, 3, 2]],
    [26, 10, [3, 3, 3, 3, 2]],
    [20, 10, [2, 2, 2, 2, 2]],
    [1, 10, [0, 0, 0, 1, 0]],
    [5, 10, [1, 0, 0, 1, 0]],
    [0, 10, [0, 0, 0, 0, 0]],
  ])('%i / %i', (dividend, divisor, expected) => {
    for (const [i, mode] of modes.entries()) {
      expect(roundQuotient(BigInt(dividend), BigInt(divisor), mode)).toBe(BigInt(expected[i]!))
      expect(roundQuotient(BigInt(-dividend), BigInt(divisor), mode)).toBe(BigInt(-expected[i]!))
    }
  })

  test('refuses a divisor that is not positive', () => {
    expect(() => roundQuotient(1n, 0n)).toThrow(RangeError)
    expect(() => roundQuotient(1n, -1n)).toThrow(RangeError)
  })
})

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -100_000_000, max: 100_000_000 }),
  fc.integer({ min: -20, max: 20 }),
)
const divisor = fc.oneof(
  fc.constantFrom(1, 2, 3, 7, 1_000_000, 1_200_000, 2 ** 52, Number.MAX_SAFE_INTEGER),
  fc.integer({ min: 1, max: 10_000_000 }),
)

/** Half away from zero as it is taught: the nearest integer, and of two the larger magnitude. */
const oracle = (a: number, b: number, by: number): bigint => {
  const product = BigInt(a) * BigInt(b)
  const magnitude = product < 0n ? -product : product
  const rounded = (2n * magnitude + BigInt(by)) / (2n * BigInt(by))
  return product < 0n ? -rounded : rounded
}

test('a product divided and rounded is what exact arithmetic gives, or is refused beyond 2^53', () => {
  fc.assert(
    fc.property(safe, safe, divisor, (a, b, by) => {
      const exact = Number(oracle(a, b, by))
      if (Number.isSafeInteger(exact)) {
        expect(mulDivRound(a, b, by)).toBe(exact + 0)
        expect(mulDivOrNaN(a, b, by)).toBe(exact + 0)
      } else {
        expect(() => mulDivRound(a, b, by)).toThrow(RangeError)
        expect(mulDivOrNaN(a, b, by)).toBeNaN()
      }
    }),
    { numRuns: 3_000 },
  )
})

test('quotients next to a half or a whole near the end of the exact doubles', () => {
  const nearEnd = fc.integer({ min: 2 ** 52 - 10_000_000, max: 2 ** 52 + 10_000_000 })
  fc.assert(
    fc.property(nearEnd, divisor, (a, by) => {
      expect(BigInt(mulDivRound(a, 1, by))).toBe(oracle(a, 1, by))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  [Number.NaN, 1, 1],
  [1, 1.5, 1],
  [1, 1, 0],
  [1, 1, -1],
  [2 ** 53, 1, 1],
  [1, 1e308, 1],
  [1, 1, Number.POSITIVE_INFINITY],
])('refuses %d x %d / %d', (a, b, by) => {
  expect(() => mulDivRound(a, b, by)).toThrow(RangeError)
})

describe('cash rounding', () => {
  test.each<[string, number, number, number]>([
    ['Switzerland', 1_242, 5, 1_240],
    ['Switzerland', 1_243, 5, 1_245],
    ['Switzerland, refund', -1_243, 5, -1_245],
    ['half away from zero', 1_245, 10, 1_250],
    ['half away from zero, refund', -1_245, 10, -1_250],
    ['Sweden', 1_249, 100, 1_200],
    ['Sweden', 1_250, 100, 1_300],
    ['nothing to round', 1_243, 1, 1_243],
    ['zero', 0, 5, 0],
    ['to nothing', -2, 5, 0],
  ])('%s: %i by %i is %i', (_, amountMinor, stepMinor, expected) => {
    expect(roundToStep(amountMinor, stepMinor)).toBe(expected)
  })

  test.each<[RoundingMode, number]>([
    ['down', 1_500],
    ['up', 1_505],
    ['half-even', 1_500],
    ['half-down', 1_500],
  ])('another rule: %s', (mode, expected) => {
    expect(roundToStep(1_502, 5, mode)).toBe(expected)
    expect(roundToStep(-1_502, 5, mode)).toBe(-expected)
  })

  test('never leaves a safe integer', () => {
    expect(() => roundToStep(Number.MAX_SAFE_INTEGER, 1_000_000)).toThrow(RangeError)
    expect(() => roundToStep(10, 0)).toThrow(RangeError)
    expect(() => roundToStep(Number.NaN, 1)).toThrow(RangeError)
  })
})
