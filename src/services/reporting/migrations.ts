import type { Migration } from '../../platform/database/migrate.ts'

const sums = 'sales bigint NOT NULL, returns bigint NOT NULL, total_minor bigint NOT NULL'
const ofDay = 'store text NOT NULL, day text NOT NULL'
const clustered = (table: string) => ({ sqlite: `${table} WITHOUT ROWID`, postgres: table })

export const reportingMigrations: readonly Migration[] = [
  {
    name: 'sums by day',
    sql: [
      clustered(
        `CREATE TABLE reporting_day (${ofDay}, ${sums}, lines bigint NOT NULL, gross_minor bigint NOT NULL,
          discount_minor bigint NOT NULL, net_minor bigint NOT NULL, tax_minor bigint NOT NULL, cost_minor bigint NOT NULL,
          PRIMARY KEY (store, day))`,
      ),
      'CREATE INDEX reporting_day_day ON reporting_day (day)',
      clustered(
        `CREATE TABLE reporting_quarter (${ofDay}, quarter bigint NOT NULL, ${sums}, PRIMARY KEY (store, day, quarter))`,
      ),
      clustered(
        `CREATE TABLE reporting_product (${ofDay}, sku text NOT NULL, quantity_micro bigint NOT NULL, total_minor bigint NOT NULL,
          PRIMARY KEY (store, day, sku))`,
      ),
      clustered(
        `CREATE TABLE reporting_cashier (${ofDay}, cashier text NOT NULL, ${sums}, PRIMARY KEY (store, day, cashier))`,
      ),
      clustered(
        `CREATE TABLE reporting_tender (${ofDay}, kind text NOT NULL, count bigint NOT NULL, amount_minor bigint NOT NULL,
          PRIMARY KEY (store, day, kind))`,
      ),
      clustered(
        `CREATE TABLE reporting_tax (${ofDay}, tax_code text NOT NULL, part_code text NOT NULL, rate_ppm bigint NOT NULL, name text NOT NULL,
          net_minor bigint NOT NULL, tax_minor bigint NOT NULL, PRIMARY KEY (store, day, tax_code, part_code, rate_ppm, name))`,
      ),
      'CREATE TABLE reporting_last_sale (store text PRIMARY KEY, at_ms bigint NOT NULL)',
      'CREATE TABLE reporting_shift (shift_id text PRIMARY KEY, store text NOT NULL, closed bigint NOT NULL)',
      'CREATE INDEX reporting_shift_open ON reporting_shift (store) WHERE closed = 0',
      clustered(
        'CREATE TABLE reporting_stock (store text NOT NULL, sku text NOT NULL, level_micro bigint NOT NULL, PRIMARY KEY (store, sku))',
      ),
      'CREATE INDEX reporting_stock_negative ON reporting_stock (store) WHERE level_micro < 0',
      'CREATE TABLE reporting_article (sku text PRIMARY KEY, name text NOT NULL)',
      clustered(
        `CREATE TABLE reporting_cost (sku text NOT NULL, above bigint NOT NULL, version bigint NOT NULL, cost_minor bigint,
          PRIMARY KEY (sku, above, version))`,
      ),
      `CREATE TABLE reporting_store (store text NOT NULL, above bigint NOT NULL, version bigint NOT NULL, name text NOT NULL,
        time_zone text NOT NULL, currency text NOT NULL, PRIMARY KEY (store, above, version))`,
    ],
  },
]
