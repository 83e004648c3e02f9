import { closeSync, fdatasyncSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { median, monotonicUs } from './statistics.ts'

const tmpfs = 0x01021994

/** The median time that the disk under a folder takes to keep 4 KiB, in microseconds. */
const syncUs = (folder: string): number => {
  const path = join(folder, 'sync')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(4_096, 1)
  const samples: number[] = []
  for (let i = 0; i < 200; i++) {
    const startUs = monotonicUs()
    writeSync(file, block)
    fdatasyncSync(file)
    samples.push(monotonicUs() - startUs)
  }
  closeSync(file)
  unlinkSync(path)
  return median(samples)
}

/** What the figures were measured on, a line each, read from the machine itself. */
export const describeMachine = (folder: string): string[] => {
  const sqlite = new DatabaseSync(':memory:')
  const { version } = sqlite.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  sqlite.close()
  const inMemory = statfsSync(folder).type === tmpfs
  return [
    `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB memory`,
    `${type()} ${release()}, Node ${process.version}, SQLite ${version}`,
    inMemory
      ? 'THE FOLDER IS IN MEMORY: nothing here is durable, and no figure with a commit says anything. Name a disk with --folder.'
      : `disk: 4 KiB written and synced in ${(syncUs(folder) / 1_000).toFixed(2)} ms (median of 200)`,
  ]
}
