import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { createDisk, type Disk, type Fault, type Image, type OpenFile, type Random } from './disk.ts'

/** A disk that SQLite can open files on: `openSqliteWasm(sqlite3, disk.file('till.sqlite'))`. */
export type SqliteDisk = Disk & {
  file(name: string): { vfs: string; path: string }
  /** Forgets its files. */
  discard(): void
}

const vfsName = 'simulated-disk'
const longestPath = 128

type Installed = { disks: Map<string, Disk>; random: Random; made: number }
const installations = new WeakMap<Sqlite3Static, Installed>()

/** `/7/till.sqlite`: a file of the seventh disk. */
const placeOf = (path: string): [disk: string, name: string] => {
  const [, disk = '', name = ''] = path.split('/')
  return [disk, name]
}

const fileMethods = ({ capi, wasm }: Sqlite3Static, files: Map<number, OpenFile>) => {
  const codes: Record<Fault, number> = {
    off: capi.SQLITE_IOERR,
    full: capi.SQLITE_FULL,
    'sync failed': capi.SQLITE_IOERR_FSYNC,
    busy: capi.SQLITE_BUSY,
  }
  const codeOf = (fault: Fault | null | undefined): number => (fault ? codes[fault] : capi.SQLITE_OK)
  return {
    xClose: (pointer: number): number => {
      files.get(pointer)?.close()
      files.delete(pointer)
      return capi.SQLITE_OK
    },
    xRead: (pointer: number, into: number, bytes: number, at: bigint): number => {
      const read = files.get(pointer)?.read(wasm.heap8u().subarray(into, into + bytes), Number(at)) ?? null
      if (read === null) return capi.SQLITE_IOERR_READ
      if (read === bytes) return capi.SQLITE_OK
      wasm.heap8u().fill(0, into + read, into + bytes)
      return capi.SQLITE_IOERR_SHORT_READ
    },
    xWrite: (pointer: number, from: number, bytes: number, at: bigint): number =>
      codeOf(files.get(pointer)?.write(wasm.heap8u().subarray(from, from + bytes), Number(at))),
    xTruncate: (pointer: number, size: bigint): number => codeOf(files.get(pointer)?.truncate(Number(size))),
    xSync: (pointer: number): number => codeOf(files.get(pointer)?.sync()),
    xFileSize: (pointer: number, answer: number): number => {
      wasm.poke64(answer, BigInt(files.get(pointer)?.size() ?? 0))
      return capi.SQLITE_OK
    },
    xLock: (pointer: number, level: number): number => codeOf(files.get(pointer)?.lock(level)),
    xUnlock: (pointer: number, level: number): number => {
      files.get(pointer)?.unlock(level)
      return capi.SQLITE_OK
    },
    xCheckReservedLock: (pointer: number, answer: number): number => {
      wasm.poke32(answer, files.get(pointer)?.isReserved() ? 1 : 0)
      return capi.SQLITE_OK
    },
    xFileControl: (): number => capi.SQLITE_NOTFOUND,
    xSectorSize: (): number => 4096,
    // A torn write leaves what stands beside it alone, which is what SQLite takes of the disks of this world.
    xDeviceCharacteristics: (): number => capi.SQLITE_IOCAP_POWERSAFE_OVERWRITE,
  }
}

const install = (sqlite3: Sqlite3Static): Installed => {
  const known = installations.get(sqlite3)
  if (known) return known
  const { capi, wasm } = sqlite3
  const installed: Installed = { disks: new Map(), random: Math.random, made: 0 }
  installations.set(sqlite3, installed)
  const files = new Map<number, OpenFile>()
  const io = new capi.sqlite3_io_methods()
  io.installMethods(fileMethods(sqlite3, files))
  wasm.poke32(io.pointer, 1)

  const found = (name: number): [Disk | undefined, string] => {
    const [disk, file] = placeOf(wasm.cstrToJs(name) ?? '')
    return [installed.disks.get(disk), file]
  }
  const struct = new capi.sqlite3_vfs()
  struct.$iVersion = 1
  struct.$szOsFile = new capi.sqlite3_file().structInfo.sizeof
  struct.$mxPathname = longestPath
  const methods = {
    xOpen: (_vfs: number, name: number, pointer: number, flags: number, answer: number): number => {
      const [disk, path] = found(name)
      const file = disk?.open(path, (flags & capi.SQLITE_OPEN_CREATE) !== 0)
      const opened = new capi.sqlite3_file(pointer)
      opened.$pMethods = file ? io.pointer : 0
      opened.dispose()
      if (!file) return capi.SQLITE_CANTOPEN
      files.set(pointer, file)
      if (answer !== 0) wasm.poke32(answer, flags)
      return capi.SQLITE_OK
    },
    xDelete: (_vfs: number, name: number, sync: number): number => {
      const [disk, path] = found(name)
      if (!disk?.has(path)) return capi.SQLITE_IOERR_DELETE_NOENT
      return disk.remove(path, sync !== 0) ? capi.SQLITE_IOERR_DELETE : capi.SQLITE_OK
    },
    xAccess: (_vfs: number, name: number, _flags: number, answer: number): number => {
      const [disk, path] = found(name)
      wasm.poke32(answer, disk?.has(path) ? 1 : 0)
      return capi.SQLITE_OK
    },
    xFullPathname: (_vfs: number, name: number, bytes: number, answer: number): number =>
      wasm.cstrncpy(answer, name, bytes) < bytes ? capi.SQLITE_OK : capi.SQLITE_CANTOPEN,
    xRandomness: (_vfs: number, bytes: number, answer: number): number => {
      for (let at = answer; at < answer + bytes; at++) wasm.poke8(at, Math.floor(installed.random() * 256))
      return bytes
    },
    xSleep: (): number => 0,
    // Nothing of ours asks SQLite for the time.
    xCurrentTime: (_vfs: number, answer: number): number => {
      wasm.poke64f(answer, 2_440_587.5)
      return capi.SQLITE_OK
    },
  }
  // The default one is asked for the randomness that SQLite's own generator begins with.
  struct.installMethods(methods)
  sqlite3.vfs.installVfs({ vfs: { struct, methods: {}, name: vfsName, asDefault: true } })
  return installed
}

/** Makes disks whose chances, and SQLite's own, come from `random` from now on. */
export const createDisks = (sqlite3: Sqlite3Static, random: Random): { disk(image?: Image): SqliteDisk } => {
  const installed = install(sqlite3)
  installed.random = random
  sqlite3.wasm.exports.sqlite3_randomness(0, 0)
  return {
    disk: image => {
      installed.made += 1
      const id = String(installed.made)
      const disk = createDisk(random, image)
      installed.disks.set(id, disk)
      return {
        ...disk,
        file: name => ({ vfs: vfsName, path: `/${id}/${name}` }),
        discard: () => {
          installed.disks.delete(id)
        },
      }
    },
  }
}
