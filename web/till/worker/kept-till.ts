import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { DeviceKeys } from '../../../src/platform/web-keys.ts'
import type { TillInfo } from '../node-messages.ts'

/** What this device keeps of being a till, beside its database: keys that nobody reads out, and who it is. */
export type KeptTill = TillInfo & {
  keys: DeviceKeys
  /** It has had a database in this epoch: where that is gone, the browser threw it away. */
  joined: boolean
  /** It has heard once what is sold and who may sign in: from then on it opens without the store. */
  filled: boolean
  /** The number of the last receipt under its handle before it became a node; null while that is not known. */
  lastReceipt: number | null
}

type Kept = DBSchema & { kept: { key: 'till'; value: KeptTill } }
const name = 'tillwire-till'

const open = (): Promise<IDBPDatabase<Kept>> =>
  openDB<Kept>(name, 1, { upgrade: database => void database.createObjectStore('kept') })

export const readKeptTill = async (): Promise<KeptTill | undefined> => {
  const database = await open()
  try {
    return await database.get('kept', 'till')
  } finally {
    database.close()
  }
}

export const keepTill = async (till: KeptTill): Promise<void> => {
  const database = await open()
  try {
    // Keys that are lost in a power cut would cost an enrolment.
    const { store, done } = database.transaction('kept', 'readwrite', { durability: 'strict' })
    await store.put(till, 'till')
    await done
  } finally {
    database.close()
  }
}

const folderOf = async (path: readonly string[]): Promise<FileSystemDirectoryHandle | undefined> => {
  let folder = await navigator.storage.getDirectory()
  try {
    for (const part of path) folder = await folder.getDirectoryHandle(part)
    return folder
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined
    throw error
  }
}

/** Whether there are files of a till's database. */
export const hasFiles = async (): Promise<boolean> => (await folderOf(['tillwire', 'till'])) !== undefined

/** Takes away all that makes this device a till. Its database must be closed. */
export const forgetTill = async (): Promise<void> => {
  const database = await open()
  try {
    await database.delete('kept', 'till')
  } finally {
    database.close()
  }
  await (await folderOf(['tillwire']))?.removeEntry('till', { recursive: true })
}
