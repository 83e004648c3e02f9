const exactBelow = 2 ** 52

const splitExact = (total: number, weights: readonly number[], sum: number): { parts: number[]; rests: number[] } => {
  const rests: number[] = new Array(weights.length)
  const parts = weights.map((weight, i) => {
    const product = total * weight
    let part = Math.floor(product / sum)
    let rest = product - part * sum
    if (rest < 0) {
      part -= 1
      rest += sum
    }
    rests[i] = rest
    return part
  })
  return { parts, rests }
}

const splitLarge = (total: number, weights: readonly number[]): { parts: number[]; rests: bigint[] } => {
  const sum = weights.reduce((all, weight) => all + BigInt(weight), 0n)
  const products = weights.map(weight => BigInt(total) * BigInt(weight))
  return { parts: products.map(product => Number(product / sum)), rests: products.map(product => product % sum) }
}

/**
 * Splits an amount over weights by the largest remainder (Hamilton's method): the parts always add up to the amount, each is
 * within one of its exact share, the earlier wins a tie. A weight of zero gets nothing, unless all are zero: then all weigh the
 * same. A negative amount mirrors the positive one. Throws RangeError for an amount or a weight that is no safe integer, a
 * negative weight, or an amount with nothing to split it over.
 */
export const allocate = (totalMinor: number, weights: readonly number[]): number[] => {
  if (!Number.isSafeInteger(totalMinor)) throw new RangeError('the amount is not a safe integer')
  let sum = 0
  for (const weight of weights) {
    if (!Number.isSafeInteger(weight) || weight < 0) throw new RangeError('a weight is not a safe integer from zero')
    sum += weight
  }
  if (weights.length === 0) {
    if (totalMinor !== 0) throw new RangeError('nothing to split the amount over')
    return []
  }
  if (sum === 0)
    return allocate(
      totalMinor,
      weights.map(() => 1),
    )
  const total = Math.abs(totalMinor)
  const { parts, rests } =
    sum < exactBelow && total * sum < exactBelow ? splitExact(total, weights, sum) : splitLarge(total, weights)
  let left = total
  for (const part of parts) left -= part
  if (left > 0) {
    const order = rests.map((_, i) => i)
    order.sort((a, b) => {
      const [restA, restB] = [rests[a]!, rests[b]!]
      return restA === restB ? a - b : restA > restB ? -1 : 1
    })
    for (let i = 0; i < left; i++) parts[order[i]!]! += 1
  }
  return totalMinor < 0 ? parts.map(part => 0 - part) : parts
}
