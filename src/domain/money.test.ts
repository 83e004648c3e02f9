import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cashNotes, currencyExponent, decimalFromMinor, isCurrency, minorFromDecimal, quickAmounts } from './money.ts'

const currencies = ['EUR', 'USD', 'JPY', 'KWD', 'CLF', 'CHF', 'XOF', 'BHD', 'UYW', 'HUF']

describe('minor digits by ISO 4217', () => {
  test.each<[string, number | undefined]>([
    ['EUR', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['UYI', 0],
    ['ISK', 0],
    ['HUF', 2],
    ['XCG', 2],
    ['ANG', undefined],
    ['XAU', undefined],
    ['XXX', undefined],
    ['eur', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('%s: %s', (code, expected) => {
    expect(currencyExponent(code)).toBe(expected)
    expect(isCurrency(code)).toBe(expected !== undefined)
  })

  test('agrees with the CLDR of the runtime wherever that follows ISO 4217', () => {
    // CLDR shows how people write prices, and drops the digits that some currencies have by the standard.
    const known = Intl.supportedValuesOf('currency').filter(isCurrency)
    expect(known.length).toBeGreaterThan(145)
    const digits = (code: string): number =>
      new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? -1
    for (const code of known.filter(code => digits(code) > 2)) expect(currencyExponent(code)).toBe(digits(code))
    for (const code of known.filter(code => currencyExponent(code) === 0)) expect(digits(code)).toBe(0)
  })
})

describe('decimals', () => {
  test.each<[number, string, string]>([
    [1_290, 'EUR', '12.90'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [-0, 'EUR', '0.00'],
    [1_290, 'JPY', '1290'],
    [-7, 'JPY', '-7'],
    [1, 'KWD', '0.001'],
    [123_456, 'CLF', '12.3456'],
    [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91'],
  ])('%i %s is %s', (minor, currency, text) => {
    expect(decimalFromMinor(minor, currency)).toBe(text)
    expect(minorFromDecimal(text, currency)).toEqual({ ok: true, minor: minor + 0 })
  })

  test('there and back, in every currency', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(...currencies), (minor, currency) => {
        expect(minorFromDecimal(decimalFromMinor(minor, currency), currency)).toEqual({ ok: true, minor })
      }),
    )
  })

  test.each<[string, string, number]>([
    ['12', 'EUR', 1_200],
    ['12.9', 'EUR', 1_290],
    ['0012.90', 'EUR', 1_290],
    ['-0', 'EUR', 0],
  ])('%s %s is read', (text, currency, minor) => {
    expect(minorFromDecimal(text, currency)).toEqual({ ok: true, minor })
  })

  test.each<[string, string, string]>([
    ['', 'EUR', 'amount-not-decimal'],
    ['.5', 'EUR', 'amount-not-decimal'],
    ['5.', 'EUR', 'amount-not-decimal'],
    ['1,50', 'EUR', 'amount-not-decimal'],
    ['1 000', 'EUR', 'amount-not-decimal'],
    [' 1', 'EUR', 'amount-not-decimal'],
    ['1\n', 'EUR', 'amount-not-decimal'],
    ['+1', 'EUR', 'amount-not-decimal'],
    ['--1', 'EUR', 'amount-not-decimal'],
    ['1e3', 'EUR', 'amount-not-decimal'],
    ['0x10', 'EUR', 'amount-not-decimal'],
    ['NaN', 'EUR', 'amount-not-decimal'],
    ['Infinity', 'EUR', 'amount-not-decimal'],
    ['１２', 'EUR', 'amount-not-decimal'],
    ['1'.repeat(100_000), 'EUR', 'amount-not-decimal'],
    ['1.005', 'EUR', 'amount-too-precise'],
    ['1.00', 'JPY', 'amount-too-precise'],
    ['90071992547409.92', 'EUR', 'amount-too-large'],
    ['9007199254740993', 'JPY', 'amount-too-large'],
    ['-9007199254740992', 'JPY', 'amount-too-large'],
    ['1', 'XXX', 'currency-unknown'],
  ])('%j %s is refused as %s', (text, currency, code) => {
    expect(minorFromDecimal(text, currency)).toMatchObject({ ok: false, code })
  })

  test('an amount or a currency that cannot be is a fault of ours', () => {
    for (const minor of [Number.NaN, 1.5, 2 ** 53]) expect(() => decimalFromMinor(minor, 'EUR')).toThrow(RangeError)
    expect(() => decimalFromMinor(1, 'XXX')).toThrow(RangeError)
  })
})

describe('quick amounts', () => {
  test.each<[number, string, number[]]>([
    [1_290, 'EUR', [1_290, 1_300, 1_500, 2_000, 5_000]],
    [500, 'EUR', [500, 1_000, 2_000, 5_000, 10_000]],
    [87_30, 'EUR', [87_30, 88_00, 90_00, 100_00, 200_00]],
    [1_287, 'USD', [1_287, 1_300, 1_500, 2_000, 5_000]],
    [1_287, 'JPY', [1_287, 2_000, 5_000, 10_000]],
    [1_240, 'CHF', [1_240, 2_000, 5_000, 10_000, 20_000]],
    [4_250, 'KWD', [4_250, 5_000, 10_000, 20_000]],
    [700, 'ISK', [700, 1_000, 2_000, 5_000, 10_000]],
    [700, 'XAF', [700, 1_000, 2_000, 5_000, 10_000]],
    [0, 'EUR', [0]],
    [-500, 'EUR', [-500]],
  ])('%i %s', (dueMinor, currency, expected) => {
    expect(quickAmounts(dueMinor, currency)).toEqual(expected)
  })

  test('begin with the exact amount, rise, and are at most five', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        fc.constantFrom(...currencies),
        (due, currency) => {
          const amounts = quickAmounts(due, currency)
          expect(amounts[0]).toBe(due)
          expect(amounts.length).toBeLessThanOrEqual(5)
          expect(amounts.every((amount, i) => i === 0 || amount > amounts[i - 1]!)).toBe(true)
          expect(amounts.every(Number.isSafeInteger)).toBe(true)
        },
      ),
    )
  })

  test('notes rise, in minor units', () => {
    expect(cashNotes('EUR')).toEqual([500, 1_000, 2_000, 5_000, 10_000, 20_000])
    expect(cashNotes('JPY')).toEqual([1_000, 5_000, 10_000])
    expect(cashNotes('TND')).toEqual([5_000, 10_000, 20_000, 50_000, 100_000])
    expect(() => cashNotes('XXX')).toThrow(RangeError)
    expect(() => quickAmounts(1.5, 'EUR')).toThrow(RangeError)
  })
})
