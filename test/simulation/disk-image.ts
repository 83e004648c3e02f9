import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { SqliteDisk } from './disk-vfs.ts'

/** A quarter of what a shop's database has: a commit writes whole pages, and most of a world's time goes into writing. */
const pageBytes = 1024

/** Gives a database that is still to be made small pages. */
export const makeSmallPages = (sqlite3: Sqlite3Static, disk: SqliteDisk, file: string): void => {
  const { path, vfs } = disk.file(file)
  const db = new sqlite3.oo1.DB({ filename: path, flags: 'c', vfs })
  db.exec(`PRAGMA page_size = ${pageBytes}; CREATE TABLE made (x); DROP TABLE made`)
  db.close()
}
