import type { z } from 'zod'
import type { FactBody } from '../../contracts/known-facts.ts'
import type { ClaimedGoods } from '../../contracts/return-claims.ts'
import type {
  CompletedReturn,
  CompletedSale,
  pricedLine,
  saleDiscount,
  saleLine,
  Totals,
  usedOverride,
} from '../../contracts/sales.ts'
import type { Tax, TaxTotal } from '../../domain/basket.ts'

/**
 * Facts as JSON in the rows. A fact that was just decided has its keys in another order than the same one read back from the
 * journal, and a rebuild must come to the same rows, so the order of keys is written down here. `Whole` makes a field that is
 * forgotten a compile error; what is undefined is left out of the text.
 */
type Whole<T> = { [Key in keyof T]-?: T[Key] | undefined }

const taxes = new WeakMap<Tax, Tax>()
/** Most lines share the few tax objects that are in memory. */
const taxOf = (tax: Tax): Tax => {
  const known = taxes.get(tax)
  if (known) return known
  const made: Tax = {
    code: tax.code,
    name: tax.name,
    parts: tax.parts.map(({ code, name, ratePpm, compound }) => ({ code, name, ratePpm, compound })),
  }
  taxes.set(tax, made)
  return made
}

const totalsOf = (totals: Totals): Whole<Totals> => ({
  subtotalMinor: totals.subtotalMinor,
  discountMinor: totals.discountMinor,
  netMinor: totals.netMinor,
  taxMinor: totals.taxMinor,
  totalMinor: totals.totalMinor,
  roundingMinor: totals.roundingMinor,
  dueMinor: totals.dueMinor,
})

type Line = z.output<typeof pricedLine>
const lineOf = (line: Line): Whole<Line> => ({
  lineNo: line.lineNo,
  sku: line.sku,
  name: line.name,
  quantityMicro: line.quantityMicro,
  unitPriceMinor: line.unitPriceMinor,
  priceSource: line.priceSource,
  discountMinor: line.discountMinor,
  saleDiscountMinor: line.saleDiscountMinor,
  grossMinor: line.grossMinor,
  netMinor: line.netMinor,
  taxMinor: line.taxMinor,
  totalMinor: line.totalMinor,
  tax: taxOf(line.tax),
  reason: line.reason,
  note: line.note,
})

const returnedLineOf = (line: CompletedReturn['lines'][number]) => ({
  ...lineOf(line),
  original: line.original && { saleId: line.original.saleId, lineNo: line.original.lineNo },
})

const taxTotalOf = ({ taxCode, partCode, name, ratePpm, netMinor, taxMinor }: TaxTotal): Whole<TaxTotal> => ({
  taxCode,
  partCode,
  name,
  ratePpm,
  netMinor,
  taxMinor,
})

type Tender = CompletedSale['tenders'][number]
const tenderOf = ({ kind, amountMinor, reference }: Tender): Whole<Tender> => ({ kind, amountMinor, reference })

const discountOf = (discount: z.output<typeof saleDiscount>) => {
  const { reason } = discount
  return discount.kind === 'amount'
    ? { kind: discount.kind, amountMinor: discount.amountMinor, reason }
    : { kind: discount.kind, sharePpm: discount.sharePpm, reason }
}

type Override = z.output<typeof usedOverride>
const overrideOf = ({ overrideId, right, approverId, approverName }: Override): Whole<Override> => ({
  overrideId,
  right,
  approverId,
  approverName,
})

type Shared = Omit<CompletedReturn, 'returnId' | 'claimId' | 'reason' | 'lines'>
type Keys<T> = Record<keyof T, unknown>
const sharedOf = (body: Shared) =>
  ({
    till: body.till,
    receiptNumber: body.receiptNumber,
    completedAtMs: body.completedAtMs,
    currency: body.currency,
    taxMode: body.taxMode,
    catalogueVersion: body.catalogueVersion,
    shiftId: body.shiftId,
    cashier: body.cashier,
    totals: totalsOf(body.totals),
    taxes: body.taxes.map(taxTotalOf),
    tenders: body.tenders.map(tenderOf),
    changeMinor: body.changeMinor,
    note: body.note,
    overrides: body.overrides?.map(overrideOf),
  }) satisfies Keys<Shared>

export const saleText = (body: CompletedSale): string =>
  JSON.stringify({
    saleId: body.saleId,
    ...sharedOf(body),
    lines: body.lines.map(lineOf),
    discount: body.discount && discountOf(body.discount),
  } satisfies Keys<CompletedSale>)

export const returnText = (body: CompletedReturn): string =>
  JSON.stringify({
    returnId: body.returnId,
    claimId: body.claimId,
    reason: body.reason,
    ...sharedOf(body),
    lines: body.lines.map(returnedLineOf),
  } satisfies Keys<CompletedReturn>)

export const goodsText = (goods: ClaimedGoods): string =>
  JSON.stringify({
    currency: goods.currency,
    taxMode: goods.taxMode,
    lines: goods.lines.map(returnedLineOf),
    subtotalMinor: goods.subtotalMinor,
    discountMinor: goods.discountMinor,
    netMinor: goods.netMinor,
    taxMinor: goods.taxMinor,
    totalMinor: goods.totalMinor,
    taxes: goods.taxes.map(taxTotalOf),
  } satisfies Keys<ClaimedGoods>)

type Asked = z.output<typeof saleLine>
const askedOf = (line: Asked): Whole<Asked> => ({
  sku: line.sku,
  quantityMicro: line.quantityMicro,
  unitPriceMinor: line.unitPriceMinor,
  priceSource: line.priceSource,
  discountMinor: line.discountMinor,
  reason: line.reason,
  note: line.note,
})

export const parkedText = (body: FactBody<'sale.parked'>): string =>
  JSON.stringify({
    parkedSaleId: body.parkedSaleId,
    till: body.till,
    label: body.label,
    lines: body.lines.map(askedOf),
    discount: body.discount && discountOf(body.discount),
    cashier: body.cashier,
  } satisfies Keys<FactBody<'sale.parked'>>)

export const taxText = (tax: Tax): string => JSON.stringify(taxOf(tax))
