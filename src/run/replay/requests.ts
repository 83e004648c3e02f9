import { createHash } from 'node:crypto'
import type { Product } from '../../contracts/catalogue.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { salesRoutes, Totals } from '../../contracts/sales.ts'
import type { Invoice } from './invoices.ts'

export type SaleInput = InputOf<(typeof salesRoutes)['completeSale']>
export type ReturnInput = InputOf<(typeof salesRoutes)['returnGoods']>

const piece = 1_000_000
export const replayTill = 'replay'
export const replayTax = 'zero'

/** The same id for the same thing of the same file, whenever it is replayed: a UUID of version 8 from a hash of its name. */
export const idOf = (kind: string, name: string): string => {
  const hex = createHash('sha256').update(`tillwire replay ${kind} ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** A UUIDv7 of the time at which it happened and a hash of its name, so that ids rise as they do in a real shop. */
const timedId = (atMs: number, name: string): string => {
  const time = atMs.toString(16).padStart(12, '0')
  const hash = idOf('invoice', name)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hash.slice(15, 18)}-8${hash.slice(20, 23)}-${hash.slice(24)}`
}

/** Products come into being from the file: the first name and the first price above zero that a code has. */
export const productsOf = (invoices: readonly Invoice[]): Product[] => {
  const found = new Map<string, { name: string; priceMinor: number }>()
  for (const { lines } of invoices) {
    for (const { sku, name, unitPriceMinor } of lines) {
      const product = found.get(sku) ?? { name: '', priceMinor: 0 }
      found.set(sku, { name: product.name || name, priceMinor: product.priceMinor || unitPriceMinor })
    }
  }
  return [...found].map(([sku, { name, priceMinor }]) => ({
    productId: idOf('product', sku),
    name: name || sku,
    category: 'Replay',
    favourite: false,
    demo: false,
    note: '',
    variants: [{ sku, form: '', barcodes: [], unit: 'each', priceMinor, costMinor: null, taxCode: replayTax }],
  }))
}

const plainTotals = (totalMinor: number): Totals => ({
  subtotalMinor: totalMinor,
  discountMinor: 0,
  netMinor: totalMinor,
  taxMinor: 0,
  totalMinor,
  roundingMinor: 0,
  dueMinor: totalMinor,
})

const totalOf = (invoice: Invoice): number =>
  invoice.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0)

/** What is left of the lines sold so far, so that a return can name the receipt that its goods came with. */
export type Sold = Map<string, Array<{ saleId: string; lineNo: number; left: number }>>
const soldKey = (customer: string, sku: string, unitPriceMinor: number): string =>
  `${customer}\n${sku}\n${unitPriceMinor}`

/** An invoice as the sale that a till would send, paid in full from an account. `listed` is the price in the catalogue. */
export const saleOf = (
  invoice: Invoice,
  atMs: number,
  currency: string,
  listed: ReadonlyMap<string, number>,
  sold: Sold,
): SaleInput => {
  const id = timedId(atMs, invoice.number)
  const totalMinor = totalOf(invoice)
  const lines = invoice.lines.map((line, index) => {
    const key = soldKey(invoice.customer, line.sku, line.unitPriceMinor)
    if (line.quantity > 0)
      sold.set(key, [...(sold.get(key) ?? []), { saleId: id, lineNo: index + 1, left: line.quantity }])
    const priceSource = listed.get(line.sku) === line.unitPriceMinor ? ('list' as const) : ('override' as const)
    return {
      sku: line.sku,
      quantityMicro: line.quantity * piece,
      unitPriceMinor: line.unitPriceMinor,
      priceSource,
      discountMinor: 0,
    }
  })
  const tenders = totalMinor === 0 ? [] : [{ kind: 'account' as const, amountMinor: totalMinor }]
  return {
    id,
    till: replayTill,
    currency,
    completedAtMs: atMs,
    lines,
    tenders,
    changeMinor: 0,
    totals: plainTotals(totalMinor),
  }
}

/** An invoice of returned goods. What was sold in the file to the same customer at the same price goes back against that sale. */
export const returnOf = (invoice: Invoice, atMs: number, currency: string, sold: Sold): ReturnInput => {
  const lines: ReturnInput['lines'] = []
  for (const { sku, quantity, unitPriceMinor } of invoice.lines) {
    let left = -quantity
    for (const from of sold.get(soldKey(invoice.customer, sku, unitPriceMinor)) ?? []) {
      const back = Math.min(left, from.left)
      if (back === 0) continue
      from.left -= back
      left -= back
      lines.push({ saleId: from.saleId, lineNo: from.lineNo, quantityMicro: back * piece })
    }
    if (left > 0) lines.push({ sku, quantityMicro: left * piece, unitPriceMinor })
  }
  const refundMinor = -totalOf(invoice)
  const refunds = refundMinor === 0 ? [] : [{ kind: 'account' as const, amountMinor: refundMinor }]
  return {
    id: timedId(atMs, invoice.number),
    till: replayTill,
    currency,
    completedAtMs: atMs,
    lines,
    reason: 'replayed',
    refunds,
    refundMinor,
  }
}
