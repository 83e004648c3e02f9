import type { Migration } from '../../platform/database/migrate.ts'

const saleColumns =
  'id text NOT NULL, kind text NOT NULL, till text NOT NULL, receipt_number bigint NOT NULL, completed_at_ms bigint NOT NULL, ' +
  'cashier text NOT NULL, currency text NOT NULL, total_minor bigint NOT NULL, lines bigint NOT NULL, tenders text NOT NULL, ' +
  'document text NOT NULL'

const saleSkuColumns = 'sku text NOT NULL, position bigint NOT NULL, PRIMARY KEY (sku, position)'

export const salesMigrations: Migration[] = [
  {
    name: 'first',
    sql: [
      `CREATE TABLE sales_article (sku text NOT NULL, from_position bigint NOT NULL, product_id text NOT NULL, name text NOT NULL,
         price_minor bigint NOT NULL, tax_code text NOT NULL, archived bigint NOT NULL, PRIMARY KEY (sku, from_position))`,
      'CREATE INDEX sales_article_product ON sales_article (product_id)',
      'CREATE INDEX sales_article_position ON sales_article (from_position)',
      `CREATE TABLE sales_tax (code text NOT NULL, from_position bigint NOT NULL, tax text NOT NULL,
         PRIMARY KEY (code, from_position))`,
      `CREATE TABLE sales_store (from_position bigint PRIMARY KEY, currency text NOT NULL, tax_mode text NOT NULL,
         tax_rounding text NOT NULL, cash_step_minor bigint NOT NULL, time_zone text NOT NULL)`,
      'CREATE TABLE sales_shift (shift_id text PRIMARY KEY, till text NOT NULL, open bigint NOT NULL)',
      'CREATE TABLE sales_till (till text PRIMARY KEY, receipt_number bigint NOT NULL)',
      // In SQLite an INTEGER key is the place of the row itself, so that sales are written one after the other.
      {
        sqlite: `CREATE TABLE sales_sale (position INTEGER PRIMARY KEY, ${saleColumns})`,
        postgres: `CREATE TABLE sales_sale (position bigint PRIMARY KEY, ${saleColumns})`,
      },
      'CREATE UNIQUE INDEX sales_sale_id ON sales_sale (id)',
      'CREATE UNIQUE INDEX sales_sale_receipt ON sales_sale (receipt_number, till)',
      'CREATE INDEX sales_sale_completed ON sales_sale (completed_at_ms, position)',
      {
        sqlite: `CREATE TABLE sales_sale_sku (${saleSkuColumns}) WITHOUT ROWID`,
        postgres: `CREATE TABLE sales_sale_sku (${saleSkuColumns})`,
      },
      `CREATE TABLE sales_returned (sale_id text NOT NULL, line_no bigint NOT NULL, returned_micro bigint NOT NULL,
         PRIMARY KEY (sale_id, line_no))`,
      `CREATE TABLE sales_parked (parked_sale_id text PRIMARY KEY, parked_at_ms bigint NOT NULL, taken_up bigint NOT NULL,
         document text NOT NULL)`,
      'CREATE INDEX sales_parked_open ON sales_parked (taken_up, parked_at_ms)',
    ],
  },
]
