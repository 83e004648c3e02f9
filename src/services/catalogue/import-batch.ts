import type { Product, StoredProduct, Variant } from '../../contracts/catalogue.ts'
import type { NewFact } from '../../contracts/fact.ts'
import type { Command, Refusal } from '../../platform/host/service.ts'
import { barcodeKey, moveOwners, productFault, readOwners } from './codes.ts'
import { isSame, productsBySku, savedForm } from './products.ts'
import { checkAudience, listTaxes } from './store.ts'

/** A product as a row of an import brings it: what the file does not say stays as it is. */
export type ImportedRow = {
  row: number
  sku: string
  name: string
  /** For the product, if the SKU is new. */
  productId: string
  category?: string
  /** As the file has them: several separated by `|` or spaces. */
  barcodes?: string
  priceMinor: number
  costMinor?: number | null
  taxCode?: string
  unit?: Variant['unit']
  favourite?: boolean
}
export type ImportedBatch = { rows: ImportedRow[]; defaultTax: string }
export type RowFault = { row: number; code: string; field: string; value: string }
export type ImportResult = { added: number; changed: number; unchanged: number; refused: RowFault[] }

/** The contract's limits of a variant. */
const barcodesAtMost = 50
const longestBarcode = 64

/** How an export writes barcodes. A code with a space inside survives it, because a cell that says what is known changes nothing. */
export const barcodesCell = (barcodes: readonly string[]): string => barcodes.join('|')

const barcodesOf = (cell: string | undefined, known: readonly string[]): readonly string[] => {
  if (cell === undefined || cell === barcodesCell(known)) return known
  const barcodes = cell.split(/[\s|]+/).filter(barcode => barcode !== '')
  return [...new Map(barcodes.map(barcode => [barcodeKey(barcode), barcode])).values()]
}

const merged = (row: ImportedRow, known: StoredProduct | undefined, defaultTax: string): Product => {
  const before = known?.variants.find(variant => variant.sku === row.sku)
  const variant: Variant = {
    sku: row.sku,
    form: before?.form ?? '',
    barcodes: [...barcodesOf(row.barcodes, before?.barcodes ?? [])],
    unit: row.unit ?? before?.unit ?? 'each',
    priceMinor: row.priceMinor,
    costMinor: row.costMinor === undefined ? (before?.costMinor ?? null) : row.costMinor,
    taxCode: row.taxCode ?? before?.taxCode ?? defaultTax,
  }
  const { productId, name, category, favourite, demo, note, variants } = known
    ? savedForm(known)
    : {
        productId: row.productId,
        name: row.name,
        category: '',
        favourite: false,
        demo: false,
        note: '',
        variants: [variant],
      }
  return {
    productId,
    // A row is one form; a product of many keeps its own name, because their rows might not agree on one.
    name: variants.length > 1 ? name : row.name,
    category: row.category ?? category,
    favourite: row.favourite ?? favourite,
    demo,
    note,
    variants: variants.map(each => (each.sku === row.sku ? variant : each)),
  }
}

const fields: Record<string, string> = {
  'sku-taken': 'sku',
  'barcode-taken': 'barcode',
  'barcode-invalid': 'barcode',
  'tax-unknown': 'tax',
}
const faultOf = (row: number, refusal: Refusal): RowFault => ({
  row,
  code: refusal.code,
  field: fields[refusal.code] ?? '',
  value: String(Object.values(refusal.detail ?? {})[0] ?? '').slice(0, 100),
})

const barcodesFault = (row: number, barcodes: readonly string[]): RowFault | undefined => {
  const long = barcodes.find(barcode => barcode.length > longestBarcode)
  if (long !== undefined) return { row, code: 'barcode-too-long', field: 'barcode', value: long.slice(0, 100) }
  if (barcodes.length <= barcodesAtMost) return undefined
  return { row, code: 'barcodes-too-many', field: 'barcode', value: String(barcodes.length) }
}

/**
 * Rows of an import that were read already, in one transaction: those that are good become facts, the others are answered
 * with why. Each row sees what those before it changed. Internal: the import calls it batch by batch.
 */
export const importBatch: Command = {
  decidedBy: 'top',
  decide: async (input: ImportedBatch, context) => {
    const { rows, defaultTax } = input
    const { tx, newId } = context
    const foreign = checkAudience(context, undefined)
    if (foreign) return foreign
    const known = await productsBySku(
      tx,
      rows.map(row => row.sku),
    )
    const taxCodes = new Set((await listTaxes(tx)).map(tax => tax.code))
    const result: ImportResult = { added: 0, changed: 0, unchanged: 0, refused: [] }
    const owners = await readOwners(
      tx,
      rows.map(row => merged(row, known.get(row.sku), defaultTax)),
    )
    const facts: NewFact[] = []
    for (const row of rows) {
      const before = known.get(row.sku)
      const product = merged(row, before, defaultTax)
      if (before && isSame(savedForm(before), product)) {
        result.unchanged += 1
        continue
      }
      const barcodes = product.variants.find(variant => variant.sku === row.sku)?.barcodes ?? []
      const refusal = productFault(product, owners, taxCodes)
      const fault = barcodesFault(row.row, barcodes) ?? (refusal && faultOf(row.row, refusal))
      if (fault) {
        result.refused.push(fault)
        continue
      }
      moveOwners(owners, before, product)
      // The next row may be another form of the same product.
      const stored = { ...product, archived: false, changedAt: 0 }
      for (const variant of product.variants) known.set(variant.sku, stored)
      facts.push({ id: newId(), type: 'product.saved', body: product })
      if (before) result.changed += 1
      else result.added += 1
    }
    return { ok: true, facts, once: result }
  },
}
