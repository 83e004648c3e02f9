import { cashRoutes } from '../../../contracts/cash.ts'
import { catalogueRoutes, type TillCatalogue } from '../../../contracts/catalogue.ts'
import { ApiRefusal, type Client } from '../../../contracts/client.ts'
import type { InputOf, ResponseOf, Route } from '../../../contracts/route.ts'
import { salesRoutes } from '../../../contracts/sales.ts'
import { staffRoutes } from '../../../contracts/staff.ts'
import type { BasketLine } from '../../../domain/basket.ts'
import type { Ports } from '../../../platform/ports.ts'
import { demoProducts } from '../catalogue.ts'
import { type SaleRequest, saleRequest } from '../sale-request.ts'
import { type DemoSale, demoSales } from '../sales.ts'
import type { DemoPerson } from '../seed.ts'
import type { Pause } from './pause.ts'

export type Cashier = {
  /** What was handed over for each sale that the till has confirmed, by the sale's id. */
  readonly paid: ReadonlyMap<string, number>
  /** What the till last refused, in a sentence; null while all is well. */
  trouble(): string | null
  /** Finishes with the customer who is there, then serves nobody more. */
  finish(): Promise<void>
}

const shortestMs = 900
const longestMs = 2_000
/** Who gets no answer tries again after this long. */
const againMs = 300
const answerWithinMs = 5_000
const refusedAgainMs = 1_000
const floatMinor = 10_000
const dayMs = 86_400_000

/** Baskets as customers of a corner shop fill them, without end. Discounts are left out: a cashier may not give any. */
function* customers(seed: number, nowMs: number): Generator<Pick<DemoSale, 'lines' | 'tender'>> {
  for (;;) {
    const history = demoSales({ products: demoProducts, untilMs: nowMs, seed, days: 365 })
    for (const { lines, tender, return: comesBack } of history) if (!comesBack) yield { lines, tender }
  }
}

/** What the till confirmed, or refused; nothing where no answer came. */
type Answer<T> = { ok: true; result: T } | { ok: false; code: string } | null

/**
 * Serves one customer after the other at a till until it is told to finish or `signal` ends it. Whatever gets no answer is sent
 * again under the same id, as a cashier who waits for the receipt does. `client` acts at the till's node, in the name of whom a
 * token belongs to; `catalogueVersion` is what is known of the till's catalogue; while `isOpen` is false customers stay away.
 */
export const startCashier = (options: {
  till: string
  person: DemoPerson
  client(token?: string): Client
  catalogueVersion(): number
  isOpen(): boolean
  ports: Pick<Ports, 'clock' | 'ids' | 'secrets'>
  pause: Pause
  signal: AbortSignal
}): Cashier => {
  const { till, person, client, ports, pause, signal } = options
  const { clock, ids, secrets } = ports
  const paid = new Map<string, number>()
  const finishing = new AbortController()
  const leaving = AbortSignal.any([signal, finishing.signal])
  let token: string | undefined
  let trouble: string | null = null

  const ask = async <R extends Route>(route: R, input: InputOf<R>): Promise<Answer<ResponseOf<R>>> => {
    try {
      const late = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)])
      const result = await client(token).call(route, input, { signal: late })
      trouble = null
      return { ok: true, result }
    } catch (error) {
      if (!(error instanceof ApiRefusal)) return null
      trouble = error.problem.title
      return { ok: false, code: error.problem.code }
    }
  }

  const signIn = async (): Promise<void> => {
    while (!signal.aborted) {
      token = undefined
      const { number, pin } = person
      const answer = await ask(staffRoutes.signIn, { number, pin })
      if (answer?.ok) {
        token = answer.result.token
        return
      }
      // The till may not have heard of this person yet.
      await pause(refusedAgainMs, signal)
    }
  }

  /** Asks until the answer is known; whoever was signed out signs in again. Undefined only where the demo ends. */
  const insist = async <R extends Route>(
    route: R,
    input: InputOf<R>,
  ): Promise<Exclude<Answer<ResponseOf<R>>, null> | undefined> => {
    while (!signal.aborted) {
      const answer = await ask(route, input)
      if (answer?.ok) return answer
      if (answer?.code === 'not-signed-in') await signIn()
      else if (answer && !/^(storage-|internal)/.test(answer.code)) return answer
      else await pause(againMs, signal)
    }
    return undefined
  }

  let catalogue: { read: TillCatalogue; atVersion: number } | undefined
  const readCatalogue = async (): Promise<TillCatalogue | undefined> => {
    const atVersion = options.catalogueVersion()
    if (catalogue?.atVersion === atVersion) return catalogue.read
    const answer = await insist(catalogueRoutes.tillCatalogue, {})
    if (!answer?.ok) return undefined
    catalogue = { read: answer.result, atVersion }
    return answer.result
  }

  let shiftId: string | undefined
  const openShift = async (): Promise<void> => {
    const answer = await insist(cashRoutes.openShift, { id: ids.next(), till, floatMinor })
    shiftId = answer?.ok ? answer.result.shiftId : undefined
  }

  const priced = (known: TillCatalogue, customer: Pick<DemoSale, 'lines' | 'tender'>): SaleRequest | undefined => {
    const lines = customer.lines.flatMap(({ sku, quantityMicro }): BasketLine[] => {
      const article = known.articles.find(each => each.sku === sku)
      const tax = known.taxes.find(each => each.code === article?.taxCode)
      if (!article || !tax) return []
      const { name, priceMinor: unitPriceMinor } = article
      return [{ sku, name, quantityMicro, unitPriceMinor, priceSource: 'list', discountMinor: 0, tax }]
    })
    if (lines.length === 0) return undefined
    const { tender } = customer
    const request = saleRequest({ id: ids.next(), till, atMs: clock.nowMs(), lines, tender, rules: known.store })
    return { ...request, catalogueVersion: known.version, ...(shiftId === undefined ? {} : { shiftId }) }
  }

  const serve = async (customer: Pick<DemoSale, 'lines' | 'tender'>): Promise<void> => {
    const known = await readCatalogue()
    const request = known && priced(known, customer)
    if (!request) return
    const answer = await insist(salesRoutes.completeSale, request)
    if (answer?.ok) paid.set(request.id, request.totals.totalMinor)
    else if (answer?.code === 'shift-not-open') await openShift()
    // Whatever else was refused was not sold: the next customer is served at prices that are read anew.
    else catalogue = undefined
  }

  const betweenMs = (): number => {
    const share = (secrets.random(1)[0] ?? 0) / 255
    return Math.round(shortestMs + share * (longestMs - shortestMs))
  }
  const work = async (): Promise<void> => {
    await signIn()
    await openShift()
    for (const customer of customers(person.number, clock.nowMs() - dayMs)) {
      await pause(betweenMs(), leaving)
      while (!options.isOpen() && !leaving.aborted) await pause(againMs, leaving)
      if (leaving.aborted) return
      await serve(customer)
    }
  }
  const working = work()
  return {
    paid,
    trouble: () => trouble,
    finish: async () => {
      finishing.abort()
      await working
    },
  }
}
