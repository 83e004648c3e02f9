import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'

const serverUrl = (): string => {
  const url = process.env.TEST_POSTGRES_URL
  if (!url) {
    throw new Error(
      'This test needs Postgres: run it by `npm run test:all`, or set TEST_POSTGRES_URL to a server of your own.',
    )
  }
  return url
}

const onServer = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: serverUrl() })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A new, empty database on the test server. `drop` ends what is still connected to it and removes it. */
export const freshDatabase = async (): Promise<{ url: string; drop: () => Promise<void> }> => {
  const name = `tillwire_test_${randomBytes(8).toString('hex')}`
  await onServer(`create database ${name} template template0`)
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database if exists ${name} with (force)`) }
}

/**
 * One database for the whole test file, there from its first test on and dropped after its last. Call it at the top of the
 * file; it fails there, in words, where there is no server.
 */
export const databaseForThisFile = (): { url: () => string } => {
  serverUrl()
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database?.drop())
  return {
    url: () => {
      if (!database) throw new Error('the database is there from the first test on')
      return database.url
    },
  }
}
