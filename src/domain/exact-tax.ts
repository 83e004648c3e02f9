import {
  add,
  divide,
  type Fraction,
  fraction,
  multiply,
  negate,
  one,
  roundFraction,
  signOf,
  subtract,
  sumOf,
  zero,
} from './fraction.ts'
import type { RoundingMode } from './rounding.ts'

/**
 * One tax of a chain, in exact numbers. `percent` is a share of the base (0.21), `division` a share of the price with tax (as
 * Brazil's ICMS, levied "por dentro"), `fixed` an amount for each unit (an eco fee). A tax that affects the next ones is part of
 * their base, where they let it (`affectedByPrevious`). A reverse charge is owed by the buyer: posted and taken back at once.
 */
export type ExactTax = {
  kind: 'percent' | 'division' | 'fixed'
  amount: Fraction
  included: boolean
  affectsNext: boolean
  affectedByPrevious: boolean
  reverseCharge: boolean
}

export type ExactLine = { unitPrice: Fraction; quantity: Fraction; discountShare: Fraction; taxes: readonly ExactTax[] }

/** Rounds the price of the line and each of its taxes to a step. Left out, every figure stays exact. */
export type LineRounding = { step: Fraction; mode: RoundingMode }

/** `taxes[i]` belongs to the line's taxes[i]. base + all amounts = total. */
export type ExactLineTaxes = { base: Fraction; total: Fraction; taxes: { base: Fraction; amount: Fraction }[] }

/**
 * Neighbours that share one base and are worked out together: of one kind, included alike, affecting alike, and no one of
 * them affecting another. `first` and `last` are places in the chain.
 */
type Batch = { first: number; last: number; share: Fraction }

const batchesOf = (taxes: readonly ExactTax[]): Batch[] => {
  const batches: Batch[] = []
  let batch: Batch | undefined
  for (let i = taxes.length - 1; i >= 0; i--) {
    const tax = taxes[i]!
    const next = taxes[i + 1]
    const together =
      next !== undefined &&
      tax.kind === next.kind &&
      tax.included === next.included &&
      tax.affectsNext === next.affectsNext &&
      (!tax.affectsNext || !next.affectedByPrevious)
    if (batch && together) {
      batch.first = i
      batch.share = add(batch.share, tax.amount)
    } else batch = { first: i, last: i, share: tax.amount }
    batches[i] = batch
  }
  return batches
}

/** What a percent or division tax takes of its base, by the taxes that it stands together with. */
const shareOf = (tax: ExactTax, batch: Batch): Fraction => {
  const rest =
    tax.included === (tax.kind === 'percent')
      ? tax.included
        ? add(one, batch.share)
        : subtract(one, batch.share)
      : one
  if (signOf(rest) === 0) return tax.included ? zero : tax.amount
  return divide(tax.amount, rest)
}

/** Price times quantity less the discount, before any tax is taken off or put on. */
export const exactAmount = (line: ExactLine): Fraction =>
  multiply(multiply(line.unitPrice, line.quantity), subtract(one, line.discountShare))

/**
 * The taxes of one line. Fixed amounts come first, since a price with tax may hold them; then the included taxes from the last
 * to the first, each taken off what is left; then the excluded ones from the first to the last, on what those before them added.
 * Rounded by line, the tax is rounded and the base is what remains of the price.
 */
export const exactLineTaxes = (line: ExactLine, rounding?: LineRounding): ExactLineTaxes => {
  const { taxes } = line
  const round = (value: Fraction): Fraction => (rounding ? roundFraction(value, rounding.step, rounding.mode) : value)
  const amount = round(exactAmount(line))
  const batches = batchesOf(taxes)
  const amounts: (Fraction | undefined)[] = taxes.map(() => undefined)
  const beforeTax = taxes.map(() => amount)
  const bases = taxes.map(() => amount)

  const shift = (places: number[], value: Fraction): void => {
    for (const i of places) {
      if (amounts[i] === undefined) beforeTax[i] = add(beforeTax[i]!, value)
      bases[i] = add(bases[i]!, value)
    }
  }
  const settle = (i: number, exact: Fraction): void => {
    const tax = taxes[i]!
    const value = round(exact)
    amounts[i] = value
    const batch = batches[i]!
    const earlier = [...taxes.keys()].slice(0, batch.first)
    const later = [...taxes.keys()].slice(batch.last + 1)
    if (tax.included) {
      shift(earlier, negate(value))
      shift(
        later.filter(other => !tax.affectsNext || !taxes[other]!.affectedByPrevious),
        negate(value),
      )
    } else if (tax.affectsNext) {
      shift(
        later.filter(other => taxes[other]!.affectedByPrevious),
        value,
      )
    }
  }
  const places = [...taxes.keys()]
  const sign = fraction(signOf(line.unitPrice) < 0 ? -1 : 1)
  for (const i of places.toReversed()) {
    if (taxes[i]!.kind === 'fixed') settle(i, multiply(multiply(sign, line.quantity), taxes[i]!.amount))
  }
  const open = (included: boolean) => (i: number) => taxes[i]!.included === included && taxes[i]!.kind !== 'fixed'
  for (const i of [...places.toReversed().filter(open(true)), ...places.filter(open(false))]) {
    settle(i, multiply(beforeTax[i]!, shareOf(taxes[i]!, batches[i]!)))
  }

  const results = taxes.map((tax, i) => {
    const { first, last } = batches[i]!
    const inside = tax.included ? sumOf(places.slice(first, last + 1).map(other => amounts[other]!)) : zero
    return { base: subtract(bases[i]!, inside), amount: tax.reverseCharge ? zero : amounts[i]! }
  })
  const base = results[0]?.base ?? amount
  return { base, total: add(base, sumOf(results.map(result => result.amount))), taxes: results }
}

/**
 * The unit price that leaves the seller the same when other taxes apply, as for a customer abroad: the price without the old
 * taxes, with those of the new ones that a price includes.
 */
export const repriceForTaxes = (unitPrice: Fraction, from: readonly ExactTax[], to: readonly ExactTax[]): Fraction => {
  const single = { quantity: one, discountShare: zero }
  const net = exactLineTaxes({ ...single, unitPrice, taxes: from }).base
  const onTop = to.map(tax => ({ ...tax, included: false }))
  const added = exactLineTaxes({ ...single, unitPrice: net, taxes: onTop }).taxes
  return add(net, sumOf(added.filter((_, i) => to[i]!.included).map(tax => tax.amount)))
}
