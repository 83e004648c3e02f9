import { minorFromDecimal } from '../../domain/money.ts'
import { isBarcode } from './codes.ts'
import { UnreadableCsv } from './csv.ts'
import type { ImportedRow, RowFault } from './import-batch.ts'

/** What a column may be called, in lower case. */
const aliases: Record<string, readonly string[]> = {
  sku: ['sku', 'code', 'article', 'stockcode', 'handle'],
  name: ['name', 'title', 'product', 'description'],
  category: ['category', 'type', 'department', 'group'],
  barcode: ['barcode', 'barcodes', 'ean', 'gtin', 'upc'],
  price: ['price', 'unitprice', 'unit price', 'retail price'],
  cost: ['cost', 'cost price', 'purchase price'],
  tax: ['tax', 'vat', 'tax code'],
  unit: ['unit', 'sold by'],
  favourite: ['favourite', 'favorite'],
}
const required = ['sku', 'name', 'price']
const units = ['each', 'kg', 'l', 'm'] as const
const yes = new Set(['1', 'true', 'yes', 'x'])
const no = new Set(['', '0', 'false', 'no'])
const shownAtMost = 100

/** Where each known column stands, and how many columns there are. */
export type Columns = { at: ReadonlyMap<string, number>; width: number }

/** Columns by the header's names, whatever their case and order; unknown ones are passed over. Throws UnreadableCsv with those that are missing. */
export const columnsOf = (header: readonly string[]): Columns => {
  const names = header.map(name => name.trim().toLowerCase())
  const at = new Map<string, number>()
  for (const [column, known] of Object.entries(aliases)) {
    const index = names.findIndex(name => known.includes(name))
    if (index >= 0) at.set(column, index)
  }
  const missing = required.filter(column => !at.has(column))
  if (missing.length > 0)
    throw new UnreadableCsv('csv-header-wrong', { missing: missing.join(', '), found: names.join(', ').slice(0, 200) })
  return { at, width: header.length }
}

/** A file without a header lacks all that a header has to have. */
export const noHeader = (): UnreadableCsv =>
  new UnreadableCsv('csv-header-wrong', { missing: required.join(', '), found: '' })

/** A decimal with a point or a comma; thousands are not grouped, so that 1,290 is never taken for 1.29. */
const moneyOf = (text: string, currency: string): number | undefined => {
  const outcome = minorFromDecimal(text.trim().replace(',', '.'), currency)
  return outcome.ok && outcome.minor >= 0 ? outcome.minor : undefined
}

type Known = { currency: string; taxes: ReadonlySet<string>; newId(): string; isCardNumber(text: string): boolean }
type Read = { ok: true; row: ImportedRow } | { ok: false; fault: RowFault }

/** A row's fields as a product, or the first thing that is wrong with them. What needs the catalogue is looked at later. */
export const readRow = (row: number, fields: readonly string[], columns: Columns, known: Known): Read => {
  const fault = (code: string, field: string, value: string): Read => ({
    ok: false,
    fault: { row, code, field, value: value.slice(0, shownAtMost) },
  })
  const text = (column: string): string | undefined => {
    const index = columns.at.get(column)
    return index === undefined ? undefined : fields[index]
  }
  if (fields.length !== columns.width) return fault('columns-wrong', '', String(fields.length))
  const sku = text('sku') ?? ''
  if (sku === '') return fault('sku-missing', 'sku', '')
  if (sku.length > 64) return fault('sku-too-long', 'sku', sku)
  const name = text('name') ?? ''
  if (name === '') return fault('name-missing', 'name', '')
  if (name.length > 200) return fault('name-too-long', 'name', name)
  const category = text('category')
  if (category !== undefined && category.length > 80) return fault('category-too-long', 'category', category)
  const barcodes = text('barcode')
  const kept = [
    ['sku', sku],
    ['name', name],
    ['category', category ?? ''],
    // One that is refused for its check digit is told so, and not taken for a card's.
    ...(barcodes ?? '')
      .split(/[\s|]+/)
      .filter(isBarcode)
      .map(barcode => ['barcode', barcode] as const),
  ] as const
  const card = kept.find(([, value]) => known.isCardNumber(value))
  if (card) return fault('card-number-in-text', card[0], '')
  const priceMinor = moneyOf(text('price') ?? '', known.currency)
  if (priceMinor === undefined) return fault('price-invalid', 'price', text('price') ?? '')
  const cost = text('cost')
  const costMinor = cost === '' ? null : cost === undefined ? undefined : moneyOf(cost, known.currency)
  if (cost !== undefined && costMinor === undefined) return fault('cost-invalid', 'cost', cost)
  const tax = text('tax') ?? ''
  if (tax !== '' && !known.taxes.has(tax)) return fault('tax-unknown', 'tax', tax)
  const unitText = text('unit') ?? ''
  const unit = units.find(each => each === unitText.toLowerCase())
  if (unitText !== '' && !unit) return fault('unit-unknown', 'unit', unitText)
  const favourite = text('favourite')?.toLowerCase()
  if (favourite !== undefined && !yes.has(favourite) && !no.has(favourite))
    return fault('favourite-invalid', 'favourite', favourite)
  return {
    ok: true,
    row: {
      row,
      sku,
      name,
      productId: known.newId(),
      priceMinor,
      ...(category === undefined ? {} : { category }),
      ...(costMinor === undefined ? {} : { costMinor }),
      ...(barcodes === undefined ? {} : { barcodes }),
      ...(tax === '' ? {} : { taxCode: tax }),
      ...(unit ? { unit } : {}),
      ...(favourite === undefined ? {} : { favourite: yes.has(favourite) }),
    },
  }
}
