import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { columnsOf, containsCardNumber, hasActiveCharacters, inertText } from './text.ts'

describe('inertText', () => {
  test.each([
    ['plain', 'Brötchen 0,45 € – groß', 'Brötchen 0,45 € – groß'],
    ['NUL', 'a\u0000b', 'a␀b'],
    ['printer escape', '\u001b@cut\u001dV', '␛@cut␝V'],
    ['line feed and tab', 'a\n\tb', 'a␊␉b'],
    ['delete', 'a\u007f', 'a␡'],
    ['C1', 'a\u009bb', 'a\ufffdb'],
    ['right-to-left override', 'gnp\u202efdp', 'gnp\ufffdfdp'],
    ['isolate', '\u2066a\u2069', '\ufffda\ufffd'],
    ['zero width', 'a\u200b\ufeffb', 'a\ufffd\ufffdb'],
    ['line separator', 'a\u2028b', 'a\ufffdb'],
    ['lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['tag characters', 'a\u{e0041}b', 'a\ufffdb'],
    ['right-to-left letters stay', 'حليب', 'حليب'],
    ['emoji stay', '🥖', '🥖'],
  ])('%s', (_name, text, expected) => {
    expect(inertText(text)).toBe(expected)
    expect(hasActiveCharacters(text)).toBe(text !== expected)
  })

  test('leaves nothing active, whatever the text, and twice is once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        const inert = inertText(text)
        expect(inert).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u)
        expect(inertText(inert)).toBe(inert)
        expect([...inert]).toHaveLength([...text].length)
      }),
    )
  })
})

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['牛乳', 4],
  ['🥖', 2],
  ['ｆｕ', 4],
  ['حليب', 4],
  ['', 0],
])('columns of %s are %i', (text, columns) => expect(columnsOf(text)).toBe(columns))

describe('containsCardNumber', () => {
  test.each([
    ['Visa', '4111111111111111'],
    ['Visa in groups', '4111 1111 1111 1111'],
    ['Visa with dashes', '4012-8888-8888-1881'],
    ['Visa of 13 digits in groups', '4222 222 222 222'],
    ['Mastercard', '5555555555554444'],
    ['Mastercard 2-series', '2223003122003222'],
    ['American Express', '3782 822463 10005'],
    ['Diners Club', '30569309025904'],
    ['Discover', '6011 1111 1111 1117'],
    ['JCB', '3530111333300000'],
    ['UnionPay, 19 digits', '6205500000000000004'],
    ['inside a note', 'customer says card4111111111111111, call back'],
    ['with expiry behind it', '4111 1111 1111 1111 12/27'],
    ['with expiry and code behind it', '4111 1111 1111 1111 1227 123'],
    ['digit by digit', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
    ['no-break spaces', '4111\u00a01111\u00a01111\u00a01111'],
    ['en dashes with spaces', '4111 – 1111 – 1111 – 1111'],
    ['zero-width spaces inside', '4111\u200b1111\u200b1111\u200b1111'],
    ['full-width digits', '４１１１１１１１１１１１１１１１'],
    ['two lines', '41111111\n11111111'],
    ['track data', ';4111111111111111=27121010000000000000?'],
    ['plus in front', '+4111111111111111'],
  ])('finds %s', (_name, text) => expect(containsCardNumber(text)).toBe(true))

  test.each([
    ['GTIN-13 from Germany, Luhn valid too', '4006381330060'],
    ['GTIN-13', '4006381333931'],
    ['GTIN-13 in a sentence', 'two of 5449000000996, please'],
    ['GTIN-14, Luhn valid too', '36123456780038'],
    ['phone, German', '+49 30 901820'],
    ['phone, national', '030 1234 5678'],
    ['phone, American', '415-555-2671'],
    ['phone, international and long', '+49 1512 3456789'],
    ['UUID', '01931b66-7ab5-7000-8000-424242424242'],
    ['UUID of digits', '41111111-1111-4111-8111-111111111111'],
    ['hash', 'a4111111111111111a4111111111111111a4111111111111111a4111111111111'],
    ['ISO date', '2026-11-24'],
    ['ISO instant', '2026-11-24T10:32:46.123Z'],
    ['two dates', '2026-11-24 2026-11-25'],
    ['instant in milliseconds', '1795516366000'],
    ['Luhn wrong', '4111 1111 1111 1112'],
    ['no issuer range', '8111111111111119'],
    ['too short', '424242424242'],
    ['too long', '41111111111111111111111'],
    ['amounts', '12.50 4.20 13.37 99.99 4.00'],
    ['masked card', '**** **** **** 1111'],
    ['empty', ''],
  ])('does not fire on %s', (_name, text) => expect(containsCardNumber(text)).toBe(false))

  const luhnDigit = (digits: string): string => {
    for (let check = 0; check < 10; check++) {
      const doubled = [...`${digits}${check}`]
        .reverse()
        .map((digit, index) => Number(digit) * (index % 2 === 1 ? 2 : 1))
      if (doubled.reduce((sum, value) => sum + Math.floor(value / 10) + (value % 10), 0) % 10 === 0)
        return String(check)
    }
    throw new Error('no check digit')
  }

  test('finds every 16-digit number of the large issuers, in any usual writing, in any text', () => {
    const digits = (count: number) =>
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map(list => list.join(''))
    const card = fc
      .tuple(fc.constantFrom('4', '51', '55', '2221', '2720', '6011', '65'), digits(15))
      .map(([prefix, rest]) => (prefix + rest).slice(0, 15))
      .map(body => body + luhnDigit(body))
    fc.assert(
      fc.property(
        card,
        fc.constantFrom('', ' ', '-'),
        fc.constantFrom('', 'paid ', 'no: '),
        (number, separator, before) => {
          const written = (number.match(/.{4}/g) ?? []).join(separator)
          expect(containsCardNumber(`${before}${written}.`)).toBe(true)
        },
      ),
    )
  })

  test('never fires on a UUID or on 13 digits with a GS1 check digit', () => {
    fc.assert(
      fc.property(fc.uuid(), uuid => {
        expect(containsCardNumber(uuid)).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 2e11, max: 7e11 - 1 }), body => {
        const sum = [...String(body)].reduce(
          (total, digit, index) => total + Number(digit) * (index % 2 === 1 ? 3 : 1),
          0,
        )
        expect(containsCardNumber(`${body}${(10 - (sum % 10)) % 10}`)).toBe(false)
      }),
    )
  })
})
