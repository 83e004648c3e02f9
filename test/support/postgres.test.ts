import pg from 'pg'
import { expect, test } from 'vitest'
import { databaseForThisFile, freshDatabase } from './postgres.ts'

const database = databaseForThisFile()

const ask = async (url: string, statement: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

test('each database is empty and apart from the others', async () => {
  await ask(database.url(), 'create table kept (id integer)')
  const other = await freshDatabase()
  const tables = "select tablename from pg_tables where schemaname = 'public'"
  expect(await ask(other.url, tables)).toEqual([])
  expect(await ask(database.url(), tables)).toEqual([{ tablename: 'kept' }])
  await other.drop()
  await expect(ask(other.url, 'select 1')).rejects.toThrow('does not exist')
})

test('a database is dropped even while someone is connected', async () => {
  const other = await freshDatabase()
  const client = new pg.Client({ connectionString: other.url })
  const ended = new Promise<Error>(resolve => client.on('error', resolve))
  await client.connect()
  await other.drop()
  expect((await ended).message).toMatch(/terminat/)
})

test('the server is as safe as one in service', async () => {
  const [row] = await ask(
    database.url(),
    "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit, current_setting('server_version_num')::integer as version",
  )
  expect(row).toMatchObject({ fsync: 'on', commit: 'on' })
  expect(row?.version).toBeGreaterThanOrEqual(150_000)
})
