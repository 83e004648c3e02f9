import { expect, test } from 'vitest'
import { commonest, currencyOfAudience } from './currencies.ts'

const store = (handle: string, currency: string, groups: string[]) => ({ handle, groups, profile: { currency } })
const stores = [
  store('store-1', 'EUR', ['city']),
  store('store-2', 'CHF', ['city', 'alps']),
  store('store-3', 'CHF', ['city', 'alps']),
]

test('the commonest currency is the one that most stores have, and of equals the first', () => {
  expect(commonest(['EUR', 'CHF', 'CHF'])).toBe('CHF')
  expect(commonest(['EUR', 'CHF'])).toBe('EUR')
  expect(commonest([])).toBeUndefined()
})

test("a price is in its store's currency, or in that of most stores of its group, or in the base", () => {
  const currencyOf = currencyOfAudience(stores, 'EUR')
  expect(['store-1', 'store-3', 'city', 'alps', 'nowhere'].map(currencyOf)).toEqual(['EUR', 'CHF', 'CHF', 'CHF', 'EUR'])
})
