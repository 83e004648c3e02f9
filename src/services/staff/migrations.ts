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
]
