import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { type Article, catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { inertText } from '../../src/domain/text.ts'
import { client, newId, tell } from '../shared/api.ts'
import { useLive } from '../shared/live.ts'
import { t } from '../shared/messages.ts'
import { type BasketAct, emptyBasket, stepBasket, type TillBasket, withSaleId } from './basket.ts'
import { thisTillRoutes } from './node-routes.ts'
import { readOutbox, readRefused, sendAll, wasPaid } from './outbox.ts'
import { useThisTill } from './this-node.ts'

const basketKeyOf = (staffNumber: number) => `tillwire.basket.${staffNumber}`
const handleKey = 'tillwire.till'
const resendMs = 3_000
const catalogueSettlesMs = 50

const readBasket = (key: string): TillBasket => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? 'null')
    if (!kept || typeof kept !== 'object' || !('lines' in kept)) return emptyBasket
    const basket = { ...emptyBasket, ...(kept as Partial<TillBasket>) }
    return basket.saleId !== null && wasPaid(basket.saleId) ? emptyBasket : basket
  } catch {
    return emptyBasket
  }
}

type Step = { act: BasketAct; freshId: string }
const reduce = (basket: TillBasket, { act, freshId }: Step): TillBasket => withSaleId(stepBasket(basket, act), freshId)

/** A cashier's basket, which survives the page being closed and another cashier in between. */
export const useBasket = (staffNumber: number) => {
  const key = basketKeyOf(staffNumber)
  const [basket, dispatch] = useReducer(reduce, key, readBasket)
  useEffect(() => localStorage.setItem(key, JSON.stringify(basket)), [basket, key])
  const step = useCallback((act: BasketAct) => dispatch({ act, freshId: newId() }), [])
  return { basket, step }
}

/**
 * On a device that records sales itself: whether it is known that what lay in the basket was not paid, as it may have been when
 * the page ended in the middle of it. What was paid is cleared away.
 */
export const useLookedUp = ({ saleId }: TillBasket, step: (act: BasketAct) => void): boolean => {
  const isNode = useThisTill() !== null
  const [first] = useState(saleId)
  const { data } = useQuery({
    queryKey: ['sale-here', first],
    queryFn: async () => {
      const { receiptNumber } = await client.call(thisTillRoutes.saleHere, { saleId: first ?? '' })
      if (receiptNumber !== null) {
        step({ act: 'clear' })
        tell(t('node.was-paid', { number: receiptNumber }))
      }
      return true
    },
    enabled: isNode && first !== null,
    retry: true,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return !isNode || first === null || data === true
}

/** This device's place in the shop: the one that it was enrolled for, or what someone typed. */
export const useTillHandle = () => {
  const thisTill = useThisTill()
  const [handle, setHandle] = useState(() => localStorage.getItem(handleKey) ?? 'till-1')
  const change = (next: string) => {
    localStorage.setItem(handleKey, next)
    setHandle(next)
  }
  return { handle: thisTill?.handle ?? handle, change }
}

const touchesCatalogue = /^(product|price|tax|category|store)\./

/** Everything that the till sells by, kept up with what is changed elsewhere. */
export const useCatalogue = () => {
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['till-catalogue'],
    queryFn: async () => {
      const catalogue = await client.call(catalogueRoutes.tillCatalogue, {})
      // Names come from outside: what could hide or turn text around is shown instead of done.
      return {
        ...catalogue,
        articles: catalogue.articles.map(article => ({ ...article, name: inertText(article.name) })),
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['till-catalogue'] })
  const soon = useRef<number | undefined>(undefined)
  useLive(fact => {
    if (!touchesCatalogue.test(fact.type)) return
    // An import is thousands of facts: the catalogue is read once for many.
    soon.current ??= window.setTimeout(() => {
      soon.current = undefined
      void refresh()
    }, catalogueSettlesMs)
  })
  const { data } = query
  const bySku = useMemo(() => new Map((data?.articles ?? []).map(article => [article.sku, article])), [data])
  const byBarcode = useMemo(() => {
    const found = new Map<string, Article>()
    for (const article of data?.articles ?? []) for (const barcode of article.barcodes) found.set(barcode, article)
    return found
  }, [data])
  return { catalogue: data, bySku, byBarcode, refresh }
}

/** The open shift of this till. `undefined` while it is not known yet. */
export const useShift = (till: string) => {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['shift', till],
    queryFn: async () => (await client.call(cashRoutes.listShifts, { till, open: 'true', limit: 1 })).rows[0] ?? null,
  })
  return { shift: data, refresh: () => queries.invalidateQueries({ queryKey: ['shift', till] }) }
}

const countOutbox = () => ({ waiting: readOutbox().length, refused: readRefused().length })

/** How many paid sales the shop has not answered for, which are sent again until it has, and how many it refused afterwards. */
export const useOutbox = () => {
  const [counts, setCounts] = useState(countOutbox)
  const sending = useRef(false)
  useEffect(() => {
    const again = async () => {
      if (sending.current) return
      sending.current = true
      await sendAll().finally(() => {
        sending.current = false
      })
      setCounts(countOutbox())
    }
    const timer = setInterval(() => void again(), resendMs)
    return () => clearInterval(timer)
  }, [])
  return { ...counts, look: () => setCounts(countOutbox()) }
}
