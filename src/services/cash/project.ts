import canonicalize from 'canonicalize'
import type { RecordedFact } from '../../contracts/fact.ts'
import { type FactBody, isFact } from '../../contracts/known-facts.ts'
import { evolveShift, initialShift, type Shift, type ShiftFact } from '../../domain/shift.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { type Entry, entryOf } from './recorded-sale.ts'
import {
  type CashTables,
  type Closing,
  closingOfText,
  closingText,
  type EntryRow,
  isCovered,
  reportText,
  stateOfReport,
  stateOfText,
  stateText,
} from './tables.ts'

type LateRow = CashTables['cash_late_entry']
type Kept = Omit<CashTables['cash_shift'], 'state' | 'closed_by'> & { shift: Shift; closing: Closing | null }

/** The rows that a batch concerns, as they are while its facts are applied one after the other. */
type Work = {
  shifts: Map<string, Kept>
  changed: Set<Kept>
  open: Map<number, EntryRow>
  late: Map<number, LateRow>
  /** Positions of rows that were there before the batch and must go. */
  openEnded: string[]
  lateEnded: number[]
}

const shiftIdsOf = (facts: readonly RecordedFact[]): string[] => {
  const ids = new Set<string>()
  for (const { body } of facts) if (typeof body.shiftId === 'string') ids.add(body.shiftId)
  return [...ids]
}

const idsAtOnce = 500

const readShifts = async (tx: Transaction, ids: readonly string[]): Promise<Map<string, Kept>> => {
  const shifts = new Map<string, Kept>()
  for (let from = 0; from < ids.length; from += idsAtOnce) {
    const rows = await tx
      .tables<CashTables>()
      .selectFrom('cash_shift')
      .selectAll()
      .where('shift_id', 'in', ids.slice(from, from + idsAtOnce))
      .execute()
    for (const { state, closed_by, ...row } of rows) {
      const closing = closed_by === null ? null : closingOfText(closed_by)
      shifts.set(row.shift_id, { ...row, shift: stateOfText(state), closing })
    }
  }
  return shifts
}

/** Whether something concerns a shift at all: nothing of another store does, nor what its node recorded before it was opened. */
const concerns = (of: Pick<EntryRow, 'store' | 'node' | 'epoch' | 'seq'>, kept: Kept): boolean =>
  of.node === kept.node
    ? of.epoch > kept.epoch || (of.epoch === kept.epoch && of.seq > kept.seq)
    : of.store === kept.store

const late = (work: Work, row: EntryRow, meaning: ShiftFact | null): void => {
  work.late.set(row.position, { ...row, sale: meaning === null ? null : (canonicalize(meaning) ?? null) })
}

/** Counts an entry in its shift, or keeps it as late. Which of the two does not hang on the order in which facts reach this node. */
const count = (work: Work, { row, meaning }: Entry): void => {
  const kept = work.shifts.get(row.shift_id)
  if (!kept) late(work, row, meaning)
  else if (!concerns(row, kept)) late(work, row, null)
  else if (!kept.closing) {
    kept.shift = evolveShift(kept.shift, meaning)
    kept.to_position = Math.max(kept.to_position, row.position)
    work.changed.add(kept)
    work.open.set(row.position, row)
  } else if (!isCovered(row, kept.closing)) late(work, row, null)
}

const openShift = async (tx: Transaction, work: Work, fact: RecordedFact<FactBody<'shift.opened'>>): Promise<void> => {
  const { shiftId, till, openedBy, floatMinor } = fact.body
  const { position, store, node, epoch, seq } = fact
  const kept: Kept = {
    shift_id: shiftId,
    store,
    till,
    node,
    epoch,
    seq,
    from_position: position,
    to_position: position,
    closed_position: null,
    z_number: null,
    report: null,
    shift: evolveShift(initialShift, { type: 'shift.opened', openedBy, floatMinor, atMs: fact.atMs }),
    closing: null,
  }
  work.shifts.set(shiftId, kept)
  work.changed.add(kept)
  // What named it before it was known here counts now.
  const waiting = await tx
    .tables<CashTables>()
    .selectFrom('cash_late_entry')
    .selectAll()
    .where('shift_id', '=', shiftId)
    .execute()
  work.lateEnded.push(...waiting.map(row => row.position))
  for (const row of work.late.values()) {
    if (row.shift_id !== shiftId) continue
    waiting.push(row)
    work.late.delete(row.position)
  }
  for (const { sale, ...row } of waiting.toSorted((a, b) => a.position - b.position))
    if (sale !== null) count(work, { row, meaning: JSON.parse(sale) as ShiftFact })
}

/** The first closing that this journal hears of is the shift's: a till that was given up as lost may come back and close it again. */
const closeShift = async (tx: Transaction, work: Work, fact: RecordedFact<FactBody<'shift.closed'>>): Promise<void> => {
  const { shiftId, report, covers = null } = fact.body
  const kept = work.shifts.get(shiftId)
  if (!kept) throw new Error(`${fact.type} of a shift that was never opened`)
  if (kept.closing || !concerns(fact, kept)) return
  const { node, epoch, seq } = fact
  const closing = { node, epoch, seq, covers }
  kept.closing = closing
  kept.closed_position = fact.position
  kept.to_position = Math.max(kept.to_position, fact.position)
  kept.z_number = report.zNumber
  kept.report = reportText(report, fact.store)
  kept.shift = stateOfReport(report)
  work.changed.add(kept)
  const counted = await tx
    .tables<CashTables>()
    .selectFrom('cash_open_entry')
    .selectAll()
    .where('shift_id', '=', shiftId)
    .execute()
  if (counted.length > 0) work.openEnded.push(shiftId)
  for (const row of work.open.values()) {
    if (row.shift_id !== shiftId) continue
    counted.push(row)
    work.open.delete(row.position)
  }
  for (const row of counted) if (!isCovered(row, closing)) late(work, row, null)
}

const shiftColumns = [
  'store',
  'till',
  'node',
  'epoch',
  'seq',
  'from_position',
  'to_position',
  'closed_position',
  'closed_by',
  'z_number',
  'report',
  'state',
] as const
const entryColumns = [
  'position',
  'shift_id',
  'store',
  'till',
  'node',
  'epoch',
  'seq',
  'kind',
  'receipt_number',
  'total_minor',
  'cash_minor',
  'at_ms',
  'fact',
] as const
const lateColumns = [...entryColumns, 'sale'] as const

const write = async (tx: Transaction, work: Work): Promise<void> => {
  const tables = tx.tables<CashTables>()
  if (work.changed.size > 0) {
    await tx.bulk({
      table: 'cash_shift',
      columns: ['shift_id', ...shiftColumns],
      rows: [...work.changed].map(({ shift, closing, ...row }) => {
        const whole = { ...row, state: stateText(shift), closed_by: closing && closingText(closing) }
        return [row.shift_id, ...shiftColumns.map(column => whole[column])]
      }),
      conflict: { keys: ['shift_id'], set: shiftColumns },
    })
  }
  if (work.openEnded.length > 0)
    await tables.deleteFrom('cash_open_entry').where('shift_id', 'in', work.openEnded).execute()
  if (work.lateEnded.length > 0)
    await tables.deleteFrom('cash_late_entry').where('position', 'in', work.lateEnded).execute()
  if (work.open.size > 0) {
    const rows = [...work.open.values()].map(row => entryColumns.map(column => row[column]))
    await tx.bulk({ table: 'cash_open_entry', columns: entryColumns, rows })
  }
  if (work.late.size > 0) {
    const rows = [...work.late.values()].map(row => lateColumns.map(column => row[column]))
    await tx.bulk({ table: 'cash_late_entry', columns: lateColumns, rows })
  }
}

/**
 * Facts to rows. An open shift is the domain's sums over its facts; a closed one is what the fact of its closing reports. Own
 * facts arrive here before sales that were recorded earlier, and those of other nodes in an order of this journal's own, so
 * what counts in a shift is told by the places in the chains of the nodes that recorded it.
 */
export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  const work: Work = {
    shifts: await readShifts(tx, shiftIdsOf(facts)),
    changed: new Set(),
    open: new Map(),
    late: new Map(),
    openEnded: [],
    lateEnded: [],
  }
  const currencies = new Map<string, string>()
  for (const fact of facts) {
    if (isFact(fact, 'store.configured')) currencies.set(fact.audience ?? fact.store, fact.body.currency)
    else if (isFact(fact, 'shift.opened')) await openShift(tx, work, fact)
    else if (isFact(fact, 'shift.closed')) await closeShift(tx, work, fact)
    else {
      const entry = entryOf(fact)
      if (entry) count(work, entry)
    }
  }
  await write(tx, work)
  if (currencies.size > 0) {
    await tx.bulk({
      table: 'cash_store',
      columns: ['store', 'currency'],
      rows: [...currencies],
      conflict: { keys: ['store'], set: ['currency'] },
    })
  }
}
