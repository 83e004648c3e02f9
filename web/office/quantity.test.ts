import fc from 'fast-check'
import { expect, test } from 'vitest'
import { microOf, typedMicro } from './quantity.ts'

test.each([
  ['12', 12_000_000],
  [' 1.5 ', 1_500_000],
  ['0,000001', 1],
  ['-2', -2_000_000],
  ['−0.5', -500_000],
  ['0', 0],
  ['', null],
  ['1.2345678', null],
  ['1e3', null],
  ['12 kg', null],
  ['12345678', null],
])('%j is %s', (text, micro) => {
  expect(microOf(text)).toBe(micro)
})

test('a quantity is typed so that it is read as the same', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 9_999_999_999_999 }), micro => microOf(typedMicro(micro)) === micro))
})
