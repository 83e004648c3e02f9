import type { Migration } from '../../platform/database/migrate.ts'

export const cashMigrations: Migration[] = [
  {
    name: 'first',
    sql: [
      `CREATE TABLE cash_shift (shift_id text PRIMARY KEY, till text NOT NULL, from_position bigint NOT NULL,
         to_position bigint NOT NULL, closed_position bigint, z_number bigint, state text NOT NULL, report text)`,
      'CREATE UNIQUE INDEX cash_shift_position ON cash_shift (from_position)',
      'CREATE UNIQUE INDEX cash_shift_z ON cash_shift (till, z_number)',
      `CREATE TABLE cash_late_sale (position bigint PRIMARY KEY, shift_id text NOT NULL, till text NOT NULL,
         receipt_number bigint NOT NULL, total_minor bigint NOT NULL, cash_minor bigint NOT NULL)`,
      'CREATE TABLE cash_store (id bigint PRIMARY KEY, currency text NOT NULL)',
    ],
  },
]
