import type { ResponseOf } from '../../../src/contracts/route.ts'
import type { salesRoutes } from '../../../src/contracts/sales.ts'
import { problemOf, problemResponse, respond } from '../../../src/platform/http/problem.ts'
import { readGone, rememberGone } from './kept-till.ts'

type Parked = ResponseOf<typeof salesRoutes.listParkedSales>
type Ask = (request: Request) => Promise<Response>

/**
 * Parked baskets: the store has those of all tills and gives each to one of them. Without it a till has what was parked at itself,
 * less what it knows to be gone: taken up through the store, or missing when the store was last asked. `hasArrived`: whether the
 * store has it that a basket was parked here.
 */
export const parkedSales = (own: Ask, store: Ask, hasArrived: (parkedSaleId: string) => Promise<boolean>) => ({
  list: async (request: Request, connected: boolean): Promise<Response> => {
    const here = await own(request.clone())
    if (!here.ok) return here
    const { rows, ...rest } = (await here.json()) as Parked
    // Before the store is asked: what arrives meanwhile may be missing in its answer.
    const arrived: string[] = []
    for (const { parkedSaleId } of rows) if (await hasArrived(parkedSaleId)) arrived.push(parkedSaleId)
    const answered = connected ? await store(request) : undefined
    if (answered?.ok) {
      const there = new Set(((await answered.clone().json()) as Parked).rows.map(({ parkedSaleId }) => parkedSaleId))
      await rememberGone(arrived.filter(id => !there.has(id)))
      return answered
    }
    const gone = await readGone()
    return respond.json({ ...rest, rows: rows.filter(({ parkedSaleId }) => !gone.has(parkedSaleId)) })
  },
  takeUp: async (request: Request, parkedSaleId: string, connected: boolean): Promise<Response> => {
    if (connected) {
      const answered = await store(request)
      if (answered.ok) await rememberGone([parkedSaleId])
      return answered
    }
    if ((await readGone()).has(parkedSaleId)) return problemResponse(problemOf('parked-sale-gone', { parkedSaleId }))
    return own(request)
  },
})
