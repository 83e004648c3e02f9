import type { Migration } from '../../platform/database/migrate.ts'

const level = `CREATE TABLE inventory_level (store text NOT NULL, sku text NOT NULL, level_micro bigint NOT NULL,
  movements bigint NOT NULL, position bigint NOT NULL, PRIMARY KEY (store, sku))`
const movement = `CREATE TABLE inventory_movement (position bigint NOT NULL, line_no bigint NOT NULL, store text NOT NULL, sku text NOT NULL,
  quantity_micro bigint NOT NULL, reason text NOT NULL, detail text NOT NULL, at_ms bigint NOT NULL, fact text NOT NULL,
  PRIMARY KEY (position, line_no))`

export const inventoryMigrations: readonly Migration[] = [
  {
    name: 'levels and movements',
    sql: [
      { sqlite: `${level} WITHOUT ROWID`, postgres: level },
      'CREATE INDEX inventory_level_sku ON inventory_level (sku)',
      { sqlite: `${movement} WITHOUT ROWID`, postgres: movement },
      'CREATE INDEX inventory_movement_sku ON inventory_movement (sku, store, position)',
      'CREATE TABLE inventory_product (sku text PRIMARY KEY, name text NOT NULL, folded_name text NOT NULL)',
      `CREATE TABLE inventory_transfer (transfer_id text PRIMARY KEY, from_store text NOT NULL, to_store text NOT NULL,
        note text NOT NULL, sent_at_ms bigint, received_at_ms bigint, position bigint NOT NULL)`,
      'CREATE UNIQUE INDEX inventory_transfer_position ON inventory_transfer (position)',
      `CREATE TABLE inventory_transfer_line (transfer_id text NOT NULL, sku text NOT NULL, sent_micro bigint NOT NULL,
        received_micro bigint NOT NULL, PRIMARY KEY (transfer_id, sku))`,
    ],
  },
]
