import { decimalOf, type Fraction, fractionOfDecimal } from '../../src/domain/fraction.ts'
import { type Figure, isObject, type Json, type JsonObject } from './row.ts'

export type Difference = { at: string; expected: string; got: string }

const isFraction = (value: Figure | undefined): value is Fraction =>
  typeof value === 'object' && 'over' in value && typeof value.over === 'bigint'

/** `total_5dp` is the figure `total` as it looks with five digits. */
const nameAndDigits = (key: string): { name: string; digits: number | undefined } => {
  const [, name, digits] = /^(.+)_(\d+)dp$/.exec(key) ?? []
  return name === undefined ? { name: key, digits: undefined } : { name, digits: Number(digits) }
}

const digitsShown = (text: string): number => text.split('.')[1]?.length ?? 0

/** Without its trailing zeros: 12.90 and 12.9 are one number. */
const plain = (text: string): string => {
  const trimmed = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text
  return trimmed === '-0' ? '0' : trimmed
}

/** Exact figures that never end are compared to so many digits, at least to those that are shown. */
const exactDigits = 6

const compareNumber = (
  expected: string | number,
  got: Fraction,
  digits: number | undefined,
  at: string,
): Difference[] => {
  const text = String(expected)
  const wanted = fractionOfDecimal(text)
  const to = digits ?? Math.max(exactDigits, digitsShown(text))
  const shown = plain(decimalOf(got, to))
  return wanted && plain(decimalOf(wanted, to)) === shown ? [] : [{ at, expected: text, got: shown }]
}

const show = (value: Figure | undefined): string => {
  if (value === undefined) return 'nothing'
  if (isFraction(value)) return plain(decimalOf(value, exactDigits))
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([name, each]) => `${name}: ${show(each)}`)
      .join(', ')}}`
  }
  return String(value)
}

const compareValue = (
  expected: Json,
  got: Figure | undefined,
  digits: number | undefined,
  at: string,
): Difference[] => {
  if (got === undefined) return [{ at, expected: JSON.stringify(expected), got: 'nothing' }]
  if (isFraction(got)) {
    if (typeof expected === 'string' || typeof expected === 'number') return compareNumber(expected, got, digits, at)
  } else if (Array.isArray(expected) && Array.isArray(got)) {
    const longer = expected.length >= got.length ? expected : got
    return longer.flatMap((_, i) => {
      const wanted = expected[i]
      return wanted === undefined
        ? [{ at: `${at}.${i}`, expected: 'nothing', got: show(got[i]) }]
        : compareValue(wanted, got[i], digits, `${at}.${i}`)
    })
  } else if (isObject(expected) && typeof got === 'object' && !Array.isArray(got)) {
    return compareObject(expected, got, digits, at)
  } else if (expected === got) return []
  return [{ at, expected: JSON.stringify(expected), got: show(got) }]
}

const compareObject = (
  expected: JsonObject,
  got: { [name: string]: Figure },
  digits: number | undefined,
  at: string,
): Difference[] =>
  Object.entries(expected).flatMap(([key, value]) => {
    const named = nameAndDigits(key)
    const where = at ? `${at}.${key}` : key
    return compareValue(value, Object.hasOwn(got, key) ? got[key] : got[named.name], named.digits ?? digits, where)
  })

/** Where the figures of the engine are not the ones expected. Figures that nobody expects are not looked at. */
export const differences = (expected: JsonObject, got: { [name: string]: Figure }): Difference[] =>
  compareObject(expected, got, undefined, '')

/** The expected figures that the engine has no word for. That there should be an error is always understood. */
export const unknownFigures = (expected: JsonObject, got: { [name: string]: Figure }): string[] =>
  Object.keys(expected).filter(
    key => key !== 'error' && !Object.hasOwn(got, key) && !Object.hasOwn(got, nameAndDigits(key).name),
  )
