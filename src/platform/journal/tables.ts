import type { Generated } from 'kysely'
import type { QuarantineReason } from '../../contracts/sync.ts'
import type { NodeKind } from '../../contracts/travel.ts'
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
    /** 1: it came from the node above. */
    from_above: number
    /** 1: no service applies it. */
    quarantined: number
  }
  /**
   * Where each node's chain stands here. Chains of this node and those below are whole; of those above only what concerns this
   * node is here. `seq` and `hash` are those of the newest fact.
   */
  chain: { node: string; epoch: number; store: string; seq: number; hash: string; from_above: number }
  /** Facts that go down, by what they replace there. */
  way_down: { key: string; position: number; audience: string; deepest: 'store' | 'till' }
  /**
   * What came and was not believed, as it came: damaged or forked, so that it is not in the journal (`position` null), or in
   * the journal and applied by no service. `number` keeps the order in which it came.
   */
  quarantine: {
    number: Generated<number>
    position: number | null
    node: string
    epoch: number
    seq: number
    hash: string
    text: string
    reason: QuarantineReason
    at_us: number
    resolved_at_us: number | null
  }
  /** How far each service has applied what others record. */
  checkpoint: { service: string; position: number }
  /** When a service applied which positions: from exclusive, to inclusive. */
  applied_batch: { service: string; to_position: number; from_position: number; applied_at_us: number }
  /** Which node this database is. One row. `top` is 1 where nobody is above it. */
  node: { id: string; epoch: number; store: string; kind: NodeKind; top: number; only: Generated<number> }
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
  'from_above',
  'quarantined',
] as const

const rest = `recorded_at_us bigint NOT NULL, text text NOT NULL, hash text NOT NULL, from_above bigint NOT NULL,
  quarantined bigint NOT NULL, UNIQUE (node, epoch, seq))`

const quarantineColumns = `position bigint, node text NOT NULL, epoch bigint NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
  text text NOT NULL, reason text NOT NULL, at_us bigint NOT NULL, resolved_at_us bigint, UNIQUE (node, epoch, seq, hash)`

export const journalMigrations: readonly Migration[] = [
  {
    name: 'journal',
    sql: [
      {
        sqlite: `CREATE TABLE journal (position integer PRIMARY KEY, id text NOT NULL UNIQUE, node text NOT NULL, epoch integer NOT NULL,
          seq integer NOT NULL, type text NOT NULL, cause text, ${rest}`,
        postgres: `CREATE TABLE journal (position bigint PRIMARY KEY, id text NOT NULL UNIQUE, node text NOT NULL, epoch bigint NOT NULL,
          seq bigint NOT NULL, type text NOT NULL, cause text, ${rest}`,
      },
      'CREATE INDEX journal_cause ON journal (cause) WHERE cause IS NOT NULL',
      `CREATE TABLE chain (node text NOT NULL, epoch bigint NOT NULL, store text NOT NULL, seq bigint NOT NULL, hash text NOT NULL,
        from_above bigint NOT NULL, PRIMARY KEY (node, epoch))`,
      `CREATE TABLE way_down (key text NOT NULL, position bigint NOT NULL, audience text NOT NULL, deepest text NOT NULL,
        PRIMARY KEY (key, position))`,
      'CREATE INDEX way_down_position ON way_down (position)',
      {
        sqlite: `CREATE TABLE quarantine (number integer PRIMARY KEY AUTOINCREMENT, ${quarantineColumns})`,
        postgres: `CREATE TABLE quarantine (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ${quarantineColumns})`,
      },
      'CREATE INDEX quarantine_position ON quarantine (position) WHERE position IS NOT NULL',
      'CREATE TABLE checkpoint (service text PRIMARY KEY, position bigint NOT NULL)',
      `CREATE TABLE applied_batch (service text NOT NULL, to_position bigint NOT NULL, from_position bigint NOT NULL,
        applied_at_us bigint NOT NULL, PRIMARY KEY (service, to_position))`,
      `CREATE TABLE node (id text NOT NULL, epoch bigint NOT NULL, store text NOT NULL, kind text NOT NULL, top bigint NOT NULL,
        "only" bigint NOT NULL DEFAULT 1 UNIQUE CHECK ("only" = 1))`,
    ],
  },
]
