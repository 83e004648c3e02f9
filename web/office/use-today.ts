import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { cashRoutes } from '../../src/contracts/cash.ts'
import { purchasingRoutes } from '../../src/contracts/purchasing.ts'
import { reportingRoutes } from '../../src/contracts/reporting.ts'
import { useClient } from './place.tsx'

/** The dashboard follows each sale, but asks no more often than a person can see. */
const refreshMs = 400

/** Reads again what begins with a key, soon, however often it is called. */
export const useRefresh = (key: string): (() => void) => {
  const queries = useQueryClient()
  const waiting = useRef(false)
  return () => {
    if (waiting.current) return
    waiting.current = true
    setTimeout(() => {
      waiting.current = false
      void queries.invalidateQueries({ queryKey: [key] })
    }, refreshMs)
  }
}

/** A store's day so far, its open shifts, and its reorder points. */
export const useToday = (store: string | null) => {
  const client = useClient(store)
  const today = useQuery({ queryKey: ['today', store], queryFn: () => client.call(reportingRoutes.today, {}) })
  const shifts = useQuery({
    queryKey: ['today', store, 'shifts'],
    queryFn: () => client.call(cashRoutes.listShifts, { open: 'true', limit: 10 }),
  })
  const rules = useQuery({
    queryKey: ['today', store, 'rules'],
    queryFn: () => client.call(purchasingRoutes.listReorderRules, { limit: 1_000 }),
  })
  return { today: today.data, shifts: shifts.data, rules: rules.data, error: today.error, refresh: useRefresh('today') }
}
