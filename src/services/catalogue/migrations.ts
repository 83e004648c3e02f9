import type { Sql } from '../../platform/database/database.ts'
import type { Migration } from '../../platform/database/migrate.ts'

/** Compared byte by byte, so that a prefix is a range and a cursor is a place; Postgres would order by language. */
const inByteOrder = (sql: (text: string) => string): Sql => ({ sqlite: sql('text'), postgres: sql('text COLLATE "C"') })

const product = (text: string) =>
  `CREATE TABLE catalogue_product (product_id ${text} PRIMARY KEY, number bigint NOT NULL, name text NOT NULL, folded_name ${text} NOT NULL,
    category text NOT NULL, favourite bigint NOT NULL, demo bigint NOT NULL, note text NOT NULL, archived bigint NOT NULL, changed_at bigint NOT NULL)`

/** `signs` is in the key so that Postgres finds it in the index too. */
const word = (text: string) =>
  `CREATE TABLE catalogue_word (archived bigint NOT NULL, word ${text} NOT NULL, name_start ${text} NOT NULL, number bigint NOT NULL,
    signs bigint NOT NULL, PRIMARY KEY (archived, word, name_start, number, signs))`

export const catalogueMigrations: readonly Migration[] = [
  {
    name: 'catalogue',
    sql: [
      inByteOrder(text => `CREATE TABLE catalogue_store (store ${text} PRIMARY KEY, profile text NOT NULL)`),
      inByteOrder(
        text =>
          `CREATE TABLE catalogue_group (store text NOT NULL, audience ${text} NOT NULL, PRIMARY KEY (store, audience))`,
      ),
      'CREATE INDEX catalogue_group_audience ON catalogue_group (audience)',
      `CREATE TABLE catalogue_tax (code text NOT NULL, audience text NOT NULL, name text NOT NULL, parts text NOT NULL,
        position bigint NOT NULL, PRIMARY KEY (code, audience))`,
      inByteOrder(
        text => `CREATE TABLE catalogue_price (sku text NOT NULL, audience ${text} NOT NULL, price_minor bigint NOT NULL,
          PRIMARY KEY (sku, audience))`,
      ),
      'CREATE INDEX catalogue_price_audience ON catalogue_price (audience)',
      inByteOrder(
        text =>
          `CREATE TABLE catalogue_category (name ${text} PRIMARY KEY, colour text NOT NULL, "order" bigint NOT NULL)`,
      ),
      inByteOrder(product),
      'CREATE UNIQUE INDEX catalogue_product_number ON catalogue_product (number)',
      'CREATE INDEX catalogue_product_name ON catalogue_product (archived, folded_name, number)',
      'CREATE INDEX catalogue_product_category ON catalogue_product (archived, category, folded_name, number)',
      `CREATE TABLE catalogue_variant (product_id text NOT NULL, place bigint NOT NULL, sku text NOT NULL, form text NOT NULL,
        barcodes text NOT NULL, unit text NOT NULL, price_minor bigint NOT NULL, cost_minor bigint, tax_code text NOT NULL,
        PRIMARY KEY (product_id, place))`,
      'CREATE TABLE catalogue_code (kind text NOT NULL, code text NOT NULL, product_id text NOT NULL, PRIMARY KEY (kind, code))',
      'CREATE INDEX catalogue_code_product ON catalogue_code (product_id)',
      { sqlite: `${word('text')} WITHOUT ROWID`, postgres: word('text COLLATE "C"') },
      'CREATE INDEX catalogue_word_product ON catalogue_word (number, archived, word)',
      'CREATE TABLE catalogue_state ("only" bigint PRIMARY KEY, version bigint NOT NULL)',
      'CREATE TABLE catalogue_sold (store text PRIMARY KEY)',
    ],
  },
]
