import type { Product } from '../../contracts/catalogue.ts'
import { parseScan } from '../../domain/barcode.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Refusal } from '../../platform/host/service.ts'
import type { CatalogueTables } from './tables.ts'

/** An article number is one and the same in 8, 12, 13 and 14 digits and as a UPC-E, however a scanner is set; other codes are as they are. */
export const barcodeKey = (barcode: string): string => {
  const outcome = parseScan(barcode, [])
  return outcome.ok && outcome.scan.kind === 'gtin' ? outcome.scan.gtin14 : barcode
}

/** 8, 12, 13 or 14 digits alone claim to be an article number, so their check digit has to be right; other codes are free text. */
export const isBarcode = (barcode: string): boolean => {
  if (!/^(?:\d{8}|\d{12,14})$/.test(barcode)) return true
  const outcome = parseScan(barcode, [])
  return outcome.ok && outcome.scan.kind === 'gtin'
}

/** Which product has a SKU, or a barcode by its key. */
export type Owners = { sku: Map<string, string>; barcode: Map<string, string> }

/** What one statement takes as parameters in both engines, with room for others. */
const codesAtOnce = 10_000

const ownersOf = async (
  db: Reader,
  kind: 'sku' | 'barcode',
  codes: readonly string[],
): Promise<Map<string, string>> => {
  const owners = new Map<string, string>()
  for (let from = 0; from < codes.length; from += codesAtOnce) {
    const rows = await db
      .tables<CatalogueTables>()
      .selectFrom('catalogue_code')
      .select(['code', 'product_id'])
      .where('kind', '=', kind)
      .where('code', 'in', codes.slice(from, from + codesAtOnce))
      .execute()
    for (const row of rows) owners.set(row.code, row.product_id)
  }
  return owners
}

type Coded = Pick<Product, 'productId' | 'variants'>
const skusOf = (product: Coded): string[] => product.variants.map(variant => variant.sku)
const keysOf = (product: Coded): string[] => product.variants.flatMap(variant => variant.barcodes.map(barcodeKey))

export const readOwners = async (db: Reader, products: readonly Coded[]): Promise<Owners> => ({
  sku: await ownersOf(db, 'sku', products.flatMap(skusOf)),
  barcode: await ownersOf(db, 'barcode', products.flatMap(keysOf)),
})

/** Makes the owners what they are once a product is saved, so that a later one of the same batch sees it. */
export const moveOwners = (owners: Owners, before: Coded | undefined, product: Coded): void => {
  if (before) {
    for (const sku of skusOf(before)) if (owners.sku.get(sku) === before.productId) owners.sku.delete(sku)
    for (const key of keysOf(before)) if (owners.barcode.get(key) === before.productId) owners.barcode.delete(key)
  }
  for (const sku of skusOf(product)) owners.sku.set(sku, product.productId)
  for (const key of keysOf(product)) owners.barcode.set(key, product.productId)
}

/**
 * What keeps a product from being saved beside those on sale: `barcode-invalid`, `sku-taken`, `barcode-taken` (with the product
 * that has it, which may be itself), `tax-unknown`. Undefined where nothing does.
 */
export const productFault = (product: Product, owners: Owners, taxCodes: ReadonlySet<string>): Refusal | undefined => {
  const { productId, variants } = product
  const refuse = (code: string, detail: Record<string, string>): Refusal => ({ ok: false, code, detail })
  const skus = new Set<string>()
  const keys = new Set<string>()
  const takenBy = (code: string, seen: Set<string>, known: ReadonlyMap<string, string>): string | undefined => {
    if (seen.has(code)) return productId
    seen.add(code)
    const owner = known.get(code)
    return owner === productId ? undefined : owner
  }
  for (const { sku, barcodes } of variants) {
    const owner = takenBy(sku, skus, owners.sku)
    if (owner !== undefined) return refuse('sku-taken', { sku, productId: owner })
    for (const barcode of barcodes) {
      if (!isBarcode(barcode)) return refuse('barcode-invalid', { barcode })
      const holder = takenBy(barcodeKey(barcode), keys, owners.barcode)
      if (holder !== undefined) return refuse('barcode-taken', { barcode, productId: holder })
    }
  }
  const unknown = variants.find(variant => !taxCodes.has(variant.taxCode))
  return unknown && refuse('tax-unknown', { taxCode: unknown.taxCode })
}
