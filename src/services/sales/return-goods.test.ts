import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import {
  type AskedLine,
  saleOf,
  startSalesShop,
  testArticles,
  type testStore,
} from '../../../test/support/sales-shop.ts'
import type { TestShop } from '../../../test/support/shop.ts'
import { ApiRefusal } from '../../contracts/client.ts'
import type { InputOf } from '../../contracts/route.ts'
import { completedReturn, salesRoutes } from '../../contracts/sales.ts'
import { createSalesFront, createSalesService } from './service.ts'

type ReturnInput = InputOf<typeof salesRoutes.returnGoods>

let shop: TestShop
const start = (store: Partial<typeof testStore> = {}) =>
  startSalesShop(
    ports => ({
      services: [factOwner('cash', ['shift.opened', 'shift.closed']), createSalesService(ports)],
      fronts: [createSalesFront(ports)],
    }),
    { store },
  )
beforeEach(async () => {
  shop = await start()
})
afterEach(() => shop.close())

const next = () => shop.ports.ids.next()
const sell = async (lines: readonly AskedLine[], more: Parameters<typeof saleOf>[2] = {}) =>
  (await shop.client.call(salesRoutes.completeSale, saleOf(next(), lines, more))).saleId
const quote = (lines: ReturnInput['lines']) => shop.client.call(salesRoutes.quoteReturn, { lines })
const askFor = (lines: ReturnInput['lines'], refundMinor: number, more: Partial<ReturnInput> = {}): ReturnInput => ({
  id: next(),
  till: 'till-1',
  currency: 'EUR',
  lines,
  reason: 'broken',
  refunds: refundMinor === 0 ? [] : [{ kind: 'cash', amountMinor: refundMinor }],
  refundMinor,
  ...more,
})
const takeBack = (input: ReturnInput, client = shop.client) => client.call(salesRoutes.returnGoods, input)
const stored = (saleId: string) => shop.client.call(salesRoutes.getSale, { saleId })
const piece = 1_000_000

test('goods come back against their receipt: all amounts flow back, and the sale knows of it', async () => {
  const saleId = await sell([
    { sku: 'MILK', quantityMicro: 3 * piece, note: 'cold' },
    { sku: 'PAN', discountMinor: 99 },
  ])
  const lines = [
    { saleId, lineNo: 2, quantityMicro: piece },
    { saleId, lineNo: 1, quantityMicro: 2 * piece },
  ]
  const quoted = await quote(lines)
  expect(quoted.refundMinor).toBe(2_900 + 258)
  const input = askFor(lines, quoted.refundMinor, { note: 'torn box' })
  const answer = await takeBack(input)
  const { returnId } = answer
  expect(answer).toEqual({
    returnId: input.id,
    till: 'till-1',
    receiptNumber: 2,
    refundMinor: 3_158,
    position: shop.host.head(),
  })
  expect(await takeBack(input)).toEqual(answer)
  expect(await refusalOf(takeBack({ ...input, reason: 'other' }))).toMatchObject({ code: 'id-reused' })
  const { kind, sale } = await stored(returnId)
  expect(kind).toBe('return')
  expect(completedReturn.parse(sale)).toMatchObject({
    returnId,
    cashier: 'Test',
    reason: 'broken',
    note: 'torn box',
    totals: { totalMinor: -3_158, dueMinor: -3_158, discountMinor: -99 },
    tenders: [{ kind: 'cash', amountMinor: -3_158 }],
    changeMinor: 0,
    lines: [
      { lineNo: 1, sku: 'PAN', quantityMicro: -piece, totalMinor: -2_900, original: { saleId, lineNo: 2 } },
      { lineNo: 2, sku: 'MILK', quantityMicro: -2 * piece, totalMinor: -258, original: { saleId, lineNo: 1 } },
    ],
  })
  expect((await stored(saleId)).returnedMicro).toEqual([2 * piece, piece])
  expect((await quote([{ saleId, lineNo: 1, quantityMicro: piece }])).refundMinor).toBe(129)
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
})

test('two returns of the same line at once: one gets the goods back, the other is refused', async () => {
  const saleId = await sell([{ sku: 'MILK', quantityMicro: 2 * piece }])
  const lines = [{ saleId, lineNo: 1, quantityMicro: 2 * piece }]
  const answers = await Promise.allSettled([1, 2, 3].map(() => takeBack(askFor(lines, 258))))
  expect(answers.map(answer => answer.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await refusalOf(takeBack(askFor([{ saleId, lineNo: 1, quantityMicro: 1 }], 0)))).toMatchObject({
    code: 'return-exceeds-sold',
    detail: { saleId, lineNo: 1, soldMicro: 2 * piece, returnedMicro: 2 * piece, quantityMicro: 1 },
  })
})

test('a return right behind its sale, in the same commit', async () => {
  const sale = saleOf(next(), [{ sku: 'BREAD' }])
  const [, back] = await Promise.all([
    shop.client.call(salesRoutes.completeSale, sale),
    takeBack(askFor([{ saleId: sale.id, lineNo: 1, quantityMicro: piece }], 349)),
  ])
  expect(back).toMatchObject({ receiptNumber: 2, refundMinor: 349 })
})

test('several receipts and goods without one in one return, in the order in which they were handed over', async () => {
  const first = await sell([{ sku: 'MILK' }, { sku: 'PAN' }])
  const second = await sell([{ sku: 'BREAD', quantityMicro: 2 * piece }])
  await recordFact(shop, 'catalogue', 'product.archived', { productIds: [testArticles[3].productId] })
  const lines = [
    { saleId: second, lineNo: 1, quantityMicro: piece },
    { sku: 'TOMATO', quantityMicro: 500_000, unitPriceMinor: 300 },
    { saleId: first, lineNo: 2, quantityMicro: piece },
    { saleId: second, lineNo: 1, quantityMicro: piece },
    { sku: 'MILK', quantityMicro: piece, unitPriceMinor: 129 },
  ]
  const { returnId, refundMinor } = await takeBack(askFor(lines, 349 + 150 + 2_999 + 349 + 129))
  expect(refundMinor).toBe(3_976)
  const { sale } = await stored(returnId)
  expect(sale.lines.map(line => [line.lineNo, line.sku, line.totalMinor, line.priceSource])).toEqual([
    [1, 'BREAD', -349, 'list'],
    [2, 'TOMATO', -150, 'override'],
    [3, 'PAN', -2_999, 'list'],
    [4, 'BREAD', -349, 'list'],
    [5, 'MILK', -129, 'list'],
  ])
  expect(sale.taxes.map(tax => tax.taxCode).toSorted()).toEqual(['reduced', 'standard'])
  expect(sale.taxes.reduce((sum, tax) => sum + tax.taxMinor, 0)).toBe(sale.totals.taxMinor)
  expect(sale.lines.reduce((sum, line) => sum + line.netMinor, 0)).toBe(sale.totals.netMinor)
})

test('cash goes back rounded to what can be paid, a card to the cent', async () => {
  await shop.close()
  shop = await start({ cashStepMinor: 5 })
  const rules = { cashStepMinor: 5 }
  const pay = (totalMinor: number) => [{ kind: 'card' as const, amountMinor: totalMinor }]
  const saleId = await sell([{ sku: 'MILK', quantityMicro: 2 * piece }], { rules, pay })
  const lines = [{ saleId, lineNo: 1, quantityMicro: piece }]
  expect((await quote(lines)).refundMinor).toBe(129)
  expect(await refusalOf(takeBack(askFor(lines, 129)))).toMatchObject({
    code: 'refund-wrong',
    detail: { claimedMinor: 129, paidMinor: 129, expectedMinor: 130 },
  })
  const inCash = await takeBack(askFor(lines, 130))
  expect((await stored(inCash.returnId)).sale.totals).toMatchObject({
    totalMinor: -129,
    roundingMinor: -1,
    dueMinor: -130,
  })
  const toCard = await takeBack(askFor(lines, 129, { refunds: [{ kind: 'card', amountMinor: 129, reference: 'ABC' }] }))
  expect((await stored(toCard.returnId)).sale).toMatchObject({
    totals: { dueMinor: -129 },
    tenders: [{ kind: 'card', amountMinor: -129, reference: 'ABC' }],
  })
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
})

describe('what is refused leaves nothing behind', () => {
  const line = (saleId: string, quantityMicro = piece, lineNo = 1) => [{ saleId, lineNo, quantityMicro }]
  const cases: Array<[string, (saleId: string) => ReturnInput, string, number]> = [
    ['an unknown receipt', () => askFor(line(next()), 129), 'sale-unknown', 422],
    ['a line that the receipt does not have', saleId => askFor(line(saleId, piece, 9), 129), 'unknown-line', 422],
    ['more than was sold', saleId => askFor(line(saleId, piece + 1), 129), 'return-exceeds-sold', 422],
    [
      'more than was sold, in two lines',
      saleId => askFor([...line(saleId), ...line(saleId, 1)], 129),
      'return-exceeds-sold',
      422,
    ],
    ['a refund that is too large', saleId => askFor(line(saleId), 130), 'refund-wrong', 422],
    ['a refund that is too small', saleId => askFor(line(saleId), 128), 'refund-wrong', 422],
    ['a refund that nobody pays', saleId => askFor(line(saleId), 129, { refunds: [] }), 'refund-wrong', 422],
    [
      'refunds that do not add up',
      saleId =>
        askFor(line(saleId), 129, {
          refunds: [
            { kind: 'cash', amountMinor: 100 },
            { kind: 'card', amountMinor: 30 },
          ],
        }),
      'refund-wrong',
      422,
    ],
    [
      'a refund of nothing',
      saleId => askFor(line(saleId), 129, { refunds: [{ kind: 'cash', amountMinor: 0 }] }),
      'tender-zero',
      422,
    ],
    ['a quantity below zero', saleId => askFor(line(saleId, -piece), 129), 'body-invalid', 422],
    ['another currency', saleId => askFor(line(saleId), 129, { currency: 'USD' }), 'currency-wrong', 422],
    [
      'the day after tomorrow',
      saleId => askFor(line(saleId), 129, { completedAtMs: Date.now() + 2 * 86_400_000 }),
      'completed-in-future',
      422,
    ],
    ['a shift that is not open', saleId => askFor(line(saleId), 129, { shiftId: next() }), 'shift-not-open', 409],
    ['an unknown SKU', () => askFor([{ sku: 'GONE', quantityMicro: piece, unitPriceMinor: 1 }], 1), 'sku-unknown', 422],
    ['no lines', () => askFor([], 0), 'body-invalid', 422],
  ]
  for (const [name, input, code, status] of cases) {
    test(`${name}: ${code}`, async () => {
      const saleId = await sell([{ sku: 'MILK' }])
      const head = shop.host.head()
      expect(await refusalOf(takeBack(input(saleId)))).toMatchObject({ code, status })
      expect(shop.host.head()).toBe(head)
      expect((await stored(saleId)).returnedMicro).toEqual([0])
      expect((await takeBack(askFor(line(saleId), 129))).receiptNumber).toBe(2)
    })
  }

  test('goods without a receipt, by someone without the right', async () => {
    const head = shop.host.head()
    const input = askFor([{ sku: 'MILK', quantityMicro: piece, unitPriceMinor: 129 }], 129)
    const refused = await refusalOf(takeBack(input, shop.clientWith('returns:write')))
    expect(refused).toMatchObject({ code: 'return-without-receipt-not-allowed', status: 403 })
    expect(shop.host.head()).toBe(head)
    expect((await takeBack(input, shop.clientWith('returns:write', 'returns:without-receipt'))).refundMinor).toBe(129)
  })

  test('a return of a return, and of goods that came back in a basket', async () => {
    const saleId = await sell([{ sku: 'PAN' }, { sku: 'MILK', quantityMicro: -piece }])
    expect(await refusalOf(quote(line(saleId, piece, 2)))).toMatchObject({ code: 'return-exceeds-sold' })
    const { returnId } = await takeBack(askFor(line(saleId), 2_999))
    expect(await refusalOf(quote(line(returnId)))).toMatchObject({ code: 'sale-unknown' })
  })
})

test('in whatever pieces goods come back, never more than was sold, and all of it gives back what was paid', async () => {
  const pieces = fc.array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 1_500_000 })), {
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 0, max: 400 }), async (asked, discountMinor) => {
      const sold = [2 * piece, 1_234_567]
      const saleId = await sell(
        [
          { sku: 'MILK', quantityMicro: sold[0]! },
          { sku: 'TOMATO', quantityMicro: sold[1]! },
        ],
        {
          discount: { kind: 'amount', amountMinor: discountMinor },
        },
      )
      const { totals } = (await stored(saleId)).sale
      const back = [0, 0]
      let refundedMinor = 0
      const give = async (lineNo: number, quantityMicro: number) => {
        const lines = [{ saleId, lineNo, quantityMicro }]
        const quoted = await quote(lines).catch((error: unknown) => error)
        if (quoted instanceof ApiRefusal) {
          expect(back[lineNo - 1]! + quantityMicro).toBeGreaterThan(sold[lineNo - 1]!)
          expect(await refusalOf(takeBack(askFor(lines, 0)))).toMatchObject({ code: 'return-exceeds-sold' })
          return
        }
        back[lineNo - 1]! += quantityMicro
        const { refundMinor } = quoted as Awaited<ReturnType<typeof quote>>
        refundedMinor += (await takeBack(askFor(lines, refundMinor))).refundMinor
      }
      for (const [lineNo, quantityMicro] of asked) await give(lineNo, quantityMicro)
      expect((await stored(saleId)).returnedMicro).toEqual(back)
      for (const lineNo of [1, 2]) {
        const rest = sold[lineNo - 1]! - back[lineNo - 1]!
        if (rest > 0) await give(lineNo, rest)
      }
      expect(back).toEqual(sold)
      expect(refundedMinor).toBe(totals.totalMinor)
    }),
    { numRuns: 25 },
  )
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
})
