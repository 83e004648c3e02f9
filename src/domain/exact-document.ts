import { type ExactLine, type ExactTax, exactAmount, exactLineTaxes } from './exact-tax.ts'
import {
  absolute,
  add,
  allocateSteps,
  compare,
  type Fraction,
  fraction,
  isSame,
  multiply,
  negate,
  roundFraction,
  signOf,
  stepsOf,
  subtract,
  sumOf,
  zero,
} from './fraction.ts'
import { type RoundingMode, roundQuotient } from './rounding.ts'

/**
 * Where a document rounds. `line`: each tax of each line, then sums. `document`: exact sums, each tax once; where all taxes are
 * inside the prices, the total is the sum of the prices and the tax what the base leaves of it. `certified`: the total is the
 * rounded sum of the exact totals, each rate's tax is rounded once, and the base is what remains (certified invoicing in
 * Portugal).
 */
export type DocumentRounding = 'line' | 'document' | 'certified'
export type DocumentSettings = { rounding: DocumentRounding; step: Fraction; mode: RoundingMode }

export type DocumentTax = { tax: ExactTax; base: Fraction; amount: Fraction }
export type DocumentLine = { base: Fraction; tax: Fraction; total: Fraction }
export type DocumentTotals = {
  base: Fraction
  tax: Fraction
  total: Fraction
  /** One for each different tax of the chain, in the order of the lines. */
  taxes: DocumentTax[]
  /** Rounded so that they add up to the base and the tax. */
  lines: DocumentLine[]
}

/** Taxes are the same by their content; where a line bears the same twice (central and state tax), they stay two. */
const keysOf = (taxes: readonly ExactTax[]): string[] => {
  const seen = new Map<string, number>()
  return taxes.map(({ kind, amount, included, affectsNext, affectedByPrevious, reverseCharge }) => {
    const content = [kind, amount.over, amount.under, included, affectsNext, affectedByPrevious, reverseCharge].join(
      ' ',
    )
    const place = seen.get(content) ?? 0
    seen.set(content, place + 1)
    return `${content} ${place}`
  })
}

/**
 * Hands the cents that rounding lost or won back to the lines, by weight: the heaviest take their rounded share first, and what
 * is still left goes by one to the heaviest (line figures of an invoice under EN 16931).
 */
export const dispatchResidue = (residueSteps: bigint, weights: readonly Fraction[]): bigint[] => {
  const sum = sumOf(weights.map(absolute))
  const parts = weights.map(() => 0n)
  const order = [...weights.keys()].sort((a, b) => compare(absolute(weights[b]!), absolute(weights[a]!)) || a - b)
  const sign = residueSteps < 0n ? -1n : 1n
  const size = residueSteps * sign
  let left = size
  if (signOf(sum) !== 0) {
    for (const i of order) {
      const share = multiply(fraction(size), absolute(weights[i]!))
      const rounded = roundQuotient(share.over * sum.under, share.under * sum.over)
      let part = rounded
      if (part > left) part = left
      parts[i] = part * sign
      left -= part
    }
  }
  for (let at = 0; left > 0n && order.length > 0; at = (at + 1) % order.length) {
    parts[order[at]!]! += sign
    left -= 1n
  }
  return parts
}

const fitLines = (exact: readonly Fraction[], total: Fraction, step: Fraction, mode: RoundingMode): Fraction[] => {
  const rounded = exact.map(value => stepsOf(value, step, mode))
  const residue = stepsOf(total, step, mode) - rounded.reduce((sum, value) => sum + value, 0n)
  const parts = dispatchResidue(residue, exact)
  return rounded.map((value, i) => multiply(fraction(value + parts[i]!), step))
}

/** The totals of a document in the way that its settings say. */
export const totalDocument = (lines: readonly ExactLine[], settings: DocumentSettings): DocumentTotals => {
  const { rounding, step, mode } = settings
  const round = (value: Fraction): Fraction => roundFraction(value, step, mode)
  const taxed = lines.map(line => exactLineTaxes(line, rounding === 'line' ? { step, mode } : undefined))
  const byKey = new Map<string, DocumentTax & { gross: Fraction }>()
  lines.forEach(({ taxes }, i) => {
    keysOf(taxes).forEach((key, place) => {
      const { base, amount } = taxed[i]!.taxes[place]!
      const sum = byKey.get(key) ?? { tax: taxes[place]!, base: zero, amount: zero, gross: zero }
      byKey.set(key, {
        ...sum,
        base: add(sum.base, base),
        amount: add(sum.amount, amount),
        gross: add(sum.gross, add(base, amount)),
      })
    })
  })
  const taxes = [...byKey.values()].map(({ tax, base, amount, gross }) => {
    const rounded = round(amount)
    return { tax, amount: rounded, base: rounding === 'certified' ? subtract(round(gross), rounded) : round(base) }
  })
  const exactBase = sumOf(taxed.map(line => line.base))
  const exactTotal = sumOf(taxed.map(line => line.total))
  const sumOfTaxes = sumOf(taxes.map(tax => tax.amount))
  const allInside = taxes.length > 0 && lines.every(line => line.taxes.every(tax => tax.included))

  let base = round(exactBase)
  let tax = sumOfTaxes
  if (rounding === 'certified') base = subtract(round(exactTotal), tax)
  else if (rounding === 'document' && allInside) {
    tax = subtract(round(exactTotal), base)
    const heaviest = heaviestTax(taxes)
    if (heaviest) heaviest.amount = add(heaviest.amount, subtract(tax, sumOfTaxes))
  }
  const bases = fitLines(
    taxed.map(line => line.base),
    base,
    step,
    mode,
  )
  const lineTaxes = fitLines(
    taxed.map(line => subtract(line.total, line.base)),
    tax,
    step,
    mode,
  )
  const fitted = bases.map((value, i) => ({ base: value, tax: lineTaxes[i]!, total: add(value, lineTaxes[i]!) }))
  return { base, tax, total: add(base, tax), taxes, lines: fitted }
}

const heaviestTax = (taxes: readonly DocumentTax[]): DocumentTax | undefined =>
  taxes.reduce<DocumentTax | undefined>(
    (best, tax) => (best && compare(absolute(best.amount), absolute(tax.amount)) >= 0 ? best : tax),
    undefined,
  )

export type DiscountedDocument = { before: DocumentTotals; after: Omit<DocumentTotals, 'lines'>; perLine: Fraction[] }

/**
 * A share off the whole document. Fixed taxes are for each unit and stay; of the rest the total and each tax are discounted and
 * rounded, and the base takes what remains. `perLine` is the discount of the base, split by what the lines cost with tax.
 */
export const discountDocument = (
  lines: readonly ExactLine[],
  share: Fraction,
  settings: DocumentSettings,
): DiscountedDocument => {
  const { step, mode } = settings
  const off = (value: Fraction): Fraction => roundFraction(multiply(value, share), step, mode)
  const before = totalDocument(lines, settings)
  const discountable = totalDocument(
    lines.map(line => ({ ...line, taxes: line.taxes.filter(tax => tax.kind !== 'fixed') })),
    settings,
  )
  const taxesOff = discountable.taxes.map(tax => off(tax.amount))
  const totalOff = off(discountable.total)
  const baseOff = subtract(totalOff, sumOf(taxesOff))
  let place = 0
  const taxes = before.taxes.map(tax => {
    if (tax.tax.kind === 'fixed') return tax
    const amountOff = taxesOff[place] ?? zero
    place += 1
    return { ...tax, base: subtract(tax.base, off(tax.base)), amount: subtract(tax.amount, amountOff) }
  })
  const weights = lines.map(line => exactLineTaxes(line).total)
  const perLine = allocateSteps(stepsOf(baseOff, step, mode), weights).map(steps =>
    negate(multiply(fraction(steps), step)),
  )
  const base = subtract(before.base, baseOff)
  const tax = sumOf(taxes.map(each => each.amount))
  return { before, after: { base, tax, total: add(base, tax), taxes }, perLine }
}

/**
 * Nets goods that come back against goods sold in the same document: a line with a negative quantity takes from the earlier
 * lines with the same price, discount and taxes. What cannot be netted stays a line of its own.
 */
export const netReturns = (lines: readonly ExactLine[]): ExactLine[] => {
  const open = lines.map(line => ({ ...line }))
  const same = (a: ExactLine, b: ExactLine): boolean =>
    isSame(a.unitPrice, b.unitPrice) &&
    isSame(a.discountShare, b.discountShare) &&
    keysOf(a.taxes).join() === keysOf(b.taxes).join()
  for (const back of open) {
    if (signOf(back.quantity) >= 0) continue
    for (const sold of open) {
      if (signOf(back.quantity) === 0) break
      if (signOf(sold.quantity) <= 0 || !same(sold, back)) continue
      const wanted = negate(back.quantity)
      const taken = compare(sold.quantity, wanted) < 0 ? sold.quantity : wanted
      sold.quantity = subtract(sold.quantity, taken)
      back.quantity = add(back.quantity, taken)
    }
  }
  return open.filter((line, i) => signOf(line.quantity) !== 0 || signOf(lines[i]!.quantity) > 0)
}

/** Who bears the difference to a payable amount: a line of its own, or the heaviest tax. */
export type CashDifference = 'own-line' | 'heaviest-tax'

/** A document brought to a payable total. `roundingAmount` is the line of its own, zero where a tax took the difference. */
export const roundForCash = (
  totals: DocumentTotals,
  step: Fraction,
  mode: RoundingMode,
  difference: CashDifference,
): DocumentTotals & { roundingAmount: Fraction } => {
  const total = roundFraction(totals.total, step, mode)
  const residue = subtract(total, totals.total)
  if (difference === 'own-line') return { ...totals, total, roundingAmount: residue }
  const taxes = totals.taxes.map(tax => ({ ...tax }))
  const heaviest = heaviestTax(taxes)
  if (!heaviest) return { ...totals, total, roundingAmount: residue }
  heaviest.amount = add(heaviest.amount, residue)
  return { ...totals, taxes, tax: add(totals.tax, residue), total, roundingAmount: zero }
}

/** Sold and returned goods of one document, apart: what is due for each, and together. */
export const splitBySign = (lines: readonly ExactLine[]): { sold: ExactLine[]; returned: ExactLine[] } => ({
  sold: lines.filter(line => signOf(exactAmount(line)) >= 0),
  returned: lines.filter(line => signOf(exactAmount(line)) < 0),
})
