import { cashRoutes } from '../../../src/contracts/cash.ts'
import { inventoryRoutes } from '../../../src/contracts/inventory.ts'
import type { Route } from '../../../src/contracts/route.ts'
import { salesRoutes } from '../../../src/contracts/sales.ts'
import type { Act } from '../world.ts'
import { upwards } from './books.ts'
import type { Invariant } from './invariant.ts'

/** What records a fact under its own id each time that it is done. */
const recording = new Set<Route>([
  salesRoutes.completeSale,
  salesRoutes.returnGoods,
  salesRoutes.voidSale,
  salesRoutes.parkSale,
  salesRoutes.takeUpSale,
  cashRoutes.openShift,
  cashRoutes.closeShift,
  cashRoutes.moveCash,
  inventoryRoutes.adjustStock,
  inventoryRoutes.countStock,
  inventoryRoutes.sendTransfer,
  inventoryRoutes.receiveTransfer,
])

export const isKeptFor = (act: Act): boolean => act.outcome === 'done' && recording.has(act.route) && !act.isLost

export const paidIsKept: Invariant = {
  number: 1,
  says: 'every sale shown as paid survives any crash',
  check: ({ acts }, books) =>
    acts.filter(isKeptFor).flatMap(act =>
      upwards(books, act.at).flatMap(({ machine, byId }) => {
        const fact = byId.get(act.id)
        if (!fact) return [`${machine.name} has no ${act.what} of ${act.at.name} (${act.id})`]
        return fact.quarantined ? [`${machine.name} does not believe ${act.what} of ${act.at.name} (${act.id})`] : []
      }),
    ),
}
