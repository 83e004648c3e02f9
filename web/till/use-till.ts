import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { type Article, catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { inertText } from '../../src/domain/text.ts'
import { client } from '../shared/api.ts'
import { useLive } from '../shared/live.ts'
import { emptyBasket, stepBasket, type TillBasket } from './basket.ts'
import { readOutbox, readRefused, sendAll, wasPaid } from './outbox.ts'

const basketKeyOf = (staffNumber: number) => `tillwire.basket.${staffNumber}`
const handleKey = 'tillwire.till'
const resendMs = 3_000

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

/** A cashier's basket, which survives the page being closed and another cashier in between. */
export const useBasket = (staffNumber: number) => {
  const key = basketKeyOf(staffNumber)
  const [basket, step] = useReducer(stepBasket, key, readBasket)
  useEffect(() => localStorage.setItem(key, JSON.stringify(basket)), [basket, key])
  return { basket, step }
}

/** This device's place in the shop. */
export const useTillHandle = () => {
  const [handle, setHandle] = useState(() => localStorage.getItem(handleKey) ?? 'till-1')
  const change = (next: string) => {
    localStorage.setItem(handleKey, next)
    setHandle(next)
  }
  return { handle, change }
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
  useLive(fact => {
    if (touchesCatalogue.test(fact.type)) void refresh()
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
