import { catalogueRoutes, type ImportReport } from '../../contracts/catalogue.ts'
import { minorFromDecimal } from '../../domain/money.ts'
import type { RawContext, RawHandler } from '../../platform/host/service.ts'
import { type ImportedRow, type ImportResult, isBarcode, storeProfileOf } from './commands.ts'
import { csvRows, UnreadableCsv } from './csv.ts'
import { listTaxes } from './queries.ts'

const rowsAtOnce = 250
const listedAtMost = 1_000

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

type Columns = Map<string, number>
type Fault = { code: string; field: string; value: string }
type Read = { ok: true; row: ImportedRow } | { ok: false; fault: Fault }

/** Which column stands where. Throws UnreadableCsv with the columns that are missing. */
const columnsOf = (header: readonly string[]): Columns => {
  const names = header.map(name => name.trim().toLowerCase())
  const columns: Columns = new Map()
  for (const [column, known] of Object.entries(aliases)) {
    const index = names.findIndex(name => known.includes(name))
    if (index >= 0) columns.set(column, index)
  }
  const missing = required.filter(column => !columns.has(column))
  if (missing.length > 0)
    throw new UnreadableCsv('csv-header-wrong', { missing: missing.join(', '), found: names.join(', ').slice(0, 200) })
  return columns
}

/** A decimal with a point or a comma; thousands are not grouped. */
const moneyOf = (text: string, currency: string): number | undefined => {
  const outcome = minorFromDecimal(text.trim().replace(',', '.'), currency)
  return outcome.ok && outcome.minor >= 0 ? outcome.minor : undefined
}

const readRow = (
  number: number,
  fields: readonly string[],
  columns: Columns,
  width: number,
  known: { currency: string; taxes: ReadonlySet<string>; newId(): string },
): Read => {
  const fault = (code: string, field: string, value: string): Read => ({
    ok: false,
    fault: { code, field, value: value.slice(0, 100) },
  })
  const text = (column: string): string | undefined => {
    const index = columns.get(column)
    return index === undefined ? undefined : (fields[index] ?? '').trim()
  }
  if (fields.length !== width) return fault('columns-wrong', '', String(fields.length))
  const unreadable = fields.find(field => field.includes('\ufffd'))
  if (unreadable !== undefined) return fault('text-unreadable', '', unreadable)
  const sku = text('sku') ?? ''
  if (sku === '') return fault('sku-missing', 'sku', '')
  if (sku.length > 64) return fault('sku-too-long', 'sku', sku)
  const name = text('name') ?? ''
  if (name === '') return fault('name-missing', 'name', '')
  if (name.length > 200) return fault('name-too-long', 'name', name)
  const priceMinor = moneyOf(text('price') ?? '', known.currency)
  if (priceMinor === undefined) return fault('price-invalid', 'price', text('price') ?? '')
  const row: ImportedRow = { row: number, sku, name, productId: known.newId(), priceMinor }
  const category = text('category')
  if (category !== undefined) {
    if (category.length > 80) return fault('category-too-long', 'category', category)
    row.category = category
  }
  const cost = text('cost')
  if (cost !== undefined) {
    const costMinor = cost === '' ? null : moneyOf(cost, known.currency)
    if (costMinor === undefined) return fault('cost-invalid', 'cost', cost)
    row.costMinor = costMinor
  }
  const barcodes = text('barcode')
  if (barcodes !== undefined) {
    row.barcodes = [...new Set(barcodes.split(/[\s|]+/).filter(barcode => barcode !== ''))]
    const damaged = row.barcodes.find(barcode => barcode.length > 64 || !isBarcode(barcode))
    if (damaged !== undefined) return fault('barcode-invalid', 'barcode', damaged)
  }
  const tax = text('tax')
  if (tax !== undefined && tax !== '') {
    if (!known.taxes.has(tax)) return fault('tax-unknown', 'tax', tax)
    row.taxCode = tax
  }
  const unit = text('unit')?.toLowerCase()
  if (unit !== undefined && unit !== '') {
    const found = units.find(each => each === unit)
    if (!found) return fault('unit-unknown', 'unit', unit)
    row.unit = found
  }
  const favourite = text('favourite')?.toLowerCase()
  if (favourite !== undefined) {
    if (!yes.has(favourite) && !no.has(favourite)) return fault('favourite-invalid', 'favourite', favourite)
    row.favourite = yes.has(favourite)
  }
  return { ok: true, row }
}

/**
 * Reads a CSV as it arrives and hands its good rows over in batches, each one transaction. A row without a tax takes the
 * store's first one. What is refused is counted, and the first thousand rows listed with why.
 */
export const importProducts: RawHandler = async (request, context: RawContext) => {
  const { db, execute, respond, principal, ids, isCardNumber } = context
  const type = request.headers.get('content-type') ?? ''
  if (!/^text\/csv\b/i.test(type))
    return respond.refuse({ ok: false, code: 'media-type-wrong', detail: { expected: 'text/csv' } })
  const length = Number(request.headers.get('content-length') ?? 0)
  const most = catalogueRoutes.importProducts.maxBodyBytes
  if (length > most) return respond.refuse({ ok: false, code: 'body-too-large', detail: { mostBytes: most } })
  const store = await storeProfileOf(db)
  if (!store) return respond.refuse({ ok: false, code: 'store-not-configured' })
  const taxes = await listTaxes(db)
  const defaultTax = taxes[0]?.code
  if (defaultTax === undefined || !principal)
    return respond.refuse({ ok: false, code: 'tax-unknown', detail: { taxCode: '' } })

  const report: ImportReport = { added: 0, changed: 0, unchanged: 0, refused: 0, refusals: [] }
  const refuseRow = (row: number, { code, field, value }: Fault) => {
    report.refused += 1
    if (report.refusals.length < listedAtMost) report.refusals.push({ row, code, field, value })
  }
  const known = { currency: store.currency, taxes: new Set(taxes.map(tax => tax.code)), newId: ids.next }
  const seen = new Set<string>()
  let columns: Columns | undefined
  let width = 0
  let waiting: ImportedRow[] = []
  const hand = async () => {
    if (waiting.length === 0) return
    const rows = waiting
    waiting = []
    const answer = await execute({
      service: 'catalogue',
      command: 'importBatch',
      input: { rows, defaultTax },
      principal,
    })
    if (!answer.ok) throw new Error(`an import batch was refused: ${answer.code}`)
    const result = answer.result as ImportResult
    report.added += result.added
    report.changed += result.changed
    report.unchanged += result.unchanged
    for (const refused of result.refused) refuseRow(refused.row, refused)
  }
  try {
    for await (const each of csvRows(bodyOf(request, most))) {
      if ('fault' in each) {
        refuseRow(each.row, { code: each.fault, field: '', value: '' })
        continue
      }
      if (!columns) {
        columns = columnsOf(each.fields)
        width = each.fields.length
        continue
      }
      const read = readRow(each.row, each.fields, columns, width, known)
      if (!read.ok) refuseRow(each.row, read.fault)
      else if (seen.has(read.row.sku)) refuseRow(each.row, { code: 'sku-twice', field: 'sku', value: read.row.sku })
      else if (
        each.fields.some(
          (field, index) => index !== columns?.get('barcode') && index !== columns?.get('sku') && isCardNumber(field),
        )
      ) {
        refuseRow(each.row, { code: 'card-number-in-text', field: '', value: '' })
      } else {
        seen.add(read.row.sku)
        waiting.push(read.row)
        if (waiting.length >= rowsAtOnce) await hand()
      }
    }
    if (!columns) throw new UnreadableCsv('csv-header-wrong', { missing: required.join(', '), found: '' })
    await hand()
  } catch (error) {
    if (error instanceof UnreadableCsv) return respond.refuse({ ok: false, code: error.code, detail: error.detail })
    if (error instanceof TooLarge)
      return respond.refuse({ ok: false, code: 'body-too-large', detail: { mostBytes: most } })
    throw error
  }
  report.refusals.sort((a, b) => a.row - b.row)
  return respond.json(report)
}

class TooLarge extends Error {}

async function* bodyOf(request: Request, most: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) throw new TooLarge()
    yield chunk
  }
}
