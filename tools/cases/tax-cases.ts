import {
  type DocumentTax,
  discountDocument,
  netReturns,
  roundForCash,
  splitBySign,
  totalDocument,
} from '../../src/domain/exact-document.ts'
import { type ExactLine, exactLineTaxes, repriceForTaxes } from '../../src/domain/exact-tax.ts'
import {
  add,
  divide,
  type Fraction,
  fraction,
  isSame,
  multiply,
  one,
  roundFraction,
  sumOf,
  zero,
} from '../../src/domain/fraction.ts'
import {
  type CaseRow,
  type Figures,
  type JsonObject,
  numberOf,
  numberOr,
  objectsOf,
  shareOf,
  Unsupported,
} from './row.ts'
import {
  chainOfRates,
  lineOf,
  linesOf,
  rateName,
  roundingMode,
  type TaxSettings,
  taxesOf,
  taxOf,
  taxSettings,
} from './tax-settings.ts'

/** One price with its chain of taxes. */
export const priceWithTaxes = (row: CaseRow): Figures => {
  const settings = taxSettings(row)
  const { base, total, taxes } = exactLineTaxes(lineOf(row.input), settings.raw ? undefined : settings)
  return { total_excluded: base, total_included: total, base, total, taxes: taxes.map(tax => ({ ...tax })) }
}

/** The figures of each rate, taxes of the same rate together. */
const byRate = (taxes: readonly DocumentTax[]): Record<string, { base: Fraction; tax: Fraction }> => {
  const rates: Record<string, { base: Fraction; tax: Fraction }> = {}
  for (const { tax, base, amount } of taxes) {
    const name = rateName(tax)
    const sum = rates[name] ?? { base: zero, tax: zero }
    rates[name] = { base: add(sum.base, base), tax: add(sum.tax, amount) }
  }
  return rates
}

/** Taxes as objects where the row expects objects, else their amounts. */
const byTax = (taxes: readonly DocumentTax[], expected: JsonObject): Figures[string] => {
  const [first] = Array.isArray(expected.by_tax) ? expected.by_tax : []
  return taxes.map(({ base, amount }) => (typeof first === 'object' ? { base, tax: amount, amount } : amount))
}

const totalsOf = (lines: readonly ExactLine[], settings: TaxSettings, expected: JsonObject): Figures => {
  const { base, tax, total, taxes, lines: fitted } = totalDocument(lines, settings)
  const rates = byRate(taxes)
  return {
    base,
    tax,
    total,
    gross: total,
    total_excluded: base,
    total_included: total,
    by_tax: byTax(taxes, expected),
    by_rate: rates,
    taxes: Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, rate.tax])),
    line_bases: fitted.map(line => line.base),
    line_taxes: fitted.map(line => line.tax),
    line_totals: fitted.map(line => line.total),
  }
}

/** A document of several lines: discounts on all of it, returns netted, cash rounding, as its input says. */
export const documentOfLines = (row: CaseRow): Figures => {
  const { input, expected } = row
  const settings = taxSettings(row)
  const lines = linesOf(input.lines)
  const figures = totalsOf(lines, settings, expected)
  if (input.order_discount_percent !== undefined) {
    const share = shareOf(input.order_discount_percent, 'the discount of the order')
    const { before, after, perLine } = discountDocument(lines, share, settings)
    const { base, tax, total } = after
    return {
      base,
      tax,
      total,
      by_tax: byTax(after.taxes, expected),
      by_rate: byRate(after.taxes),
      before: { base: before.base, tax: before.tax, total: before.total },
      after: { base, tax, total },
      discount_per_line: perLine,
    }
  }
  if (input.cash_step !== undefined) {
    const step = numberOf(input.cash_step, 'the cash step')
    const mode = roundingMode(typeof input.method === 'string' ? input.method : 'HALF-UP')
    const biggest = input.strategy === 'biggest_tax'
    if (!biggest && input.strategy !== 'add_line' && input.strategy !== 'add_invoice_line') {
      throw new Unsupported(`the engine has no cash rounding called ${String(input.strategy)}`)
    }
    const rounded = roundForCash(totalDocument(lines, settings), step, mode, biggest ? 'heaviest-tax' : 'own-line')
    const { base, tax, total, taxes, roundingAmount } = rounded
    return { base, tax, total, by_tax: byTax(taxes, expected), by_rate: byRate(taxes), cash_rounding: roundingAmount }
  }
  const { sold, returned } = splitBySign(lines)
  const partOf = (some: readonly ExactLine[]): Figures => {
    const { base, tax, total } = totalDocument(some, settings)
    return { base, tax, gross: total, total }
  }
  return {
    ...figures,
    sale: partOf(sold),
    return_: partOf(returned),
    net_due: add(totalDocument(sold, settings).total, totalDocument(returned, settings).total),
    after_netting_quantities: netReturns(lines).map(line => line.quantity),
    ...wrongTotal(figures, expected),
  }
}

/** A total that someone reported by mistake is right as long as it is not ours. */
const wrongTotal = ({ total }: Figures, { wrong_total_reported: wrong }: JsonObject): Figures => {
  if (wrong === undefined) return {}
  const reported = numberOf(wrong, 'wrong_total_reported')
  const ours =
    total !== undefined && typeof total === 'object' && 'over' in total && isSame(total as Fraction, reported)
  return { wrong_total_reported: ours ? 'the total of the engine' : reported }
}

/** A price for a customer to whom other taxes apply. */
export const priceForOtherTaxes = ({ input }: CaseRow): Figures => {
  const chain = (one: CaseRow['input'][string] | undefined, all: CaseRow['input'][string] | undefined) =>
    all !== undefined ? taxesOf(all) : one === undefined ? [] : [taxOf(one)]
  const price = repriceForTaxes(
    numberOf(input.price_unit, 'price_unit'),
    chain(input.source_tax, input.source_taxes),
    chain(input.target_tax, input.target_taxes),
  )
  return { price_unit: roundFraction(price, fraction(1, 1_000_000)) }
}

const single = { quantity: one, discountShare: zero }

/** One rate inside an amount, and on top of it. */
export const taxOfAmount = ({ input }: CaseRow): Figures => {
  const unitPrice = numberOf(input.amount, 'amount')
  const taxed = (included: boolean): Fraction =>
    sumOf(
      exactLineTaxes({
        ...single,
        unitPrice,
        taxes: chainOfRates([{ rate: input.rate ?? null }], included).taxes,
      }).taxes.map(tax => tax.amount),
    )
  return { tax_if_included: taxed(true), tax_if_excluded: taxed(false) }
}

/** Rates on one amount, some of them compound. */
export const ratesOnAmount = ({ input, expected }: CaseRow): Figures => {
  const { names, taxes } = chainOfRates(input.rates, input.included === true)
  const result = exactLineTaxes({ ...single, unitPrice: numberOf(input.amount, 'amount'), taxes })
  const amounts = result.taxes.map(tax => tax.amount)
  const named = Object.fromEntries(names.map((name, i) => [name, amounts[i] ?? zero]))
  const asList = Object.entries(expected).some(([key, value]) => key.startsWith('taxes') && Array.isArray(value))
  return { taxes: asList ? amounts : named, total_tax: sumOf(amounts), total: result.total, net: result.base }
}

/** A cart whose taxes stay exact on the lines and are rounded at the end; each printed rate is rounded for itself. */
export const cartOfRates = ({ input }: CaseRow): Figures => {
  const cent = fraction(1, 100)
  const { taxes } = chainOfRates(input.rates, input.included === true)
  const lines = objectsOf(input.lines, 'lines').map(line => exactLineTaxes({ ...lineOf(line), taxes }))
  const perRate = taxes.map((_, i) => sumOf(lines.map(line => line.taxes[i]?.amount ?? zero)))
  const cartTax = sumOf(perRate)
  return {
    line_taxes: lines.flatMap(line => line.taxes.map(tax => tax.amount)),
    cart_tax: cartTax,
    total_tax: roundFraction(cartTax, cent),
    subtotal: sumOf(lines.map(line => line.base)),
    total: roundFraction(sumOf(lines.map(line => line.total)), cent),
    tax_lines_2dp: perRate.map(amount => roundFraction(amount, cent)),
  }
}

/** The same line with its tax rounded once, and with the price of one unit rounded first. */
export const lineAndUnit = (row: CaseRow): Figures => {
  const { input } = row
  const { step, mode } = taxSettings(row)
  const unitPrice = numberOf(input.unit_net, 'unit_net')
  const quantity = numberOr(input.quantity, 'quantity', one)
  const { taxes } = chainOfRates([{ rate: input.rate ?? null }], false)
  const line = exactLineTaxes({ unitPrice, quantity, discountShare: zero, taxes }, { step, mode })
  const unit = exactLineTaxes({ ...single, unitPrice, taxes }, { step, mode })
  const perUnit = (value: Fraction): Fraction => multiply(value, quantity)
  const tax = line.taxes[0]?.amount ?? zero
  const unitTax = unit.taxes[0]?.amount ?? zero
  return {
    per_line: { net: line.base, tax, gross: line.total },
    per_unit: { net: perUnit(unit.base), tax: perUnit(unitTax), gross: perUnit(unit.total) },
    per_unit_gross: perUnit(unit.total),
    per_unit_tax: perUnit(unitTax),
    unit_gross: divide(perUnit(unit.total), quantity),
  }
}
