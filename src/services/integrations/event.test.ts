import { expect, test } from 'vitest'
import { takes } from './event.ts'

const rows: Array<[filters: string[], type: string, taken: boolean]> = [
  [['*'], 'sale.completed', true],
  [['sale.*'], 'sale.completed', true],
  [['sale.*'], 'sales.completed', false],
  [['sale.completed'], 'sale.completed', true],
  [['sale.completed'], 'sale.returned', false],
  [['stock.*', 'sale.returned'], 'sale.returned', true],
]
test.each(rows)('%j takes %s: %s', (filters, type, taken) => {
  expect(takes(filters, type)).toBe(taken)
})
