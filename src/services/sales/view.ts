import type { Reader } from '../../platform/database/database.ts'
import { readPriceHistory } from './price-tables.ts'
import type { View } from './sell.ts'
import type { SalesTables } from './tables.ts'

/** The node that a till is, where it is one of its own. */
export const readNodeOfTill = async (db: Reader, store: string, till: string): Promise<string | undefined> => {
  const row = await db
    .tables<SalesTables>()
    .selectFrom('sales_device')
    .select('node')
    .where('store', '=', store)
    .where('till', '=', till)
    .executeTakeFirst()
  return row?.node
}

/** Own tables as they are in this transaction: of one store, these SKUs, this shift and this till. */
export const readView = async (
  db: Reader,
  wanted: { store: string; skus: readonly string[]; shiftId: string | undefined; till: string },
): Promise<View> => {
  const prices = await readPriceHistory(db, wanted)
  const node = await readNodeOfTill(db, wanted.store, wanted.till)
  const shift =
    wanted.shiftId === undefined
      ? undefined
      : await db
          .tables<SalesTables>()
          .selectFrom('sales_shift')
          .select('till')
          .where('shift_id', '=', wanted.shiftId)
          .where('open', '=', 1)
          .executeTakeFirst()
  return { prices, tillOfOpenShift: () => shift?.till, nodeOfTill: () => node }
}
