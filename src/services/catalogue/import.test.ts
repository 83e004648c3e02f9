import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  allProducts,
  exportCsv,
  importCsv,
  saveProduct,
  sendCsv,
  startBareCatalogue,
  startCatalogueShop,
  variantOf,
} from '../../../test/support/catalogue-shop.ts'
import { testStore } from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { catalogueRoutes, importRowSentences } from '../../contracts/catalogue.ts'
import { platformRoutes } from '../../contracts/platform.ts'

let shop: TestShop
beforeEach(async () => {
  shop = await startCatalogueShop()
})
afterEach(() => shop.close())

const products = (more: { archived?: boolean } = {}) => allProducts(shop.client, more, 1_000)
const variants = async () => (await products()).flatMap(product => product.variants)
const counts = ({ added, changed, unchanged, refused }: Record<string, unknown>) => [added, changed, unchanged, refused]

/** What the whole was refused with. */
const refusalOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const { code, detail } = (await response.json()) as { code: string; detail?: Record<string, unknown> }
  return { status: response.status, code, ...(detail ? { detail } : {}) }
}

describe('a good file', () => {
  const file =
    'SKU;Name;Price;Barcodes;Cost;TAX;Unit;Favourite;Category;Colour\r\n' +
    'MILK;"Milk; 1 l";1,29;4006381333931|own code;0.85;reduced;L;yes;Dairy;white\r\n' +
    'TEA;Tee;4;;;;;;;\r\n'

  test('adds its products, whatever the names and order of its columns', async () => {
    expect(await importCsv(shop, file)).toEqual({ added: 2, changed: 0, unchanged: 0, refused: 0, refusals: [] })
    const [milk, tea] = await products()
    expect(milk).toMatchObject({
      name: 'Milk; 1 l',
      category: 'Dairy',
      favourite: true,
      demo: false,
      archived: false,
      variants: [
        {
          sku: 'MILK',
          form: '',
          barcodes: ['4006381333931', 'own', 'code'],
          unit: 'l',
          priceMinor: 129,
          costMinor: 85,
          taxCode: 'reduced',
        },
      ],
    })
    // A tax that is called standard goes before the one that was set first.
    expect(tea).toMatchObject({ name: 'Tee', category: '', favourite: false })
    expect(tea?.variants).toEqual([variantOf('TEA', { priceMinor: 400, taxCode: 'standard' })])
  })

  test('changes nothing and records nothing when it comes again', async () => {
    await importCsv(shop, file)
    const head = shop.host.head()
    expect(counts(await importCsv(shop, file))).toEqual([0, 0, 2, 0])
    expect(shop.host.head()).toBe(head)
  })

  test('without a tax called standard takes the first one that was set', async () => {
    const other = await startBareCatalogue()
    try {
      const id = other.ports.ids.next
      await other.client.call(catalogueRoutes.configureStore, { id: id(), ...testStore })
      for (const code of ['zero', 'all'])
        await other.client.call(catalogueRoutes.setTax, {
          id: id(),
          code,
          name: code,
          parts: [{ code, name: code, ratePpm: 0, compound: false }],
        })
      await importCsv(other, 'sku,name,price\nA,a,1\n')
      expect((await allProducts(other.client, {}, 5))[0]?.variants[0]?.taxCode).toBe('zero')
    } finally {
      await other.close()
    }
  })

  test('changes what it says of a product and leaves the rest', async () => {
    const milk = await saveProduct(shop, {
      name: 'Milk',
      note: 'cold',
      category: 'Dairy',
      favourite: true,
      demo: true,
      variants: [variantOf('MILK', { form: '1 l', barcodes: ['x'], unit: 'l', costMinor: 5, taxCode: 'reduced' })],
    })
    expect(counts(await importCsv(shop, 'price,name,sku\n2.50,Whole milk,MILK\n'))).toEqual([0, 1, 0, 0])
    expect(await products()).toEqual([
      {
        ...milk,
        name: 'Whole milk',
        variants: [{ ...milk.variants[0], priceMinor: 250 }],
        changedAt: shop.host.head(),
      },
    ])
  })

  test('changes forms of one product row by row, under the name that they share', async () => {
    const shirt = await saveProduct(shop, {
      name: 'Shirt',
      variants: [variantOf('S', { form: 'small' }), variantOf('L', { form: 'large' }), variantOf('XL')],
    })
    expect(counts(await importCsv(shop, 'sku,name,price\nS,Shirt small,2\nL,Shirt large,3\n'))).toEqual([0, 2, 0, 0])
    const [now] = await products()
    expect(now).toMatchObject({ productId: shirt.productId, name: 'Shirt' })
    expect(now?.variants.map(({ sku, form, priceMinor }) => [sku, form, priceMinor])).toEqual([
      ['S', 'small', 200],
      ['L', 'large', 300],
      ['XL', '', 100],
    ])
  })

  test('a SKU that was archived is a new product', async () => {
    const { productId } = await saveProduct(shop, {})
    await shop.client.call(catalogueRoutes.archiveProduct, { productId })
    expect(counts(await importCsv(shop, 'sku,name,price\nMILK,Milk,1\n'))).toEqual([1, 0, 0, 0])
    expect((await products())[0]?.productId).not.toBe(productId)
  })

  test('a barcode may move from a row to a later one, within a batch and across them', async () => {
    const rows = (first: string, last: string) =>
      `sku,name,price,barcode\nA,a,1,${first}\n${Array.from({ length: 300 }, (_, n) => `F${n},f,1,`).join('\n')}\nZ,z,1,${last}\n`
    const two = (first: string, last: string) => `sku,name,price,barcode\nA,a,1,${first}\nZ,z,1,${last}\n`
    await importCsv(shop, rows('code', ''))
    expect(counts(await importCsv(shop, rows('', 'code')))).toEqual([0, 2, 300, 0])
    expect(counts(await importCsv(shop, two('code', 'code')))).toEqual([0, 0, 1, 1])
    expect(counts(await importCsv(shop, two('', '')))).toEqual([0, 1, 1, 0])
    expect(counts(await importCsv(shop, two('code', '')))).toEqual([0, 1, 1, 0])
    expect(counts(await importCsv(shop, two('', 'code')))).toEqual([0, 2, 0, 0])
  })

  test('each of its products is a fact with the person who sent it', async () => {
    const before = shop.host.head()
    await importCsv(shop, 'sku,name,price\nA,a,1\nB,b,1\n')
    const { rows } = await shop.client.call(platformRoutes.listFacts, { after: before, limit: 10 })
    expect(rows.map(fact => [fact.type, fact.actor.split(':')[0]])).toEqual([
      ['product.saved', 'person'],
      ['product.saved', 'person'],
    ])
  })
})

describe('rows that are refused', () => {
  const header = 'sku,name,price,barcode,cost,tax,unit,favourite,category'
  const row = (changed: Record<string, string>) =>
    header
      .split(',')
      .map(column => changed[column] ?? { sku: 'NEW', name: 'new', price: '1' }[column] ?? '')
      .join(',')
  const cases: Array<[code: string, field: string, row: string, value: string]> = [
    ['columns-wrong', '', 'NEW,new,1', '3'],
    ['columns-wrong', '', `${row({})},`, '10'],
    ['sku-missing', 'sku', row({ sku: ' ' }), ''],
    ['sku-too-long', 'sku', row({ sku: 's'.repeat(65) }), 's'.repeat(65)],
    ['name-missing', 'name', row({ name: '' }), ''],
    ['name-too-long', 'name', row({ name: 'n'.repeat(201) }), 'n'.repeat(100)],
    ['category-too-long', 'category', row({ category: 'c'.repeat(81) }), 'c'.repeat(81)],
    ['price-invalid', 'price', row({ price: '' }), ''],
    ['price-invalid', 'price', row({ price: 'free' }), 'free'],
    ['price-invalid', 'price', row({ price: '-1' }), '-1'],
    ['price-invalid', 'price', row({ price: '1.999' }), '1.999'],
    ['price-invalid', 'price', row({ price: '"1,290"' }), '1,290'],
    ['price-invalid', 'price', row({ price: '"1,290.00"' }), '1,290.00'],
    ['price-invalid', 'price', row({ price: '1e3' }), '1e3'],
    ['price-invalid', 'price', row({ price: '99999999999999999' }), '99999999999999999'],
    ['price-invalid', 'price', row({ price: 'NaN' }), 'NaN'],
    ['cost-invalid', 'cost', row({ cost: '1.2.3' }), '1.2.3'],
    ['tax-unknown', 'tax', row({ tax: 'luxury' }), 'luxury'],
    ['unit-unknown', 'unit', row({ unit: 'dozen' }), 'dozen'],
    ['favourite-invalid', 'favourite', row({ favourite: 'maybe' }), 'maybe'],
    ['barcode-invalid', 'barcode', row({ barcode: 'ok|4006381333932' }), '4006381333932'],
    ['barcode-taken', 'barcode', row({ barcode: 'known' }), 'known'],
    ['barcode-too-long', 'barcode', row({ barcode: 'b'.repeat(65) }), 'b'.repeat(65)],
    ['barcodes-too-many', 'barcode', row({ barcode: Array.from({ length: 51 }, (_, n) => `b${n}`).join(' ') }), '51'],
    ['card-number-in-text', 'name', row({ name: '4111 1111 1111 1111' }), ''],
    ['card-number-in-text', 'sku', row({ sku: '4111111111111111' }), ''],
    ['card-number-in-text', 'barcode', row({ barcode: 'x|4111111111111111' }), ''],
    ['quotes-wrong', '', 'NEW,"new,1', ''],
    ['row-too-long', '', `NEW,${'n'.repeat(270_000)},1`, ''],
  ]
  test.each(cases)('%s in %s', async (code, field, bad, value) => {
    await saveProduct(shop, { name: 'Known', variants: [variantOf('KNOWN', { barcodes: ['known'] })] })
    const report = await importCsv(shop, `${header}\n${row({ sku: 'A' })}\n${bad}\n`)
    expect(report).toEqual({
      added: 1,
      changed: 0,
      unchanged: 0,
      refused: 1,
      refusals: [{ row: 2, code, field, value }],
    })
    expect(Object.keys(importRowSentences)).toContain(code)
    expect((await variants()).map(variant => variant.sku)).toEqual(['KNOWN', 'A'])
  })

  test('every code that has a sentence can happen', () => {
    const elsewhere = ['sku-twice', 'text-unreadable', 'sku-taken']
    expect([...new Set(cases.map(([code]) => code)), ...elsewhere].sort()).toEqual(
      Object.keys(importRowSentences).sort(),
    )
  })

  test('a SKU that stands twice: its first good row counts', async () => {
    const report = await importCsv(shop, 'sku,name,price\nA,,1\nA,second,2\nA,third,3\n')
    expect(report.refusals.map(({ row, code }) => [row, code])).toEqual([
      [1, 'name-missing'],
      [3, 'sku-twice'],
    ])
    expect((await products()).map(product => product.name)).toEqual(['second'])
  })

  test('rows around a bad one go in, and a bad character spoils its row alone', async () => {
    const bytes = new TextEncoder().encode('\ufeffsku,name,price\nA,a,1\nB,?,1\nC,c,1\n')
    bytes[bytes.indexOf(63)] = 0xff
    const report = await importCsv(shop, bytes)
    expect(report).toMatchObject({ added: 2, refusals: [{ row: 2, code: 'text-unreadable' }] })
  })

  test('more than a thousand are counted, and the first thousand listed in the order of the file', async () => {
    await saveProduct(shop, { variants: [variantOf('KNOWN', { barcodes: ['known'] })] })
    // Every other one is found by reading it, the others only by the catalogue.
    const rows = Array.from({ length: 2_400 }, (_, n) => (n % 2 ? `S${n},,1,` : `S${n},name,1,known`))
    const report = await importCsv(shop, `sku,name,price,barcode\n${rows.join('\n')}\n`)
    expect(counts(report)).toEqual([0, 0, 0, 2_400])
    expect(report.refusals.map(refusal => refusal.row)).toEqual(Array.from({ length: 1_000 }, (_, n) => n + 1))
  })
})

describe('files that are refused whole', () => {
  const files: Array<[what: string, body: BodyInit, code: string, detail: Record<string, unknown>]> = [
    ['nothing', '', 'csv-header-wrong', { missing: 'sku, name, price', found: '' }],
    ['no header', 'MILK,Milk,1\n', 'csv-header-wrong', { missing: 'sku, name, price', found: 'milk, milk, 1' }],
    ['a column missing', 'sku,title\nA,b\n', 'csv-header-wrong', { missing: 'price', found: 'sku, title' }],
    [
      'an open quote in the header',
      '"sku,name,price\nA,b,1\n',
      'csv-header-wrong',
      { missing: 'sku, name, price', found: '' },
    ],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x73, 0), 'csv-encoding-unknown', {}],
  ]
  test.each(files)('%s', async (_what, body, code, detail) => {
    const head = shop.host.head()
    expect(await refusalOf(await sendCsv(shop, body))).toEqual({ status: 422, code, detail })
    expect(shop.host.head()).toBe(head)
  })

  test('what says that it is no CSV, or too large', async () => {
    const good = 'sku,name,price\nA,a,1\n'
    expect(await refusalOf(await sendCsv(shop, good, { 'content-type': 'application/json' }))).toMatchObject({
      status: 415,
      code: 'media-type-wrong',
    })
    expect(await refusalOf(await sendCsv(shop, good, { 'content-length': '1073741825' }))).toMatchObject({
      status: 413,
      code: 'body-too-large',
    })
    expect(await products()).toEqual([])
  })

  test('a shop that has no currency, or no tax', async () => {
    const other = await startBareCatalogue()
    try {
      const send = async () => refusalOf(await sendCsv(other, 'sku,name,price\nA,a,1\n'))
      expect(await send()).toMatchObject({ status: 409, code: 'store-not-configured' })
      expect((await other.request('/products/export', { headers: { authorization: 'Bearer all' } })).status).toBe(409)
      await other.client.call(catalogueRoutes.configureStore, { id: other.ports.ids.next(), ...testStore })
      expect(await send()).toMatchObject({ status: 422, code: 'tax-unknown' })
    } finally {
      await other.close()
    }
  })
})

describe('an export', () => {
  test('has every product on sale, in the form that the import reads', async () => {
    await saveProduct(shop, {
      name: 'Milk, "fresh"',
      category: 'Dairy',
      favourite: true,
      variants: [variantOf('MILK', { barcodes: ['4006381333931', 'x'], priceMinor: 5, costMinor: 0, unit: 'l' })],
    })
    await saveProduct(shop, { name: '=1+1', variants: [variantOf('-2'), variantOf('@3', { form: 'large' })] })
    const gone = await saveProduct(shop, { name: 'Gone', variants: [variantOf('GONE')] })
    await shop.client.call(catalogueRoutes.archiveProduct, { productId: gone.productId })
    expect(await exportCsv(shop)).toBe(
      'sku,name,category,barcode,price,cost,tax,unit,favourite\r\n' +
        'MILK,"Milk, ""fresh""",Dairy,4006381333931|x,0.05,0.00,standard,l,yes\r\n' +
        '-2,=1+1,,,1.00,,standard,each,\r\n' +
        '@3,=1+1,,,1.00,,standard,each,\r\n',
    )
  })

  /** Products whose texts are what a CSV is bad at; answers how many rows they are. */
  const saveOddOnes = async (barcodeText: (odd: string) => string): Promise<number> => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 20 })
      .map(each => each.toWellFormed())
      .filter(each => !/\d{12}/.test(each))
    const hard = [
      ' space ',
      'a\nb',
      '\r',
      '"',
      ',',
      ';\t',
      'x|y',
      'two  words',
      '\ufeff',
      '\ufffd',
      '\u0000',
      '=A1',
      'ﬁ',
    ]
    const odd = fc.oneof(text, fc.constantFrom(...hard))
    const shape = fc.tuple(odd, odd, odd, odd, fc.nat(1_000_000), fc.option(fc.nat(1_000)), fc.boolean())
    let rows = 0
    for (const [n, [name, category, sku, barcode, priceMinor, costMinor, favourite]] of fc
      .sample(shape, { numRuns: 600, seed: 11 })
      .entries()) {
      const barcodes = [`${n}!${barcodeText(barcode)}`, `b${n}`]
      const first = variantOf(`${n}${sku}`, { barcodes, priceMinor, costMinor })
      const forms = n % 5 === 0 ? [first, variantOf(`second ${n}`, { form: 'other' })] : [first]
      await saveProduct(shop, { name, category, favourite, variants: forms })
      rows += forms.length
    }
    return rows
  }

  test('comes back unchanged, however odd its texts are', async () => {
    const rows = await saveOddOnes(odd => odd)
    const head = shop.host.head()
    expect(counts(await importCsv(shop, await exportCsv(shop)))).toEqual([0, 0, rows, 0])
    expect(shop.host.head()).toBe(head)
  })

  test('makes the same rows in another shop', async () => {
    const rows = await saveOddOnes(odd => odd.replace(/[\s|]/g, ''))
    const file = await exportCsv(shop)
    const other = await startCatalogueShop()
    try {
      expect(counts(await importCsv(other, file))).toEqual([rows, 0, 0, 0])
      expect(await exportCsv(other)).toBe(file)
    } finally {
      await other.close()
    }
  })
})

test('a million bytes that arrive one by one are not waited for as a whole', async () => {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull: controller => {
      if (sent === 4_000) return controller.close()
      const header = sent === 0 ? 'sku,name,price,extra\n' : ''
      controller.enqueue(new TextEncoder().encode(`${header}S${sent},name,1,${'x'.repeat(500)}\n`))
      sent += 1
    },
  })
  let firstFactAt = 0
  const end = shop.host.onCommit(() => {
    firstFactAt ||= sent
  })
  expect(counts(await importCsv(shop, body))).toEqual([4_000, 0, 0, 0])
  end()
  expect(firstFactAt).toBeGreaterThan(0)
  expect(firstFactAt).toBeLessThan(3_000)
})

test('rebuilding after imports makes the same rows', async () => {
  await importCsv(
    shop,
    `sku,name,price,barcode,category\n${Array.from({ length: 600 }, (_, n) => `S${n},n${n},1,b${n},c${n % 7}`).join('\n')}\n`,
  )
  await importCsv(
    shop,
    `sku,name,price,barcode\n${Array.from({ length: 300 }, (_, n) => `S${n},m${n},2,b${600 + n}`).join('\n')}\n`,
  )
  const tables = await shop.host.rebuild()
  expect(tables.filter(table => !table.same)).toEqual([])
  expect(tables.find(table => table.table === 'catalogue_product')?.rows).toBe(600)
})
