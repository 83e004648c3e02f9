import { z } from 'zod'
import type { cashRoutes } from '../../contracts/cash.ts'
import { pageOf, placeOf } from '../../contracts/cursor.ts'
import type { RecordedFact } from '../../contracts/fact.ts'
import { isFact } from '../../contracts/known-facts.ts'
import type { InputOf, ResponseOf } from '../../contracts/route.ts'
import { shiftFigures } from '../../domain/shift.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Front, Query, QueryContext, Refusal } from '../../platform/host/service.ts'
import { cashOf, isSale } from './recorded-sale.ts'
import { type CashTables, reportOf, reportOfText, stateOfText } from './tables.ts'

type Routes = typeof cashRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>
type Answer<Name extends keyof Routes> = Promise<ResponseOf<Routes[Name]> | Refusal>

/** The list is ordered by the position of each shift's opening. */
const keys = z.tuple([z.int()])

/** Who counts a drawer is not shown what is expected in it, nor what would tell it. */
const listShifts = async (input: Input<'listShifts'>, { db, principal, store }: QueryContext): Answer<'listShifts'> => {
  const { till, open, cursor, limit } = input
  let query = db.tables<CashTables>().selectFrom('cash_shift').selectAll()
  if (cursor !== undefined) {
    const place = placeOf(cursor, keys)
    if (!place) return { ok: false, code: 'parameters-invalid', detail: { parameter: 'cursor' } }
    query = query.where('from_position', '<', place[0])
  }
  if (store !== null) query = query.where('store', '=', store)
  if (till !== undefined) query = query.where('till', '=', till)
  if (open !== undefined) query = query.where('closed_position', open === 'true' ? 'is' : 'is not', null)
  const rows = await query
    .orderBy('from_position', 'desc')
    .limit(limit + 1)
    .execute()
  const seesCash = principal?.scopes.includes('cash:read') ?? false
  return pageOf(
    rows,
    limit,
    row => [row.from_position],
    row => {
      const figures = shiftFigures(stateOfText(row.state))
      return {
        store: row.store,
        node: row.node,
        shiftId: row.shift_id,
        till: row.till,
        openedBy: figures.openedBy,
        openedAtMs: figures.openedAtMs,
        closedAtMs: figures.closedAtMs,
        zNumber: row.z_number,
        floatMinor: figures.floatMinor,
        expectedCashMinor: seesCash ? figures.expectedCashMinor : null,
        countedCashMinor: figures.countedCashMinor,
        differenceMinor: seesCash ? figures.differenceMinor : null,
      }
    },
  )
}

const shiftReport = async ({ shiftId }: Input<'shiftReport'>, { db, store }: QueryContext): Answer<'shiftReport'> => {
  const tables = db.tables<CashTables>()
  let query = tables.selectFrom('cash_shift').selectAll().where('shift_id', '=', shiftId)
  if (store !== null) query = query.where('store', '=', store)
  const row = await query.executeTakeFirst()
  if (!row) return { ok: false, code: 'shift-unknown', detail: { shiftId } }
  if (row.report !== null) return reportOfText(row.report)
  const counts = await tables
    .selectFrom('cash_store')
    .select('currency')
    .where('store', '=', row.store)
    .executeTakeFirst()
  return reportOf(row, stateOfText(row.state), counts?.currency ?? 'XXX')
}

/** What is in no Z report, so that somebody can look where its money is. */
const listLateEntries = async (
  input: Input<'listLateEntries'>,
  { db, store }: QueryContext,
): Answer<'listLateEntries'> => {
  const { till, shiftId, cursor, limit } = input
  let query = db.tables<CashTables>().selectFrom('cash_late_entry').selectAll()
  if (cursor !== undefined) {
    const place = placeOf(cursor, keys)
    if (!place) return { ok: false, code: 'parameters-invalid', detail: { parameter: 'cursor' } }
    query = query.where('position', '<', place[0])
  }
  if (store !== null) query = query.where('store', '=', store)
  if (till !== undefined) query = query.where('till', '=', till)
  if (shiftId !== undefined) query = query.where('shift_id', '=', shiftId)
  const rows = await query
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(
    rows,
    limit,
    row => [row.position],
    row => ({
      store: row.store,
      till: row.till,
      shiftId: row.shift_id,
      kind: row.kind,
      receiptNumber: row.receipt_number,
      totalMinor: row.total_minor,
      cashMinor: row.cash_minor,
      atMs: row.at_ms,
      fact: row.fact,
      position: row.position,
    }),
  )
}

export const cashQueries = { listShifts, shiftReport, listLateEntries } satisfies Record<string, Query>

type Effects = Awaited<ReturnType<NonNullable<Front['effects']>>>

/** What a fact did here: its own are applied in the transaction that records them, sales after it. */
export const cashEffects = async (fact: RecordedFact, db: Reader): Promise<Effects> => {
  if (isSale(fact)) {
    const { shiftId, till, totals } = fact.body
    if (shiftId === undefined) return []
    const late = await db
      .tables<CashTables>()
      .selectFrom('cash_late_entry')
      .select('position')
      .where('position', '=', fact.position)
      .executeTakeFirst()
    const title = late ? 'too late for its shift, in no Z report' : 'counted in its shift'
    const row = { shiftId, till, totalMinor: totals.totalMinor, cashMinor: cashOf(fact.body) }
    return [{ title, atUs: null, rows: [row] }]
  }
  const own = (title: string, row: Effects[number]['rows'][number]): Effects => [
    { title, atUs: fact.recordedAtUs, rows: [row] },
  ]
  if (isFact(fact, 'shift.opened')) {
    return own('shift opened', { till: fact.body.till, floatMinor: fact.body.floatMinor })
  }
  if (isFact(fact, 'shift.closed')) {
    const { zNumber, till, totalMinor, differenceMinor } = fact.body.report
    return own('shift closed', { till, zNumber, totalMinor, differenceMinor })
  }
  if (isFact(fact, 'cash.paid-in')) {
    return own('cash paid in', { till: fact.body.till, amountMinor: fact.body.amountMinor })
  }
  if (isFact(fact, 'cash.paid-out')) {
    return own('cash paid out', { till: fact.body.till, amountMinor: fact.body.amountMinor })
  }
  if (isFact(fact, 'cash.drawer-opened')) return own('drawer opened', { till: fact.body.till })
  return []
}
