import { expect, test } from 'vitest'
import { elsewhere } from './elsewhere.ts'

test('what a till asks of its store beside what it runs itself', () => {
  const asked = elsewhere.filter(
    ({ route }) => !/^\/(stock|reports|webhook|reorder|purchas|suppliers|deliver|transfer)/.test(route.path),
  )
  expect(asked.map(({ route, answerer }) => `${route.name}: ${answerer}`).toSorted()).toEqual([
    'claimReturn: store',
    'exportProducts: store',
    'getReturnClaim: store',
    'getSale: till-first',
    'importProducts: store',
    'listProducts: store',
    'listSales: till-first',
    'quoteReturn: store-first',
  ])
})

test('plain addresses stand before those with parameters, which would take them', () => {
  const withParameters = elsewhere.map(({ route }) => route.path.includes(':'))
  expect(withParameters).toEqual(withParameters.toSorted((a, b) => Number(a) - Number(b)))
})
