import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cashRoutes, type ShiftReport } from '../../src/contracts/cash.ts'
import { ApiRefusal } from '../../src/contracts/client.ts'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { type CompletedReturn, type CompletedSale, salesRoutes } from '../../src/contracts/sales.ts'
import type { Tender } from '../../src/domain/basket.ts'
import { createCashFront, createCashService } from '../../src/services/cash/service.ts'
import { createSalesFront, createSalesService } from '../../src/services/sales/service.ts'
import { recordFact } from '../support/fact-owner.ts'
import { saleOf, startSalesShop, testArticles } from '../support/sales-shop.ts'
import type { TestShop } from '../support/shop.ts'

/** What people do at two tills; numbers are taken modulo what there is. */
type Act =
  | {
      kind: 'sell'
      till: number
      lines: Array<{ article: number; micro: number; off: number; own: boolean }>
      pay: number
    }
  | { kind: 'return'; till: number; sale: number; line: number; micro: number; card: boolean }
  | { kind: 'return-without-receipt'; till: number; article: number; micro: number }
  | { kind: 'move'; till: number; paidIn: boolean; amountMinor: number }
  | { kind: 'change-price'; article: number; priceMinor: number }
  | { kind: 'close'; till: number }

const till = fc.integer({ min: 0, max: 1 })
const article = fc.integer({ min: 0, max: testArticles.length - 1 })
const micro = fc.oneof(
  fc.constantFrom(1_000_000, 2_000_000),
  fc.integer({ min: 1, max: 5_000_000 }),
  fc.constantFrom(-1_000_000, 0),
)
const off = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 400 }))
const line = fc.record({ article, micro, off, own: fc.boolean() })
const lines = fc.array(line, { minLength: 1, maxLength: 4 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('sell'), till, lines, pay: fc.nat(4) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('return'),
      till,
      sale: fc.nat(20),
      line: fc.nat(3),
      micro: fc.integer({ min: 1, max: 2_000_000 }),
      card: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('return-without-receipt'),
      till,
      article,
      micro: fc.integer({ min: 1, max: 900_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('move'), till, paidIn: fc.boolean(), amountMinor: fc.nat(9_000) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('change-price'), article, priceMinor: fc.nat(500) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close'), till }) },
)

type Document = CompletedSale | CompletedReturn
const step = 5

/** Everything of a shift summed up from the journal's facts, one after the other. */
const naive = (
  facts: readonly RecordedFact[],
  report: Pick<ShiftReport, 'shiftId' | 'fromPosition' | 'toPosition'>,
) => {
  const ofShift = facts.filter(
    fact =>
      fact.body.shiftId === report.shiftId && fact.position > report.fromPosition && fact.position <= report.toPosition,
  )
  const documents = ofShift.filter(fact => fact.type.startsWith('sale.')).map(fact => fact.body as Document)
  const sum = (pick: (document: Document) => number) => documents.reduce((all, each) => all + pick(each), 0)
  const paid = (type: string) =>
    ofShift.filter(fact => fact.type === type).reduce((all, fact) => all + Number(fact.body.amountMinor), 0)
  const tenders = documents.flatMap(document => document.tenders)
  const kinds = [...new Set(tenders.map(tender => tender.kind))].toSorted()
  const opened = facts.find(fact => fact.position === report.fromPosition)
  const floatMinor = Number(opened?.body.floatMinor)
  const cashMinor =
    tenders.filter(each => each.kind === 'cash').reduce((all, each) => all + each.amountMinor, 0) -
    sum(document => document.changeMinor)
  return {
    sales: documents.filter(document => 'saleId' in document).length,
    returns: documents.filter(document => 'returnId' in document).length,
    grossMinor: sum(({ totals }) => totals.subtotalMinor),
    discountMinor: sum(({ totals }) => totals.discountMinor),
    netMinor: sum(({ totals }) => totals.netMinor),
    taxMinor: sum(({ totals }) => totals.taxMinor),
    totalMinor: sum(({ totals }) => totals.totalMinor),
    roundingMinor: sum(({ totals }) => totals.roundingMinor),
    taxMinorOfRows: sum(({ taxes }) => taxes.reduce((all, tax) => all + tax.taxMinor, 0)),
    tenders: kinds.map(kind => ({
      kind,
      count: tenders.filter(each => each.kind === kind).length,
      amountMinor:
        kind === 'cash'
          ? cashMinor
          : tenders.filter(each => each.kind === kind).reduce((all, each) => all + each.amountMinor, 0),
    })),
    floatMinor,
    paidInMinor: paid('cash.paid-in'),
    paidOutMinor: paid('cash.paid-out'),
    expectedCashMinor: floatMinor + cashMinor + paid('cash.paid-in') - paid('cash.paid-out'),
  }
}

/** A report with the figures that `naive` sums up. */
const figuresOf = (report: ShiftReport) => ({
  sales: report.sales,
  returns: report.returns,
  grossMinor: report.grossMinor,
  discountMinor: report.discountMinor,
  netMinor: report.netMinor,
  taxMinor: report.taxMinor,
  totalMinor: report.totalMinor,
  roundingMinor: report.roundingMinor,
  taxMinorOfRows: report.taxes.reduce((all, tax) => all + tax.taxMinor, 0),
  tenders: report.tenders.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
  floatMinor: report.floatMinor,
  paidInMinor: report.paidInMinor,
  paidOutMinor: report.paidOutMinor,
  expectedCashMinor: report.expectedCashMinor,
})

const isRefused = (error: unknown): undefined => {
  if (error instanceof ApiRefusal && error.problem.status < 500) return undefined
  throw error
}

/** The two tills of a shop and what was done at them so far. */
const startTills = async (shop: TestShop) => {
  const next = shop.ports.ids.next
  const tills = ['till-1', 'till-2']
  const prices = testArticles.map(each => each.priceMinor)
  const sold: Array<{ saleId: string; lines: number }> = []
  const open = async (name: string) =>
    (await shop.client.call(cashRoutes.openShift, { id: next(), till: name, floatMinor: 10_000 })).shiftId
  const shifts = await Promise.all(tills.map(open))
  const closed: ShiftReport[] = []

  const sell = async ({ till, lines, pay }: Extract<Act, { kind: 'sell' }>) => {
    const asked = lines.map(each => ({
      sku: testArticles[each.article]!.sku,
      quantityMicro: each.micro,
      unitPriceMinor: prices[each.article]! + (each.own ? 7 : 0),
      priceSource: each.own ? ('override' as const) : ('list' as const),
      discountMinor: each.off,
    }))
    const tendersOf = (totalMinor: number): Tender[] => {
      if (totalMinor === 0) return []
      const cash = Math.round(totalMinor / step) * step
      if (pay === 0 || totalMinor < 0) return [{ kind: 'card', amountMinor: totalMinor }]
      if (pay === 1) return [{ kind: 'cash', amountMinor: cash + 500 }]
      if (pay === 2 && totalMinor > 100) {
        return [
          { kind: 'card', amountMinor: 100 },
          { kind: 'cash', amountMinor: 1_000_000 },
        ]
      }
      return cash === 0 ? [{ kind: 'voucher', amountMinor: totalMinor }] : [{ kind: 'cash', amountMinor: cash }]
    }
    const name = tills[till]!
    const sale = saleOf(next(), asked, {
      till: name,
      rules: { cashStepMinor: step },
      pay: tendersOf,
      ...(pay === 4 ? {} : { shiftId: shifts[till]! }),
      ...(pay === 3 ? { discount: { kind: 'share', sharePpm: 125_000 } } : {}),
    })
    const answer = await shop.client.call(salesRoutes.completeSale, sale).catch(isRefused)
    if (answer) sold.push({ saleId: answer.saleId, lines: lines.length })
  }

  const takeBack = async (name: string, shiftId: string, asked: Parameters<typeof quote>[0], card: boolean) => {
    const quoted = await quote(asked).catch(isRefused)
    if (!quoted) return
    const exact = quoted.refundMinor
    const refundMinor = card ? exact : Math.round(exact / step) * step
    const kind = card ? 'card' : 'cash'
    const refunds = refundMinor === 0 ? [] : [{ kind, amountMinor: refundMinor } as const]
    const request = {
      id: next(),
      till: name,
      currency: 'EUR',
      shiftId,
      lines: asked,
      reason: 'broken',
      refunds,
      refundMinor,
    }
    // Twice at once: a client that did not hear the answer, and another till with the same goods.
    await Promise.all([
      shop.client.call(salesRoutes.returnGoods, request).catch(isRefused),
      shop.client.call(salesRoutes.returnGoods, request).catch(isRefused),
      shop.client.call(salesRoutes.returnGoods, { ...request, id: next() }).catch(isRefused),
    ])
  }
  const quote = (asked: Parameters<typeof shop.client.call<typeof salesRoutes.quoteReturn>>[1]['lines']) =>
    shop.client.call(salesRoutes.quoteReturn, { lines: asked })

  const close = async (at: number) => {
    const shiftId = shifts[at]!
    const report = await shop.client
      .call(cashRoutes.closeShift, { id: next(), shiftId, countedCashMinor: 10_000 })
      .catch(isRefused)
    if (!report) return
    closed.push(report)
    shifts[at] = await open(tills[at]!)
  }

  return {
    shifts,
    closed,
    perform: async (each: Act): Promise<unknown> => {
      switch (each.kind) {
        case 'sell':
          return sell(each)
        case 'return': {
          const original = sold[each.sale % Math.max(1, sold.length)]
          if (!original) return
          const asked = { saleId: original.saleId, lineNo: (each.line % original.lines) + 1, quantityMicro: each.micro }
          return takeBack(tills[each.till]!, shifts[each.till]!, [asked], each.card)
        }
        case 'return-without-receipt': {
          const { sku } = testArticles[each.article]!
          const asked = { sku, quantityMicro: each.micro, unitPriceMinor: prices[each.article]! }
          return takeBack(tills[each.till]!, shifts[each.till]!, [asked], false)
        }
        case 'move': {
          const kind = each.paidIn ? 'in' : 'out'
          const input = {
            id: next(),
            shiftId: shifts[each.till]!,
            kind,
            amountMinor: each.amountMinor,
            reason: 'x',
          } as const
          return shop.client.call(cashRoutes.moveCash, input).catch(isRefused)
        }
        case 'change-price': {
          const { sku } = testArticles[each.article]!
          prices[each.article] = each.priceMinor
          return recordFact(shop, 'catalogue', 'price.changed', { sku, priceMinor: each.priceMinor })
        }
        case 'close':
          return close(each.till)
      }
    },
  }
}

const allFacts = async (shop: TestShop): Promise<RecordedFact[]> =>
  (await shop.client.call(platformRoutes.listFacts, { after: 0, limit: 1_000 })).rows

const checkReturns = (facts: readonly RecordedFact[]): void => {
  const soldMicro = new Map<string, number>()
  const backMicro = new Map<string, number>()
  for (const fact of facts) {
    if (fact.type === 'sale.completed') {
      const { saleId, lines } = fact.body as CompletedSale
      for (const each of lines) soldMicro.set(`${saleId} ${each.lineNo}`, each.quantityMicro)
    } else if (fact.type === 'sale.returned') {
      for (const { original, quantityMicro } of (fact.body as CompletedReturn).lines) {
        if (!original) continue
        const key = `${original.saleId} ${original.lineNo}`
        backMicro.set(key, (backMicro.get(key) ?? 0) - quantityMicro)
      }
    }
  }
  for (const [key, micro] of backMicro) expect(micro).toBeLessThanOrEqual(soldMicro.get(key) ?? 0)
}

const checkReceiptNumbers = (facts: readonly RecordedFact[]): void => {
  for (const name of ['till-1', 'till-2']) {
    const numbers = facts
      .filter(fact => fact.body.till === name && fact.body.receiptNumber !== undefined)
      .map(fact => fact.body.receiptNumber)
    expect(numbers).toEqual(numbers.map((_, i) => i + 1))
  }
}

test('whatever happens at the tills, each report is the sum of its facts, and nothing comes back twice', async () => {
  let sales = 0
  let returns = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(act, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), async rounds => {
      const shop = await startSalesShop(
        ports => ({
          services: [createSalesService(ports), createCashService(ports)],
          fronts: [createSalesFront(ports), createCashFront(ports)],
        }),
        { store: { cashStepMinor: step } },
      )
      try {
        const tills = await startTills(shop)
        // What stands in one round happens at once.
        for (const round of rounds) await Promise.all(round.map(each => tills.perform(each)))
        await shop.settled()
        for (const shiftId of tills.shifts) {
          const x = await shop.client.call(cashRoutes.shiftReport, { shiftId })
          expect(figuresOf(x)).toEqual(naive(await allFacts(shop), x))
        }
        for (const at of [0, 1]) await tills.perform({ kind: 'close', till: at })
        await shop.settled()
        const facts = await allFacts(shop)
        for (const z of tills.closed) {
          expect(figuresOf(z)).toEqual(naive(facts, z))
          expect(await shop.client.call(cashRoutes.shiftReport, { shiftId: z.shiftId })).toEqual(z)
          sales += z.sales
          returns += z.returns
        }
        for (const name of ['till-1', 'till-2']) {
          const numbers = tills.closed.filter(z => z.till === name).map(z => z.zNumber)
          expect(numbers).toEqual(numbers.map((_, i) => i + 1))
        }
        checkReturns(facts)
        checkReceiptNumbers(facts)
        expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
      } finally {
        await shop.close()
      }
    }),
    { numRuns: 40 },
  )
  expect(sales).toBeGreaterThan(50)
  expect(returns).toBeGreaterThan(5)
}, 120_000)
