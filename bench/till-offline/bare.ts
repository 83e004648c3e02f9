import { loadSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'

/** One connection that has its file for itself: a row of a length that is asked for, durable, and how long that took. */
const openBare = async () => {
  const sqlite3 = await loadSqliteWasm()
  const pool = await sqlite3.installOpfsSAHPoolVfs({ name: 'bare', directory: '/bare', initialCapacity: 24 })
  const db = new pool.OpfsSAHPoolDb('/bare.sqlite')
  const settings = ['page_size = 4096', 'locking_mode = EXCLUSIVE', 'journal_mode = WAL', 'synchronous = FULL']
  for (const setting of [...settings, 'wal_autocheckpoint = 2000']) db.exec(`PRAGMA ${setting}`)
  db.exec('CREATE TABLE row (id integer PRIMARY KEY, text text NOT NULL)')
  const insert = db.prepare('INSERT INTO row (text) VALUES (?)')
  return (length: number): number => {
    const text = 'x'.repeat(length)
    const startedMs = performance.now()
    db.exec('BEGIN IMMEDIATE')
    insert.bind([text]).stepReset()
    db.exec('COMMIT')
    return (performance.now() - startedMs) * 1_000
  }
}

const commit = openBare()
self.addEventListener('message', ({ data }: MessageEvent<number>) => {
  commit.then(
    timed => self.postMessage(timed(data)),
    error => self.postMessage(String(error)),
  )
})
