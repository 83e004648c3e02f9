import type { Migration } from '../../platform/database/migrate.ts'

const entry = `shift_id text NOT NULL, store text NOT NULL, till text NOT NULL, node text NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL,
  kind text NOT NULL, receipt_number bigint, total_minor bigint NOT NULL, cash_minor bigint NOT NULL, at_ms bigint NOT NULL,
  fact text NOT NULL`
const open = `CREATE TABLE cash_open_entry (position bigint NOT NULL, ${entry}, PRIMARY KEY (shift_id, position))`

export const cashMigrations: Migration[] = [
  {
    name: 'first',
    sql: [
      `CREATE TABLE cash_shift (shift_id text PRIMARY KEY, store text NOT NULL, till text NOT NULL, node text NOT NULL,
         epoch bigint NOT NULL, seq bigint NOT NULL, from_position bigint NOT NULL, to_position bigint NOT NULL,
         closed_position bigint, closed_by text, z_number bigint, state text NOT NULL, report text)`,
      'CREATE UNIQUE INDEX cash_shift_position ON cash_shift (from_position)',
      'CREATE INDEX cash_shift_z ON cash_shift (store, till, z_number)',
      'CREATE INDEX cash_shift_open ON cash_shift (store, till) WHERE closed_position IS NULL',
      { sqlite: `${open} WITHOUT ROWID`, postgres: open },
      `CREATE TABLE cash_late_entry (position bigint PRIMARY KEY, ${entry}, sale text)`,
      'CREATE INDEX cash_late_entry_shift ON cash_late_entry (shift_id)',
      'CREATE TABLE cash_store (store text PRIMARY KEY, currency text NOT NULL)',
    ],
  },
]
