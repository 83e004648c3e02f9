import { cashRoutes } from '../../../src/contracts/cash.ts'
import { catalogueRoutes, type TillCatalogue } from '../../../src/contracts/catalogue.ts'
import { salesRoutes } from '../../../src/contracts/sales.ts'
import { look, perform, settleAct } from '../acts.ts'
import type { Dice } from '../dice.ts'
import type { Machine } from '../machine.ts'
import type { Act, World } from '../world.ts'
import { ringUp, saleOf } from './basket.ts'

/** One who sells at a till, or at the store's own counter. What is on the screen is forgotten when the machine starts anew. */
export type Cashier = {
  /** Does one thing; answers how long until the next. */
  work(): Promise<void>
}

type Screen = { life: number; catalogue: TillCatalogue | undefined; shiftId: string | undefined; parked: string[] }

const money = (minor: number): string => (minor / 100).toFixed(2)

export const cashierAt = (world: World, at: Machine, till: string, dice: Dice): Cashier => {
  let screen: Screen = { life: 0, catalogue: undefined, shiftId: undefined, parked: [] }
  const mine = (): Act[] => world.acts.filter(act => act.at === at && act.job !== 'owner')
  const isWaiting = (act: Act): boolean => act.outcome === 'unknown'

  const refresh = async (): Promise<TillCatalogue | undefined> => {
    if (!screen.catalogue || dice.chance(0.4))
      screen.catalogue = (await look(world, at, 'cashier', catalogueRoutes.tillCatalogue, {})) ?? screen.catalogue
    return screen.catalogue
  }

  const sell = async (): Promise<void> => {
    const catalogue = await refresh()
    if (!catalogue || catalogue.articles.length === 0) return
    const job = dice.chance(0.3) ? 'manager' : 'cashier'
    const basket = ringUp(dice, catalogue, job === 'manager')
    const shiftId = screen.shiftId
    const more = { till, ...(shiftId === undefined ? {} : { shiftId }) }
    const sale = saleOf(dice, catalogue, basket, { id: world.newId(), ...more })
    if (!sale) return
    const { lines, tenders, totals, changeMinor } = sale
    const what = `sale of ${lines.length} by v${catalogue.version} due ${money(totals.dueMinor)} ${tenders
      .map(({ kind, amountMinor }) => `${kind} ${money(amountMinor)}`)
      .join(' ')} change ${money(changeMinor)}`
    const act = await perform(world, { at, job, what, route: salesRoutes.completeSale, input: id => ({ ...sale, id }) })
    // What the till knows is too old, or its clock is wrong: it looks again.
    if (act.outcome === 'refused') screen = { ...screen, catalogue: undefined, shiftId: undefined }
  }

  const openShift = async (): Promise<void> => {
    const { rows } = (await look(world, at, 'cashier', cashRoutes.listShifts, { till, open: 'true', limit: 1 })) ?? {}
    const [open] = rows ?? []
    if (open) {
      screen.shiftId = open.shiftId
      return
    }
    const floatMinor = dice.between(0, 200) * 100
    const what = `opens a shift with ${money(floatMinor)}`
    const route = cashRoutes.openShift
    const act = await perform(world, { at, job: 'cashier', what, route, input: id => ({ id, till, floatMinor }) })
    screen.shiftId = act.answer?.shiftId
  }

  const closeShift = async (): Promise<void> => {
    const { shiftId } = screen
    if (shiftId === undefined) return
    const countedCashMinor = dice.between(0, 100_000)
    const route = cashRoutes.closeShift
    const input = (id: string) => ({ id, shiftId, countedCashMinor })
    await perform(world, { at, job: 'cashier', what: `closes its shift, ${money(countedCashMinor)}`, route, input })
    screen.shiftId = undefined
  }

  const moveCash = async (): Promise<void> => {
    const { shiftId } = screen
    if (shiftId === undefined) return
    const kind = dice.one(['in', 'out', 'no-sale'] as const)
    const amountMinor = kind === 'no-sale' ? 0 : dice.between(1, 5_000)
    const input = (id: string) => ({ id, shiftId, kind, amountMinor, reason: 'bank' })
    const what = `cash ${kind} ${money(amountMinor)}`
    await perform(world, { at, job: 'manager', what, route: cashRoutes.moveCash, input })
  }

  const park = async (): Promise<void> => {
    const catalogue = await refresh()
    if (!catalogue || catalogue.articles.length === 0) return
    const { lines } = ringUp(dice, catalogue, false)
    const input = (id: string) => ({ id, till, label: 'blue hat', lines })
    await perform(world, { at, job: 'cashier', what: 'parks a basket', route: salesRoutes.parkSale, input })
  }

  const takeUp = async (): Promise<void> => {
    const { rows } = (await look(world, at, 'cashier', salesRoutes.listParkedSales, {})) ?? { rows: [] }
    if (rows.length === 0) return
    const { parkedSaleId } = dice.one(rows)
    const input = (id: string) => ({ id, parkedSaleId, till })
    await perform(world, { at, job: 'cashier', what: 'takes a basket up', route: salesRoutes.takeUpSale, input })
  }

  const voidSale = async (): Promise<void> => {
    const input = (id: string) => ({ id, till, lines: 2, totalMinor: dice.between(1, 5_000), reason: 'no money' })
    await perform(world, { at, job: 'cashier', what: 'voids a basket', route: salesRoutes.voidSale, input })
  }

  /** Goods come back to the till that sold them. */
  const takeBack = async (): Promise<void> => {
    const sold = mine().filter(act => act.route === salesRoutes.completeSale && act.outcome === 'done')
    if (sold.length === 0) return
    const saleId = dice.one(sold).id
    const known = await look(world, at, 'cashier', salesRoutes.getSale, { saleId })
    if (!known) return
    const line = dice.one(known.sale.lines)
    const left = line.quantityMicro - (known.returnedMicro[line.lineNo - 1] ?? 0)
    // Now and then more comes back than was sold, which has to be refused.
    const quantityMicro = dice.chance(0.1) ? left + 1_000_000 : Math.ceil(left / dice.between(1, 2))
    if (quantityMicro <= 0) return
    const lines = [{ saleId, lineNo: line.lineNo, quantityMicro }]
    const quote = await look(world, at, 'cashier', salesRoutes.quoteReturn, { lines })
    const refundMinor = quote ? 0 - quote.totals.totalMinor : 1
    const refunds = refundMinor === 0 ? [] : [{ kind: 'card' as const, amountMinor: refundMinor }]
    const what = `return of ${quantityMicro / 1_000_000} for ${money(refundMinor)}`
    const currency = known.sale.currency
    const input = (id: string) => ({ id, till, currency, lines, reason: 'broken', refunds, refundMinor })
    await perform(world, { at, job: 'cashier', what, route: salesRoutes.returnGoods, input })
  }

  const begin = (): void => {
    if (screen.life === at.lives) return
    screen = { life: at.lives, catalogue: undefined, shiftId: undefined, parked: [] }
  }

  return {
    work: async () => {
      if (!at.process) return
      begin()
      const waiting = mine().filter(isWaiting)
      if (waiting.length > 0 && dice.chance(0.5)) await settleAct(world, dice.one(waiting))
      if (screen.shiftId === undefined && dice.chance(0.7)) await openShift()
      const roll = dice.roll()
      if (roll < 0.62) await sell()
      else if (roll < 0.76) await takeBack()
      else if (roll < 0.81) await park()
      else if (roll < 0.86) await takeUp()
      else if (roll < 0.9) await voidSale()
      else if (roll < 0.96) await moveCash()
      else await closeShift()
    },
  }
}
