import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { PricedBasket, Tender } from '../../src/domain/basket.ts'
import { buildReceipt, type Receipt } from '../../src/domain/receipt.ts'
import { totalsOf } from '../../src/domain/sale.ts'
import { type Settled, settle } from '../../src/domain/tender.ts'
import { formatDateTime } from '../shared/money.ts'
import { rulesOf, type TillBasket } from './basket.ts'
import type { SaleInput } from './outbox.ts'

/** What is still due after these tenders, by the rules of the store (cash may round it). Negative when there is change. */
export const openAmount = (
  totalMinor: number,
  tenders: readonly Tender[],
  next: Tender['kind'],
  catalogue: TillCatalogue,
): number => {
  const paid = tenders.reduce((sum, tender) => sum + tender.amountMinor, 0)
  const left = totalMinor - paid
  if (next !== 'cash' && !tenders.some(tender => tender.kind === 'cash')) return left
  const step = rulesOf(catalogue).cashStepMinor
  return Math.sign(left) * Math.round(Math.abs(left) / step) * step
}

/** The whole sale as the shop takes it. The id is made before, so that sending again is safe. */
export const saleInput = (options: {
  id: string
  till: string
  shiftId: string | undefined
  basket: TillBasket
  priced: PricedBasket
  settled: Settled
  tenders: readonly Tender[]
  catalogue: TillCatalogue
  atMs: number
}): SaleInput => {
  const { id, till, shiftId, basket, priced, settled, tenders, catalogue, atMs } = options
  return {
    id,
    till,
    currency: priced.currency,
    completedAtMs: atMs,
    catalogueVersion: catalogue.version,
    ...(shiftId === undefined ? {} : { shiftId }),
    lines: basket.lines.map(({ sku, quantityMicro, unitPriceMinor, priceSource, discountMinor, note }) => ({
      sku,
      quantityMicro,
      unitPriceMinor,
      priceSource,
      discountMinor,
      ...(note === '' ? {} : { note }),
    })),
    ...(basket.discount ? { discount: basket.discount } : {}),
    tenders: [...tenders],
    changeMinor: settled.changeMinor,
    totals: totalsOf(priced, settled),
    ...(basket.overrideIds.length > 0 ? { overrideIds: basket.overrideIds } : {}),
  }
}

/** Settles once the tenders are enough; null while they are not. */
export const settled = (priced: PricedBasket, tenders: readonly Tender[], catalogue: TillCatalogue): Settled | null => {
  const outcome = settle(priced.totalMinor, tenders, rulesOf(catalogue))
  return outcome.ok ? outcome.settled : null
}

export const receiptOf = (options: {
  catalogue: TillCatalogue
  priced: PricedBasket
  settled: Settled
  tenders: readonly Tender[]
  till: string
  cashier: string
  atMs: number
  receiptNumber: number | null
}): Receipt => {
  const { store } = options.catalogue
  return buildReceipt({
    receiptNumber: options.receiptNumber === null ? '…' : String(options.receiptNumber),
    till: options.till,
    cashierName: options.cashier,
    completedAtText: formatDateTime(options.atMs),
    shop: {
      name: store.name,
      address: store.address,
      ...(store.taxNumber === '' ? {} : { taxNumber: store.taxNumber }),
    },
    priced: options.priced,
    tenders: options.tenders,
    changeMinor: options.settled.changeMinor,
    roundingMinor: options.settled.roundingMinor,
    dueMinor: options.settled.dueMinor,
    footer: store.receiptFooter,
    copy: false,
  })
}
