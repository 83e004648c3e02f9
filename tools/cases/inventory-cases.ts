import { fraction } from '../../src/domain/fraction.ts'
import { handOver, type ReservableStock, release, reserve, sellable, takeUpTo } from '../../src/domain/reservation.ts'
import { levelOf } from '../../src/domain/stock.ts'
import {
  type CaseRow,
  type Figure,
  type Figures,
  type Json,
  type JsonObject,
  listOf,
  objectsOf,
  Unsupported,
  wholeOf,
} from './row.ts'

const piece = 1_000_000
const micro = (value: Json | undefined, name: string, otherwise = 0): number =>
  value === undefined || value === null ? otherwise : wholeOf(value, name) * piece
const pieces = (quantityMicro: number): Figure => fraction(quantityMicro, piece)

const stockOf = (input: JsonObject): ReservableStock => ({
  onHandMicro: micro(input.stocked ?? input.on_hand, 'what is on hand'),
  reservedMicro: micro(input.reserved ?? input.allocated, 'what is reserved'),
  floorMicro: micro(input.out_of_stock_threshold, 'out_of_stock_threshold'),
  tracked: input.track !== false,
})

const stockFigures = (stock: ReservableStock): Record<string, Figure> => ({
  stocked: pieces(stock.onHandMicro),
  on_hand: pieces(stock.onHandMicro),
  reserved: pieces(stock.reservedMicro),
  allocated: pieces(stock.reservedMicro),
  ...(stock.tracked ? { available: pieces(sellable(stock)) } : {}),
})

export const reservation = ({ input }: CaseRow): Figures => {
  const stock = stockOf(input)
  const outcome = reserve(stock, micro(input.reserve, 'reserve'), input.allow_backorder === true)
  return outcome.ok ? stockFigures(outcome.stock) : { ...stockFigures(stock), error: 'not enough stock' }
}

export const adjustment = ({ input }: CaseRow): Figures => {
  const stock = stockOf(input)
  const movements = listOf(input.adjust, 'adjust').map(each => ({
    sku: 'one',
    quantityMicro: micro(each, 'an adjustment'),
  }))
  return stockFigures({ ...stock, onHandMicro: levelOf(stock.onHandMicro, movements) })
}

export const confirmation = ({ input }: CaseRow): Figures => {
  const stock = stockOf(input)
  const needs = Array.isArray(input.need) ? input.need : [input.need]
  return { ok: needs.map(need => reserve(stock, micro(need, 'need'), input.allow_backorder === true).ok) }
}

/** Paid orders reserve; they do so even where others were quicker, since the money is there. */
export const paidOrders = ({ input }: CaseRow): Figures => {
  if (input.event !== undefined && !/payment (?:settled|authorized)/.test(String(input.event))) {
    throw new Unsupported(`the engine has no stock event called ${String(input.event)}`)
  }
  const stocks = objectsOf(input.variants, 'variants').map(variant => {
    const outcome = reserve(stockOf(variant), micro(variant.order, 'order'), true)
    return stockFigures(outcome.ok ? outcome.stock : stockOf(variant))
  })
  const column = (name: string): Figure[] => stocks.map(stock => stock[name] ?? '')
  return { on_hand: column('on_hand'), allocated: column('allocated') }
}

/** Reserved goods are handed over (`fulfil 2`) or given up (`cancel 2`). */
export const stockEvent = ({ input }: CaseRow): Figures => {
  const [, verb, units] = /^(fulfil|cancel|release)\s+(\d+)$/.exec(String(input.event)) ?? []
  if (units === undefined) throw new Unsupported(`the engine has no stock event called ${String(input.event)}`)
  const stock = stockOf(input)
  const quantityMicro = Number(units) * piece
  if (verb !== 'fulfil') {
    const outcome = release(stock, quantityMicro)
    return outcome.ok ? stockFigures(outcome.stock) : { error: outcome.code }
  }
  const outcome = handOver(stock, quantityMicro)
  if (!outcome.ok) return { error: outcome.code }
  const { reason, quantityMicro: moved } = outcome.movement
  return { ...stockFigures(outcome.stock), movement: { type: reason.toUpperCase(), quantity: pieces(moved) } }
}

/** A basket takes what there is; once paid, that is reserved. */
export const basketTakes = ({ input }: CaseRow): Figures => {
  const stock = stockOf(input)
  const { takenMicro, shortMicro } = takeUpTo(stock, micro(input.want, 'want'))
  const paid = reserve(stock, takenMicro, false)
  if (!paid.ok) return { error: paid.code }
  const figures = stockFigures(paid.stock)
  return {
    ...figures,
    added: pieces(takenMicro),
    after_payment: figures,
    ...(shortMicro > 0 ? { error: 'INSUFFICIENT_STOCK' } : {}),
  }
}
