import { type RoundingMode, roundQuotient } from './rounding.ts'

/** An exact number, in lowest terms with a positive divisor. */
export type Fraction = { readonly over: bigint; readonly under: bigint }

const divisorOf = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b]
  while (y > 0n) [x, y] = [y, x % y]
  return x
}

/** over ÷ under. Throws RangeError for a divisor of zero. */
export const fraction = (over: bigint | number, under: bigint | number = 1n): Fraction => {
  const [top, bottom] = [BigInt(over), BigInt(under)]
  if (bottom === 0n) throw new RangeError('a fraction over zero')
  const [a, b] = bottom < 0n ? [-top, -bottom] : [top, bottom]
  const common = divisorOf(a, b)
  return { over: a / common, under: b / common }
}

export const zero = fraction(0)
export const one = fraction(1)

/** The number that a decimal such as `-12.90` names exactly, or undefined for what is no plain decimal. */
export const fractionOfDecimal = (text: string): Fraction | undefined => {
  const [, sign, whole = '', decimals = ''] = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?$/.exec(text) ?? []
  if (sign === undefined) return undefined
  return fraction(BigInt(`${sign}${whole}${decimals}`), 10n ** BigInt(decimals.length))
}

export const add = (a: Fraction, b: Fraction): Fraction =>
  fraction(a.over * b.under + b.over * a.under, a.under * b.under)
export const negate = (a: Fraction): Fraction => ({ over: -a.over, under: a.under })
export const subtract = (a: Fraction, b: Fraction): Fraction => add(a, negate(b))
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.over, a.under * b.under)
/** Throws RangeError where b is zero. */
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.over * b.under, a.under * b.over)
export const sumOf = (all: readonly Fraction[]): Fraction => all.reduce(add, zero)
export const isSame = (a: Fraction, b: Fraction): boolean => a.over === b.over && a.under === b.under
export const signOf = (a: Fraction): -1 | 0 | 1 => (a.over === 0n ? 0 : a.over < 0n ? -1 : 1)
export const compare = (a: Fraction, b: Fraction): -1 | 0 | 1 => signOf(subtract(a, b))
export const absolute = (a: Fraction): Fraction => (a.over < 0n ? negate(a) : a)

/** How many steps the number makes up, rounded. The step is positive. */
export const stepsOf = (a: Fraction, step: Fraction, mode?: RoundingMode): bigint => {
  const steps = divide(a, step)
  return roundQuotient(steps.over, steps.under, mode)
}

/** The multiple of the step that the number is rounded to, half away from zero where no mode is given. */
export const roundFraction = (a: Fraction, step: Fraction, mode?: RoundingMode): Fraction =>
  multiply(fraction(stepsOf(a, step, mode)), step)

/** The number with so many digits after the point, rounded half away from zero. */
export const decimalOf = (a: Fraction, digits: number): string => {
  const scaled = roundQuotient(a.over * 10n ** BigInt(digits), a.under)
  const text = String(scaled < 0n ? -scaled : scaled).padStart(digits + 1, '0')
  const sign = scaled < 0n ? '-' : ''
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}

/**
 * Splits so many steps over exact weights by the largest remainder, as `allocate` does over integers: the parts add up, the
 * earlier wins a tie, all weigh the same where all are zero. Negative weights count by their magnitude.
 */
export const allocateSteps = (steps: bigint, weights: readonly Fraction[]): bigint[] => {
  if (weights.length === 0) return []
  const magnitudes = weights.map(absolute)
  const sum = sumOf(magnitudes)
  if (signOf(sum) === 0)
    return allocateSteps(
      steps,
      weights.map(() => one),
    )
  const total = steps < 0n ? -steps : steps
  const shares = magnitudes.map(weight => divide(multiply(fraction(total), weight), sum))
  const parts = shares.map(share => share.over / share.under)
  const rests = shares.map((share, i) => subtract(share, fraction(parts[i]!)))
  const order = [...rests.keys()].sort((a, b) => compare(rests[b]!, rests[a]!) || a - b)
  let left = total - parts.reduce((all, part) => all + part, 0n)
  for (const i of order) {
    if (left === 0n) break
    parts[i]! += 1n
    left -= 1n
  }
  return steps < 0n ? parts.map(part => -part) : parts
}
