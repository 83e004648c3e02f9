import type { Generated } from 'kysely'
import type { Migration } from '../database/migrate.ts'

/** `text` is the fact's canonical JSON, which `hash` is of; the other columns repeat parts of it to find it by. */
export type JournalTables = {
  journal: {
    position: number
    id: string
    node: string
    epoch: number
    seq: number
    type: string
    cause: string | null
    recorded_at_us: number
    text: string
    hash: string
  }
  /** How far each service has applied what others record. */
  checkpoint: { service: string; position: number }
  /** When a service applied which positions: from exclusive, to inclusive. */
  applied_batch: { service: string; to_position: number; from_position: number; applied_at_us: number }
  /** Which node this database is. One row. */
  node: { id: string; epoch: number; store: string; only: Generated<number> }
}

export const journalColumns = [
  'position',
  'id',
  'node',
  'epoch',
  'seq',
  'type',
  'cause',
  'recorded_at_us',
  'text',
  'hash',
] as const

export const journalMigrations: readonly Migration[] = [
  {
    name: 'journal',
    sql: [
      {
        sqlite: `CREATE TABLE journal (position integer PRIMARY KEY, id text NOT NULL UNIQUE, node text NOT NULL, epoch integer NOT NULL,
          seq integer NOT NULL, type text NOT NULL, cause text, recorded_at_us integer NOT NULL, text text NOT NULL, hash text NOT NULL,
          UNIQUE (node, epoch, seq))`,
        postgres: `CREATE TABLE journal (position bigint PRIMARY KEY, id text NOT NULL UNIQUE, node text NOT NULL, epoch bigint NOT NULL,
          seq bigint NOT NULL, type text NOT NULL, cause text, recorded_at_us bigint NOT NULL, text text NOT NULL, hash text NOT NULL,
          UNIQUE (node, epoch, seq))`,
      },
      'CREATE INDEX journal_cause ON journal (cause) WHERE cause IS NOT NULL',
      'CREATE TABLE checkpoint (service text PRIMARY KEY, position bigint NOT NULL)',
      `CREATE TABLE applied_batch (service text NOT NULL, to_position bigint NOT NULL, from_position bigint NOT NULL,
        applied_at_us bigint NOT NULL, PRIMARY KEY (service, to_position))`,
      `CREATE TABLE node (id text NOT NULL, epoch bigint NOT NULL, store text NOT NULL, "only" bigint NOT NULL DEFAULT 1 UNIQUE CHECK ("only" = 1))`,
    ],
  },
]
