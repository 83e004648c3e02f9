export type StockReason = 'sale' | 'return' | 'delivery' | 'adjustment' | 'count' | 'transfer'

/** A signed change of stock in millionths: negative goes out. `reference` is the id of the fact or document behind it. */
export type StockMovement = {
  sku: string
  quantityMicro: number
  reason: StockReason
  atMs: number
  reference?: string
}

const requireInteger = (value: number, name: string): void => {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is not a safe integer`)
}

/**
 * The stock level of one SKU: what it opened with plus the sum of its movements, in whatever order they arrived. Summed
 * in BigInt, so that no order can overflow halfway where another does not. A level below zero is allowed: goods were sold
 * before their delivery was booked. Throws where a quantity or the level is no safe integer, or two SKUs are mixed.
 */
export const levelOf = (
  openingMicro: number,
  movements: readonly Pick<StockMovement, 'sku' | 'quantityMicro'>[],
): number => {
  requireInteger(openingMicro, 'openingMicro')
  let level = BigInt(openingMicro)
  for (const movement of movements) {
    if (movement.sku !== movements[0]?.sku) throw new Error('levelOf is for the movements of one SKU')
    requireInteger(movement.quantityMicro, 'quantityMicro')
    level += BigInt(movement.quantityMicro)
  }
  requireInteger(Number(level), 'the level')
  return Number(level)
}

/** The movement that a count makes: counted less what was expected. The level may be negative, a count never is. */
export const countDelta = (levelMicro: number, countedMicro: number): number => {
  requireInteger(levelMicro, 'levelMicro')
  requireInteger(countedMicro, 'countedMicro')
  if (countedMicro < 0) throw new RangeError('countedMicro is negative')
  const deltaMicro = countedMicro - levelMicro
  requireInteger(deltaMicro, 'the difference')
  return deltaMicro
}

export type ReorderRule = {
  levelMicro: number
  /** Ordered and not yet delivered. */
  onOrderMicro: number
  reorderPointMicro: number
  targetLevelMicro: number
  /** What the supplier sells as one; single millionths where absent. */
  packMicro?: number
}

/**
 * How much to order: nothing while level and what is on order are above the reorder point, else what fills up to the target
 * level, rounded up to whole packs (an order-point, order-up-to-level policy, known as (s, S)).
 */
export const reorderQuantity = (rule: ReorderRule): number => {
  const { levelMicro, onOrderMicro, reorderPointMicro, targetLevelMicro, packMicro = 1 } = rule
  for (const [name, value] of Object.entries(rule)) requireInteger(value, name)
  if (packMicro < 1) throw new RangeError('packMicro is not positive')
  if (onOrderMicro < 0) throw new RangeError('onOrderMicro is negative')
  const availableMicro = levelMicro + onOrderMicro
  if (availableMicro > reorderPointMicro) return 0
  const missingMicro = targetLevelMicro - availableMicro
  if (missingMicro <= 0) return 0
  const quantityMicro = Math.ceil(missingMicro / packMicro) * packMicro
  requireInteger(quantityMicro, 'the quantity to order')
  return quantityMicro
}
