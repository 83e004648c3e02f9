import type { Transaction } from '../../platform/database/database.ts'
import type { ReportingTables } from './tables.ts'

type Row = Array<string | number>

/** Rows of one table by their key, whose figures are added up over a batch before anything is written. */
export type Sums = { add(keys: Row, amounts: readonly number[]): void; write(tx: Transaction): Promise<void> }

export const createSums = (table: keyof ReportingTables, keys: readonly string[], adds: readonly string[]): Sums => {
  const rows = new Map<string, Row>()
  return {
    add: (values, amounts) => {
      const key = values.join('\n')
      const row = rows.get(key)
      if (!row) {
        rows.set(key, [...values, ...amounts])
        return
      }
      for (let i = 0; i < amounts.length; i++) row[keys.length + i] = (row[keys.length + i] as number) + amounts[i]!
    },
    write: async tx => {
      if (rows.size > 0)
        await tx.bulk({ table, columns: [...keys, ...adds], rows: [...rows.values()], conflict: { keys, add: adds } })
    },
  }
}
