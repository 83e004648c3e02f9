import type { catalogueRoutes, Product, StoreProfile } from '../../contracts/catalogue.ts'
import type { NewFact } from '../../contracts/fact.ts'
import type { InputOf } from '../../contracts/route.ts'
import { isGtin } from '../../domain/barcode.ts'
import { isCurrency } from '../../domain/money.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Command, Decision, Refusal } from '../../platform/host/service.ts'
import { productById, productsBySku, type StoredProduct, savedForm } from './products.ts'
import type { CatalogueTables } from './tables.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const refuse = (code: string, detail?: Refusal['detail']): Refusal => ({
  ok: false,
  code,
  ...(detail ? { detail } : {}),
})
const record = (type: string, body: Record<string, unknown>): Decision => ({
  ok: true,
  facts: [{ id: '', type, body }],
})
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const storeProfileOf = async (db: Reader): Promise<StoreProfile | undefined> => {
  const row = await db.tables<CatalogueTables>().selectFrom('catalogue_store').select('profile').executeTakeFirst()
  return row && (JSON.parse(row.profile) as StoreProfile)
}

/** Eight to fourteen digits alone claim to be a GTIN, so their check digit has to be right; other codes are free text. */
export const isBarcode = (barcode: string): boolean => !/^(\d{8}|\d{12,14})$/.test(barcode) || isGtin(barcode)

/** The faults of a product among what is on sale. `others` answers who has a code; `taxes` are the codes of the taxes. */
const productFault = async (db: Reader, product: Product): Promise<Refusal | null> => {
  const tables = db.tables<CatalogueTables>()
  const skus = product.variants.map(variant => variant.sku)
  const barcodes = product.variants.flatMap(variant => variant.barcodes)
  const twice = (codes: readonly string[]) => codes.find((code, index) => codes.indexOf(code) !== index)
  const skuTwice = twice(skus)
  if (skuTwice !== undefined) return refuse('sku-taken', { sku: skuTwice })
  const barcodeTwice = twice(barcodes)
  if (barcodeTwice !== undefined) return refuse('barcode-taken', { barcode: barcodeTwice })
  const damaged = barcodes.find(barcode => !isBarcode(barcode))
  if (damaged !== undefined) return refuse('barcode-invalid', { barcode: damaged })
  for (const [kind, codes, code] of [
    ['sku', skus, 'sku-taken'],
    ['barcode', barcodes, 'barcode-taken'],
  ] as const) {
    if (codes.length === 0) continue
    const taken = await tables
      .selectFrom('catalogue_code')
      .select(['code', 'product_id'])
      .where('kind', '=', kind)
      .where('code', 'in', codes)
      .where('product_id', '!=', product.productId)
      .executeTakeFirst()
    if (taken) return refuse(code, { [kind]: taken.code, productId: taken.product_id })
  }
  const wanted = [...new Set(product.variants.map(variant => variant.taxCode))]
  const known = await tables.selectFrom('catalogue_tax').select('code').where('code', 'in', wanted).execute()
  const unknown = wanted.find(code => !known.some(tax => tax.code === code))
  return unknown === undefined ? null : refuse('tax-unknown', { taxCode: unknown })
}

const storedAnswer = (fact: { body: Record<string, unknown>; position: number }) => ({
  ...fact.body,
  archived: false,
  changedAt: fact.position,
})

/** A product as an import brings it: what the file does not say stays as it is. */
export type ImportedRow = {
  row: number
  sku: string
  name: string
  productId: string
  category?: string
  barcodes?: string[]
  priceMinor: number
  costMinor?: number | null
  taxCode?: string
  unit?: 'each' | 'kg' | 'l' | 'm'
  favourite?: boolean
}
export type ImportedBatch = { id: string; rows: ImportedRow[]; defaultTax: string }
export type ImportResult = {
  added: number
  changed: number
  unchanged: number
  refused: Array<{ row: number; code: string; field: string; value: string }>
}

const merged = (row: ImportedRow, known: StoredProduct | undefined, defaultTax: string): Product => {
  const before = known?.variants.find(variant => variant.sku === row.sku)
  const variant = {
    sku: row.sku,
    form: before?.form ?? '',
    barcodes: row.barcodes ?? before?.barcodes ?? [],
    unit: row.unit ?? before?.unit ?? ('each' as const),
    priceMinor: row.priceMinor,
    costMinor: row.costMinor === undefined ? (before?.costMinor ?? null) : row.costMinor,
    taxCode: row.taxCode ?? before?.taxCode ?? defaultTax,
  }
  const fields = {
    name: row.name,
    category: row.category ?? known?.category ?? '',
    favourite: row.favourite ?? known?.favourite ?? false,
  }
  if (!known) return { productId: row.productId, ...fields, demo: false, note: '', variants: [variant] }
  const { productId, note, variants, demo } = savedForm(known)
  // A row names one form whole; a product of many forms keeps its own name, which the row's would not tell apart.
  const name = variants.length > 1 ? known.name : fields.name
  return {
    productId,
    ...fields,
    name,
    demo,
    note,
    variants: variants.map(each => (each.sku === row.sku ? variant : each)),
  }
}

const fieldOf: Record<string, string> = {
  'sku-taken': 'sku',
  'barcode-taken': 'barcode',
  'barcode-invalid': 'barcode',
  'tax-unknown': 'tax',
}

const importBatch: Command = {
  decide: async (input: ImportedBatch, { tx, newId }) => {
    const known = await productsBySku(
      tx,
      input.rows.map(row => row.sku),
    )
    const result: ImportResult = { added: 0, changed: 0, unchanged: 0, refused: [] }
    const facts: NewFact[] = []
    const codes = new Map<string, string>()
    for (const row of input.rows) {
      const before = known.get(row.sku)
      const product = merged(row, before, input.defaultTax)
      if (before && same(savedForm(before), product)) {
        result.unchanged += 1
        continue
      }
      const barcodeTwice = row.barcodes?.find(
        barcode => (codes.get(barcode) ?? product.productId) !== product.productId,
      )
      const fault =
        barcodeTwice === undefined
          ? await productFault(tx, product)
          : refuse('barcode-taken', { barcode: barcodeTwice })
      if (fault) {
        const value = String(Object.values(fault.detail ?? {})[0] ?? '')
        result.refused.push({ row: row.row, code: fault.code, field: fieldOf[fault.code] ?? '', value })
        continue
      }
      for (const barcode of row.barcodes ?? []) codes.set(barcode, product.productId)
      // The next row may be another form of the same product.
      const stored = { ...product, archived: false, changedAt: 0 }
      for (const variant of product.variants) known.set(variant.sku, stored)
      facts.push({ id: newId(), type: 'product.saved', body: product })
      if (before) result.changed += 1
      else result.added += 1
    }
    return { ok: true, facts, once: { ...result } }
  },
}

export const catalogueCommands: Record<string, Command> = {
  importBatch,
  configureStore: {
    decide: async ({ id: _id, ...profile }: Input<'configureStore'>, { tx, catchUp }) => {
      if (!isCurrency(profile.currency)) return refuse('currency-unknown', { currency: profile.currency })
      if (!isTimeZone(profile.timeZone)) return refuse('time-zone-unknown', { timeZone: profile.timeZone })
      await catchUp()
      const before = await storeProfileOf(tx)
      const state = await tx.tables<CatalogueTables>().selectFrom('catalogue_state').select('sold').executeTakeFirst()
      const isOther = before && (before.currency !== profile.currency || before.taxMode !== profile.taxMode)
      if (isOther && state?.sold === 1) return refuse('currency-fixed', { currency: before.currency })
      return same(before, profile) ? { ok: true, facts: [], once: profile } : record('store.configured', profile)
    },
    answer: fact => fact.body,
  },
  setTax: {
    decide: ({ id: _id, ...tax }: Input<'setTax'>) => record('tax.set', tax),
    answer: fact => fact.body,
  },
  setCategory: {
    decide: ({ id: _id, ...category }: Input<'setCategory'>) => record('category.set', category),
    answer: fact => fact.body,
  },
  saveProduct: {
    decide: async ({ id: _id, ...input }: Input<'saveProduct'>, { tx }) => {
      const { productId, name, category = '', favourite = false, demo = false, note = '', variants } = input
      const product: Product = { productId, name, category, favourite, demo, note, variants }
      const fault = await productFault(tx, product)
      if (fault) return fault
      const before = await productById(tx, productId)
      if (before && !before.archived && same(savedForm(before), product)) return { ok: true, facts: [], once: before }
      return record('product.saved', product)
    },
    answer: storedAnswer,
  },
  archiveProduct: {
    decide: async ({ productId }: Input<'archiveProduct'>, { tx }) => {
      const product = await productById(tx, productId)
      if (!product) return refuse('not-found')
      return product.archived
        ? { ok: true, facts: [], once: product }
        : record('product.archived', { productIds: [productId] })
    },
    answer: (fact, tx) => productById(tx, (fact.body as { productIds: string[] }).productIds[0] ?? ''),
  },
  changePrice: {
    decide: async ({ sku, priceMinor }: Input<'changePrice'>, { tx }) => {
      const product = (await productsBySku(tx, [sku])).get(sku)
      const variant = product?.variants.find(each => each.sku === sku)
      if (!variant) return refuse('not-found', { sku })
      return variant.priceMinor === priceMinor
        ? { ok: true, facts: [], once: { sku, priceMinor } }
        : record('price.changed', { sku, priceMinor })
    },
    answer: fact => fact.body,
  },
  removeDemo: {
    decide: async (_input: Input<'removeDemo'>, { tx }) => {
      const rows = await tx
        .tables<CatalogueTables>()
        .selectFrom('catalogue_product')
        .select('product_id')
        .where('demo', '=', 1)
        .where('archived', '=', 0)
        .execute()
      if (rows.length === 0) return { ok: true, facts: [], once: { archived: 0 } }
      return record('product.archived', { productIds: rows.map(row => row.product_id) })
    },
    answer: fact => ({ archived: (fact.body as { productIds: string[] }).productIds.length }),
  },
}
