import type { Migration } from '../../platform/database/migrate.ts'

export const integrationsMigrations: readonly Migration[] = [
  {
    name: 'endpoints and deliveries',
    sql: [
      `CREATE TABLE integrations_endpoint (endpoint_id text PRIMARY KEY, url text NOT NULL, types text NOT NULL,
        description text NOT NULL, active bigint NOT NULL, removed bigint NOT NULL)`,
      'CREATE TABLE integrations_secret (endpoint_id text PRIMARY KEY, secret text NOT NULL)',
      `CREATE TABLE integrations_delivery (delivery_id text PRIMARY KEY, endpoint_id text NOT NULL, fact text NOT NULL,
        type text NOT NULL, position bigint NOT NULL, event text NOT NULL, state text NOT NULL, attempts bigint NOT NULL,
        next_attempt_at_ms bigint, last_status bigint, last_error text, created_at_ms bigint NOT NULL, delivered_at_ms bigint,
        first_byte_at_us bigint)`,
      `CREATE INDEX integrations_delivery_due ON integrations_delivery (endpoint_id, next_attempt_at_ms, position) WHERE state = 'waiting'`,
      `CREATE INDEX integrations_delivery_done ON integrations_delivery (delivered_at_ms) WHERE state = 'delivered'`,
      'CREATE INDEX integrations_delivery_fact ON integrations_delivery (fact)',
      'CREATE INDEX integrations_delivery_position ON integrations_delivery (position, delivery_id)',
    ],
  },
]
