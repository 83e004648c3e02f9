import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What a running shop tells commands on the same machine: where it answers, and a key that only this user can read. */
export type Running = { pid: number; url: string; httpsPort: number | null; key: string }

export type DataFolder = {
  readonly path: string
  /** The whole shop is this one file. */
  readonly database: string
  /** Keys by which the node above knows this one, where there is one above. In no backup of the database. */
  readonly enrolled: string
  /** Folder of the keys for HTTPS. They are in no backup of the database. */
  readonly tls: string
  /** Takes the folder for this process until it ends, or answers null where another one has it. */
  take(): (() => void) | null
  running(): Running | null
  announce(running: Running): void
  withdraw(): void
}

export const dataFolder = (path: string): DataFolder => {
  const announcement = join(path, 'running.json')
  return {
    path,
    database: join(path, 'shop.sqlite'),
    enrolled: join(path, 'enrolled.json'),
    tls: join(path, 'tls'),
    take: () => {
      mkdirSync(path, { recursive: true, mode: 0o700 })
      // A lock that the system frees however the process ends: a transaction on a file of its own.
      const lock = new DatabaseSync(join(path, 'lock'))
      try {
        lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      } catch {
        lock.close()
        return null
      }
      return () => lock.close()
    },
    running: () => {
      try {
        const running = JSON.parse(readFileSync(announcement, 'utf8')) as Running
        process.kill(running.pid, 0)
        return running
      } catch {
        return null
      }
    },
    announce: running => writeFileSync(announcement, JSON.stringify(running), { mode: 0o600 }),
    withdraw: () => rmSync(announcement, { force: true }),
  }
}
