import type { Migration } from '../../platform/database/migrate.ts'

const sums = 'sales bigint NOT NULL, returns bigint NOT NULL, total_minor bigint NOT NULL'
const clustered = (table: string) => ({ sqlite: `${table} WITHOUT ROWID`, postgres: table })

export const reportingMigrations: readonly Migration[] = [
  {
    name: 'sums by day',
    sql: [
      `CREATE TABLE reporting_day (day text PRIMARY KEY, ${sums}, lines bigint NOT NULL, gross_minor bigint NOT NULL,
        discount_minor bigint NOT NULL, net_minor bigint NOT NULL, tax_minor bigint NOT NULL, cost_minor bigint NOT NULL)`,
      clustered(
        `CREATE TABLE reporting_quarter (day text NOT NULL, quarter bigint NOT NULL, ${sums}, PRIMARY KEY (day, quarter))`,
      ),
      clustered(
        'CREATE TABLE reporting_product (day text NOT NULL, sku text NOT NULL, quantity_micro bigint NOT NULL, total_minor bigint NOT NULL, PRIMARY KEY (day, sku))',
      ),
      clustered(
        `CREATE TABLE reporting_cashier (day text NOT NULL, cashier text NOT NULL, ${sums}, PRIMARY KEY (day, cashier))`,
      ),
      clustered(
        'CREATE TABLE reporting_tender (day text NOT NULL, kind text NOT NULL, count bigint NOT NULL, amount_minor bigint NOT NULL, PRIMARY KEY (day, kind))',
      ),
      clustered(
        `CREATE TABLE reporting_tax (day text NOT NULL, tax_code text NOT NULL, part_code text NOT NULL, rate_ppm bigint NOT NULL, name text NOT NULL,
          net_minor bigint NOT NULL, tax_minor bigint NOT NULL, PRIMARY KEY (day, tax_code, part_code, rate_ppm, name))`,
      ),
      'CREATE TABLE reporting_article (sku text PRIMARY KEY, name text NOT NULL, cost_minor bigint)',
      'CREATE TABLE reporting_store ("only" bigint PRIMARY KEY, time_zone text NOT NULL, currency text NOT NULL)',
    ],
  },
]
