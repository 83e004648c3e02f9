import { describe, expect, test } from 'vitest'
import { agreementWords, compare, type Standing } from './agreement.ts'

type Sales = Record<string, [sales: number, totalMinor: number]>
const standing = (name: string, above: string | null, sales: Sales, runs = true): Standing => ({
  id: name,
  name,
  above,
  runs,
  sales: new Map(Object.entries(sales).map(([node, [count, totalMinor]]) => [node, { sales: count, totalMinor }])),
})
const words = (...standings: Standing[]) => agreementWords(compare(standings), 'EUR')

const first: Sales = { 'Till 1': [10, 1_000] }
const second: Sales = { 'Till 2': [402, 320_040] }
const both = { ...first, ...second }
const chain = (changed: Record<string, Partial<Standing>> = {}): Standing[] =>
  [
    standing('HQ', null, both),
    standing('Mill Lane', 'HQ', both),
    standing('Till 1', 'Mill Lane', first),
    standing('Till 2', 'Mill Lane', second),
  ].map(each => ({ ...each, ...changed[each.id] }))
const sales = (of: Sales) => standing('', null, of).sales

describe('what the page says of all nodes', () => {
  test('the same sales everywhere', () => {
    expect(words(...chain())).toBe('All agree: 412 sales, 3,210.40 EUR at tills, stores and HQ')
    expect(compare(chain())).toMatchObject({ agree: true, sales: 412, totalMinor: 321_040 })
  })
  test('nothing sold yet', () => {
    expect(words(standing('HQ', null, {}), standing('Till 1', 'HQ', {}))).toBe(
      'All agree: 0 sales, 0.00 EUR at tills, stores and HQ',
    )
  })
  test.each<[string, Record<string, Partial<Standing>>, string]>([
    [
      'a till that was cut off',
      { 'Till 2': { sales: sales({ 'Till 2': [419, 330_000] }) } },
      'Till 2 is ahead by 17 sales',
    ],
    ['one sale', { 'Till 1': { sales: sales({ 'Till 1': [11, 1_100] }) } }, 'Till 1 is ahead by 1 sale'],
    [
      'a store and its till',
      {
        HQ: { sales: sales({ ...first, 'Till 2': [400, 320_000] }) },
        'Till 1': { sales: sales({ 'Till 1': [13, 1_400] }) },
      },
      'Mill Lane is ahead by 2 sales and Till 1 by 3 sales',
    ],
    ['a node that was killed', { 'Mill Lane': { runs: false } }, 'Mill Lane is stopped'],
    [
      'two of them, and a till that goes on',
      { 'Mill Lane': { runs: false }, HQ: { runs: false }, 'Till 1': { sales: sales({ 'Till 1': [12, 1_200] }) } },
      'HQ and Mill Lane are stopped; Till 1 is ahead by 2 sales',
    ],
    ['a node above that knows more', { 'Till 1': { sales: sales({ 'Till 1': [9, 900] }) } }, 'Till 1 lacks 1 sale'],
    ['as many sales, other amounts', { 'Till 1': { sales: sales({ 'Till 1': [10, 1_001] }) } }, 'The sums differ'],
  ])('%s', (_name, changed, expected) => {
    expect(words(...chain(changed))).toBe(expected)
    expect(compare(chain(changed)).agree).toBe(false)
  })
})
