import type { Migration } from '../../platform/database/migrate.ts'

const stock = `CREATE TABLE purchasing_stock (store text NOT NULL, sku text NOT NULL, level_micro bigint NOT NULL,
  incoming_micro bigint NOT NULL, PRIMARY KEY (store, sku))`

export const purchasingMigrations: readonly Migration[] = [
  {
    name: 'suppliers, rules, orders, deliveries',
    sql: [
      'CREATE TABLE purchasing_supplier (supplier_id text PRIMARY KEY, name text NOT NULL, email text NOT NULL, note text NOT NULL)',
      { sqlite: `${stock} WITHOUT ROWID`, postgres: stock },
      'CREATE INDEX purchasing_stock_sku ON purchasing_stock (sku)',
      `CREATE TABLE purchasing_rule (sku text NOT NULL, store text NOT NULL, supplier_id text NOT NULL,
        reorder_point_micro bigint NOT NULL, target_level_micro bigint NOT NULL, pack_micro bigint NOT NULL, cost_minor bigint,
        PRIMARY KEY (sku, store))`,
      `CREATE TABLE purchasing_order (purchase_order_id text PRIMARY KEY, store text NOT NULL, supplier_id text NOT NULL,
        state text NOT NULL, created_at_ms bigint NOT NULL, ordered_at_ms bigint, cancelled bigint NOT NULL, cause text,
        position bigint NOT NULL)`,
      'CREATE INDEX purchasing_order_state ON purchasing_order (state, store, supplier_id)',
      'CREATE INDEX purchasing_order_position ON purchasing_order (position)',
      `CREATE TABLE purchasing_order_line (purchase_order_id text NOT NULL, store text NOT NULL, sku text NOT NULL,
        quantity_micro bigint NOT NULL, cost_minor bigint, delivered_micro bigint NOT NULL, open bigint NOT NULL,
        PRIMARY KEY (purchase_order_id, sku))`,
      'CREATE INDEX purchasing_order_line_open ON purchasing_order_line (sku, store) WHERE open = 1',
      `CREATE TABLE purchasing_delivery (delivery_id text PRIMARY KEY, store text NOT NULL, supplier_id text NOT NULL,
        purchase_order_id text, lines text NOT NULL, reference text NOT NULL, received_at_ms bigint NOT NULL,
        position bigint NOT NULL)`,
      'CREATE INDEX purchasing_delivery_position ON purchasing_delivery (position)',
    ],
  },
]
