import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factOwner, recordFact } from '../../../test/support/fact-owner.ts'
import { refusalOf } from '../../../test/support/refusal.ts'
import { testStore } from '../../../test/support/sales-shop.ts'
import { startTestShop, type TestShop } from '../../../test/support/shop.ts'
import { cashFacts, cashRoutes, shiftReport } from '../../contracts/cash.ts'
import type { Client } from '../../contracts/client.ts'
import { platformRoutes } from '../../contracts/platform.ts'
import type { CompletedReturn, CompletedSale } from '../../contracts/sales.ts'
import type { TenderKind } from '../../domain/basket.ts'
import { createCashFront, createCashService } from './service.ts'

let shop: TestShop
let receiptNumber = 0
const start = () =>
  startTestShop(ports => ({
    services: [
      factOwner('catalogue', ['store.configured']),
      factOwner('sales', ['sale.completed', 'sale.returned']),
      createCashService(ports),
    ],
    fronts: [createCashFront(ports)],
  }))
beforeEach(async () => {
  receiptNumber = 0
  shop = await start()
  await recordFact(shop, 'catalogue', 'store.configured', testStore)
})
afterEach(() => shop.close())

const next = () => shop.ports.ids.next()
const open = async (till = 'till-1', floatMinor = 20_000) =>
  (await shop.client.call(cashRoutes.openShift, { id: next(), till, floatMinor })).shiftId
const close = (shiftId: string, countedCashMinor: number, more = {}) =>
  shop.client.call(cashRoutes.closeShift, { id: next(), shiftId, countedCashMinor, ...more })
const move = (shiftId: string, kind: 'in' | 'out' | 'no-sale', amountMinor = 0) =>
  shop.client.call(cashRoutes.moveCash, { id: next(), shiftId, kind, amountMinor, reason: 'because' })
const report = (shiftId: string) => shop.client.call(cashRoutes.shiftReport, { shiftId })

/** The fact of a sale of one thing at 19 % inside, or of its return where the total is below zero. */
const sale = (
  shiftId: string | undefined,
  totalMinor: number,
  tenders: Array<[TenderKind, number]>,
  changeMinor = 0,
  cashier = 'Cleo',
) => {
  receiptNumber += 1
  const taxMinor = Math.round((totalMinor * 19) / 119)
  const netMinor = totalMinor - taxMinor
  const discountMinor = 10
  const shared: Omit<CompletedReturn, 'returnId' | 'reason' | 'lines'> = {
    till: 'till-1',
    receiptNumber,
    completedAtMs: 1_750_000_000_000,
    currency: 'EUR',
    taxMode: 'included',
    catalogueVersion: 1,
    cashier,
    totals: {
      subtotalMinor: totalMinor + discountMinor,
      discountMinor,
      netMinor,
      taxMinor,
      totalMinor,
      roundingMinor: 0,
      dueMinor: totalMinor,
    },
    taxes: [{ taxCode: 'standard', partCode: 'standard', name: 'VAT 19 %', ratePpm: 190_000, netMinor, taxMinor }],
    tenders: tenders.map(([kind, amountMinor]) => ({ kind, amountMinor })),
    changeMinor,
    ...(shiftId === undefined ? {} : { shiftId }),
  }
  if (totalMinor < 0) {
    const body: CompletedReturn = { ...shared, returnId: next(), reason: 'broken', lines: [] }
    return recordFact(shop, 'sales', 'sale.returned', body)
  }
  const body: CompletedSale = { ...shared, saleId: next(), lines: [] }
  return recordFact(shop, 'sales', 'sale.completed', body)
}

test('a shift from its float to its Z report, which covers every sale recorded before it', async () => {
  const shiftId = await open()
  const from = shop.host.head()
  await sale(shiftId, 1_190, [['cash', 2_000]], 810)
  await sale(shiftId, 2_380, [['card', 2_380]], 0, 'Ben')
  await sale(undefined, 9_999, [['cash', 9_999]])
  await move(shiftId, 'in', 5_000)
  await move(shiftId, 'out', 1_500)
  await move(shiftId, 'no-sale')
  await sale(shiftId, -119, [['cash', -119]])
  const answers = await Promise.all([
    sale(shiftId, 119, [['cash', 119]]),
    close(shiftId, 24_000, { differenceReason: 'ten cents' }),
  ])
  const z = answers[1]
  expect(z).toEqual(shiftReport.parse(z))
  expect(z).toMatchObject({
    kind: 'Z',
    zNumber: 1,
    currency: 'EUR',
    openedBy: 'Test',
    fromPosition: from,
    toPosition: answers[0],
    sales: 3,
    returns: 1,
    totalMinor: 3_570,
    netMinor: 3_000,
    taxMinor: 570,
    taxes: [{ taxCode: 'standard', netMinor: 3_000, taxMinor: 570 }],
    tenders: [
      { kind: 'cash', count: 3, amountMinor: 1_190 },
      { kind: 'card', count: 1, amountMinor: 2_380 },
    ],
    cashiers: [
      { cashier: 'Cleo', sales: 2, totalMinor: 1_190 },
      { cashier: 'Ben', sales: 1, totalMinor: 2_380 },
    ],
    floatMinor: 20_000,
    paidInMinor: 5_000,
    paidOutMinor: 1_500,
    expectedCashMinor: 24_690,
    countedCashMinor: 24_000,
    differenceMinor: -690,
    differenceReason: 'ten cents',
  })
  expect(await report(shiftId)).toEqual(z)
  await shop.settled()
  expect((await shop.host.rebuild()).filter(table => !table.same)).toEqual([])
  expect(await report(shiftId)).toEqual(z)
})

test('a sale that is recorded after the closing of its shift changes no report, and is shown', async () => {
  const shiftId = await open()
  const z = await close(shiftId, 20_000)
  const position = await sale(shiftId, 119, [['cash', 119]])
  await sale(next(), 119, [['cash', 119]])
  await shop.settled()
  expect(await report(shiftId)).toEqual(z)
  const { rows } = await shop.client.call(platformRoutes.listFacts, { after: position - 1, limit: 1 })
  const { effects } = await shop.client.call(platformRoutes.factEffects, { factId: rows[0]!.id })
  expect(effects.find(effect => effect.service === 'cash')).toMatchObject({
    title: 'too late for its shift, in no Z report',
    rows: [{ shiftId, cashMinor: 119 }],
  })
  const tables = await shop.host.rebuild()
  expect(tables.filter(table => !table.same)).toEqual([])
  expect(tables.find(({ table }) => table === 'cash_late_entry')?.rows).toBe(2)
})

test('X reports follow the sales and have no number; Z numbers are gapless on each till', async () => {
  for (const [till, numbers] of [
    ['till-1', [1, 2, 3]],
    ['till-2', [1, 2]],
  ] as const) {
    for (const zNumber of numbers) {
      const shiftId = await open(till)
      await sale(shiftId, 119, [['cash', 119]])
      await shop.settled()
      expect(await report(shiftId)).toMatchObject({
        kind: 'X',
        zNumber: null,
        closedAtMs: null,
        sales: 1,
        countedCashMinor: null,
      })
      expect(await refusalOf(close(shiftId, 1, { denominations: [{ valueMinor: 2, pieces: 1 }] }))).toMatchObject({
        status: 422,
        code: 'denominations-wrong',
      })
      expect((await close(shiftId, 20_119)).zNumber).toBe(zNumber)
      expect(await refusalOf(close(shiftId, 20_119))).toMatchObject({ status: 409, code: 'shift-not-open' })
    }
  }
})

test('a till has one shift open, even when two are opened at once', async () => {
  const opened = await Promise.allSettled([open(), open(), open('till-2')])
  expect(opened.map(each => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await refusalOf(open())).toMatchObject({ status: 409, code: 'shift-already-open' })
})

test('closing twice with the same id answers the same; another count under that id is refused', async () => {
  const shiftId = await open()
  const closing = { id: next(), shiftId, countedCashMinor: 20_000, denominations: [{ valueMinor: 5_000, pieces: 4 }] }
  const [first, again] = await Promise.all([1, 2].map(() => shop.client.call(cashRoutes.closeShift, closing)))
  expect(again).toEqual(first)
  expect(cashFacts['shift.closed'].body.parse({ shiftId, till: 'till-1', report: first })).toMatchObject({
    report: first,
  })
  expect(
    await refusalOf(shop.client.call(cashRoutes.closeShift, { ...closing, countedCashMinor: 19_999 })),
  ).toMatchObject({ status: 409, code: 'id-reused' })
})

describe('what is refused leaves nothing behind', () => {
  const cases: Array<[string, (shiftId: string) => Promise<unknown>, string, number]> = [
    ['paying out more than is there', shiftId => move(shiftId, 'out', 20_001), 'cash-not-enough', 409],
    ['paying out nothing', shiftId => move(shiftId, 'out', 0), 'amount-invalid', 422],
    ['paying in nothing', shiftId => move(shiftId, 'in', 0), 'amount-invalid', 422],
    ['paying in a negative amount', shiftId => move(shiftId, 'in', -1), 'body-invalid', 422],
    ['paying into an unknown shift', () => move(next(), 'in', 1), 'shift-unknown', 404],
    ['opening the drawer in an unknown shift', () => move(next(), 'no-sale'), 'shift-unknown', 404],
    ['closing an unknown shift', () => close(next(), 1), 'shift-unknown', 404],
    ['counting half a cent', shiftId => close(shiftId, 0.5), 'body-invalid', 422],
    ['a float below zero', () => open('till-3', -1), 'body-invalid', 422],
    [
      'notes beyond 2^53',
      shiftId => close(shiftId, 1, { denominations: [{ valueMinor: Number.MAX_SAFE_INTEGER, pieces: 3 }] }),
      'denominations-wrong',
      422,
    ],
    [
      'a list from nowhere',
      () => shop.client.call(cashRoutes.listShifts, { limit: 10, cursor: 'x' }),
      'parameters-invalid',
      400,
    ],
    ['a report of an unknown shift', () => report(next()), 'shift-unknown', 404],
  ]
  for (const [name, work, code, status] of cases) {
    test(`${name}: ${code}`, async () => {
      const shiftId = await open()
      const head = shop.host.head()
      expect(await refusalOf(work(shiftId))).toMatchObject({ code, status })
      expect(shop.host.head()).toBe(head)
    })
  }

  test('cash moves in an open shift only, and what sales brought in can be paid out', async () => {
    const shiftId = await open('till-1', 0)
    const [, paid] = await Promise.all([sale(shiftId, 119, [['cash', 119]]), move(shiftId, 'out', 119)])
    expect(paid.cashMovementId).toMatch(/^[0-9a-f-]{36}$/)
    await close(shiftId, 0)
    for (const kind of ['in', 'out', 'no-sale'] as const) {
      expect(await refusalOf(move(shiftId, kind, 1))).toMatchObject({ status: 409, code: 'shift-not-open' })
    }
  })

  test('without settings there is no currency to count in', async () => {
    await shop.close()
    shop = await start()
    expect(await refusalOf(open())).toMatchObject({ status: 409, code: 'store-not-configured' })
  })
})

describe('the list of shifts', () => {
  const list = (query: object, client: Client = shop.client) =>
    client.call(cashRoutes.listShifts, { limit: 50, ...query })

  test('is newest first, in pages, by till and by what is open', async () => {
    const shifts = []
    for (let n = 0; n < 5; n++) {
      shifts.unshift(await open(n === 2 ? 'till-2' : 'till-1'))
      if (n < 3) await close(shifts[0]!, 20_000)
      else if (n === 3) await close(shifts[0]!, 20_001)
    }
    const pages: string[][] = []
    for (let cursor: string | undefined; ; ) {
      const { rows, next: more } = await list({ limit: 2, ...(cursor ? { cursor } : {}) })
      pages.push(rows.map(row => row.shiftId))
      if (more === null) break
      cursor = more
    }
    expect(pages).toEqual([shifts.slice(0, 2), shifts.slice(2, 4), shifts.slice(4)])
    expect((await list({ till: 'till-2' })).rows.map(row => row.shiftId)).toEqual([shifts[2]])
    expect((await list({ open: 'true' })).rows).toMatchObject([{ shiftId: shifts[0], closedAtMs: null }])
    expect((await list({ open: 'false' })).rows).toHaveLength(4)
  })

  test('shows what is expected only to those who may see it', async () => {
    const shiftId = await open()
    await close(shiftId, 20_010)
    const seen = { expectedCashMinor: 20_000, countedCashMinor: 20_010, differenceMinor: 10 }
    expect((await list({}, shop.clientWith('cash:write', 'cash:read'))).rows).toMatchObject([seen])
    const hidden = { expectedCashMinor: null, countedCashMinor: 20_010, differenceMinor: null }
    const cashier = shop.clientWith('cash:write')
    expect((await list({}, cashier)).rows).toMatchObject([hidden])
    expect(await refusalOf(cashier.call(cashRoutes.shiftReport, { shiftId }))).toMatchObject({
      status: 403,
      code: 'not-allowed',
    })
  })
})
