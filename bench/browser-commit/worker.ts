import { sql } from 'kysely'
import { browserPorts } from '../../src/platform/browser-system.ts'
import { openOpfs } from '../../src/platform/database/opfs.ts'
import { loadSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'

/** Microseconds of each commit: by the database port, and by the library alone. */
export type Took = { portUs: number[]; bareUs: number[] }

const ports = browserPorts('warn')
const create = 'CREATE TABLE row (id integer PRIMARY KEY, text text NOT NULL)'
const text = 'x'.repeat(700)
const warmUps = 50

/** As one would write it who needs nobody to read beside the writer: one connection that has the file for itself. */
const openBare = async () => {
  const sqlite3 = await loadSqliteWasm()
  const pool = await sqlite3.installOpfsSAHPoolVfs({ name: 'bare', directory: '/bare', initialCapacity: 24 })
  const db = new pool.OpfsSAHPoolDb('/bare.sqlite')
  const settings = ['page_size = 4096', 'locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL']
  for (const setting of [...settings, 'wal_autocheckpoint = 2000']) db.exec(`PRAGMA ${setting}`)
  db.exec(create)
  const insert = db.prepare('INSERT INTO row VALUES (?, ?)')
  return (id: number): void => {
    db.exec('BEGIN IMMEDIATE')
    insert.bind([id, text]).stepReset()
    db.exec('COMMIT')
  }
}

const measure = async (rounds: number): Promise<Took> => {
  const database = await openOpfs('bench', ports.timers)
  await database.transaction(tx => sql.raw(create).execute(tx.tables()))
  const insertBare = await openBare()
  const took: Took = { portUs: [], bareUs: [] }
  for (let round = -warmUps; round < rounds; round++) {
    const startedUs = ports.clock.nowUs()
    const rows = [[round, text]]
    await database.transaction(tx => tx.bulk({ table: 'row', columns: ['id', 'text'], rows }))
    const betweenUs = ports.clock.nowUs()
    insertBare(round)
    const endedUs = ports.clock.nowUs()
    if (round < 0) continue
    took.portUs.push(betweenUs - startedUs)
    took.bareUs.push(endedUs - betweenUs)
  }
  return took
}

self.addEventListener('message', ({ data }: MessageEvent<number>) => {
  measure(data).then(
    took => self.postMessage(took),
    error => self.postMessage(String(error)),
  )
})
