import type { Migration } from '../../platform/database/migrate.ts'

export const staffMigrations: readonly Migration[] = [
  {
    name: 'people, tokens, secrets',
    sql: [
      'CREATE TABLE staff_person (person_id text PRIMARY KEY, number bigint NOT NULL, name text NOT NULL, role text NOT NULL, active bigint NOT NULL)',
      'CREATE TABLE staff_token (token_id text PRIMARY KEY, name text NOT NULL, scopes text NOT NULL, created_at_ms bigint NOT NULL, revoked_at_ms bigint)',
      'CREATE TABLE staff_pin (person_id text PRIMARY KEY, salt text NOT NULL, hash text NOT NULL)',
      'CREATE TABLE staff_attempts (subject text PRIMARY KEY, failures bigint NOT NULL, locked_until_ms bigint NOT NULL)',
      'CREATE TABLE staff_session (hash text PRIMARY KEY, person_id text NOT NULL, expires_at_ms bigint NOT NULL)',
      'CREATE TABLE staff_token_hash (token_id text PRIMARY KEY, hash text NOT NULL UNIQUE)',
    ],
  },
  {
    name: 'devices, overrides, people by store',
    sql: [
      'ALTER TABLE staff_person ADD COLUMN stores text',
      'ALTER TABLE staff_pin ADD COLUMN keyed bigint NOT NULL DEFAULT 0',
      'ALTER TABLE staff_pin ADD COLUMN good_until_ms bigint',
      `CREATE TABLE staff_device (node_id text NOT NULL, epoch bigint NOT NULL, kind text NOT NULL, store text NOT NULL, handle text NOT NULL,
        name text NOT NULL, public_key text NOT NULL, enrolled_at_ms bigint NOT NULL, revoked_at_ms bigint, reason text,
        PRIMARY KEY (node_id, epoch))`,
      'CREATE INDEX staff_device_handle ON staff_device (store, handle)',
      "CREATE TABLE staff_store (store text PRIMARY KEY, name text, store_groups text NOT NULL DEFAULT '')",
      `CREATE TABLE staff_override (override_id text PRIMARY KEY, store text NOT NULL, approver_id text NOT NULL, approver_name text NOT NULL,
        scope text NOT NULL, target_kind text NOT NULL, target_id text NOT NULL, line_no bigint, reason text NOT NULL, requester_id text,
        granted_at_ms bigint NOT NULL, expires_at_ms bigint NOT NULL, signed bigint NOT NULL)`,
      'CREATE INDEX staff_override_granted ON staff_override (granted_at_ms, override_id)',
      `CREATE TABLE staff_enrolment (handle text PRIMARY KEY, code_hash text NOT NULL UNIQUE, kind text NOT NULL, name text NOT NULL,
        created_by text NOT NULL, created_at_ms bigint NOT NULL)`,
      'CREATE TABLE staff_device_secret (node_id text NOT NULL, epoch bigint NOT NULL, secret text NOT NULL, PRIMARY KEY (node_id, epoch))',
    ],
  },
]
