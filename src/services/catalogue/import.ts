import { catalogueRoutes, type ImportReport } from '../../contracts/catalogue.ts'
import type { RawContext, RawHandler, Refusal } from '../../platform/host/service.ts'
import { csvRows, UnreadableCsv } from './csv.ts'
import type { ImportedRow, ImportResult, RowFault } from './import-batch.ts'
import { type Columns, columnsOf, noHeader, readRow } from './import-row.ts'
import { askedStore, listTaxes, storeProfileOf } from './store.ts'

const rowsAtOnce = 250
const listedAtMost = 1_000
/** The tax of new products in rows that name none, if the store has it; else the first that it set. */
const usualTax = 'standard'

class TooLarge extends Error {}
/** A batch was refused as a whole, which is not about its rows. */
class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.code)
    this.refusal = refusal
  }
}

async function* bodyOf(request: Request, most: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength
    if (size > most) throw new TooLarge()
    yield chunk
  }
}

/** Counts what became of rows, and lists the first refused ones in the order of the file. */
const createReport = () => {
  const report: ImportReport = { added: 0, changed: 0, unchanged: 0, refused: 0, refusals: [] }
  return {
    report,
    take: ({ added, changed, unchanged, refused }: ImportResult): void => {
      report.added += added
      report.changed += changed
      report.unchanged += unchanged
      report.refused += refused.length
      const room = listedAtMost - report.refusals.length
      if (room > 0) report.refusals.push(...refused.toSorted((a, b) => a.row - b.row).slice(0, room))
    },
  }
}

/**
 * Reads a CSV as it arrives and hands its good rows over in batches, each one transaction: what was handed over stays in,
 * whatever comes later. A SKU that is on sale changes its product, in what the file says; any other adds one. Prices are base
 * prices, in the decimals of the currency of the store that is asked about. The same file again changes nothing. Rows that are
 * refused are counted, and the first thousand listed with why.
 */
export const importProducts: RawHandler = async (request, context: RawContext) => {
  const { db, execute, respond, principal, node, ids, isCardNumber } = context
  if (!node.top) return respond.refuse({ ok: false, code: 'decided-above' })
  const type = request.headers.get('content-type') ?? ''
  if (!/^text\/csv\b/i.test(type))
    return respond.refuse({ ok: false, code: 'media-type-wrong', detail: { expected: 'text/csv' } })
  const most = catalogueRoutes.importProducts.maxBodyBytes
  const tooLarge = () => respond.refuse({ ok: false, code: 'body-too-large', detail: { mostBytes: most } })
  if (Number(request.headers.get('content-length') ?? 0) > most) return tooLarge()
  const handle = askedStore(context)
  if (handle === null) return respond.refuse({ ok: false, code: 'store-needed' })
  const store = await storeProfileOf(db, handle)
  if (!store) return respond.refuse({ ok: false, code: 'store-not-configured' })
  const taxes = new Set((await listTaxes(db)).map(tax => tax.code))
  const [firstTax] = taxes
  if (firstTax === undefined || !principal)
    return respond.refuse({ ok: false, code: 'tax-unknown', detail: { taxCode: '' } })
  const defaultTax = taxes.has(usualTax) ? usualTax : firstTax
  const known = { currency: store.currency, taxes, newId: ids.next, isCardNumber }

  const { report, take } = createReport()
  const seen = new Set<string>()
  let columns: Columns | undefined
  let good: ImportedRow[] = []
  let faults: RowFault[] = []
  const hand = async (): Promise<void> => {
    const input = { rows: good, defaultTax }
    const refused = faults
    good = []
    faults = []
    const none: ImportResult = { added: 0, changed: 0, unchanged: 0, refused: [] }
    if (input.rows.length === 0) return take({ ...none, refused })
    const answer = await execute({ service: 'catalogue', command: 'importBatch', input, principal })
    if (!answer.ok) throw new Refused(answer)
    const result = answer.result as ImportResult
    take({ ...result, refused: [...refused, ...result.refused] })
  }
  const takeRow = (row: number, fields: readonly string[], header: Columns): void => {
    const read = readRow(row, fields, header, known)
    if (!read.ok) faults.push(read.fault)
    else if (seen.has(read.row.sku)) faults.push({ row, code: 'sku-twice', field: 'sku', value: read.row.sku })
    else {
      seen.add(read.row.sku)
      good.push(read.row)
    }
  }
  try {
    for await (const each of csvRows(bodyOf(request, most))) {
      if ('fault' in each) faults.push({ row: each.row, code: each.fault, field: '', value: '' })
      else if (columns) takeRow(each.row, each.fields, columns)
      else columns = columnsOf(each.fields)
      if (good.length + faults.length >= rowsAtOnce && columns) await hand()
    }
    if (!columns) throw noHeader()
    await hand()
  } catch (error) {
    if (error instanceof UnreadableCsv) return respond.refuse({ ok: false, code: error.code, detail: error.detail })
    if (error instanceof TooLarge) return tooLarge()
    if (error instanceof Refused) return respond.refuse(error.refusal)
    throw error
  }
  return respond.json(report)
}
