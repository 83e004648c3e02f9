import { z } from 'zod'
import { tax } from './catalogue.ts'
import type { FactCatalogue } from './fact.ts'
import { overrideRight } from './overrides.ts'
import {
  atMs,
  count,
  currency,
  cursor,
  day,
  handle,
  id,
  limit,
  micro,
  minor,
  minorUnsigned,
  name,
  note,
  page,
  position,
  ppm,
  sku,
} from './primitives.ts'
import { defineRoutes, type RefusalTexts } from './route.ts'

export const tenderKind = z.enum(['cash', 'card', 'voucher', 'account', 'other'])
export const tender = z.object({ kind: tenderKind, amountMinor: minor, reference: z.string().max(100).optional() })

export const saleDiscount = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('amount'), amountMinor: minorUnsigned, reason: z.string().max(200).optional() }),
  z.object({ kind: z.literal('share'), sharePpm: ppm.max(1_000_000), reason: z.string().max(200).optional() }),
])

/** A line as a till sends it. Where the price is not the catalogue's, `priceSource` says so and the right is checked. */
export const saleLine = z.object({
  sku,
  quantityMicro: micro,
  unitPriceMinor: minorUnsigned,
  priceSource: z.enum(['list', 'override', 'embedded']).default('list'),
  discountMinor: minorUnsigned.default(0),
  reason: z.string().max(200).optional(),
  note: note.optional(),
})

export const totals = z.object({
  subtotalMinor: minor,
  discountMinor: minor,
  netMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
  roundingMinor: minor,
  /** What had to be paid: total plus cash rounding. */
  dueMinor: minor,
})
export type Totals = z.infer<typeof totals>

/** A basket to be priced. `catalogueVersion`: the version that the till's catalogue has (see `versionOf`); the newest where absent. */
export const quoteRequest = z.object({
  lines: z.array(saleLine).min(1).max(10_000),
  discount: saleDiscount.optional(),
  catalogueVersion: position.optional(),
})

/** Approvals of this very sale or return, which stand in for rights that the cashier does not have. */
const overrideIds = z.array(id).max(100).optional()

export const saleRequest = quoteRequest.extend({
  id,
  till: handle,
  currency,
  completedAtMs: atMs.optional(),
  shiftId: id.optional(),
  tenders: z.array(tender).max(50),
  changeMinor: minorUnsigned,
  totals,
  note: note.optional(),
  overrideIds,
})
export type SaleRequest = z.infer<typeof saleRequest>

export const pricedLine = saleLine.extend({
  lineNo: z.int().min(1),
  name,
  tax,
  grossMinor: minor,
  saleDiscountMinor: minor,
  netMinor: minor,
  taxMinor: minor,
  totalMinor: minor,
})
export const taxTotal = z.object({
  taxCode: z.string(),
  partCode: z.string(),
  name: z.string(),
  ratePpm: ppm,
  netMinor: minor,
  taxMinor: minor,
})

export const receiptNumber = z.int().min(1)

/** Who approved what the cashier had no right to. */
export const usedOverride = z.object({ overrideId: id, right: overrideRight, approverId: id, approverName: name })

export const completedSale = z.object({
  saleId: id,
  till: handle,
  /** Rises by one on each till of a store, sales and returns together; a till that became a new node goes on above. */
  receiptNumber,
  completedAtMs: atMs,
  currency,
  taxMode: z.enum(['included', 'excluded']),
  catalogueVersion: position,
  shiftId: id.optional(),
  cashier: z.string(),
  lines: z.array(pricedLine),
  discount: saleDiscount.optional(),
  totals,
  taxes: z.array(taxTotal),
  tenders: z.array(tender),
  changeMinor: minorUnsigned,
  note: note.optional(),
  overrides: z.array(usedOverride).optional(),
})
export type CompletedSale = z.infer<typeof completedSale>

/** A returned line: from a receipt (`saleId` and `lineNo`), or by SKU and price where the receipt is missing. Quantities positive. */
export const returnLine = z.union([
  z.object({ saleId: id, lineNo: z.int().min(1), quantityMicro: micro.min(1) }),
  z.object({ sku, quantityMicro: micro.min(1), unitPriceMinor: minorUnsigned }),
])
/** Where goods were sold by another till, `id` is that of the claim which was given for them: see returns-across-tills. */
export const returnRequest = z.object({
  id,
  till: handle,
  currency,
  completedAtMs: atMs.optional(),
  shiftId: id.optional(),
  lines: z.array(returnLine).min(1).max(10_000),
  reason: z.string().max(200),
  /** How the money goes back, as positive amounts; they must add up to the refund. */
  refunds: z
    .array(z.object({ kind: tenderKind, amountMinor: minorUnsigned, reference: z.string().max(100).optional() }))
    .max(50),
  refundMinor: minorUnsigned,
  note: note.optional(),
  overrideIds,
})
/** All amounts of a return carry the sign of goods and money flowing back: quantities and money are negative. */
export const completedReturn = completedSale.omit({ saleId: true, lines: true, discount: true }).extend({
  returnId: id,
  /** The claim by which the goods came back, with the id of the return itself. */
  claimId: id.optional(),
  reason: z.string(),
  lines: z.array(pricedLine.extend({ original: z.object({ saleId: id, lineNo: z.int() }).optional() })),
})
export type CompletedReturn = z.infer<typeof completedReturn>

export const parkedSale = z.object({
  parkedSaleId: id,
  till: handle,
  label: z.string().max(100),
  lines: z.array(saleLine).min(1).max(10_000),
  discount: saleDiscount.optional(),
})

export const saleSummary = z.object({
  id,
  kind: z.enum(['sale', 'return']),
  store: handle,
  till: handle,
  receiptNumber,
  completedAtMs: atMs,
  cashier: z.string(),
  currency,
  totalMinor: minor,
  lines: z.int(),
  tenders: z.string(),
  position,
})

export const storedSale = z.object({
  kind: z.enum(['sale', 'return']),
  store: handle,
  position,
  sale: z.union([completedSale, completedReturn]),
  /** Quantity that came back so far, a number for each line. */
  returnedMicro: z.array(micro),
  /** Quantity that others have been promised to take back, a number for each line. */
  claimedMicro: z.array(micro),
})

/** A basket that more than one till took up, which happens where one of them could not ask the store. */
export const takenTwice = z.object({
  parkedSaleId: id,
  label: z.string(),
  takenUp: z.array(z.object({ till: handle, node: z.string(), atMs })),
})

export const salesFacts = {
  'sale.completed': { version: 1, summary: 'Goods were sold and paid', body: completedSale },
  'sale.returned': { version: 1, summary: 'Goods came back and money was refunded', body: completedReturn },
  'sale.voided': {
    version: 1,
    summary: 'A basket was given up before it was paid',
    body: z.object({ voidedSaleId: id, till: handle, lines: z.int(), totalMinor: minor, reason: z.string() }),
  },
  'sale.parked': {
    version: 1,
    summary: 'A basket was set aside',
    body: parkedSale.extend({ cashier: z.string() }),
  },
  'sale.taken-up': {
    version: 1,
    summary: 'A parked basket was taken up again',
    body: z.object({ parkedSaleId: id, till: handle }),
  },
} satisfies FactCatalogue

const exampleSale = {
  id: '01936d2e-7c00-7000-8000-000000000020',
  till: 'till-1',
  currency: 'EUR',
  lines: [{ sku: 'MILK-1L', quantityMicro: 2_000_000, unitPriceMinor: 129 }],
  tenders: [{ kind: 'cash', amountMinor: 500 }],
  changeMinor: 242,
  totals: {
    subtotalMinor: 258,
    discountMinor: 0,
    netMinor: 241,
    taxMinor: 17,
    totalMinor: 258,
    roundingMinor: 0,
    dueMinor: 258,
  },
}

export const salesRoutes = defineRoutes({
  completeSale: {
    kind: 'command',
    name: 'completeSale',
    method: 'POST',
    path: '/sales',
    summary: 'Record a whole completed sale under the id that the client made; sending it again answers the same',
    scope: 'sales:write',
    body: saleRequest,
    response: z.object({ saleId: id, till: handle, receiptNumber, position }),
    example: { body: exampleSale },
  },
  quoteSale: {
    kind: 'query',
    name: 'quoteSale',
    method: 'POST',
    path: '/sales/quote',
    summary: 'Price a basket without recording anything',
    scope: 'sales:write',
    body: quoteRequest,
    response: z.object({
      catalogueVersion: position,
      currency,
      lines: z.array(pricedLine),
      totals,
      taxes: z.array(taxTotal),
    }),
    example: { body: { lines: exampleSale.lines } },
  },
  listSales: {
    kind: 'query',
    name: 'listSales',
    method: 'GET',
    path: '/sales',
    summary: 'Sales and returns of a store, or of all at HQ, newest first; a day is that of each store',
    scope: 'sales:read',
    query: z.object({
      cursor,
      limit,
      day: day.optional(),
      till: handle.optional(),
      receipt: count.optional(),
      sku: sku.optional(),
      kind: z.enum(['sale', 'return']).optional(),
    }),
    response: page(saleSummary),
  },
  getSale: {
    kind: 'query',
    name: 'getSale',
    method: 'GET',
    path: '/sales/:saleId',
    summary: 'One sale or return, whole, with what has come back of it',
    scope: 'sales:read',
    params: z.object({ saleId: id }),
    response: storedSale,
  },
  returnGoods: {
    kind: 'command',
    name: 'returnGoods',
    method: 'POST',
    path: '/returns',
    summary: 'Take goods back against their receipt, or without one where the right is there',
    scope: 'returns:write',
    body: returnRequest,
    response: z.object({ returnId: id, till: handle, receiptNumber, refundMinor: minor, position }),
    example: {
      body: {
        id: '01936d2e-7c00-7000-8000-000000000021',
        till: 'till-1',
        currency: 'EUR',
        lines: [{ saleId: '01936d2e-7c00-7000-8000-000000000020', lineNo: 1, quantityMicro: 1_000_000 }],
        reason: 'damaged',
        refunds: [{ kind: 'cash', amountMinor: 129 }],
        refundMinor: 129,
      },
    },
  },
  quoteReturn: {
    kind: 'query',
    name: 'quoteReturn',
    method: 'POST',
    path: '/returns/quote',
    summary: 'What these lines would give back, without recording anything',
    scope: 'returns:write',
    body: z.object({ lines: returnRequest.shape.lines }),
    response: z.object({ refundMinor: minor, lines: completedReturn.shape.lines, totals, taxes: z.array(taxTotal) }),
  },
  lastReceipt: {
    kind: 'query',
    name: 'lastReceipt',
    method: 'GET',
    path: '/tills/:till/last-receipt',
    summary: "The number of a till's last receipt, above which it goes on when it becomes a new node",
    scope: 'sales:read',
    params: z.object({ till: handle }),
    response: z.object({ till: handle, receiptNumber: count }),
  },
  voidSale: {
    kind: 'command',
    name: 'voidSale',
    method: 'POST',
    path: '/voided-sales',
    summary: 'Say that a basket was given up before it was paid',
    scope: 'sales:write',
    body: z.object({ id, till: handle, lines: z.int().min(0), totalMinor: minor, reason: z.string().max(200) }),
    response: z.object({ voidedSaleId: id }),
  },
  listParkedSales: {
    kind: 'query',
    name: 'listParkedSales',
    method: 'GET',
    path: '/parked-sales',
    summary: 'Baskets set aside, oldest first, and the newest of those that were taken up more than once',
    scope: 'sales:write',
    response: z.object({
      rows: z.array(parkedSale.extend({ parkedAtMs: atMs, cashier: z.string() })),
      takenTwice: z.array(takenTwice),
    }),
  },
  parkSale: {
    kind: 'command',
    name: 'parkSale',
    method: 'POST',
    path: '/parked-sales',
    summary: 'Set a basket aside',
    scope: 'sales:write',
    body: parkedSale.omit({ parkedSaleId: true }).extend({ id }),
    response: z.object({ parkedSaleId: id }),
  },
  takeUpSale: {
    kind: 'command',
    name: 'takeUpSale',
    method: 'POST',
    path: '/parked-sales/:parkedSaleId/take-up',
    summary: 'Take a parked basket up again; only one of the tills that reach the store can',
    scope: 'sales:write',
    params: z.object({ parkedSaleId: id }),
    body: z.object({ id, till: handle }),
    response: parkedSale,
  },
})

export const salesRefusals: RefusalTexts = {
  'sku-unknown': { status: 422, sentence: 'This code is not in the catalogue. Add it or search by name.' },
  'price-wrong': {
    status: 422,
    sentence: 'The price is not the one in the catalogue. Price the basket again, or override with the right to.',
  },
  'catalogue-version-unknown': {
    status: 422,
    sentence: 'The sale names a catalogue that this store does not have yet. Try again in a moment.',
  },
  'override-not-allowed': { status: 403, sentence: 'Changing a price or giving a discount needs a manager.' },
  'override-unknown': {
    status: 422,
    sentence: 'This approval is not for this sale, or has not arrived yet. Ask for it again.',
  },
  'override-expired': { status: 422, sentence: 'The approval is too old. Ask for it again.' },
  'till-is-own-node': { status: 409, sentence: 'This till is a device of its own. Sell at it, not in its name.' },
  'till-elsewhere': { status: 409, sentence: 'This device is another till. Sell under its own name.' },
  'currency-wrong': { status: 422, sentence: 'This shop sells in another currency.' },
  'completed-in-future': {
    status: 422,
    sentence: 'The sale says that it happens tomorrow or later. Check the clock of the till.',
  },
  'shift-not-open': { status: 409, sentence: 'This shift is closed. Open a shift and send the sale again with it.' },
  'sale-unknown': { status: 422, sentence: 'There is no sale under this receipt. Look it up by another number.' },
  'return-without-receipt-not-allowed': {
    status: 403,
    sentence: 'Taking goods back without their receipt needs a manager.',
  },
  'return-exceeds-sold': {
    status: 422,
    sentence: 'More would come back than was sold. Look at what came back already.',
  },
  'refund-wrong': { status: 422, sentence: 'The refund does not add up. Price the return again.' },
  'parked-sale-gone': { status: 409, sentence: 'Another till has taken this basket up already.' },
  'totals-wrong': { status: 422, sentence: 'The totals do not add up. Price the basket again.' },
  'line-total-wrong': { status: 422, sentence: 'A line does not add up. Price the basket again.' },
  'change-wrong': { status: 422, sentence: 'The change does not add up. Check what was handed over.' },
  'change-without-cash': { status: 422, sentence: 'Change can only be given for cash. Charge the exact amount.' },
  'tender-too-small': { status: 422, sentence: 'That is less than what is due. Take the rest.' },
  'tender-not-integer': { status: 422, sentence: 'An amount handed over is not a whole number of cents.' },
  'tender-direction-wrong': {
    status: 422,
    sentence: 'A sale takes money and a refund gives it back: an amount handed over has the wrong sign.',
  },
  'tender-zero': { status: 422, sentence: 'An amount handed over is zero. Leave it out.' },
  'no-tenders': { status: 422, sentence: 'Nothing was handed over.' },
  'no-lines': { status: 422, sentence: 'The basket is empty.' },
  'too-many-lines': { status: 422, sentence: 'A sale takes at most 10 000 lines. Split it.' },
  'quantity-zero': { status: 422, sentence: 'A quantity is zero. Remove the line or give it a quantity.' },
  'quantity-not-integer': { status: 422, sentence: 'A quantity is not a number that can be sold.' },
  'price-not-integer': { status: 422, sentence: 'A price is not a whole number of cents.' },
  'price-negative': { status: 422, sentence: 'A price is below zero.' },
  'discount-not-integer': { status: 422, sentence: 'A discount is not a whole number of cents.' },
  'discount-negative': { status: 422, sentence: 'A discount is below zero.' },
  'discount-exceeds-line': { status: 422, sentence: 'The discount is more than the line costs.' },
  'discount-exceeds-sale': { status: 422, sentence: 'The discount is more than the sale costs.' },
  'share-out-of-range': { status: 422, sentence: 'A discount is between 0 and 100 percent.' },
  'amount-too-large': { status: 422, sentence: 'An amount is larger than can be booked.' },
  'tax-rate-invalid': { status: 422, sentence: 'A tax rate in the settings is not valid.' },
  'unknown-line': { status: 422, sentence: 'The receipt has no such line.' },
}
