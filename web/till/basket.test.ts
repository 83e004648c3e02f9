import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Article } from '../../src/contracts/catalogue.ts'
import { type BasketAct, emptyBasket, stepBasket, type TillBasket, withSaleId } from './basket.ts'

const article = (sku: string, unit: Article['unit'] = 'each'): Article => ({
  sku,
  productId: '01936d2e-7c00-7000-8000-000000000001',
  name: `Product ${sku}`,
  category: '',
  barcodes: [],
  unit,
  priceMinor: 129,
  taxCode: 'zero',
  favourite: false,
})
const after = (...steps: BasketAct[]): TillBasket => steps.reduce(stepBasket, emptyBasket)
const rows = (basket: TillBasket) =>
  basket.lines.map(line => `${line.quantityMicro / 1_000_000} ${line.sku} ${line.unitPriceMinor}`)
const add = (sku: string): BasketAct => ({ act: 'add', article: article(sku) })

test('the same scanned again is one line of two; weighed goods stay apart', () => {
  expect(rows(after(add('A'), add('B'), add('A')))).toEqual(['2 A 129', '1 B 129'])
  const apples: BasketAct = { act: 'add', article: article('APL', 'kg'), quantityMicro: 482_000 }
  expect(rows(after(apples, apples))).toEqual(['0.482 APL 129', '0.482 APL 129'])
})

test('a line with a price or discount of its own is not joined', () => {
  expect(rows(after(add('A'), { act: 'price', key: 1, unitPriceMinor: 100 }, add('A')))).toEqual(['1 A 100', '1 A 129'])
  expect(rows(after(add('A'), { act: 'discount', key: 1, discountMinor: 5 }, add('A')))).toEqual(['1 A 129', '1 A 129'])
})

test('what was removed or voided comes back by undo', () => {
  const removed = after(add('A'), add('B'), { act: 'remove', key: 1 })
  expect(rows(removed)).toEqual(['1 B 129'])
  expect(rows(stepBasket(removed, { act: 'undo' }))).toEqual(['1 A 129', '1 B 129'])
  expect(rows(after(add('A'), { act: 'void' }, { act: 'undo' }))).toEqual(['1 A 129'])
})

test('taking one away at one removes the line, and never goes below', () => {
  expect(rows(after(add('A'), { act: 'step', key: 1, by: -1 }))).toEqual([])
  expect(
    rows(after({ act: 'add', article: article('KG', 'kg'), quantityMicro: 300_000 }, { act: 'step', key: 1, by: -1 })),
  ).toEqual([])
})

test('a price that changes in the catalogue reaches lines with the list price alone', () => {
  const dearer = new Map([['A', { ...article('A'), priceMinor: 200 }]])
  const basket = after(
    add('A'),
    add('B'),
    { act: 'add', article: article('A'), priceMinor: 50 },
    { act: 'reprice', articles: dearer },
  )
  expect(rows(basket)).toEqual(['1 A 200', '1 B 129', '1 A 50'])
})

test('whatever the steps: keys are unique, the selected line is there, no line is empty', () => {
  const key = fc.integer({ min: 1, max: 6 })
  const step = fc.oneof(
    fc.constantFrom('A', 'B').map(add),
    fc.record({ act: fc.constant('remove' as const), key }),
    fc.record({ act: fc.constant('step' as const), key, by: fc.constantFrom(1 as const, -1 as const) }),
    fc.record({ act: fc.constant('price' as const), key, unitPriceMinor: fc.nat(500) }),
    fc.constantFrom<BasketAct>({ act: 'undo' }, { act: 'void' }, { act: 'clear' }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const { lines, selected } = after(...steps)
      const keys = lines.map(line => line.key)
      expect(new Set(keys).size).toBe(keys.length)
      expect(lines.every(line => line.quantityMicro > 0)).toBe(true)
      if (lines.length > 0 && steps.at(-1)?.act === 'remove')
        expect(selected === null || typeof selected === 'number').toBe(true)
    }),
  )
})

test('money taken stays with the basket and its sale id, whatever is added after, until it is given back or cleared', () => {
  const cash = { kind: 'cash', amountMinor: 200 } as const
  const taken = after(add('A'), { act: 'tender', tenders: [cash], saleId: 'first' }, add('B'), {
    act: 'tender',
    tenders: [{ kind: 'card', amountMinor: 58 }],
    saleId: 'second',
  })
  expect(taken.saleId).toBe('first')
  expect(taken.tenders.map(tender => tender.kind)).toEqual(['cash', 'card'])
  expect(stepBasket(taken, { act: 'give-back', index: 1 }).tenders).toEqual([cash])
  expect(stepBasket(taken, { act: 'clear' })).toMatchObject({ lines: [], tenders: [], saleId: null })
})

test('once the time for Undo is over, nothing comes back', () => {
  const gone = after(add('A'), add('B'), { act: 'remove', key: 1 }, { act: 'forget' }, { act: 'undo' })
  expect(rows(gone)).toEqual(['1 B 129'])
})

test('what was approved counts for this sale and comes back with it by undo, and not for the next one', () => {
  const approved = withSaleId(after(add('A'), { act: 'approved', overrideId: 'o-1' }), 'sale-1')
  expect(approved).toMatchObject({ saleId: 'sale-1', overrideIds: ['o-1'] })
  for (const away of [{ act: 'void' }, { act: 'remove', key: 1 }, { act: 'clear' }] as const) {
    expect(stepBasket(approved, away)).toMatchObject({ saleId: null, overrideIds: [] })
  }
  expect(stepBasket(stepBasket(approved, { act: 'void' }), { act: 'undo' })).toMatchObject({
    saleId: 'sale-1',
    overrideIds: ['o-1'],
  })
})

test('a sale has its id from its first line on, and keeps it', () => {
  expect(withSaleId(emptyBasket, 'a').saleId).toBeNull()
  const begun = withSaleId(after(add('A')), 'a')
  expect(withSaleId(stepBasket(begun, add('B')), 'b').saleId).toBe('a')
})
