import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { CompletedReturn } from '../../src/contracts/sales.ts'
import { buildReceipt } from '../../src/domain/receipt.ts'
import { t } from '../shared/messages.ts'
import { formatDateTime } from '../shared/money.ts'
import type { Paid } from './paid-panel.tsx'

/** What the customer gets for goods that came back: their receipt, and the money. */
export const paidBack = (done: CompletedReturn, { store }: TillCatalogue): Paid => {
  const { currency, taxMode, lines, taxes, totals, tenders } = done
  const numbered = (receiptNumber: number) =>
    buildReceipt({
      receiptNumber: String(receiptNumber),
      till: done.till,
      cashierName: done.cashier,
      completedAtText: formatDateTime(done.completedAtMs),
      shop: {
        name: store.name,
        address: [...store.address, t('receipt.return')],
        ...(store.taxNumber === '' ? {} : { taxNumber: store.taxNumber }),
      },
      priced: { currency, taxMode, lines, taxes, ...totals },
      tenders: tenders.map(({ kind, amountMinor, reference }) =>
        reference === undefined ? { kind, amountMinor } : { kind, amountMinor, reference },
      ),
      changeMinor: done.changeMinor,
      roundingMinor: totals.roundingMinor,
      dueMinor: totals.dueMinor,
      footer: store.receiptFooter,
      copy: false,
    })
  return {
    id: done.returnId,
    heading: t('return.over'),
    figureLabel: tenders[0]?.kind === 'card' ? t('return.give-card') : t('return.give-cash'),
    figureMinor: -totals.dueMinor,
    currency,
    receiptNumber: done.receiptNumber,
    receipt: numbered(done.receiptNumber),
    numbered,
  }
}
