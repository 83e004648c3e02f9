import { useEffect, useRef } from 'react'
import type { TillCatalogue } from '../../src/contracts/catalogue.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, newId } from '../shared/api.ts'
import { t } from '../shared/messages.ts'
import { type BasketAct, priceOf, type TillBasket } from './basket.ts'

const undoMs = 8_000

/** Lets Undo go after some seconds, and tells the shop of a basket that was given up once that can no longer be taken back. */
export const useUndo = (
  basket: TillBasket,
  step: (act: BasketAct) => void,
  catalogue: TillCatalogue | undefined,
  till: string,
): void => {
  const { before, lines } = basket
  const last = useRef(before)
  useEffect(() => {
    if (!before) return
    const timer = setTimeout(() => step({ act: 'forget' }), undoMs)
    return () => clearTimeout(timer)
  }, [before, step])
  useEffect(() => {
    const was = last.current
    last.current = before
    if (!was || was === before || was.what !== '' || lines === was.lines || !catalogue) return
    const outcome = priceOf({ ...basket, lines: was.lines, discount: was.discount }, catalogue)
    const totalMinor = outcome.ok ? outcome.priced.totalMinor : 0
    // For the books only: a till that can't reach the shop loses nothing that was sold by it.
    client
      .call(salesRoutes.voidSale, { id: newId(), till, lines: was.lines.length, totalMinor, reason: t('till.void') })
      .catch(() => {})
  }, [before, lines, basket, catalogue, till])
}
