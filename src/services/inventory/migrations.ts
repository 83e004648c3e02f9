import type { Migration } from '../../platform/database/migrate.ts'

const level =
  'CREATE TABLE inventory_level (sku text PRIMARY KEY, level_micro bigint NOT NULL, movements bigint NOT NULL, position bigint NOT NULL)'
const movement = `CREATE TABLE inventory_movement (position bigint NOT NULL, line_no bigint NOT NULL, sku text NOT NULL, quantity_micro bigint NOT NULL,
  reason text NOT NULL, detail text NOT NULL, at_ms bigint NOT NULL, fact text NOT NULL, PRIMARY KEY (position, line_no))`

export const inventoryMigrations: readonly Migration[] = [
  {
    name: 'levels and movements',
    sql: [
      { sqlite: `${level} WITHOUT ROWID`, postgres: level },
      { sqlite: `${movement} WITHOUT ROWID`, postgres: movement },
      'CREATE INDEX inventory_movement_sku ON inventory_movement (sku, position)',
      'CREATE TABLE inventory_product (sku text PRIMARY KEY, name text NOT NULL, folded_name text NOT NULL)',
    ],
  },
]
