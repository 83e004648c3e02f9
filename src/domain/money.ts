import type { Outcome } from './basket.ts'

export { mulDivRound, type RoundingMode, roundToStep } from './rounding.ts'

/**
 * The minor digits of every currency that is current in ISO 4217 (list one, amendment 180 of 2026: without the lev, the
 * Antillean guilder and others that were withdrawn). Codes without a minor unit (gold, special drawing rights, testing) are no
 * money that a shop takes and are not here.
 */
const exponents: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY ' +
    'COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS ' +
    'INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR ' +
    'MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP ' +
    'STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const exponentByCode = new Map(
  Object.entries(exponents).flatMap(([exponent, codes]) => codes.split(' ').map(code => [code, Number(exponent)])),
)

/** Minor digits by ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD, 4 for CLF; undefined for what is no current currency. */
export const currencyExponent = (code: string): number | undefined => exponentByCode.get(code)

export const isCurrency = (code: string): boolean => exponentByCode.has(code)

const exponentOf = (currency: string): number => {
  const exponent = exponentByCode.get(currency)
  if (exponent === undefined) throw new RangeError(`${currency} is no current currency`)
  return exponent
}

/** `12.90` for 1290 minor units of EUR: a point, no grouping. Throws RangeError for an unknown currency or an unsafe amount. */
export const decimalFromMinor = (amountMinor: number, currency: string): string => {
  if (!Number.isSafeInteger(amountMinor)) throw new RangeError('the amount is not a safe integer')
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(amountMinor)).padStart(exponent + 1, '0')
  const sign = amountMinor < 0 ? '-' : ''
  return exponent === 0 ? sign + digits : `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/**
 * The minor units that a decimal names: digits, at most one point and as many digits after it as the currency has. Refused as
 * `currency-unknown`, `amount-not-decimal`, `amount-too-precise` or `amount-too-large` (2^53 and beyond).
 */
export const minorFromDecimal = (text: string, currency: string): Outcome<{ minor: number }> => {
  const exponent = exponentByCode.get(currency)
  if (exponent === undefined) return { ok: false, code: 'currency-unknown', detail: { currency } }
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text) ?? []
  if (sign === undefined) return { ok: false, code: 'amount-not-decimal' }
  if (fraction.length > exponent) return { ok: false, code: 'amount-too-precise', detail: { digits: exponent } }
  const magnitude = Number(whole + fraction.padEnd(exponent, '0'))
  if (!Number.isSafeInteger(magnitude)) return { ok: false, code: 'amount-too-large' }
  return { ok: true, minor: sign ? 0 - magnitude : magnitude }
}

/** Notes in major units, as their central banks issue them; large ones that customers rarely hand over are left out. */
const notes: Record<string, readonly number[]> = {
  AUD: [5, 10, 20, 50, 100],
  BRL: [2, 5, 10, 20, 50, 100, 200],
  CAD: [5, 10, 20, 50, 100],
  CHF: [10, 20, 50, 100, 200],
  CLP: [1_000, 2_000, 5_000, 10_000, 20_000],
  CNY: [1, 5, 10, 20, 50, 100],
  CZK: [100, 200, 500, 1_000, 2_000, 5_000],
  DKK: [50, 100, 200, 500],
  EUR: [5, 10, 20, 50, 100, 200],
  GBP: [5, 10, 20, 50],
  HKD: [10, 20, 50, 100, 500, 1_000],
  HUF: [500, 1_000, 2_000, 5_000, 10_000, 20_000],
  IDR: [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000],
  ILS: [20, 50, 100, 200],
  INR: [10, 20, 50, 100, 200, 500],
  ISK: [500, 1_000, 2_000, 5_000, 10_000],
  JPY: [1_000, 5_000, 10_000],
  KRW: [1_000, 5_000, 10_000, 50_000],
  KWD: [1, 5, 10, 20],
  MXN: [20, 50, 100, 200, 500],
  NOK: [50, 100, 200, 500],
  NZD: [5, 10, 20, 50, 100],
  PLN: [10, 20, 50, 100, 200, 500],
  RON: [1, 5, 10, 20, 50, 100, 200],
  SEK: [20, 50, 100, 200, 500],
  SGD: [2, 5, 10, 50, 100],
  THB: [20, 50, 100, 500, 1_000],
  TRY: [5, 10, 20, 50, 100, 200],
  TWD: [100, 500, 1_000],
  USD: [1, 5, 10, 20, 50, 100],
  VND: [10_000, 20_000, 50_000, 100_000, 200_000, 500_000],
  ZAR: [10, 20, 50, 100, 200],
}
const usualNotes = [5, 10, 20, 50, 100]

/**
 * The common notes of a currency in minor units, ascending. Where nothing else is known: 5, 10, 20, 50 and 100, and hundred
 * times that for a currency without a minor unit. Throws RangeError for an unknown currency.
 */
export const cashNotes = (currency: string): number[] => {
  const exponent = exponentOf(currency)
  const known = notes[currency]
  if (known) return known.map(note => note * 10 ** exponent)
  return usualNotes.map(note => note * 10 ** (exponent || 2))
}

/**
 * What a cashier taps instead of typing: the exact amount, then the next amounts that a hand of notes makes, at most five,
 * ascending and each once. Only the amount itself where nothing is due. Throws RangeError where it is no safe integer.
 */
export const quickAmounts = (dueMinor: number, currency: string): number[] => {
  if (!Number.isSafeInteger(dueMinor)) throw new RangeError('the amount is not a safe integer')
  if (dueMinor <= 0) return [dueMinor]
  const ladder = cashNotes(currency)
  const smallestMinor = ladder[0] ?? 1
  // Coins fill up to a round number below the smallest note: 12.90 EUR is paid with 13.00.
  const coinsMinor = 10 ** Math.floor(Math.log10(smallestMinor))
  const amounts = [coinsMinor, ...ladder].map(note => Math.ceil(dueMinor / note) * note)
  return [...new Set([dueMinor, ...amounts])]
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b)
    .slice(0, 5)
}
