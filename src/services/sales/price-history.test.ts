import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { productBody, testArticles, testStore } from '../../../test/support/sales-shop.ts'
import { type RecordedFact, versionOf } from '../../contracts/fact.ts'
import { addFact, articleAt, emptyPriceHistory, priceAt, shelfAt } from './price-history.ts'

const milk = testArticles[0]
const fact = (
  epoch: number,
  seq: number,
  type: string,
  body: Record<string, unknown>,
  audience?: string,
): RecordedFact => ({
  id: `01936d2e-7c00-7000-8000-${String(epoch * 1_000 + seq).padStart(12, '0')}`,
  type,
  version: 1,
  store: 'hq',
  node: 'hq',
  epoch,
  seq,
  atMs: 0,
  actor: 'system',
  body,
  prev: '',
  position: 7,
  recordedAtUs: 0,
  hash: '',
  ...(audience === undefined ? {} : { audience }),
})

const handles = ['store-1', 'store-2']
const groupNames = ['city', 'north', 'airport']
const price = fc.record({
  kind: fc.constant('price' as const),
  audience: fc.constantFrom(...handles, ...groupNames),
  priceMinor: fc.option(fc.integer({ min: 1, max: 999 })),
})
const grouping = fc.record({
  kind: fc.constant('group' as const),
  store: fc.constantFrom(...handles),
  groups: fc.subarray(groupNames),
})
const said = fc.array(fc.oneof(price, grouping), { minLength: 1, maxLength: 20 })

const base = [
  fact(1, 1, 'store.configured', testStore, 'store-1'),
  fact(1, 2, 'store.configured', testStore, 'store-2'),
  fact(1, 3, 'product.saved', productBody(milk)),
]

describe('the price of a store at a version', () => {
  test('is its own, else that of the first of its groups that has one, else the base price, in whatever order facts came', () => {
    fc.assert(
      fc.property(said, fc.infiniteStream(fc.nat()), (all, random) => {
        const facts = all.map((each, i) =>
          each.kind === 'price'
            ? fact(2, i + 1, 'price.changed', { sku: 'MILK', priceMinor: each.priceMinor }, each.audience)
            : fact(2, i + 1, 'store.grouped', { store: each.store, groups: each.groups }, each.store),
        )
        const history = emptyPriceHistory()
        for (const each of base) addFact(history, each)
        const shuffled = facts.map(each => ({ each, at: random.next().value })).toSorted((a, b) => a.at - b.at)
        for (const { each } of shuffled) addFact(history, each)
        for (let i = 0; i <= facts.length; i++) {
          const version = i === 0 ? versionOf(base.at(-1)!) : versionOf(facts[i - 1]!)
          const until = all.slice(0, i)
          for (const store of handles) {
            const groups = until.findLast(each => each.kind === 'group' && each.store === store)
            const audiences = [store, ...(groups?.kind === 'group' ? groups.groups.toSorted() : [])]
            const expected = audiences
              .map(audience => until.findLast(each => each.kind === 'price' && each.audience === audience))
              .flatMap(each => (each?.kind === 'price' && each.priceMinor !== null ? [each.priceMinor] : []))
            const shelf = shelfAt(history, store, version)!
            const article = articleAt(history, 'MILK', version)!
            expect(priceAt(history, shelf, article)).toBe(expected[0] ?? milk.priceMinor)
          }
        }
      }),
    )
  })

  test('rises from one epoch of the owner to the next, and a fact that comes twice changes nothing', () => {
    const history = emptyPriceHistory()
    for (const each of base) addFact(history, each)
    const late = fact(1, 4_000_000, 'price.changed', { sku: 'MILK', priceMinor: 1 })
    const next = fact(2, 1, 'price.changed', { sku: 'MILK', priceMinor: 2 })
    for (const each of [late, next, late, next]) addFact(history, each)
    expect(history.newest).toBe(versionOf(next))
    expect(history.articles.get('MILK')?.map(each => each.priceMinor)).toEqual([129, 1, 2])
    expect(articleAt(history, 'MILK', versionOf(next) - 1)?.priceMinor).toBe(1)
  })

  test('is not there before the store was configured', () => {
    const history = emptyPriceHistory()
    for (const each of base) addFact(history, each)
    expect(shelfAt(history, 'store-2', 1)).toBeUndefined()
    expect(shelfAt(history, 'store-3', 3)).toBeUndefined()
  })
})
