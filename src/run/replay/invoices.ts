import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'

/** One row of the file as it could be read, with the number of its row below the header. */
export type InvoiceLine = { row: number; sku: string; name: string; quantity: number; unitPriceMinor: number }
export type Invoice = { number: string; customer: string; localTime: string; lines: InvoiceLine[] }
export type RefusedRow = { row: number; code: string; value: string }

const columns = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice'] as const
type Row = Record<(typeof columns)[number] | 'CustomerID', string>

export class WrongFile extends Error {
  override name = 'WrongFile'
}

/** "01/12/2010 08:26" (day first) as "2010-12-01T08:26", or undefined where it is no such time. */
const localTimeOf = (text: string): string | undefined => {
  const [, day, month, year, hour, minute] = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{1,2}):(\d{2})$/.exec(text) ?? []
  if (!day || !month || !year || !hour || !minute) return undefined
  const iso = `${year}-${month}-${day}T${hour.padStart(2, '0')}:${minute}`
  return Number.isNaN(Date.parse(`${iso}Z`)) ? undefined : iso
}

/** A price with at most as many decimals as the currency has, in minor units. */
const minorOf = (text: string, exponent: number): number | undefined => {
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec(text) ?? []
  if (whole === '' || sign === '-') return undefined
  const kept = decimals.replace(/0+$/, '')
  if (kept.length > exponent) return undefined
  return Number(whole + kept.padEnd(exponent, '0'))
}

/**
 * Reads a file of past sales row by row and gathers the rows of each invoice, in the order of the first row of each. Rows
 * that can't be read are handed to `refuse` and left out. Throws WrongFile where the columns are not the ones expected.
 */
export const readInvoices = async (
  file: string,
  exponent: number,
  refuse: (row: RefusedRow) => void,
): Promise<Invoice[]> => {
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: (header: string[]) => {
        const missing = columns.filter(name => !header.includes(name))
        if (missing.length > 0) throw new WrongFile(`the file lacks the column ${missing.join(', ')}`)
        return header
      },
      relax_column_count: true,
      max_record_size: 100_000,
    }),
  )
  const invoices = new Map<string, Invoice>()
  let row = 0
  for await (const record of parser as AsyncIterable<Partial<Row>>) {
    row += 1
    const {
      InvoiceNo: number = '',
      StockCode: sku = '',
      Description: name = '',
      Quantity: text = '',
      InvoiceDate: date = '',
      UnitPrice: price = '',
    } = record
    const quantity = /^-?\d{1,9}$/.test(text) ? Number(text) : 0
    const unitPriceMinor = minorOf(price, exponent)
    const localTime = localTimeOf(date)
    if (number === '') refuse({ row, code: 'invoice-missing', value: number })
    else if (sku === '' || sku.length > 64) refuse({ row, code: 'sku-invalid', value: sku })
    else if (quantity === 0) refuse({ row, code: 'quantity-invalid', value: text })
    else if (unitPriceMinor === undefined) refuse({ row, code: 'price-invalid', value: price })
    else if (localTime === undefined) refuse({ row, code: 'date-invalid', value: date })
    else {
      const invoice = invoices.get(number) ?? { number, customer: record.CustomerID ?? '', localTime, lines: [] }
      invoices.set(number, invoice)
      invoice.lines.push({ row, sku, name: name.trim(), quantity, unitPriceMinor })
    }
  }
  return [...invoices.values()]
}
