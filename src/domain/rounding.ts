/**
 * How a figure between two integers becomes one of them. `half-away-from-zero` is what shops and tax offices call
 * commercial rounding (DIN 1333); `half-even` is the banker's (IEEE 754 roundTiesToEven). `up` is away from zero and
 * `down` towards it, so that a refund mirrors its sale.
 */
export type RoundingMode = 'half-away-from-zero' | 'half-even' | 'half-down' | 'up' | 'down'

const steps = (mode: RoundingMode, twiceRemainder: bigint, divisor: bigint, quotient: bigint): boolean => {
  switch (mode) {
    case 'half-away-from-zero':
      return twiceRemainder >= divisor
    case 'half-down':
      return twiceRemainder > divisor
    case 'half-even':
      return twiceRemainder > divisor || (twiceRemainder === divisor && quotient % 2n === 1n)
    case 'up':
      return twiceRemainder > 0n
    case 'down':
      return false
  }
}

/** The quotient as an integer, symmetric about zero in every mode. Throws RangeError where the divisor is not positive. */
export const roundQuotient = (
  dividend: bigint,
  divisor: bigint,
  mode: RoundingMode = 'half-away-from-zero',
): bigint => {
  if (divisor <= 0n) throw new RangeError('the divisor is not positive')
  const magnitude = dividend < 0n ? -dividend : dividend
  const quotient = magnitude / divisor
  const remainder = magnitude % divisor
  const rounded = remainder > 0n && steps(mode, 2n * remainder, divisor, quotient) ? quotient + 1n : quotient
  return dividend < 0n ? -rounded : rounded
}

/** Below this a product, and a divisor added to it, is exact in a double. */
const exactBelow = 2 ** 52

/**
 * a × b ÷ divisor, rounded half away from zero, or NaN where the result passes 2^53. In doubles while the product is
 * provably exact, in BigInt beyond. Arguments are safe integers, the divisor is positive.
 */
export const mulDivOrNaN = (a: number, b: number, divisor: number): number => {
  const product = a * b
  const magnitude = Math.abs(product)
  if (magnitude < exactBelow && divisor < exactBelow) {
    let quotient = Math.floor(magnitude / divisor)
    let remainder = magnitude - quotient * divisor
    // The double quotient can round up to the next integer; the remainder then tells.
    if (remainder < 0) {
      quotient -= 1
      remainder += divisor
    }
    if (remainder * 2 >= divisor) quotient += 1
    return product < 0 ? 0 - quotient : quotient
  }
  const exact = Number(roundQuotient(BigInt(a) * BigInt(b), BigInt(divisor)))
  return Number.isSafeInteger(exact) ? exact : Number.NaN
}

/**
 * a × b ÷ divisor as a safe integer, half away from zero where no mode is given. Throws RangeError where an argument is
 * not a safe integer, the divisor is not positive, or the result passes 2^53.
 */
export const mulDivRound = (a: number, b: number, divisor: number, mode?: RoundingMode): number => {
  if (!Number.isSafeInteger(a) || !Number.isSafeInteger(b) || !Number.isSafeInteger(divisor) || divisor <= 0) {
    throw new RangeError('mulDivRound takes safe integers and a positive divisor')
  }
  const rounded =
    mode === undefined || mode === 'half-away-from-zero'
      ? mulDivOrNaN(a, b, divisor)
      : Number(roundQuotient(BigInt(a) * BigInt(b), BigInt(divisor), mode))
  if (!Number.isSafeInteger(rounded)) throw new RangeError('the result is beyond the safe integers')
  return rounded
}

/**
 * The multiple of `stepMinor` nearest to the amount, half away from zero where no mode is given: what can be paid in cash
 * where smaller coins are not in use. 5 in Switzerland (the smallest coin is 5 centimes), Canada (no cent since 2013), Finland
 * and the Netherlands, 100 in Sweden (no coin below the krona since 2010). Throws RangeError as `mulDivRound` does.
 */
export const roundToStep = (amountMinor: number, stepMinor: number, mode?: RoundingMode): number => {
  if (stepMinor === 1 && Number.isSafeInteger(amountMinor)) return amountMinor + 0
  const rounded = mulDivRound(amountMinor, 1, stepMinor, mode) * stepMinor
  if (!Number.isSafeInteger(rounded)) throw new RangeError('the result is beyond the safe integers')
  return rounded + 0
}
