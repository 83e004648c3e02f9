import type { RecordedFact } from './fact.ts'
import { isFact } from './known-facts.ts'

/** What a fact does to stock: signed millionths for each line, numbered as in the fact. */
export type StockMove = {
  sku: string
  lineNo: number
  quantityMicro: number
  reason: 'sale' | 'return' | 'delivery' | 'adjustment' | 'count'
  detail: string
}

/** Fact types that move stock. */
export const stockFactTypes = [
  'sale.completed',
  'sale.returned',
  'delivery.received',
  'stock.adjusted',
  'stock.counted',
] as const

/**
 * The stock moves that a fact means, the same for every service that keeps levels: what is sold leaves, what comes back
 * arrives (returned lines carry negative quantities), corrections move by their difference.
 */
export const stockMovesOf = (fact: RecordedFact): StockMove[] => {
  if (isFact(fact, 'sale.completed')) {
    return fact.body.lines.map(({ sku, lineNo, quantityMicro }) => ({
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
      sku,
      lineNo: index + 1,
      quantityMicro,
      reason: 'count',
      detail: note,
    }))
  }
  return []
}
