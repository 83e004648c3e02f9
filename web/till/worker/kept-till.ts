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

type Kept = DBSchema & {
  kept: { key: 'till'; value: KeptTill }
  /** Baskets that were parked here and that the store gave to somebody: only it records that. */
  gone: { key: string; value: number }
}
const name = 'tillwire-till'

const open = (): Promise<IDBPDatabase<Kept>> =>
  openDB<Kept>(name, 1, {
    upgrade: database => {
      database.createObjectStore('kept')
      database.createObjectStore('gone')
    },
  })

const withKept = async <R>(work: (database: IDBPDatabase<Kept>) => Promise<R>): Promise<R> => {
  const database = await open()
  try {
    return await work(database)
  } finally {
    database.close()
  }
}

export const readKeptTill = (): Promise<KeptTill | undefined> => withKept(database => database.get('kept', 'till'))

export const keepTill = (till: KeptTill): Promise<void> =>
  withKept(async database => {
    // Keys that are lost in a power cut would cost an enrolment.
    const { store, done } = database.transaction('kept', 'readwrite', { durability: 'strict' })
    await store.put(till, 'till')
    await done
  })

export const readGone = (): Promise<Set<string>> =>
  withKept(async database => new Set(await database.getAllKeys('gone')))

export const rememberGone = (parkedSaleIds: readonly string[]): Promise<void> =>
  withKept(async database => {
    const { store, done } = database.transaction('gone', 'readwrite')
    for (const id of parkedSaleIds) await store.put(1, id)
    await done
  })

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
  await withKept(async database => {
    await database.delete('kept', 'till')
    await database.clear('gone')
  })
  await (await folderOf(['tillwire']))?.removeEntry('till', { recursive: true })
}
