import type { Migration } from '../platform/database/migrate.ts'

export const syncMigrations: readonly Migration[] = [
  {
    name: 'links up and down',
    sql: [
      `CREATE TABLE sync_link ("only" bigint PRIMARY KEY CHECK ("only" = 1), parent_url text NOT NULL, parent_node text NOT NULL,
        parent_epoch bigint NOT NULL, heard_to bigint NOT NULL, sent_to bigint NOT NULL, audiences text NOT NULL, state text NOT NULL,
        since_ms bigint NOT NULL, last_contact_ms bigint, parent_connected bigint)`,
      `CREATE TABLE sync_node (node_id text PRIMARY KEY, last_heard_ms bigint NOT NULL, program text NOT NULL, wire bigint NOT NULL,
        clock_offset_ms bigint NOT NULL, waiting bigint NOT NULL, heard_to bigint NOT NULL)`,
      'CREATE TABLE sync_staged (position bigint PRIMARY KEY, hash text NOT NULL, text text NOT NULL)',
      `CREATE TABLE sync_staging ("only" bigint PRIMARY KEY CHECK ("only" = 1), parent_node text NOT NULL, parent_epoch bigint NOT NULL,
        audiences text NOT NULL, to_position bigint NOT NULL, after_position bigint NOT NULL)`,
    ],
  },
]
