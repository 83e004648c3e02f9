import type { Migration } from '../../platform/database/migrate.ts'

/** Words are compared byte by byte, so that a prefix is a range; Postgres would otherwise order them by language. */
const words = (collate: string) =>
  `CREATE TABLE catalogue_word (word text ${collate} NOT NULL, product_id text NOT NULL, PRIMARY KEY (word, product_id))`

export const catalogueMigrations: readonly Migration[] = [
  {
    name: 'catalogue',
    sql: [
      'CREATE TABLE catalogue_store ("only" bigint PRIMARY KEY, profile text NOT NULL)',
      'CREATE TABLE catalogue_tax (code text PRIMARY KEY, name text NOT NULL, parts text NOT NULL, position bigint NOT NULL)',
      'CREATE TABLE catalogue_category (name text PRIMARY KEY, colour text NOT NULL, "order" bigint NOT NULL)',
      `CREATE TABLE catalogue_product (product_id text PRIMARY KEY, name text NOT NULL, folded_name text NOT NULL, category text NOT NULL,
        favourite bigint NOT NULL, demo bigint NOT NULL, note text NOT NULL, archived bigint NOT NULL, changed_at bigint NOT NULL)`,
      'CREATE INDEX catalogue_product_name ON catalogue_product (archived, folded_name, product_id)',
      'CREATE INDEX catalogue_product_category ON catalogue_product (archived, category, folded_name, product_id)',
      `CREATE TABLE catalogue_variant (product_id text NOT NULL, place bigint NOT NULL, sku text NOT NULL, form text NOT NULL,
        barcodes text NOT NULL, unit text NOT NULL, price_minor bigint NOT NULL, cost_minor bigint, tax_code text NOT NULL,
        PRIMARY KEY (product_id, place))`,
      'CREATE INDEX catalogue_variant_sku ON catalogue_variant (sku)',
      'CREATE TABLE catalogue_code (kind text NOT NULL, code text NOT NULL, product_id text NOT NULL, PRIMARY KEY (kind, code))',
      'CREATE INDEX catalogue_code_product ON catalogue_code (product_id)',
      { sqlite: `${words('')} WITHOUT ROWID`, postgres: words('COLLATE "C"') },
      'CREATE INDEX catalogue_word_product ON catalogue_word (product_id)',
      'CREATE TABLE catalogue_state ("only" bigint PRIMARY KEY, version bigint NOT NULL, sold bigint NOT NULL)',
    ],
  },
]
