import { currencyExponent } from '../../src/domain/money.ts'

const formats = new Map<string, Intl.NumberFormat>()
const formatOf = (currency: string): Intl.NumberFormat => {
  const known = formats.get(currency)
  if (known) return known
  const digits = currencyExponent(currency) ?? 2
  const format = new Intl.NumberFormat(navigator.language, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  formats.set(currency, format)
  return format
}

/** An amount with its currency, as the person's language writes it. The float exists only on its way to the screen. */
export const formatMoney = (minor: number, currency: string): string =>
  formatOf(currency).format(minor / 10 ** (currencyExponent(currency) ?? 2))

/** The same without the currency's sign, where a whole column has one. */
export const formatAmount = (minor: number, currency: string): string =>
  formatOf(currency)
    .formatToParts(minor / 10 ** (currencyExponent(currency) ?? 2))
    .filter(part => part.type !== 'currency' && part.type !== 'literal')
    .map(part => part.value)
    .join('')

const quantity = new Intl.NumberFormat(navigator.language, { maximumFractionDigits: 3 })
/** Millionths as a number of pieces or units. */
export const formatQuantity = (micro: number): string => quantity.format(micro / 1_000_000)

const time = new Intl.DateTimeFormat(navigator.language, { timeStyle: 'short' })
const dateTime = new Intl.DateTimeFormat(navigator.language, { dateStyle: 'medium', timeStyle: 'short' })
export const formatTime = (atMs: number): string => time.format(atMs)
export const formatDateTime = (atMs: number): string => dateTime.format(atMs)
