import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allProducts,
  importCsv,
  saveProduct,
  startCatalogueShop,
  variantOf,
} from '../../../test/support/catalogue-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { catalogueRoutes, type StoredProduct } from '../../contracts/catalogue.ts'
import { foldText, searchWords } from '../../domain/search-words.ts'
import { searchProducts } from './search.ts'

let shop: TestShop
beforeEach(async () => {
  shop = await startCatalogueShop()
})
afterEach(() => shop.close())

const list = (input: { q?: string; category?: string; archived?: boolean }, limit = 50) =>
  allProducts(shop.client, input, limit)
const namesOf = (products: readonly StoredProduct[]) => products.map(product => product.name)
const names = async (q: string, more = {}) => namesOf(await list({ q, ...more }))
const save = (name: string, sku: string, more: Partial<StoredProduct> = {}, barcodes: string[] = []) =>
  saveProduct(shop, { name, variants: [variantOf(sku, { barcodes })], ...more })

describe('search', () => {
  test('by words of the name, category, form, SKU and barcode, by their beginnings, in any order', async () => {
    await saveProduct(shop, {
      name: 'Crème fraîche 200 g',
      category: 'Dairy products',
      variants: [variantOf('CF-200', { form: 'Large pot', barcodes: ['4006381333931', 'own code'] })],
    })
    await save('Milk', 'MILK-1L')
    for (const q of [
      'creme',
      'FRA cre',
      '200',
      'dairy',
      'pot lar',
      'cf',
      '400638',
      'own',
      'code crème',
      ' creme  creme ',
    ])
      expect(await names(q), q).toEqual(['Crème fraîche 200 g'])
    for (const q of ['reme', 'creme milk', 'creme 201', 'cf-201', '4006381333932'])
      expect(await names(q), q).toEqual([])
  })

  test('nothing but signs finds what has such a SKU, and nothing else', async () => {
    await save('Signs', '***')
    await save('Milk', 'MILK')
    expect(await names('***')).toEqual(['Signs'])
    expect(await names('???')).toEqual([])
  })

  test('a whole SKU or barcode comes first, then what has the words, each once', async () => {
    await save('Box of 100', 'BOX')
    await save('Other', '100')
    await save('And 100 more', 'MORE', {}, ['100'])
    expect(await names('100')).toEqual(['Other', 'And 100 more', 'Box of 100'])
    for (const limit of [1, 2, 3]) expect(namesOf(await list({ q: '100' }, limit))).toEqual(await names('100'))
    expect(await names('100', { category: 'none' })).toEqual([])
  })

  test('an article number is found in any of its lengths', async () => {
    await save('Cola', 'COLA', {}, ['042100005264'])
    for (const q of ['042100005264', '0042100005264', '00042100005264', '04252614'])
      expect(await names(q), q).toEqual(['Cola'])
  })

  test('in a category, and among archived products', async () => {
    await save('Milk', 'M1', { category: 'Dairy' })
    const gone = await save('Milk shake', 'M2', { category: 'Drinks' })
    expect(await names('milk', { category: 'Drinks' })).toEqual(['Milk shake'])
    await shop.client.call(catalogueRoutes.archiveProduct, { productId: gone.productId })
    expect(await names('milk')).toEqual(['Milk'])
    expect(await names('m2')).toEqual([])
    expect(await names('milk', { archived: true })).toEqual(['Milk shake'])
    expect(await names('m2', { archived: true })).toEqual(['Milk shake'])
  })

  test('a changed product is found by its new words alone', async () => {
    const { productId } = await save('Milk', 'MILK')
    await save('Oat drink', 'OAT', { productId })
    expect(await names('milk')).toEqual([])
    expect(await names('oat')).toEqual(['Oat drink'])
  })

  test('letters beyond the first plane, and words as long as names are', async () => {
    await save('寿𠀀', 'HAN')
    await save('x'.repeat(200), 'LONG')
    expect(await names('寿')).toEqual(['寿𠀀'])
    expect(await names('x'.repeat(80))).toEqual(['x'.repeat(200)])
  })

  test('a page walks on where words are common and hardly meet', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, n) => `S${n},${n % 2 ? 'even' : 'odd'} ${n === 58 ? 'even' : ''} thing,1`,
    )
    await importCsv(shop, `sku,name,price\n${rows.join('\n')}\n`)
    const numbers: number[] = []
    const pages: number[] = []
    let cursor: string | undefined
    do {
      const search = { text: 'even odd', archived: 0, category: undefined, cursor, limit: 5 } as const
      const page = await searchProducts(shop.database, search, 10)
      numbers.push(...page.numbers)
      pages.push(page.numbers.length)
      cursor = page.next ?? undefined
    } while (cursor)
    expect(numbers.length).toBe(1)
    expect(pages.length).toBeGreaterThan(2)
  })

  test('pages keep their place when the catalogue changes between them', async () => {
    for (const n of [1, 2, 3, 4]) await save(`alder milk ${n}`, `A${n}`)
    const first = await shop.client.call(catalogueRoutes.listProducts, { q: 'milk alder', limit: 2 })
    // Alder was walked along, as the longer of two equally rare words; now milk would be.
    for (const n of [1, 2, 3]) await save(`zz alder ${n}`, `Z${n}`)
    const rest: StoredProduct[] = []
    for (let cursor = first.next; cursor !== null; ) {
      const page = await shop.client.call(catalogueRoutes.listProducts, { q: 'milk alder', limit: 2, cursor })
      rest.push(...page.rows)
      cursor = page.next
    }
    expect(namesOf([...first.rows, ...rest])).toEqual([1, 2, 3, 4].map(n => `alder milk ${n}`))
  })
})

/** The words of a product, told again in the slowest way. */
const oracle = (products: readonly StoredProduct[], q: string): Set<string> => {
  const wanted = searchWords(q)
  const whole = (product: StoredProduct) =>
    product.variants.some(({ sku, barcodes }) => sku === q.trim() || barcodes.includes(q.trim()))
  const has = (product: StoredProduct, word: string) =>
    [
      product.name,
      product.category,
      ...product.variants.flatMap(({ form, sku, barcodes }) => [form, sku, ...barcodes]),
    ].some(text => searchWords(text).some(own => own.startsWith(word)))
  return new Set(
    products
      .filter(product => whole(product) || (wanted.length > 0 && wanted.every(word => has(product, word))))
      .map(product => product.productId),
  )
}

test('search finds what the slow and obvious way finds, each product once, whatever the pages are', async () => {
  const word = fc.constantFrom(
    'milk',
    'Milka',
    'mil',
    'Öl',
    'ol',
    'a',
    'ab',
    'AB-1',
    '1',
    '12',
    '寿司',
    '𠀀',
    '***',
    'Straße',
    'οδός',
  )
  const text = fc.array(word, { minLength: 1, maxLength: 3 }).map(words => words.join(' '))
  const products: StoredProduct[] = []
  for (const [n, [name, category, form]] of fc.sample(fc.tuple(text, text, text), { numRuns: 60, seed: 4 }).entries()) {
    const variants = [variantOf(`SKU${n}`, { barcodes: [`b${n} 1`] }), variantOf(`${n}`, { form: form ?? '' })]
    products.push(
      await saveProduct(shop, { name: name ?? '', category: n % 3 === 0 ? (category ?? '') : '', variants }),
    )
  }
  const query = fc.oneof(
    text,
    fc.tuple(text, fc.integer({ min: 1, max: 6 })).map(([whole, length]) => whole.slice(0, length).toWellFormed()),
    fc.constantFrom('SKU7', 'sku7', 'sku1', '12', 'b3', '1 2', '5'),
  )
  await fc.assert(
    fc.asyncProperty(query, fc.integer({ min: 1, max: 70 }), async (q, limit) => {
      fc.pre(q.trim() !== '')
      const found = (await list({ q }, limit)).map(product => product.productId)
      expect(new Set(found).size).toBe(found.length)
      expect(new Set(found)).toEqual(oracle(products, q))
      expect(found).toEqual((await list({ q }, 1_000)).map(product => product.productId))
    }),
    { numRuns: 150 },
  )
})

describe('the list without a search', () => {
  test('is by name without case and accents, in pages of any size, with names of any length', async () => {
    const long = 'y'.repeat(190)
    for (const [n, name] of ['b', 'Ä', 'a', 'A', `${long}1`, `${long}2`, '\u0001\u0002'.repeat(99), 'é', 'e'].entries())
      await save(name, `L${n}`)
    const all = await list({}, 1_000)
    expect(all.length).toBe(9)
    const keys = all.map(product => foldText(product.name).slice(0, 100))
    expect(keys).toEqual(keys.toSorted())
    for (const limit of [1, 2, 4]) expect(await list({}, limit)).toEqual(all)
    for (const limit of [1, 3]) expect(namesOf(await list({ q: 'y' }, limit))).toEqual([`${long}1`, `${long}2`])
  })

  test('by category, and archived ones apart', async () => {
    await save('Milk', 'M', { category: 'Dairy' })
    const { productId } = await save('Tea', 'T', { category: 'Drinks' })
    expect(namesOf(await list({ category: 'Dairy' }))).toEqual(['Milk'])
    await shop.client.call(catalogueRoutes.archiveProduct, { productId })
    expect(namesOf(await list({}))).toEqual(['Milk'])
    expect(namesOf(await list({ archived: true }))).toEqual(['Tea'])
    expect(namesOf(await list({ archived: true, category: 'Dairy' }))).toEqual([])
  })
})
