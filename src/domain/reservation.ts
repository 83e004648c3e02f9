import type { Outcome } from './basket.ts'
import type { StockMovement } from './stock.ts'

/**
 * Stock that is promised before it leaves. `reservedMicro` is on hand but belongs to someone. Selling stops when what is on hand
 * less what is reserved reaches `floorMicro`; below zero it allows that much to be sold before it is delivered. Goods that are
 * not tracked are sold without end and never reserved.
 */
export type ReservableStock = { onHandMicro: number; reservedMicro: number; floorMicro: number; tracked: boolean }

const requireQuantity = (quantityMicro: number): void => {
  if (!Number.isSafeInteger(quantityMicro) || quantityMicro < 0)
    throw new RangeError('a quantity is an integer from zero')
}

/** What can still be sold, zero or more; without end where the goods are not tracked. */
export const sellable = (stock: ReservableStock): number =>
  stock.tracked ? Math.max(0, stock.onHandMicro - stock.reservedMicro - stock.floorMicro) : Number.POSITIVE_INFINITY

/** As much of what is wanted as there is: a basket takes that, and the cashier hears what is short. */
export const takeUpTo = (stock: ReservableStock, wantedMicro: number): { takenMicro: number; shortMicro: number } => {
  requireQuantity(wantedMicro)
  const takenMicro = Math.min(wantedMicro, sellable(stock))
  return { takenMicro, shortMicro: wantedMicro - takenMicro }
}

/**
 * Reserves all or nothing. Refused as `stock-insufficient` (sellableMicro, wantedMicro), unless goods may be promised before they
 * are there. Nothing changes for goods that are not tracked.
 */
export const reserve = (
  stock: ReservableStock,
  quantityMicro: number,
  backorder: boolean,
): Outcome<{ stock: ReservableStock }> => {
  requireQuantity(quantityMicro)
  if (!stock.tracked) return { ok: true, stock }
  const sellableMicro = sellable(stock)
  if (quantityMicro > sellableMicro && !backorder) {
    return { ok: false, code: 'stock-insufficient', detail: { sellableMicro, wantedMicro: quantityMicro } }
  }
  return { ok: true, stock: { ...stock, reservedMicro: stock.reservedMicro + quantityMicro } }
}

/** Reserved goods leave: a movement out, and as much less reserved. Refused as `not-reserved` where more would leave. */
export const handOver = (
  stock: ReservableStock,
  quantityMicro: number,
): Outcome<{ stock: ReservableStock; movement: Pick<StockMovement, 'reason' | 'quantityMicro'> }> => {
  requireQuantity(quantityMicro)
  if (stock.tracked && quantityMicro > stock.reservedMicro) {
    return { ok: false, code: 'not-reserved', detail: { reservedMicro: stock.reservedMicro, quantityMicro } }
  }
  const movement = { reason: 'sale' as const, quantityMicro: 0 - quantityMicro }
  if (!stock.tracked) return { ok: true, stock, movement }
  const onHandMicro = stock.onHandMicro - quantityMicro
  return { ok: true, stock: { ...stock, onHandMicro, reservedMicro: stock.reservedMicro - quantityMicro }, movement }
}

/** Reserved goods are wanted no more and can be sold again. Refused as `not-reserved` where more would be released. */
export const release = (stock: ReservableStock, quantityMicro: number): Outcome<{ stock: ReservableStock }> => {
  requireQuantity(quantityMicro)
  if (!stock.tracked) return { ok: true, stock }
  if (quantityMicro > stock.reservedMicro) {
    return { ok: false, code: 'not-reserved', detail: { reservedMicro: stock.reservedMicro, quantityMicro } }
  }
  return { ok: true, stock: { ...stock, reservedMicro: stock.reservedMicro - quantityMicro } }
}
