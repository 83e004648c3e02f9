import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { handOver, type ReservableStock, release, reserve, sellable, takeUpTo } from './reservation.ts'

const stock = (onHandMicro: number, reservedMicro = 0, rest: Partial<ReservableStock> = {}): ReservableStock => ({
  onHandMicro,
  reservedMicro,
  floorMicro: 0,
  tracked: true,
  ...rest,
})

describe('what can be sold', () => {
  test.each<[string, ReservableStock, number, number]>([
    ['all of it', stock(5), 5, 5],
    ['not what is reserved', stock(5, 3), 9, 2],
    ['down to the floor', stock(5, 0, { floorMicro: 2 }), 9, 3],
    ['beyond what is there', stock(3, 0, { floorMicro: -5 }), 9, 8],
    ['nothing where too much is promised', stock(1, 3), 1, 0],
    ['without end where it is not tracked', stock(3, 0, { tracked: false }), 5, 5],
  ])('%s', (_, of, wanted, taken) => {
    expect(takeUpTo(of, wanted)).toEqual({ takenMicro: taken, shortMicro: wanted - taken })
  })

  test('is without end for goods that are not tracked', () => {
    expect(sellable(stock(0, 0, { tracked: false }))).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('a reservation', () => {
  test('is all or nothing', () => {
    expect(reserve(stock(2), 3, false)).toEqual({
      ok: false,
      code: 'stock-insufficient',
      detail: { sellableMicro: 2, wantedMicro: 3 },
    })
    expect(reserve(stock(2), 2, false)).toEqual({ ok: true, stock: stock(2, 2) })
  })
  test('may go beyond what is there where that was said', () => {
    expect(reserve(stock(2), 3, true)).toEqual({ ok: true, stock: stock(2, 3) })
  })
  test('changes nothing for goods that are not tracked', () => {
    const untracked = stock(5, 0, { tracked: false })
    expect(reserve(untracked, 9, false)).toEqual({ ok: true, stock: untracked })
    expect(release(untracked, 9)).toEqual({ ok: true, stock: untracked })
    expect(handOver(untracked, 9)).toEqual({
      ok: true,
      stock: untracked,
      movement: { reason: 'sale', quantityMicro: -9 },
    })
  })
  test('is handed over or released, no more than was reserved', () => {
    expect(handOver(stock(5, 2), 2)).toEqual({
      ok: true,
      stock: stock(3, 0),
      movement: { reason: 'sale', quantityMicro: -2 },
    })
    expect(release(stock(5, 2), 1)).toEqual({ ok: true, stock: stock(5, 1) })
    const refused = { ok: false, code: 'not-reserved', detail: { reservedMicro: 2, quantityMicro: 3 } }
    expect(handOver(stock(5, 2), 3)).toEqual(refused)
    expect(release(stock(5, 2), 3)).toEqual(refused)
  })
  test.each([-1, 0.5, Number.NaN, 2 ** 53])('of %d is a fault of ours', quantity => {
    expect(() => reserve(stock(5), quantity, true)).toThrow(RangeError)
    expect(() => takeUpTo(stock(5), quantity)).toThrow(RangeError)
    expect(() => handOver(stock(5), quantity)).toThrow(RangeError)
    expect(() => release(stock(5), quantity)).toThrow(RangeError)
  })
})

test('without back orders nobody is promised what is not there, and what leaves was there', () => {
  const step = fc.tuple(fc.constantFrom('reserve', 'release', 'hand-over'), fc.nat({ max: 9 }))
  fc.assert(
    fc.property(fc.nat({ max: 20 }), fc.array(step, { maxLength: 30 }), (onHandMicro, steps) => {
      let now = stock(onHandMicro)
      let left = 0
      for (const [what, quantity] of steps) {
        const outcome =
          what === 'reserve'
            ? reserve(now, quantity, false)
            : what === 'release'
              ? release(now, quantity)
              : handOver(now, quantity)
        if (!outcome.ok) continue
        now = outcome.stock
        if (what === 'hand-over') left += quantity
        expect(now.reservedMicro).toBeGreaterThanOrEqual(0)
        expect(now.reservedMicro).toBeLessThanOrEqual(now.onHandMicro)
        expect(now.onHandMicro).toBe(onHandMicro - left)
      }
    }),
  )
})
