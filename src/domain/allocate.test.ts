import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allocate } from './allocate.ts'

describe('the largest remainder', () => {
  test.each<[string, number, number[], number[]]>([
    ['one', 300, [123], [300]],
    ['even', 300, [4_000, 2_000, 2_000], [150, 75, 75]],
    ['by weight', 299, [4_300, 1_400, 2_300], [161, 52, 86]],
    ['earlier first on a tie', 299, [1_000, 1_000, 1_000], [100, 100, 99]],
    ['many', 93, [10, 20, 10, 30, 50, 20, 10, 40], [5, 10, 5, 15, 24, 10, 5, 19]],
    ['nothing for a zero weight', 40, [10, 0], [40, 0]],
    ['a zero weight stays at nothing beside a remainder', 1, [0, 1, 1], [0, 1, 0]],
    ['all weights zero', 5, [0, 0, 0], [2, 2, 1]],
    ['nothing over nothing', 0, [0, 0], [0, 0]],
    ['nothing over nobody', 0, [], []],
    ['a negative amount mirrors', -20, [100, 100], [-10, -10]],
    ['a negative amount mirrors its ties', -5, [1, 1], [-3, -2]],
    ['beyond doubles', Number.MAX_SAFE_INTEGER, [1, Number.MAX_SAFE_INTEGER], [1, Number.MAX_SAFE_INTEGER - 1]],
  ])('%s: %i over %j', (_, totalMinor, weights, expected) => {
    expect(allocate(totalMinor, weights)).toEqual(expected)
  })

  test.each<[number, number[]]>([
    [1.5, [1]],
    [Number.NaN, [1]],
    [2 ** 53, [1]],
    [1, [-1]],
    [1, [0.5]],
    [1, [Number.POSITIVE_INFINITY]],
    [1, []],
  ])('refuses %d over %j', (totalMinor, weights) => {
    expect(() => allocate(totalMinor, weights)).toThrow(RangeError)
  })
})

/** Unit by unit: whole shares first, then one to the largest exact remainder that has had none. */
const oracle = (total: bigint, weights: bigint[]): bigint[] => {
  const sum = weights.reduce((all, weight) => all + weight, 0n)
  const parts = weights.map(weight => (total * weight) / sum)
  const waiting = new Set(weights.keys())
  for (let left = total - parts.reduce((all, part) => all + part, 0n); left > 0n; left--) {
    let best = -1
    for (const i of waiting) {
      if (best < 0 || (total * weights[i]!) % sum > (total * weights[best]!) % sum) best = i
    }
    waiting.delete(best)
    parts[best]! += 1n
  }
  return parts
}

const weights = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 100 }), fc.nat({ max: 2 ** 40 })), {
  minLength: 1,
  maxLength: 12,
})

test('is what the rule gives with exact fractions, adds up, and mirrors', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: Number.MAX_SAFE_INTEGER })), weights, (total, given) => {
      const parts = allocate(total, given)
      const even = given.every(weight => weight === 0)
      expect(parts.map(BigInt)).toEqual(
        oracle(
          BigInt(total),
          given.map(weight => (even ? 1n : BigInt(weight))),
        ),
      )
      expect(parts.reduce((sum, part) => sum + BigInt(part), 0n)).toBe(BigInt(total))
      if (!even) for (const [i, weight] of given.entries()) if (weight === 0) expect(parts[i]).toBe(0)
      expect(allocate(-total, given)).toEqual(parts.map(part => 0 - part))
    }),
    { numRuns: 1_000 },
  )
})
