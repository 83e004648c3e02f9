import type { InputOf, ResponseOf } from '../../src/contracts/route.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import { client, codeOf } from '../shared/api.ts'

/** Sales that were paid here, kept until the shop has answered for each. A sale is kept before it is sent, under its own id. */
export type SaleInput = InputOf<typeof salesRoutes.completeSale>
export type Recorded = ResponseOf<typeof salesRoutes.completeSale>

const waitingKey = 'tillwire.outbox'
const refusedKey = 'tillwire.refused'

const read = (key: string): SaleInput[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(kept) ? (kept as SaleInput[]) : []
  } catch {
    return []
  }
}
export const readOutbox = (): SaleInput[] => read(waitingKey)
/** Sales that were paid while the shop could not be reached, and that it refused afterwards: someone has to look at them. */
export const readRefused = (): SaleInput[] => read(refusedKey)
const write = (sales: readonly SaleInput[]): void => localStorage.setItem(waitingKey, JSON.stringify(sales))

export const keep = (sale: SaleInput): void => {
  if (!readOutbox().some(each => each.id === sale.id)) write([...readOutbox(), sale])
}
const recordedKey = 'tillwire.recorded'
/** Whether this sale is on its way or has arrived: its basket must not be paid again, even if the page was closed just then. */
export const wasPaid = (id: string): boolean =>
  localStorage.getItem(recordedKey) === id || readOutbox().some(each => each.id === id)

const listeners = new Set<(recorded: Recorded) => void>()
/** Calls back with each sale that the shop has recorded. Answers how to stop. */
export const onRecorded = (listener: (recorded: Recorded) => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const underWay = new Set<string>()

const forget = (id: string): void => write(readOutbox().filter(each => each.id !== id))

/**
 * Sends a kept sale. Answers what the shop recorded, or `waiting` where it can't be reached: it stays kept and is sent again.
 * Throws the shop's refusal, after which it is no longer kept: the basket is still there to be mended.
 */
export const send = async (sale: SaleInput): Promise<Recorded | 'waiting'> => {
  underWay.add(sale.id)
  try {
    const recorded = await client.call(salesRoutes.completeSale, sale)
    localStorage.setItem(recordedKey, sale.id)
    forget(sale.id)
    for (const listener of listeners) listener(recorded)
    return recorded
  } catch (error) {
    const code = codeOf(error)
    // An outage, a lost sign-in or a full disk says nothing about the sale itself.
    if (code === undefined || code === 'not-signed-in' || code === 'internal' || code === 'storage-failed')
      return 'waiting'
    forget(sale.id)
    throw error
  } finally {
    underWay.delete(sale.id)
  }
}

const triesAtMost = 5

/**
 * Records a sale on this till itself: answered when it is on this device's disk. Where the node had to start anew meanwhile, it
 * is asked again under the same id, which finds out whether the sale was recorded. Throws its refusal.
 */
export const record = async (sale: SaleInput): Promise<Recorded> => {
  for (let tries = 1; ; tries++) {
    try {
      return await client.call(salesRoutes.completeSale, sale)
    } catch (error) {
      if (codeOf(error) !== undefined || tries >= triesAtMost) throw error
    }
  }
}

/** Sends all that waits, in order. What is refused now is set apart and not lost: its customer has gone. */
export const sendAll = async (): Promise<void> => {
  for (const sale of readOutbox()) {
    if (underWay.has(sale.id)) continue
    try {
      if ((await send(sale)) === 'waiting') return
    } catch {
      localStorage.setItem(refusedKey, JSON.stringify([...readRefused(), sale]))
    }
  }
}
