import type { Tender } from '../../src/domain/basket.ts'
import { totalDocument } from '../../src/domain/exact-document.ts'
import { type ExactLine, exactLineTaxes } from '../../src/domain/exact-tax.ts'
import { add, type Fraction, fraction, negate, zero } from '../../src/domain/fraction.ts'
import { roundToStep } from '../../src/domain/rounding.ts'
import { settle } from '../../src/domain/tender.ts'
import {
  type CaseRow,
  centsOf,
  centsOfFraction,
  type Figures,
  fractionOfCents,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  Unsupported,
} from './row.ts'
import { linesOf, rateName, roundingMode, type TaxSettings, taxesOf, taxSettings } from './tax-settings.ts'

/** The products that Odoo's tests of its point of sale sell: rows out of them name these without their prices. */
const testCatalog: JsonObject = {
  P1: { price: '10.00', taxes: ['7 excl'] },
  P2: { price: '20.00', taxes: ['10 incl'] },
  P3: { price: '30.00', taxes: ['7 excl', '10 incl'] },
}

const soldLines = (lines: Json | undefined, catalog: JsonObject, times: Fraction): ExactLine[] =>
  listOf(lines, 'lines').map(line => {
    const [product, quantity] = listOf(line, 'a line')
    const entry = catalog[textOf(product, 'a product')]
    if (!isObject(entry)) throw new Unsupported(`no catalog names the price of ${String(product)}`)
    const sold = numberOf(quantity, 'a quantity')
    return {
      unitPrice: numberOf(entry.price, 'a price'),
      quantity: fraction(sold.over * times.over, sold.under),
      discountShare: zero,
      taxes: taxesOf(entry.taxes),
    }
  })

const catalogOf = (input: JsonObject): JsonObject => (isObject(input.catalog) ? input.catalog : testCatalog)

const rateSums = (lines: readonly ExactLine[], settings: TaxSettings): Map<string, Fraction> => {
  const sums = new Map<string, Fraction>()
  for (const { tax, amount } of totalDocument(lines, settings).taxes) {
    sums.set(rateName(tax), add(sums.get(rateName(tax)) ?? zero, amount))
  }
  return sums
}

/** A day of orders: taxes by rate, sales by the taxes they bear, money by tender. */
export const dayOfOrders = (row: CaseRow): Figures => {
  const settings = taxSettings(row)
  const catalog = catalogOf(row.input)
  const figures: Figures = {}
  const byTender = new Map<string, Fraction>()
  const bySet = new Map<string, Fraction>()
  const byRate = new Map<string, Fraction>()
  for (const order of objectsOf(row.input.orders, 'orders')) {
    const lines = soldLines(order.lines, catalog, fraction(1))
    const tender = typeof order.tender === 'string' ? order.tender : 'cash'
    byTender.set(tender, add(byTender.get(tender) ?? zero, totalDocument(lines, settings).total))
    for (const [rate, amount] of rateSums(lines, settings)) byRate.set(rate, add(byRate.get(rate) ?? zero, amount))
    for (const line of lines) {
      const taxSet = line.taxes.map(rateName).join('+')
      bySet.set(taxSet, add(bySet.get(taxSet) ?? zero, exactLineTaxes(line, settings).base))
    }
  }
  for (const [rate, amount] of byRate) figures[`tax_${rate}`] = amount
  for (const [tender, amount] of byTender) figures[tender] = amount
  return { ...figures, sales_by_tax_set: Object.fromEntries(bySet) }
}

/** A sale of catalog products, and all of it coming back. */
export const saleAndReturn = (row: CaseRow): Figures => {
  const settings = taxSettings(row)
  const catalog = catalogOf(row.input)
  const sale = soldLines(row.input.lines, catalog, fraction(1))
  const back = soldLines(row.input.lines, catalog, fraction(-1))
  const figures: Figures = {
    sale_total: totalDocument(sale, settings).total,
    refund_total: totalDocument(back, settings).total,
  }
  for (const [rate, amount] of rateSums(sale, settings)) figures[`sale_tax_${rate}`] = amount
  for (const [rate, amount] of rateSums(back, settings)) figures[`refund_tax_${rate}`] = amount
  return figures
}

const isCash = (tender: JsonObject): boolean => textOf(tender.type ?? tender.kind, 'the type of a tender') === 'cash'

/** Cash rounding at the till: only what is left for cash is rounded, and only in the tender. */
export const paidInCash = (row: CaseRow): Figures => {
  const { input } = row
  const settings = taxSettings(row)
  const document = totalDocument(linesOf(input.lines), settings)
  const totalMinor = centsOfFraction(document.total)
  const cashStepMinor = centsOf(input.cash_step, 'cash_step')
  const cashRounding = roundingMode(typeof input.method === 'string' ? input.method : 'HALF-UP')
  const given = listOf(input.tenders, 'tenders').map(each => objectOf(each, 'a tender'))
  const named = given.filter(tender => tender.amount !== 'remainder').map(tender => centsOf(tender.amount, 'a tender'))
  const openMinor = totalMinor - named.reduce((sum, amount) => sum + amount, 0)
  const tenders = given.map((tender): Tender => {
    const cash = isCash(tender)
    const remainder = cash ? roundToStep(openMinor, cashStepMinor, cashRounding) : openMinor
    const amountMinor = tender.amount === 'remainder' ? remainder : centsOf(tender.amount, 'a tender')
    return { kind: cash ? 'cash' : 'card', amountMinor }
  })
  const rules = { cashStepMinor, cashRounding }
  const outcome = settle(totalMinor, tenders, rules)
  if (!outcome.ok) return { error: outcome.code }
  const { dueMinor, roundingMinor, changeMinor } = outcome.settled
  const back = settle(
    -totalMinor,
    tenders.map(tender => ({ ...tender, amountMinor: -tender.amountMinor })),
    rules,
  )
  const cashMinor = tenders
    .filter(tender => tender.kind === 'cash')
    .reduce((sum, tender) => sum + tender.amountMinor, 0)
  return {
    base: document.base,
    tax: document.tax,
    order_total: document.total,
    cash_amount: fractionOfCents(cashMinor - changeMinor),
    amount_paid: fractionOfCents(dueMinor),
    rounding_adjustment: fractionOfCents(roundingMinor),
    change: fractionOfCents(changeMinor),
    full_refund_mirrors_sign:
      back.ok && back.settled.dueMinor === -dueMinor && back.settled.roundingMinor === 0 - roundingMinor,
    refund_total: negate(document.total),
  }
}
