import { describe, expect, test } from 'vitest'
import { levelOf } from '../../domain/stock.ts'
import { demoProducts } from './catalogue.ts'
import { type DemoSale, demoSales } from './sales.ts'

const dayMs = 86_400_000
const untilMs = Date.UTC(2026, 10, 24, 10, 32)
const history = (
  options: { seed?: number; untilMs?: number; utcOffsetMs?: number; cashiers?: number } = {},
): DemoSale[] => [...demoSales({ products: demoProducts, untilMs, seed: 7, ...options })]
const sales = history()
const products = new Map(demoProducts.map(product => [product.sku, product]))
const share = (part: number, whole: number): number => part / whole

test('the same seed gives the same history, another seed another', () => {
  expect(history()).toEqual(sales)
  expect(history({ seed: 8 })).not.toEqual(sales)
})

test('with a later end the days before stay as they were, but for a few visits that are returns in one of them', () => {
  const withoutReturns = (list: DemoSale[]) =>
    list.filter(sale => !sale.return).map(({ atMs, lines }) => ({ atMs, lines }))
  const later = withoutReturns(history({ untilMs: untilMs + dayMs })).filter(({ atMs }) => atMs <= untilMs)
  const known = new Set(withoutReturns(sales).map(sale => JSON.stringify(sale)))
  expect(later.filter(sale => known.has(JSON.stringify(sale))).length).toBeGreaterThan(later.length * 0.97)
})

test('two weeks, oldest first, none after the end', () => {
  expect(sales[0]?.atMs).toBeGreaterThan(untilMs - 14 * dayMs)
  expect(sales.at(-1)?.atMs).toBeLessThanOrEqual(untilMs)
  for (const [index, sale] of sales.entries()) expect(sale.atMs).toBeGreaterThanOrEqual(sales[index - 1]?.atMs ?? 0)
})

test('60 to 110 sales on each whole day, most at the end of the week', () => {
  const byDay = Map.groupBy(sales, sale => Math.floor(sale.atMs / dayMs))
  const whole = [...byDay].slice(1, -1)
  expect(whole).toHaveLength(13)
  for (const [, list] of whole) {
    expect(list.length).toBeGreaterThanOrEqual(60)
    expect(list.length).toBeLessThanOrEqual(110)
  }
  const mean = (weekdays: number[]): number => {
    const counts = whole
      .filter(([day]) => weekdays.includes(new Date(day * dayMs).getUTCDay()))
      .map(([, list]) => list.length)
    return counts.reduce((sum, count) => sum + count, 0) / counts.length
  }
  expect(mean([5, 6])).toBeGreaterThan(mean([1, 2]))
  expect(mean([0])).toBeLessThan(mean([1, 2]))
})

test('only in opening hours, of the shop’s own clock', () => {
  const hours = (list: DemoSale[], offset: number) => list.map(({ atMs }) => new Date(atMs + offset).getUTCHours())
  for (const offset of [0, 3_600_000, -5 * 3_600_000]) {
    const list = history({ utcOffsetMs: offset })
    expect(Math.min(...hours(list, offset))).toBeGreaterThanOrEqual(7)
    expect(Math.max(...hours(list, offset))).toBeLessThanOrEqual(20)
    const sundays = list.filter(({ atMs }) => new Date(atMs + offset).getUTCDay() === 0)
    expect(Math.max(...hours(sundays, offset))).toBeLessThan(18)
  }
  const inHour = (hour: number) => hours(sales, 0).filter(each => each === hour).length
  expect(inHour(17)).toBeGreaterThan(inHour(15))
  expect(inHour(8)).toBeGreaterThan(inHour(10))
})

test('baskets of 1 to 8 different products that the shop has, in quantities that can be sold', () => {
  for (const { lines } of sales) {
    expect(lines.length).toBeGreaterThanOrEqual(1)
    expect(lines.length).toBeLessThanOrEqual(8)
    expect(new Set(lines.map(line => line.sku)).size).toBe(lines.length)
    for (const line of lines) {
      const product = products.get(line.sku)
      expect(product).toBeDefined()
      expect(line.quantityMicro).toBeGreaterThan(0)
      expect(line.quantityMicro % (product?.unit === 'kg' ? 1_000 : 1_000_000)).toBe(0)
      expect(line.discountMinor).toBeGreaterThanOrEqual(0)
      expect(line.discountMinor * 1_000_000).toBeLessThanOrEqual((product?.priceMinor ?? 0) * line.quantityMicro)
      expect(Number.isSafeInteger(line.discountMinor)).toBe(true)
    }
  }
})

test('seven of ten by card, some lines with a discount, each cashier at work', () => {
  expect(share(sales.filter(sale => sale.tender === 'card').length, sales.length)).toBeCloseTo(0.7, 1)
  const lines = sales.flatMap(sale => sale.lines)
  expect(share(lines.filter(line => line.discountMinor > 0).length, lines.length)).toBeGreaterThan(0.02)
  expect(share(lines.filter(line => line.discountMinor > 0).length, lines.length)).toBeLessThan(0.07)
  expect(new Set(sales.map(sale => sale.cashierIndex))).toEqual(new Set([0, 1, 2]))
  expect(new Set(history({ cashiers: 1 }).map(sale => sale.cashierIndex))).toEqual(new Set([0]))
})

test('what is popular sells much better', () => {
  const sold = (popularity: (value: number) => boolean): number => {
    const chosen = demoProducts.filter(product => popularity(product.popularity))
    const skus = new Set(chosen.map(product => product.sku))
    return sales.flatMap(sale => sale.lines).filter(line => skus.has(line.sku)).length / chosen.length
  }
  expect(sold(value => value >= 8)).toBeGreaterThan(5 * sold(value => value <= 3))
})

describe('returns', () => {
  const returns = sales.filter(sale => sale.return)

  test('are few', () => {
    expect(returns.length).toBeGreaterThanOrEqual(3)
    expect(share(returns.length, sales.length)).toBeLessThan(0.03)
  })

  test('bring back a line of an earlier sale, once, against the same tender', () => {
    expect(new Set(returns.map(sale => sale.return?.saleIndex)).size).toBe(returns.length)
    for (const sale of returns) {
      const original = sales[sale.return?.saleIndex ?? -1]
      expect(original?.return).toBeUndefined()
      expect(original?.atMs).toBeLessThan(sale.atMs)
      expect(original?.lines).toContainEqual(sale.lines[0])
      expect(original?.tender).toBe(sale.tender)
    }
  })
})

test('the opening stock lasts for most products, and some must be ordered again', () => {
  const levels = demoProducts.map(product => ({
    product,
    level: levelOf(
      product.openingMicro,
      sales.flatMap(sale =>
        sale.lines
          .filter(line => line.sku === product.sku)
          .map(line => ({ sku: line.sku, quantityMicro: sale.return ? line.quantityMicro : -line.quantityMicro })),
      ),
    ),
  }))
  const short = levels.filter(({ product, level }) => level <= product.reorderPointMicro).length
  expect(levels.filter(({ level }) => level < 0).length).toBeLessThanOrEqual(15)
  expect(short).toBeGreaterThanOrEqual(10)
  expect(short).toBeLessThanOrEqual(90)
})
