import { z } from 'zod'
import type { FactCatalogue } from './fact.ts'
import {
  code,
  currency,
  cursor,
  flag,
  handle,
  id,
  limit,
  minorUnsigned,
  name,
  note,
  page,
  position,
  ppm,
  sku,
} from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

export const taxPart = z.object({ code, name, ratePpm: ppm, compound: z.boolean() })
export const tax = z.object({ code, name, parts: z.array(taxPart).min(1).max(8) })

/** The store as it stands on a receipt and as it prices. Currency and tax mode are fixed once the first sale is made. */
export const storeProfile = z.object({
  name,
  address: z.array(z.string().max(100)).max(6),
  taxNumber: z.string().max(40),
  currency,
  taxMode: z.enum(['included', 'excluded']),
  taxRounding: z.enum(['line', 'document']),
  cashStepMinor: z.int().min(1).max(1_000_000),
  /** IANA name; decides where a day begins. */
  timeZone: z.string().min(1).max(64),
  /** BCP 47 tag. */
  locale: z.string().min(2).max(35),
  receiptFooter: z.array(z.string().max(100)).max(10),
})
export type StoreProfile = z.infer<typeof storeProfile>

export const unit = z.enum(['each', 'kg', 'l', 'm'])
export const variant = z.object({
  sku,
  /** What tells this form from the product's others ("Large, red"); empty where there is one form. */
  form: z.string().max(100),
  barcodes: z.array(z.string().min(1).max(64)).max(50),
  unit,
  priceMinor: minorUnsigned,
  costMinor: minorUnsigned.nullable(),
  taxCode: code,
})
export const product = z.object({
  productId: id,
  name,
  category: z.string().max(80),
  /** On the till's first page. */
  favourite: z.boolean(),
  /** Came with the demo catalogue; one act takes all of these away. */
  demo: z.boolean(),
  note,
  variants: z.array(variant).min(1).max(200),
})
export type Variant = z.infer<typeof variant>
export type Product = z.infer<typeof product>
export const storedProduct = product.extend({ archived: z.boolean(), changedAt: position })
export type StoredProduct = z.infer<typeof storedProduct>

/** What a store, or each store of a group, sells a SKU for instead of its base price. */
export const audiencePrice = z.object({ sku, audience: handle, priceMinor: minorUnsigned })

/** A store as its HQ knows it; a shop knows itself alone. */
export const listedStore = z.object({ handle, profile: storeProfile, groups: z.array(handle) })

export const category = z.object({ name: z.string().min(1).max(80), colour: z.string().max(20), order: z.int() })

/** A sellable form as the till holds it. */
export const article = z.object({
  sku,
  productId: id,
  name: z.string(),
  category: z.string(),
  barcodes: z.array(z.string()),
  unit,
  priceMinor: minorUnsigned,
  taxCode: code,
  favourite: z.boolean(),
})
export type Article = z.infer<typeof article>

export const catalogueFacts = {
  'store.configured': { version: 1, summary: 'How the store is called and prices', body: storeProfile },
  'store.grouped': {
    version: 1,
    summary: 'The groups that a store is in from now on; what is said to a group is said to it',
    body: z.object({ store: handle, groups: z.array(handle).max(100) }),
  },
  /** Where it has an audience, the tax of that store or group in place of everyone's. */
  'tax.set': { version: 1, summary: 'A tax and its parts, from now on', body: tax },
  'category.set': { version: 1, summary: "A category's colour and place", body: category },
  'product.saved': {
    version: 1,
    summary: 'A product as it is from now on, with its variants and prices',
    body: product,
  },
  'product.archived': {
    version: 1,
    summary: 'Products are no longer sold',
    body: z.object({ productIds: z.array(id).min(1) }),
  },
  /** Where it has an audience, the price in that store or group; null takes it away. Else the base price, which is a number. */
  'price.changed': {
    version: 1,
    summary: 'A variant costs this from now on',
    body: z.object({ sku, priceMinor: minorUnsigned.nullable() }),
  },
} satisfies FactCatalogue

export const importReport = z.object({
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  /** The first thousand refused rows; `row` counts from 1 below the header. */
  refusals: z.array(z.object({ row: z.int(), code: z.string(), field: z.string(), value: z.string() })),
})
export type ImportReport = z.infer<typeof importReport>

export const catalogueRoutes = defineRoutes({
  getStore: {
    kind: 'query',
    name: 'getStore',
    method: 'GET',
    path: '/store',
    summary: 'The store as it prices and prints',
    scope: 'catalogue:read',
    response: storeProfile,
  },
  configureStore: {
    kind: 'command',
    name: 'configureStore',
    method: 'PUT',
    path: '/store',
    summary: 'Change how the store is called and prices',
    scope: 'store:write',
    body: storeProfile.extend({ id }),
    response: storeProfile,
  },
  listStores: {
    kind: 'query',
    name: 'listStores',
    method: 'GET',
    path: '/stores',
    summary: 'The stores by their handles, with the groups that each is in',
    scope: 'catalogue:read',
    response: z.object({ rows: z.array(listedStore) }),
  },
  setStoreGroups: {
    kind: 'command',
    name: 'setStoreGroups',
    method: 'PUT',
    path: '/stores/:handle/groups',
    summary: 'Say which groups a store is in; a group is there as soon as a store is in it',
    scope: 'store:write',
    params: z.object({ handle }),
    body: z.object({ id, groups: z.array(handle).max(100) }),
    response: z.object({ store: handle, groups: z.array(handle) }),
  },
  listTaxes: {
    kind: 'query',
    name: 'listTaxes',
    method: 'GET',
    path: '/taxes',
    summary: 'The taxes that products name: those of the store that is asked about, else all with whom they are for',
    scope: 'catalogue:read',
    response: z.object({ rows: z.array(tax.extend({ audience: handle.optional() })) }),
  },
  setTax: {
    kind: 'command',
    name: 'setTax',
    method: 'PUT',
    path: '/taxes/:code',
    summary: 'Add or change a tax, for everyone or for one store or group',
    scope: 'store:write',
    params: z.object({ code }),
    body: tax.omit({ code: true }).extend({ id, audience: handle.optional() }),
    response: tax.extend({ audience: handle.optional() }),
  },
  listCategories: {
    kind: 'query',
    name: 'listCategories',
    method: 'GET',
    path: '/categories',
    summary: 'Categories in the order in which the till shows them',
    scope: 'catalogue:read',
    response: z.object({ rows: z.array(category.extend({ products: z.int() })) }),
  },
  setCategory: {
    kind: 'command',
    name: 'setCategory',
    method: 'PUT',
    path: '/categories/:name',
    summary: "Change a category's colour or place",
    scope: 'catalogue:write',
    params: z.object({ name: z.string().min(1).max(80) }),
    body: category.omit({ name: true }).extend({ id }),
    response: category,
  },
  /**
   * With `q`: first what has it as its SKU or barcode, then what has a word beginning with each of its words. Where words are
   * common and hardly ever stand together, a page may be short, even empty, and `next` still goes on.
   */
  listProducts: {
    kind: 'query',
    name: 'listProducts',
    method: 'GET',
    path: '/products',
    summary: 'Search products by words of their name, SKU or barcode, or list them',
    scope: 'catalogue:read',
    query: z.object({
      q: z.string().max(200).optional(),
      category: z.string().max(80).optional(),
      archived: flag.optional(),
      cursor,
      limit,
    }),
    response: page(storedProduct),
  },
  getProduct: {
    kind: 'query',
    name: 'getProduct',
    method: 'GET',
    path: '/products/:productId',
    summary: 'One product at its base prices, with what stores and groups sell it for instead',
    scope: 'catalogue:read',
    params: z.object({ productId: id }),
    response: storedProduct.extend({ prices: z.array(audiencePrice) }),
  },
  saveProduct: {
    kind: 'command',
    name: 'saveProduct',
    method: 'POST',
    path: '/products',
    summary: 'Add a product, or save it whole under the same productId',
    scope: 'catalogue:write',
    body: product.extend({ id }).partial({ demo: true, favourite: true, note: true, category: true }),
    response: storedProduct,
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000010',
        productId: '01936d2e-7c00-7000-8000-000000000011',
        name: 'Milk 1 l',
        category: 'Dairy',
        variants: [
          {
            sku: 'MILK-1L',
            form: '',
            barcodes: ['9520000000011'],
            unit: 'each',
            priceMinor: 129,
            costMinor: 85,
            taxCode: 'reduced',
          },
        ],
      },
    },
  },
  archiveProduct: {
    kind: 'command',
    name: 'archiveProduct',
    method: 'DELETE',
    path: '/products/:productId',
    summary: 'Stop selling a product; what was sold of it stays',
    scope: 'catalogue:write',
    params: z.object({ productId: id }),
    response: storedProduct,
  },
  changePrice: {
    kind: 'command',
    name: 'changePrice',
    method: 'POST',
    path: '/prices',
    summary: "Change one variant's base price, or what one store or group sells it for; null takes the latter away",
    scope: 'catalogue:write',
    body: z
      .object({ id, sku, priceMinor: minorUnsigned.nullable(), audience: handle.optional() })
      .refine(({ priceMinor, audience }) => priceMinor !== null || audience !== undefined, {
        path: ['priceMinor'],
        message: 'a base price can not be taken away',
      }),
    response: z.object({ sku, priceMinor: minorUnsigned.nullable(), audience: handle.optional() }),
    example: { body: { id: '01936d2e-7c00-7000-8000-000000000012', sku: 'MILK-1L', priceMinor: 135 } },
  },
  /**
   * Columns by their header, in any case and order: sku, name and price (1.29 or 1,29) are required; category, barcode (several
   * separated by `|` or spaces), cost, tax, unit (each, kg, l, m) and favourite (yes) may be there, others are passed over. A SKU
   * that is on sale changes its product in what the file says. A new product without a tax takes the one whose code is
   * `standard`, or else the first that was set.
   */
  importProducts: {
    kind: 'raw',
    name: 'importProducts',
    method: 'POST',
    path: '/products/import',
    summary: 'Add and change products from CSV; good rows go in, the report lists the others and why',
    scope: 'catalogue:write',
    maxBodyBytes: 1_073_741_824,
    media: { request: 'text/csv' },
    response: importReport,
  },
  /**
   * Every form on sale is a row. Its form, note and `demo` are not in it, nor are barcodes with `|` or spaces inside told apart:
   * in the shop where it comes from nothing is lost. Cells are as they are, also where a spreadsheet would take `=1+1` for a formula.
   */
  exportProducts: {
    kind: 'raw',
    name: 'exportProducts',
    method: 'GET',
    path: '/products/export',
    summary: 'Every product as CSV, in the form that the import reads',
    scope: 'catalogue:read',
    media: { response: 'text/csv' },
  },
  removeDemo: {
    kind: 'command',
    name: 'removeDemo',
    method: 'POST',
    path: '/products/remove-demo',
    summary: 'Take the whole demo catalogue away at once',
    scope: 'catalogue:write',
    body: z.object({ id }),
    response: z.object({ archived: z.int() }),
  },
  tillCatalogue: {
    kind: 'query',
    name: 'tillCatalogue',
    method: 'GET',
    path: '/till-catalogue',
    summary:
      'Everything that a till of a store needs to price: articles, taxes, categories, the store; with the version that sales name',
    scope: 'catalogue:read',
    response: z.object({
      version: position,
      store: storeProfile,
      taxes: z.array(tax),
      categories: z.array(category),
      articles: z.array(article),
    }),
  },
})
export type TillCatalogue = z.infer<(typeof catalogueRoutes)['tillCatalogue']['response']>

/** Why a row of an import was refused: each code with what to do about it. */
export const importRowSentences: Record<string, string> = {
  'columns-wrong': 'The row has more or fewer fields than the header.',
  'text-unreadable': 'The row holds characters that are not UTF-8. Save the file as UTF-8.',
  'quotes-wrong': 'A quote is opened and never closed. Nothing after it was read.',
  'row-too-long': 'The row is longer than 262,144 bytes; perhaps a quote is never closed. Nothing after it was read.',
  'sku-missing': 'The row has no SKU.',
  'sku-too-long': 'The SKU is longer than 64 characters.',
  'sku-twice': 'The SKU stands in the file already; its first row counts.',
  'sku-taken': 'Another product has this SKU.',
  'name-missing': 'The row has no name.',
  'name-too-long': 'The name is longer than 200 characters.',
  'category-too-long': 'The category is longer than 80 characters.',
  'price-invalid': "The price is not an amount of the store's currency.",
  'cost-invalid': "The cost is not an amount of the store's currency.",
  'barcode-invalid': 'The barcode is damaged or mistyped: its check digit is wrong.',
  'barcode-taken': 'Another product has this barcode.',
  'barcode-too-long': 'A barcode is longer than 64 characters.',
  'barcodes-too-many': 'The row has more than 50 barcodes.',
  'tax-unknown': 'There is no tax with this code. Add it in the settings first.',
  'unit-unknown': 'The unit is none of each, kg, l and m.',
  'favourite-invalid': 'The favourite column takes yes or nothing.',
  'card-number-in-text': 'The row looks as if it held a card number, which must not be kept.',
}

export const catalogueRefusals: RefusalTexts = {
  'store-not-configured': {
    status: 409,
    sentence: 'The shop has no currency and prices yet. Fill in its settings first.',
  },
  'store-unknown': { status: 404, sentence: 'There is no such store. Configure it first.' },
  'audience-unknown': {
    status: 422,
    sentence: 'There is no store and no group of this name. Look it up in the list of stores.',
  },
  'sku-taken': { status: 409, sentence: 'Another product has this SKU already. Choose another.' },
  'barcode-taken': { status: 409, sentence: 'Another product has this barcode already. Look it up.' },
  'barcode-invalid': { status: 422, sentence: 'This barcode is damaged or mistyped: its check digit is wrong.' },
  'tax-unknown': { status: 422, sentence: 'There is no tax with this code. Add it in the settings first.' },
  'currency-unknown': { status: 422, sentence: 'This is not a current ISO 4217 currency.' },
  'time-zone-unknown': { status: 422, sentence: 'This time zone does not exist. Use a name like Europe/Berlin.' },
  'locale-unknown': { status: 422, sentence: 'This language does not exist. Use a tag like en-GB or de.' },
  'currency-fixed': { status: 409, sentence: 'The shop has sold in its currency already; it can no longer change.' },
  'code-empty': { status: 422, sentence: 'Nothing was scanned. Scan again.' },
  'code-too-long': { status: 422, sentence: 'This code is longer than any that a shop uses. Scan again.' },
  'code-invalid': { status: 422, sentence: 'This code holds characters that no barcode has. Scan again.' },
  'check-digit-wrong': { status: 422, sentence: 'The code was not read whole: its check digit is wrong. Scan again.' },
  'embedded-rule-invalid': {
    status: 422,
    sentence: 'The rule for barcodes with a price or weight inside is not valid.',
  },
  'amount-not-decimal': { status: 422, sentence: 'This is not an amount. Write it as 12.90.' },
  'amount-too-precise': { status: 422, sentence: 'The amount has more decimals than the currency.' },
  'csv-header-wrong': {
    status: 422,
    sentence: 'The first row does not name the columns. It needs at least sku, name and price.',
  },
  'csv-encoding-unknown': { status: 422, sentence: 'The file is neither UTF-8 nor Latin-1. Save it as CSV in UTF-8.' },
}
