import type { SAHPoolUtil, Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { Timers } from '../ports.ts'
import { type Database, NodeBusy, NotDurable } from './database.ts'
import { loadSqliteWasm, openSqliteWasm } from './sqlite-wasm.ts'

/** One for the file, one for its log, and room for what later versions keep. The files are made once and stay open. */
const capacity = 24

/** A tab that was closed a moment ago may have its files a little longer than its lock. */
const triesAtMost = 40
const betweenTriesMs = 50

const lockOf = (name: string): string => `tillwire/${name}`

/** Answers how to give it back. Throws NodeBusy at once where another tab has it. */
const takeLock = (name: string): Promise<() => void> =>
  new Promise((resolve, reject) => {
    const held = navigator.locks.request(name, { ifAvailable: true }, lock => {
      if (!lock) throw new NodeBusy('another tab of this browser runs this node')
      return new Promise<void>(release => resolve(release))
    })
    held.catch(reject)
  })

const isTaken = (error: unknown): boolean => error instanceof Error && error.name === 'NoModificationAllowedError'

const takeFiles = async (sqlite3: Sqlite3Static, name: string, timers: Timers): Promise<SAHPoolUtil> => {
  const options = {
    name: `tillwire-${name}`,
    directory: `/tillwire/${name}`,
    initialCapacity: capacity,
    // Without it the library deletes the files that it could not open.
    preserveOnInitFailure: true,
    forceReinitIfPreviouslyFailed: true,
  }
  for (let tries = 1; ; tries++) {
    try {
      return await sqlite3.installOpfsSAHPoolVfs(options)
    } catch (error) {
      if (!isTaken(error)) throw new NotDurable('this browser gives no files that last', { cause: error })
      if (tries >= triesAtMost) throw new NodeBusy('another tab of this browser has the files of this node')
      await new Promise<void>(resolve => timers.after(betweenTriesMs, resolve))
    }
  }
}

/**
 * A node's database in the browser's own file system (OPFS), for a dedicated worker of a page that came by HTTPS or from this
 * machine. One tab of a browser has it open: for others NodeBusy is thrown at once. NotDurable where the browser has no such
 * files. Whether it may throw them away when space is short is another question: `navigator.storage.persisted()`.
 */
export const openOpfs = async (name: string, timers: Timers): Promise<Database> => {
  if (!('locks' in navigator)) throw new NotDurable('this page may not lock anything: it did not come by HTTPS')
  const release = await takeLock(lockOf(name))
  let files: SAHPoolUtil | undefined
  try {
    const sqlite3 = await loadSqliteWasm()
    files = await takeFiles(sqlite3, name, timers)
    const pool = files
    const database = openSqliteWasm(sqlite3, { vfs: files.vfsName, path: '/node.sqlite' })
    return {
      ...database,
      close: async () => {
        try {
          await database.close()
          pool.pauseVfs()
        } finally {
          release()
        }
      },
    }
  } catch (error) {
    files?.pauseVfs()
    release()
    throw error
  }
}

/** Waits until no tab of this browser has the node open. */
export const untilFree = (name: string): Promise<void> => navigator.locks.request(lockOf(name), () => {})
