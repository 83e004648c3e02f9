import type { Outcome, Refusal } from './basket.ts'
import { hasActiveCharacters } from './text.ts'

/** Sum of digits weighted 3, 1, 3, … from the right, where the rightmost weighs `rightmost`. */
const weightedSum = (digits: string, rightmost: 1 | 3): number => {
  let sum = 0
  let weight: number = rightmost
  for (let index = digits.length - 1; index >= 0; index--) {
    sum += Number(digits[index]) * weight
    weight = 4 - weight
  }
  return sum
}

/** The check digit for a GTIN without its last digit (GS1 General Specifications, section 7.9.1). */
export const gtinCheckDigit = (body: string): number => {
  if (!/^\d{1,17}$/.test(body)) throw new RangeError('a check digit is for 1 to 17 digits')
  return (10 - (weightedSum(body, 3) % 10)) % 10
}

/** Whether this is a GTIN-8, -12, -13 or -14 with the right check digit. */
export const isGtin = (code: string): boolean => /^(?:\d{8}|\d{12,14})$/.test(code) && weightedSum(code, 1) % 10 === 0

/** A GTIN of any length in the 14 digits by which it is compared and stored; undefined for anything else. */
export const normaliseGtin = (code: string): string | undefined => (isGtin(code) ? code.padStart(14, '0') : undefined)

/**
 * The UPC-A behind a UPC-E of 8 digits: number system 0 or 1, six digits, check digit (GS1 General
 * Specifications, zero suppression). Undefined where it is not one or where its check digit is wrong.
 */
export const expandUpcE = (code: string): string | undefined => {
  const parts = /^([01])(\d{6})(\d)$/.exec(code)
  if (!parts) return undefined
  const [, system = '', six = '', check = ''] = parts
  const last = six.charAt(5)
  const [maker, article] =
    last <= '2'
      ? [`${six.slice(0, 2)}${last}00`, `00${six.slice(2, 5)}`]
      : last === '3'
        ? [`${six.slice(0, 3)}00`, `000${six.slice(3, 5)}`]
        : last === '4'
          ? [`${six.slice(0, 4)}0`, `0000${six.charAt(4)}`]
          : [six.slice(0, 5), `0000${last}`]
  const upcA = `${system}${maker}${article}${check}`
  return isGtin(upcA) ? upcA : undefined
}

const twoMinus = [0, 2, 4, 6, 8, 9, 1, 3, 5, 7]
const three = [0, 3, 6, 9, 2, 5, 8, 1, 4, 7]
const fivePlus = [0, 5, 1, 6, 2, 7, 3, 8, 4, 9]
const fiveMinus = [0, 5, 9, 4, 8, 3, 7, 2, 6, 1]

const weigh = (digits: string, tables: readonly (readonly number[])[]): number =>
  tables.reduce((sum, table, index) => sum + (table[Number(digits[index])] ?? 0), 0)

/** The verifier digit inside a code that carries a price or weight of 4 or 5 digits (GS1 General Specifications, 7.9.2 to 7.9.4). */
export const innerCheckDigit = (value: string): number => {
  if (/^\d{4}$/.test(value)) return (weigh(value, [twoMinus, twoMinus, three, fiveMinus]) * 3) % 10
  if (/^\d{5}$/.test(value)) {
    const complement = (10 - (weigh(value, [fivePlus, twoMinus, fiveMinus, fivePlus, twoMinus]) % 10)) % 10
    return fiveMinus.indexOf(complement)
  }
  throw new RangeError('an inner check digit is for 4 or 5 digits')
}

/**
 * How a GTIN-13 of restricted circulation is cut: prefix, item code, inner check digit if there is one, value, check digit.
 * `decimals`: how many of the value's digits stand behind the point, of a currency unit or of a kilogram.
 */
export type EmbeddedRule = {
  prefix: string
  itemDigits: number
  valueDigits: number
  decimals: number
  carries: 'price' | 'weight'
  innerCheck: boolean
}

const rule = (prefix: string, carries: 'price' | 'weight', decimals: number, innerCheck = false): EmbeddedRule => ({
  prefix,
  carries,
  decimals,
  innerCheck,
  itemDigits: 5,
  valueDigits: innerCheck ? 4 : 5,
})

/**
 * What a store starts with. GS1 reserves 02 and 20 to 29 for restricted circulation (GS1 General Specifications, GS1
 * prefixes) but leaves their layout to each country and company: a store sets its own scale's. 02 is the North American
 * price label (a UPC-A that begins with 2).
 */
export const defaultEmbeddedRules: readonly EmbeddedRule[] = [
  rule('02', 'price', 2, true),
  ...['20', '21', '22', '23', '24'].map(prefix => rule(prefix, 'price', 2)),
  ...['25', '26', '27', '28', '29'].map(prefix => rule(prefix, 'weight', 3)),
]

/** A rule that a person entered: undefined where it can work, else what is wrong with it. */
export const checkEmbeddedRule = (candidate: EmbeddedRule, minorDigits = 2): Refusal | undefined => {
  const { prefix, itemDigits, valueDigits, decimals, innerCheck, carries } = candidate
  const digits = prefix.length + itemDigits + valueDigits + (innerCheck ? 1 : 0) + 1
  const fits =
    /^(?:02|2\d)\d{0,5}$/.test(prefix) &&
    [itemDigits, valueDigits, decimals].every(Number.isSafeInteger) &&
    digits === 13 &&
    itemDigits >= 1 &&
    valueDigits >= 1 &&
    (!innerCheck || valueDigits === 4 || valueDigits === 5) &&
    decimals >= 0 &&
    decimals <= (carries === 'price' ? minorDigits : 6)
  return fits ? undefined : { ok: false, code: 'embedded-rule-invalid', detail: { prefix } }
}

export type Scan =
  /** An article number, in 14 digits. */
  | { kind: 'gtin'; gtin14: string }
  /** What the scale says the customer pays for this piece, in minor units. */
  | { kind: 'embedded-price'; itemCode: string; valueMinor: number }
  /** What the scale weighed, in millionths of a kilogram. */
  | { kind: 'embedded-weight'; itemCode: string; weightMicro: number }
  /** Anything else that can be looked up: an own code, a receipt number. */
  | { kind: 'plain'; code: string }

const longestCode = 128

const parseEmbedded = (code: string, found: EmbeddedRule, minorDigits: number): Outcome<{ scan: Scan }> => {
  const refused = checkEmbeddedRule(found, minorDigits)
  if (refused) throw new RangeError(`the embedded rule for prefix ${found.prefix} can't work`)
  if (!isGtin(code)) return { ok: false, code: 'check-digit-wrong', detail: { code } }
  const itemEnd = found.prefix.length + found.itemDigits
  const itemCode = code.slice(found.prefix.length, itemEnd)
  const value = code.slice(-1 - found.valueDigits, -1)
  if (found.innerCheck && Number(code[itemEnd]) !== innerCheckDigit(value)) {
    return { ok: false, code: 'check-digit-wrong', detail: { code } }
  }
  const scan: Scan =
    found.carries === 'price'
      ? { kind: 'embedded-price', itemCode, valueMinor: Number(value) * 10 ** (minorDigits - found.decimals) }
      : { kind: 'embedded-weight', itemCode, weightMicro: Number(value) * 10 ** (6 - found.decimals) }
  return { ok: true, scan }
}

/**
 * What a scanned or typed code means. Refusals: `code-empty`, `code-too-long` (128 characters), `code-invalid` (control or
 * invisible characters), `check-digit-wrong` (a GTIN-13 whose prefix is in `rules`, with a wrong outer or inner check digit:
 * sold anyway, it would be at a wrong price). Any other wrong check digit leaves a plain code, which may be the shop's own.
 * `minorDigits` is the number of decimals of the store's currency.
 */
export const parseScan = (
  scanned: string,
  rules: readonly EmbeddedRule[] = defaultEmbeddedRules,
  minorDigits = 2,
): Outcome<{ scan: Scan }> => {
  const code = scanned.trim()
  if (code === '') return { ok: false, code: 'code-empty' }
  if (code.length > longestCode) return { ok: false, code: 'code-too-long', detail: { longest: longestCode } }
  if (hasActiveCharacters(code)) return { ok: false, code: 'code-invalid' }

  const isUpcAWithSystem2 = code.length === 12 && code.startsWith('2') && isGtin(code)
  const thirteen = isUpcAWithSystem2 ? `0${code}` : code
  if (/^\d{13}$/.test(thirteen)) {
    const found = rules
      .filter(candidate => thirteen.startsWith(candidate.prefix))
      .toSorted((a, b) => b.prefix.length - a.prefix.length)[0]
    if (found) return parseEmbedded(thirteen, found, minorDigits)
  }
  // Eight digits that begin with 0 are a UPC-E in trade; a GTIN-8 beginning with 0 is only ever a shop's own.
  const upcA = code.startsWith('0') ? expandUpcE(code) : undefined
  const gtin14 = normaliseGtin(upcA ?? code)
  return { ok: true, scan: gtin14 === undefined ? { kind: 'plain', code } : { kind: 'gtin', gtin14 } }
}
