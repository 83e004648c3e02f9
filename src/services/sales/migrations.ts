import type { Migration } from '../../platform/database/migrate.ts'

const saleColumns =
  'id text NOT NULL, kind text NOT NULL, store text NOT NULL, node text NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL, ' +
  'till text NOT NULL, receipt_number bigint NOT NULL, completed_at_ms bigint NOT NULL, cashier text NOT NULL, ' +
  'currency text NOT NULL, total_minor bigint NOT NULL, lines bigint NOT NULL, tenders text NOT NULL, document text NOT NULL'

const saleSkuColumns = 'sku text NOT NULL, position bigint NOT NULL, PRIMARY KEY (sku, position)'

export const salesMigrations: Migration[] = [
  {
    name: 'first',
    sql: [
      `CREATE TABLE sales_article (sku text NOT NULL, from_version bigint NOT NULL, product_id text NOT NULL, name text NOT NULL,
         price_minor bigint NOT NULL, tax_code text NOT NULL, archived bigint NOT NULL, PRIMARY KEY (sku, from_version))`,
      'CREATE INDEX sales_article_product ON sales_article (product_id)',
      'CREATE INDEX sales_article_version ON sales_article (from_version)',
      `CREATE TABLE sales_price (sku text NOT NULL, audience text NOT NULL, from_version bigint NOT NULL, price_minor bigint,
         PRIMARY KEY (sku, audience, from_version))`,
      'CREATE INDEX sales_price_version ON sales_price (from_version)',
      `CREATE TABLE sales_tax (code text NOT NULL, audience text NOT NULL, from_version bigint NOT NULL, tax text NOT NULL,
         PRIMARY KEY (code, audience, from_version))`,
      `CREATE TABLE sales_store (store text NOT NULL, from_version bigint NOT NULL, currency text NOT NULL, tax_mode text NOT NULL,
         tax_rounding text NOT NULL, cash_step_minor bigint NOT NULL, time_zone text NOT NULL, PRIMARY KEY (store, from_version))`,
      `CREATE TABLE sales_groups (store text NOT NULL, from_version bigint NOT NULL, audiences text NOT NULL,
         PRIMARY KEY (store, from_version))`,
      'CREATE TABLE sales_version ("only" bigint PRIMARY KEY, version bigint NOT NULL)',
      'CREATE TABLE sales_shift (shift_id text PRIMARY KEY, till text NOT NULL, open bigint NOT NULL)',
      `CREATE TABLE sales_till (store text NOT NULL, till text NOT NULL, receipt_number bigint NOT NULL,
         PRIMARY KEY (store, till))`,
      'CREATE TABLE sales_device (store text NOT NULL, till text NOT NULL, node text NOT NULL, PRIMARY KEY (store, till))',
      'CREATE INDEX sales_device_node ON sales_device (node)',
      // In SQLite an INTEGER key is the place of the row itself, so that sales are written one after the other.
      {
        sqlite: `CREATE TABLE sales_sale (position INTEGER PRIMARY KEY, ${saleColumns})`,
        postgres: `CREATE TABLE sales_sale (position bigint PRIMARY KEY, ${saleColumns})`,
      },
      'CREATE UNIQUE INDEX sales_sale_id ON sales_sale (id)',
      'CREATE UNIQUE INDEX sales_sale_receipt ON sales_sale (receipt_number, till, store, epoch, node)',
      'CREATE INDEX sales_sale_completed ON sales_sale (completed_at_ms, position)',
      'CREATE INDEX sales_sale_store ON sales_sale (store, completed_at_ms, position)',
      {
        sqlite: `CREATE TABLE sales_sale_sku (${saleSkuColumns}) WITHOUT ROWID`,
        postgres: `CREATE TABLE sales_sale_sku (${saleSkuColumns})`,
      },
      `CREATE TABLE sales_returned (sale_id text NOT NULL, line_no bigint NOT NULL, from_micro bigint NOT NULL,
         to_micro bigint NOT NULL, return_id text NOT NULL, claimed bigint NOT NULL, PRIMARY KEY (sale_id, line_no, from_micro))`,
      'CREATE INDEX sales_returned_return ON sales_returned (return_id)',
      `CREATE TABLE sales_claim (claim_id text PRIMARY KEY, sale_id text NOT NULL, sale_store text, store text NOT NULL,
         till text NOT NULL, node text, asked_at_ms bigint NOT NULL, lines text NOT NULL, passed_by text, goods text,
         refused_code text, released_to text, released_by text)`,
      // What is still to be answered or passed on.
      'CREATE INDEX sales_claim_open ON sales_claim (asked_at_ms) WHERE goods IS NULL AND refused_code IS NULL',
      'CREATE INDEX sales_claim_released ON sales_claim (released_to) WHERE released_to IS NOT NULL',
      `CREATE TABLE sales_parked (parked_sale_id text PRIMARY KEY, store text NOT NULL, parked_at_ms bigint NOT NULL,
         taken_up bigint NOT NULL, document text NOT NULL)`,
      'CREATE INDEX sales_parked_open ON sales_parked (taken_up, parked_at_ms)',
      `CREATE TABLE sales_taken_up (fact_id text PRIMARY KEY, parked_sale_id text NOT NULL, store text NOT NULL, at_ms bigint NOT NULL,
         node text NOT NULL, till text NOT NULL)`,
      'CREATE INDEX sales_taken_up_parked ON sales_taken_up (parked_sale_id)',
      `CREATE TABLE sales_override (override_id text PRIMARY KEY, permission text NOT NULL, target_kind text NOT NULL,
         target_id text NOT NULL, line_no bigint, approver_id text NOT NULL, approver_name text NOT NULL,
         granted_at_ms bigint NOT NULL, expires_at_ms bigint NOT NULL)`,
    ],
  },
]
