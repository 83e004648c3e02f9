import { fraction, one, stepsOf, sumOf } from './fraction.ts'
import { mulDivRound } from './rounding.ts'

/** A line as a promotion sees it: whole units at one price. */
export type UnitLine = { unitPriceMinor: number; quantity: number }

/**
 * `share` takes a share off each unit, `unit-amount` an amount off each unit (at most its price), `sale-amount` an amount off
 * the sale, split evenly over its units. With `mostUnits` only so many units get it, the dearest first.
 */
export type Coupon =
  | { kind: 'share'; sharePpm: number; mostUnits?: number }
  | { kind: 'unit-amount'; amountMinor: number; mostUnits?: number }
  | { kind: 'sale-amount'; amountMinor: number }

/** Whether a second coupon reckons from the list price, or from what the first one left. */
export type CouponStacking = 'list-price' | 'remaining-price'

const million = 1_000_000
/** What is still to be paid for a line, and the price that coupons reckon from. */
type OpenLine = { quantity: number; listMinor: number; leftMinor: number }

const dearestFirst = (lines: readonly OpenLine[], basis: (line: OpenLine) => number): number[] =>
  [...lines.keys()].sort((a, b) => {
    const [line, other] = [lines[a]!, lines[b]!]
    return basis(other) * line.quantity - basis(line) * other.quantity || a - b
  })

/** How many units of each line a coupon reaches. */
const reach = (lines: readonly OpenLine[], order: readonly number[], mostUnits: number | undefined): number[] => {
  const units = lines.map(() => 0)
  let left = mostUnits ?? Number.POSITIVE_INFINITY
  for (const i of order) {
    units[i] = Math.min(lines[i]!.quantity, left)
    left -= units[i]
  }
  return units
}

/** Hands what flooring left out to the units, a minor unit each and the dearest first, as long as a line can take it. */
const spread = (
  parts: number[],
  missing: number,
  most: readonly number[],
  order: readonly number[],
  units: readonly number[],
): void => {
  let left = missing
  let moved = true
  while (left > 0 && moved) {
    moved = false
    for (const i of order) {
      const part = Math.min(left, units[i]!, most[i]! - parts[i]!)
      if (part <= 0) continue
      parts[i]! += part
      left -= part
      moved = true
    }
  }
}

const couponOff = (coupon: Coupon, lines: readonly OpenLine[], stacking: CouponStacking): number[] => {
  const basis = (line: OpenLine): number => (stacking === 'list-price' ? line.listMinor : line.leftMinor)
  const order = dearestFirst(lines, basis)
  const most = lines.map(line => line.leftMinor)
  if (coupon.kind === 'sale-amount') {
    // A line that costs nothing takes no part in the split.
    const units = lines.map(line => (line.leftMinor > 0 ? line.quantity : 0))
    const count = units.reduce((sum, quantity) => sum + quantity, 0)
    if (count === 0) return lines.map(() => 0)
    const amount = Math.min(
      coupon.amountMinor,
      most.reduce((sum, left) => sum + left, 0),
    )
    const each = Math.floor(amount / count)
    const parts = units.map((quantity, i) => Math.min(each * quantity, most[i]!))
    spread(parts, amount - parts.reduce((sum, part) => sum + part, 0), most, order, units)
    return parts
  }
  const units = reach(lines, order, coupon.mostUnits)
  if (coupon.kind === 'unit-amount') {
    return lines.map((line, i) => {
      const reached = mulDivRound(basis(line), units[i]!, line.quantity, 'down')
      return Math.min(coupon.amountMinor * units[i]!, reached, most[i]!)
    })
  }
  // Shares are floored line by line, and the sum of the exact shares decides what is handed out again.
  const exact = lines.map((line, i) =>
    fraction(
      BigInt(basis(line)) * BigInt(units[i]!) * BigInt(coupon.sharePpm),
      BigInt(line.quantity) * BigInt(million),
    ),
  )
  const parts = exact.map((share, i) => Math.min(Number(share.over / share.under), most[i]!))
  // An exact sum that ends in a half goes down: the shop does not give away more than the share.
  const total = Number(stepsOf(sumOf(exact), one, 'half-down'))
  spread(parts, total - parts.reduce((sum, part) => sum + part, 0), most, order, units)
  return parts
}

/**
 * What each coupon takes off each line, in minor units: `result[coupon][line]`. A line never goes below zero, whatever coupons
 * meet on it. Amounts and quantities are integers from zero, quantities at least 1. Throws RangeError where they are not.
 */
export const applyCoupons = (
  lines: readonly UnitLine[],
  coupons: readonly Coupon[],
  stacking: CouponStacking,
): number[][] => {
  const open = lines.map(({ unitPriceMinor, quantity }): OpenLine => {
    const listMinor = unitPriceMinor * quantity
    if (!Number.isSafeInteger(listMinor) || listMinor < 0 || !Number.isSafeInteger(quantity) || quantity < 1) {
      throw new RangeError('a line is whole units at a price from zero')
    }
    return { quantity, listMinor, leftMinor: listMinor }
  })
  return coupons.map(coupon => {
    const value = coupon.kind === 'share' ? coupon.sharePpm : coupon.amountMinor
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('a coupon takes off an integer from zero')
    const parts = couponOff(coupon, open, stacking)
    for (const [i, part] of parts.entries()) open[i]!.leftMinor -= part
    return parts
  })
}
