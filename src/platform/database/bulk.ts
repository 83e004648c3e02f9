import type { BulkInsert } from './database.ts'

/** The ON CONFLICT clause, the same in every engine. */
export const conflictSql = ({ table, conflict }: BulkInsert): string => {
  if (!conflict) return ''
  const sets = [
    ...(conflict.add ?? []).map(column => `"${column}" = "${table}"."${column}" + excluded."${column}"`),
    ...(conflict.set ?? []).map(column => `"${column}" = excluded."${column}"`),
    ...(conflict.greatest ?? []).map(
      column =>
        `"${column}" = CASE WHEN excluded."${column}" > "${table}"."${column}" THEN excluded."${column}" ELSE "${table}"."${column}" END`,
    ),
  ]
  const keys = conflict.keys.map(key => `"${key}"`).join(',')
  return ` ON CONFLICT (${keys}) DO ${sets.length ? `UPDATE SET ${sets.join(', ')}` : 'NOTHING'}`
}
