import { bodyOf, type FactBody } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { CompletedReturn, SaleRequest, salesRoutes } from '../../contracts/sales.ts'
import { totalsOf } from '../../domain/sale.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision } from '../../platform/host/service.ts'
import type { Memory } from './memory.ts'
import { readPriceHistory } from './price-history.ts'
import { checkShift, checkTime, type Sold, sell, type View } from './sell.ts'
import type { SalesTables } from './tables.ts'
import { payRefund, priceTakenBack, readOriginals } from './take-back.ts'

type Input<Name extends keyof typeof salesRoutes> = InputOf<(typeof salesRoutes)[Name]>

/** Own tables as they are in this transaction: these SKUs and this shift. */
const readView = async (tx: Transaction, skus: readonly string[], shiftId: string | undefined): Promise<View> => {
  const prices = await readPriceHistory(tx, skus)
  if (shiftId === undefined) return { prices, tillOfOpenShift: () => undefined }
  const shift = await tx
    .tables<SalesTables>()
    .selectFrom('sales_shift')
    .select('till')
    .where('shift_id', '=', shiftId)
    .where('open', '=', 1)
    .executeTakeFirst()
  return { prices, tillOfOpenShift: () => shift?.till }
}

/**
 * The hot path: decides from memory, without a query. Memory is milliseconds behind what the catalogue and the tills have just
 * recorded. So before a sale is refused, or where it names a version that memory may not hold in full, what is still unheard of
 * is applied in this transaction; where that brought something new, the sale is judged by the tables.
 */
const completeSale = (memory: Memory): Command => {
  const record = (body: Sold['body']): Decision => {
    const receiptNumber = memory.takeReceiptNumber(body.till)
    const atMs = body.completedAtMs
    return { ok: true, facts: [{ id: '', type: 'sale.completed', atMs, body: { ...body, receiptNumber } }] }
  }
  const judgeByNewest = async (input: SaleRequest, context: CommandContext): Promise<Decision> => {
    const { catalogueVersion } = input
    const newest = context.head()
    if (catalogueVersion !== undefined && catalogueVersion > newest) {
      return { ok: false, code: 'catalogue-version-unknown', detail: { catalogueVersion, newest } }
    }
    await context.catchUp()
    let view: View = memory
    if (memory.isBehind()) {
      const skus = input.lines.map(line => line.sku)
      view = await readView(context.tx, skus, input.shiftId)
    } else {
      memory.isCompleteTo(newest)
    }
    const outcome = sell(input, view, context)
    return outcome.ok ? record(outcome.body) : outcome
  }
  return {
    hot: true,
    decide: (input: Input<'completeSale'>, context) => {
      if ((input.catalogueVersion ?? 0) <= memory.completeTo()) {
        const outcome = sell(input, memory, context)
        if (outcome.ok) return record(outcome.body)
      }
      return judgeByNewest(input, context)
    },
    answer: fact => {
      const { saleId, till, receiptNumber } = bodyOf(fact, 'sale.completed')
      return { saleId, till, receiptNumber, position: fact.position }
    },
  }
}

const returnGoods = (memory: Memory): Command => ({
  decide: async (input: Input<'returnGoods'>, context) => {
    const { principal, nowMs, tx } = context
    const { till, shiftId, lines, reason, note } = input
    const skus = lines.flatMap(line => ('saleId' in line ? [] : [line.sku]))
    if (skus.length > 0 && !principal.scopes.includes('returns:without-receipt')) {
      return { ok: false, code: 'return-without-receipt-not-allowed' }
    }
    const completedAtMs = input.completedAtMs ?? nowMs
    const inTime = checkTime(completedAtMs, nowMs)
    if (!inTime.ok) return inTime
    await context.catchUp()
    const view = await readView(tx, skus, shiftId)
    const outcome = priceTakenBack(lines, await readOriginals(tx, lines), view.prices)
    if (!outcome.ok) return outcome
    const { priced, rules } = outcome
    if (input.currency !== rules.currency) {
      return { ok: false, code: 'currency-wrong', detail: { claimed: input.currency, expected: rules.currency } }
    }
    const inShift = checkShift(view, shiftId, till)
    if (!inShift.ok) return inShift
    const paid = payRefund(priced.totalMinor, input, rules)
    if (!paid.ok) return paid
    const body: CompletedReturn = {
      returnId: context.id,
      till,
      receiptNumber: memory.takeReceiptNumber(till),
      completedAtMs,
      currency: rules.currency,
      taxMode: rules.taxMode,
      catalogueVersion: view.prices.newest,
      cashier: principal.name,
      reason,
      lines: priced.lines,
      totals: totalsOf(priced, paid.settled),
      taxes: priced.taxes,
      tenders: paid.tenders,
      changeMinor: 0,
      ...(shiftId === undefined ? {} : { shiftId }),
      ...(note === undefined ? {} : { note }),
    }
    return { ok: true, facts: [{ id: '', type: 'sale.returned', atMs: completedAtMs, body }] }
  },
  answer: fact => {
    const { returnId, till, receiptNumber, totals } = bodyOf(fact, 'sale.returned')
    return { returnId, till, receiptNumber, refundMinor: 0 - totals.dueMinor, position: fact.position }
  },
})

const voidSale: Command = {
  decide: ({ till, lines, totalMinor, reason }: Input<'voidSale'>, { id }) => ({
    ok: true,
    facts: [{ id: '', type: 'sale.voided', body: { voidedSaleId: id, till, lines, totalMinor, reason } }],
  }),
  answer: fact => ({ voidedSaleId: bodyOf(fact, 'sale.voided').voidedSaleId }),
}

const parkSale: Command = {
  decide: ({ id: _id, ...basket }: Input<'parkSale'>, { id, principal }) => ({
    ok: true,
    facts: [{ id: '', type: 'sale.parked', body: { ...basket, parkedSaleId: id, cashier: principal.name } }],
  }),
  answer: fact => ({ parkedSaleId: bodyOf(fact, 'sale.parked').parkedSaleId }),
}

const takeUpSale: Command = {
  decide: async ({ parkedSaleId, till }: Input<'takeUpSale'>, { tx }) => {
    const row = await tx
      .tables<SalesTables>()
      .selectFrom('sales_parked')
      .select('taken_up')
      .where('parked_sale_id', '=', parkedSaleId)
      .executeTakeFirst()
    if (row?.taken_up !== 0) return { ok: false, code: 'parked-sale-gone', detail: { parkedSaleId } }
    return { ok: true, facts: [{ id: '', type: 'sale.taken-up', body: { parkedSaleId, till } }] }
  },
  answer: async (fact, tx) => {
    const { document } = await tx
      .tables<SalesTables>()
      .selectFrom('sales_parked')
      .select('document')
      .where('parked_sale_id', '=', bodyOf(fact, 'sale.taken-up').parkedSaleId)
      .executeTakeFirstOrThrow()
    const { cashier: _cashier, ...basket } = JSON.parse(document) as FactBody<'sale.parked'>
    return basket
  },
}

export const salesCommands = (memory: Memory): Record<string, Command> => ({
  completeSale: completeSale(memory),
  returnGoods: returnGoods(memory),
  voidSale,
  parkSale,
  takeUpSale,
})
