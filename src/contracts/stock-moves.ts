import type { RecordedFact } from './fact.ts'
import { isFact } from './known-facts.ts'

/** What a fact does to a store's stock: signed millionths for each line, numbered as in the fact. */
export type StockMove = {
  store: string
  sku: string
  lineNo: number
  quantityMicro: number
  reason: 'sale' | 'return' | 'delivery' | 'adjustment' | 'count' | 'transfer'
  detail: string
}

/** Fact types that move stock. */
export const stockFactTypes = [
  'sale.completed',
  'sale.returned',
  'delivery.received',
  'stock.adjusted',
  'stock.counted',
  'transfer.sent',
  'transfer.received',
] as const

/**
 * The stock moves that a fact means, the same for every service that keeps levels: what is sold leaves, what comes back
 * arrives (returned lines carry negative quantities), corrections move by their difference. It is always the stock of the store
 * that recorded it. What comes from above is another store's, of whose stock a store knows too little to keep it.
 */
export const stockMovesOf = (fact: RecordedFact): StockMove[] => {
  if (fact.fromAbove) return []
  const { store } = fact
  if (isFact(fact, 'sale.completed')) {
    return fact.body.lines.map(({ sku, lineNo, quantityMicro }) => ({
      store,
      sku,
      lineNo,
      quantityMicro: -quantityMicro,
      reason: quantityMicro > 0 ? 'sale' : 'return',
      detail: '',
    }))
  }
  if (isFact(fact, 'sale.returned')) {
    const { reason } = fact.body
    return fact.body.lines.map(({ sku, lineNo, quantityMicro }) => ({
      store,
      sku,
      lineNo,
      quantityMicro: -quantityMicro,
      reason: 'return',
      detail: reason,
    }))
  }
  if (isFact(fact, 'delivery.received')) {
    const { reference } = fact.body
    return fact.body.lines.map(({ sku, quantityMicro }, index) => ({
      store,
      sku,
      lineNo: index + 1,
      quantityMicro,
      reason: 'delivery',
      detail: reference,
    }))
  }
  if (isFact(fact, 'stock.adjusted')) {
    const { reason } = fact.body
    return fact.body.lines.map(({ sku, quantityMicro }, index) => ({
      store,
      sku,
      lineNo: index + 1,
      quantityMicro,
      reason: 'adjustment',
      detail: reason,
    }))
  }
  if (isFact(fact, 'stock.counted')) {
    const { note } = fact.body
    return fact.body.lines.map(({ sku, quantityMicro }, index) => ({
      store,
      sku,
      lineNo: index + 1,
      quantityMicro,
      reason: 'count',
      detail: note,
    }))
  }
  if (isFact(fact, 'transfer.sent')) {
    const { toStore } = fact.body
    return fact.body.lines.map(({ sku, quantityMicro }, index) => ({
      store,
      sku,
      lineNo: index + 1,
      quantityMicro: -quantityMicro,
      reason: 'transfer',
      detail: toStore,
    }))
  }
  if (isFact(fact, 'transfer.received')) {
    const { fromStore } = fact.body
    return fact.body.lines.map(({ sku, quantityMicro }, index) => ({
      store,
      sku,
      lineNo: index + 1,
      quantityMicro,
      reason: 'transfer',
      detail: fromStore,
    }))
  }
  return []
}
