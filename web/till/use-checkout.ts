import { useEffect, useState } from 'react'
import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { PricedBasket, Tender } from '../../src/domain/basket.ts'
import type { Settled } from '../../src/domain/tender.ts'
import { codeOf, newId, tell, tellFailure } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import type { BasketAct, TillBasket } from './basket.ts'
import { keep, onRecorded, record, type SaleInput, send } from './outbox.ts'
import type { Paid } from './paid-panel.tsx'
import { receiptOf, saleInput } from './sale.ts'

type Given = {
  basket: TillBasket
  step(act: BasketAct): void
  catalogue: TillCatalogue | undefined
  priced: PricedBasket | null
  till: string
  shiftId: string | undefined
  cashier: string
  /** This device records the sale itself, and not the shop. */
  isNode: boolean
  refresh(): Promise<unknown>
  look(): void
}

/** What the shop refuses because its catalogue is no longer the one that the basket was priced with. */
const outdated: readonly string[] = ['price-wrong', 'sku-unknown', 'totals-wrong', 'catalogue-version-unknown']

/** The number of the receipt, or null where the shop will tell it later. */
const complete = async (sale: SaleInput, isNode: boolean): Promise<number | null> => {
  if (isNode) return (await record(sale)).receiptNumber
  keep(sale)
  const recorded = await send(sale)
  return recorded === 'waiting' ? null : recorded.receiptNumber
}

/** From the basket to the receipt. The sale is kept on this device before it is sent, so that nothing that was paid is lost. */
export const useCheckout = (given: Given) => {
  const { basket, step, catalogue, priced, till, shiftId, cashier, isNode, refresh, look } = given
  const [stage, setStage] = useState<'sell' | 'pay' | 'paid'>('sell')
  const [shown, setShown] = useState<Paid | null>(null)
  const show = (paid: Paid) => {
    setShown(paid)
    setStage('paid')
  }
  useEffect(
    () =>
      onRecorded(({ saleId, receiptNumber }) =>
        setShown(now => (now?.id === saleId ? { ...now, receiptNumber, receipt: now.numbered(receiptNumber) } : now)),
      ),
    [],
  )

  /** `tenders` are those taken before and the last, together. */
  const finish = async (tenders: Tender[], settled: Settled) => {
    if (!priced || !catalogue) return
    const atMs = Date.now()
    const id = basket.saleId ?? newId()
    step({ act: 'tender', tenders: tenders.slice(basket.tenders.length), saleId: id })
    const sale = saleInput({ id, till, shiftId, basket, priced, settled, tenders, catalogue, atMs })
    const numbered = (receiptNumber: number | null) =>
      receiptOf({ catalogue, priced, settled, tenders, till, cashier, atMs, receiptNumber })
    try {
      const receiptNumber = await complete(sale, isNode)
      const { currency } = priced
      show({
        id,
        heading: t('till.paid'),
        figureLabel: t('till.change'),
        figureMinor: settled.changeMinor,
        currency,
        receiptNumber,
        numbered,
        receipt: numbered(receiptNumber),
      })
      step({ act: 'clear' })
    } catch (error) {
      setStage('sell')
      const code = codeOf(error) ?? ''
      if (outdated.includes(code)) {
        await refresh().catch(() => {})
        tell(t('till.prices-changed'))
      } else if (code === 'override-expired') {
        step({ act: 'unapproved' })
        tell(t('override.over'))
      } else tellFailure(error)
    }
    look()
  }

  return {
    stage,
    shown,
    show,
    take: (tenders: Tender[]) =>
      step({ act: 'tender', tenders: tenders.slice(basket.tenders.length), saleId: newId() }),
    finish,
    pay: () => setStage('pay'),
    back: () => setStage('sell'),
    next: () => {
      setShown(null)
      setStage('sell')
    },
  }
}
