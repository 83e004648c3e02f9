import type { cashRoutes, ShiftReport } from '../../contracts/cash.ts'
import { bodyOf } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import { decideShift, evolveShift, initialShift, type ShiftCommand } from '../../domain/shift.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext } from '../../platform/host/service.ts'
import { type CashTables, reportOf, stateOfText } from './tables.ts'

type Input<Name extends keyof typeof cashRoutes> = InputOf<(typeof cashRoutes)[Name]>

const readShift = (tx: Transaction, shiftId: string) =>
  tx.tables<CashTables>().selectFrom('cash_shift').selectAll().where('shift_id', '=', shiftId).executeTakeFirst()

const readCurrency = async (tx: Transaction, store: string): Promise<string | undefined> => {
  const row = await tx
    .tables<CashTables>()
    .selectFrom('cash_store')
    .select('currency')
    .where('store', '=', store)
    .executeTakeFirst()
  return row?.currency
}

const openShift: Command = {
  decide: async ({ till, floatMinor }: Input<'openShift'>, context: CommandContext) => {
    const { tx, id: shiftId, nowMs: atMs, principal, node, store } = context
    if (store !== node.store) return { ok: false, code: 'store-elsewhere', detail: { store } }
    await context.catchUp()
    if ((await readCurrency(tx, store)) === undefined) return { ok: false, code: 'store-not-configured' }
    const open = await tx
      .tables<CashTables>()
      .selectFrom('cash_shift')
      .select('shift_id')
      .where('store', '=', store)
      .where('till', '=', till)
      .where('closed_position', 'is', null)
      .executeTakeFirst()
    if (open) return { ok: false, code: 'shift-already-open', detail: { till, shiftId: open.shift_id } }
    const openedBy = principal.name
    const decided = decideShift(initialShift, { kind: 'open', openedBy, atMs, floatMinor })
    if (!decided.ok) return decided
    const body = { shiftId, till, floatMinor, openedBy }
    return { ok: true, facts: [{ id: '', type: 'shift.opened', atMs, body }] }
  },
  answer: fact => ({ shiftId: bodyOf(fact, 'shift.opened').shiftId }),
}

const moveCash: Command = {
  decide: async ({ shiftId, kind, amountMinor, reason }: Input<'moveCash'>, context: CommandContext) => {
    // What the drawer holds hangs on every sale so far.
    if (kind === 'out') await context.catchUp()
    const row = await readShift(context.tx, shiftId)
    if (!row) return { ok: false, code: 'shift-unknown', detail: { shiftId } }
    if (row.node !== context.node.id) return { ok: false, code: 'shift-elsewhere', detail: { shiftId } }
    const { till } = row
    const shift = stateOfText(row.state)
    if (kind === 'no-sale') {
      if (shift.status !== 'open') return { ok: false, code: 'shift-not-open', detail: { shiftId } }
      return { ok: true, facts: [{ id: '', type: 'cash.drawer-opened', body: { shiftId, till, reason } }] }
    }
    const command: ShiftCommand = { kind: kind === 'in' ? 'pay-in' : 'pay-out', amountMinor, reason }
    const decided = decideShift(shift, command)
    if (!decided.ok) return decided
    const type = kind === 'in' ? 'cash.paid-in' : 'cash.paid-out'
    return { ok: true, facts: [{ id: '', type, body: { shiftId, till, amountMinor, reason } }] }
  },
  answer: fact => ({ cashMovementId: fact.id }),
}

const addUp = (counted: readonly { valueMinor: number; pieces: number }[]): bigint =>
  counted.reduce((sum, { valueMinor, pieces }) => sum + BigInt(valueMinor) * BigInt(pieces), 0n)

/** The newest that each chain has in an open shift. Of this node's own too: the closing may come to stand in a later epoch. */
const readCovers = (tx: Transaction, shiftId: string) =>
  tx
    .tables<CashTables>()
    .selectFrom('cash_open_entry')
    .select(({ fn }) => ['node', 'epoch', fn.max('seq').as('seq')])
    .where('shift_id', '=', shiftId)
    .groupBy(['node', 'epoch'])
    .orderBy('node')
    .orderBy('epoch')
    .execute()

/** The Z report covers every sale of the shift that was recorded before it; it is in the fact, so nothing changes it later. */
const closeShift: Command = {
  decide: async (input: Input<'closeShift'>, context: CommandContext) => {
    const { tx, nowMs: atMs, node } = context
    const { shiftId, countedCashMinor, denominations, differenceReason, tillIsGone } = input
    await context.catchUp()
    const row = await readShift(tx, shiftId)
    if (!row) return { ok: false, code: 'shift-unknown', detail: { shiftId } }
    if (row.node !== node.id) {
      if (!tillIsGone) return { ok: false, code: 'shift-elsewhere', detail: { shiftId } }
      if (row.store !== node.store) return { ok: false, code: 'store-elsewhere', detail: { store: row.store } }
    }
    if (denominations) {
      const sum = addUp(denominations)
      if (sum !== BigInt(countedCashMinor)) {
        return { ok: false, code: 'denominations-wrong', detail: { countedCashMinor, sumMinor: String(sum) } }
      }
    }
    const shift = stateOfText(row.state)
    const reason = differenceReason === undefined ? {} : { differenceReason }
    const decided = decideShift(shift, { kind: 'close', atMs, countedCashMinor, ...reason })
    if (!decided.ok) return decided
    const currency = await readCurrency(tx, row.store)
    if (currency === undefined) throw new Error('a shift is open in a store without a currency')
    const last = await tx
      .tables<CashTables>()
      .selectFrom('cash_shift')
      .select(({ fn }) => fn.max('z_number').as('zNumber'))
      .where('store', '=', row.store)
      .where('till', '=', row.till)
      .executeTakeFirst()
    const closed = { ...row, to_position: context.head(), z_number: (last?.zNumber ?? 0) + 1 }
    const report: ShiftReport = reportOf(closed, decided.facts.reduce(evolveShift, shift), currency)
    const covers = await readCovers(tx, shiftId)
    const body = { shiftId, till: row.till, report, covers, ...(denominations ? { denominations } : {}) }
    return { ok: true, facts: [{ id: '', type: 'shift.closed', atMs, body }] }
  },
  answer: fact => bodyOf(fact, 'shift.closed').report,
}

export const cashCommands: Record<string, Command> = { openShift, moveCash, closeShift }
