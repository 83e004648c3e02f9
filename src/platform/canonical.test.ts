import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'

/** Objects as facts have them: the same few keys in any order, beside any JSON there is, with names that sort unlike they stand. */
const awkwardKey = fc.constantFrom('10', '9', '', '__proto__', 'a', 'A', 'é', '\u{1f600}', '\ufb33', '"', '\\', '\n')
const jsonText = fc.string({ unit: 'grapheme' })
const { json } = fc.letrec<{ json: unknown }>(tie => ({
  json: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, false, undefined),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    jsonText,
    fc.array(tie('json'), { maxLength: 5 }),
    fc.dictionary(fc.oneof(awkwardKey, jsonText), tie('json'), { maxKeys: 6 }),
    fc.record({ sku: jsonText, quantityMicro: fc.integer(), tax: tie('json'), name: jsonText }, { requiredKeys: [] }),
  ),
}))

test('the text is the one that the canonicalize package makes', () => {
  fc.assert(
    fc.property(
      json.filter(value => value !== undefined),
      value => {
        expect(canonicalJson(value)).toBe(canonicalize(value))
      },
    ),
    { numRuns: 2_000 },
  )
})

test('the order in which members were set changes nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(awkwardKey, jsonText), json), object => {
      const reversed: Record<string, unknown> = Object.create(null)
      for (const key of Object.keys(object).reverse()) reversed[key] = object[key]
      expect(canonicalJson(reversed)).toBe(canonicalJson(object))
    }),
  )
})

/** RFC 8785: the object of section 3.2.3, its members in the order of UTF-16 code units, and numbers of appendix B. */
describe('RFC 8785', () => {
  test('sorting', () => {
    const object = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      1: 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(canonicalJson(object)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\u20ac":"Euro Sign","\u{1f600}":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  test.each([
    [-0, '0'],
    [5e-324, '5e-324'],
    [9007199254740992, '9007199254740992'],
    [1e21, '1e+21'],
    [333333333.3333332, '333333333.3333332'],
    [1e-7, '1e-7'],
  ])('the number %s', (number, text) => {
    expect(canonicalJson(number)).toBe(text)
  })
})

test.each([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['an infinity', [Number.NEGATIVE_INFINITY]],
  ['a lone surrogate', { name: 'a\ud800' }],
  ['a lone surrogate in a name', { '\udc00': 1 }],
  ['a big integer', { amount: 1n }],
  ['a function', { run: () => 1 }],
])('%s is refused', (_what, value) => {
  expect(() => canonicalJson(value)).toThrow()
})

test('what is not plain is written as the package does', () => {
  const value = { at: new Date(0), rows: new Map([[1, 2]]) }
  expect(canonicalJson(value)).toBe(canonicalize(value))
})
