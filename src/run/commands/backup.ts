import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { openSqlite } from '../../platform/database/sqlite.ts'
import { verifyJournal } from '../../platform/journal/verify.ts'
import type { ShopConfig } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import { FolderTaken } from '../shop.ts'
import { exitCodes, Failed } from './exit.ts'

const integrityOf = (file: string): string => {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return String(Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    db.close()
  }
}

/** Whether a file is a whole shop: readable, sound, and with a journal whose chain holds. Answers the facts in it. */
const checked = async (file: string): Promise<number> => {
  const integrity = integrityOf(file)
  if (integrity !== 'ok') throw new Failed(exitCodes.data, `${file} is not a sound database: ${integrity}`)
  const db = openSqlite(file, { readOnly: true })
  try {
    const { facts, damages } = await verifyJournal(db).catch(() => {
      throw new Failed(exitCodes.data, `${file} is not a Tillwire backup`)
    })
    if (damages[0])
      throw new Failed(
        exitCodes.data,
        `${file}: the journal is damaged at position ${damages[0].position} (${damages[0].what})`,
      )
    return facts
  } finally {
    await db.close()
  }
}

/** One consistent moment of the shop in one file, read beside the writer, which is not held up. Checked before it is called done. */
export const backup = async (config: ShopConfig, file: string): Promise<void> => {
  const { database } = dataFolder(config.data)
  if (!existsSync(database)) throw new Failed(exitCodes['no input'], `there is no shop in ${config.data}`)
  if (existsSync(file)) throw new Failed(exitCodes.usage, `${file} exists already; a backup is never overwritten`)
  const partial = `${file}.partial`
  rmSync(partial, { force: true })
  const db = new DatabaseSync(database, { readOnly: true, timeout: 10_000 })
  try {
    db.prepare('VACUUM INTO ?').run(partial)
  } finally {
    db.close()
  }
  const facts = await checked(partial)
  renameSync(partial, file)
  console.log(`${facts} facts in ${file}`)
}

/**
 * What was recorded after the backup is lost here and may be known elsewhere: a node at the top goes on under a new epoch, so that no
 * number means two facts. A node below another finds out from that one, and is enrolled again.
 */
const beginEpoch = (path: string): void => {
  const db = new DatabaseSync(path)
  try {
    db.exec('UPDATE node SET epoch = epoch + 1 WHERE top = 1')
  } finally {
    db.close()
  }
}

/** Brings a backup into a data folder that has no shop. Refuses a damaged file, and a folder in use, before anything is written. */
export const restore = async (config: ShopConfig, file: string): Promise<void> => {
  if (!existsSync(file)) throw new Failed(exitCodes['no input'], `there is no file ${file}`)
  const folder = dataFolder(config.data)
  if (existsSync(folder.database))
    throw new Failed(exitCodes.usage, `${config.data} holds a shop already; restore into another folder with --data`)
  const facts = await checked(file)
  mkdirSync(folder.path, { recursive: true, mode: 0o700 })
  const release = folder.take()
  if (!release) throw new FolderTaken(`another Tillwire has ${config.data}`)
  try {
    const partial = `${folder.database}.partial`
    copyFileSync(file, partial)
    beginEpoch(partial)
    renameSync(partial, folder.database)
  } finally {
    release()
  }
  console.log(`${facts} facts restored into ${config.data}`)
}
