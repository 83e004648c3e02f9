/** Numbers from 0 up to 1; all that happens by chance on a disk comes from it, so that one seed gives one result. */
export type Random = () => number

type Bytes = { data: Uint8Array; size: number }
type Change = { at: number; bytes: Uint8Array } | { size: number }
/** `now` is what reads see; `synced` what a power cut leaves; `waiting` what stands between them, in order. */
type File = { now: Bytes; synced: Bytes; waiting: Change[]; named: boolean; handles: Set<Handle> }
type Handle = { file: File; life: number; lock: number }
/** A file that gets a name, or a name that goes. */
type Renaming = { name: string; file: File | null }

/** Why a disk did not do what it was asked. */
export type Fault = 'off' | 'full' | 'sync failed' | 'busy'

/** A disk's files, as they read at some time. Nobody changes them. */
export type Image = ReadonlyMap<string, Uint8Array>

export type OpenFile = {
  size(): number
  /** Bytes read; fewer than asked at the end of the file; null where the disk is off. */
  read(into: Uint8Array, at: number): number | null
  write(bytes: Uint8Array, at: number): Fault | null
  truncate(size: number): Fault | null
  sync(): Fault | null
  /** SQLite's lock levels: 0 none, 1 shared, 2 reserved, 3 pending, 4 exclusive. */
  lock(level: number): Fault | null
  unlock(level: number): void
  isReserved(): boolean
  close(): void
}

export type Disk = {
  open(name: string, create: boolean): OpenFile | null
  has(name: string): boolean
  remove(name: string, sync: boolean): Fault | null
  /** What was asked of it that changes something, so far. */
  operations(): number
  /** The power goes at the operation after this many more: that one is not done, and all that follow fail. */
  cutPowerAfter(operations: number): void
  isOff(): boolean
  /**
   * The power was cut, or is cut now, and is back: of what was not synced some is there and some is not, and one write may be
   * there in part, torn at a sector. What was open is dead: all that is asked of it fails, and closing it does nothing.
   */
  crash(): void
  /** Files may grow by so many bytes more. */
  limit(bytes: number): void
  /** The next syncs fail. What they were to write is there or not, and no later sync writes it. */
  failSync(times: number): void
  /** Syncs say yes and do nothing, as cheap drives do, until told otherwise. */
  lie(lying: boolean): void
  /** Turns one bit of a file around, as age does. Answers where. */
  flipBit(name: string): { at: number; bit: number }
  /** The files as they read now: a backup, or what a cloned device has. */
  copy(): Image
}

const sectorBytes = 512

const emptyBytes = (): Bytes => ({ data: new Uint8Array(0), size: 0 })
const clone = ({ data, size }: Bytes): Bytes => ({ data: data.slice(0, size), size })
const bytesOf = (data: Uint8Array): Bytes => ({ data: data.slice(), size: data.length })

const apply = (bytes: Bytes, change: Change): void => {
  if ('size' in change) {
    bytes.data.fill(0, change.size, bytes.size)
    bytes.size = Math.min(bytes.size, change.size)
    return
  }
  const end = change.at + change.bytes.length
  if (end > bytes.data.length) {
    const larger = new Uint8Array(Math.max(end, bytes.data.length * 2, 16_384))
    larger.set(bytes.data.subarray(0, bytes.size))
    bytes.data = larger
  }
  bytes.data.set(change.bytes, change.at)
  bytes.size = Math.max(bytes.size, end)
}

/** A write's part before or after one of the sector borders in it; undefined where it crosses none. */
const tornOf = (change: Change, random: Random): Change | undefined => {
  if ('size' in change) return undefined
  const first = Math.floor(change.at / sectorBytes) + 1
  const last = Math.ceil((change.at + change.bytes.length) / sectorBytes) - 1
  if (last < first) return undefined
  const border = (first + Math.floor(random() * (last - first + 1))) * sectorBytes - change.at
  return random() < 0.5
    ? { at: change.at, bytes: change.bytes.subarray(0, border) }
    : { at: change.at + border, bytes: change.bytes.subarray(border) }
}

/** How many of what waited a power cut leaves: all, none, some, or what came first. */
const keeping = (random: Random, count: number): ((index: number) => boolean) => {
  const way = random()
  if (way < 0.15) return () => true
  if (way < 0.3) return () => false
  if (way < 0.5) {
    const until = Math.floor(random() * (count + 1))
    return index => index < until
  }
  const share = random()
  return () => random() < share
}

/** A disk in memory with a write cache, and everything that happens to disks. */
export const createDisk = (random: Random, image: Image = new Map()): Disk => {
  const fileOf = (data: Uint8Array): File => ({
    now: bytesOf(data),
    synced: bytesOf(data),
    waiting: [],
    named: true,
    handles: new Set(),
  })
  let names = new Map([...image].map(([name, data]) => [name, fileOf(data)] as const))
  const syncedNames = new Map(names)
  const renamings: Renaming[] = []
  let life = 0
  let done = 0
  let left = Number.POSITIVE_INFINITY
  let off = false
  let free = Number.POSITIVE_INFINITY
  let failing = 0
  let lying = false

  /** Whether the power is there for one more operation. */
  const mayChange = (): boolean => {
    if (off) return false
    if (left <= 0) {
      off = true
      return false
    }
    left -= 1
    done += 1
    return true
  }

  const rename = (target: Map<string, File>, { name, file }: Renaming): void => {
    if (file) target.set(name, file)
    else target.delete(name)
  }
  const syncNames = (): void => {
    for (const renaming of renamings.splice(0)) {
      rename(syncedNames, renaming)
      if (renaming.file) renaming.file.named = true
    }
  }

  const change = (file: File, change: Change): void => {
    apply(file.now, change)
    file.waiting.push(change)
  }

  const openFile = (handle: Handle): OpenFile => {
    const { file } = handle
    const isDead = (): boolean => off || handle.life !== life
    const others = (): Handle[] => [...file.handles].filter(other => other !== handle)
    return {
      size: () => file.now.size,
      read: (into, at) => {
        if (isDead()) return null
        const bytes = file.now.data.subarray(at, Math.max(at, Math.min(file.now.size, at + into.length)))
        into.set(bytes)
        return bytes.length
      },
      write: (bytes, at) => {
        if (isDead() || !mayChange()) return 'off'
        const growth = Math.max(0, at + bytes.length - file.now.size)
        const fitting = bytes.slice(0, bytes.length - Math.max(0, growth - free))
        free -= Math.min(free, growth)
        if (fitting.length > 0) change(file, { at, bytes: fitting })
        return fitting.length < bytes.length ? 'full' : null
      },
      truncate: size => {
        if (isDead() || !mayChange()) return 'off'
        free += Math.max(0, file.now.size - size)
        change(file, { size })
        return null
      },
      sync: () => {
        if (isDead() || !mayChange()) return 'off'
        if (lying) return null
        const isFailing = failing > 0
        if (isFailing) failing -= 1
        const isWritten = isFailing ? keeping(random, file.waiting.length) : () => true
        for (const [index, waited] of file.waiting.splice(0).entries()) if (isWritten(index)) apply(file.synced, waited)
        if (isFailing) return 'sync failed'
        if (!file.named) syncNames()
        return null
      },
      lock: level => {
        if (isDead()) return 'off'
        if (handle.lock >= level) return null
        const most = Math.max(0, ...others().map(other => other.lock))
        if (most >= (level === 1 ? 3 : 2)) return 'busy'
        if (level === 4 && most >= 1) {
          handle.lock = 3
          return 'busy'
        }
        handle.lock = level
        return null
      },
      unlock: level => {
        handle.lock = Math.min(handle.lock, level)
      },
      isReserved: () => [...file.handles].some(({ lock }) => lock >= 2),
      close: () => {
        file.handles.delete(handle)
      },
    }
  }

  const settle = (file: File, mayTear: () => boolean): void => {
    const isKept = keeping(random, file.waiting.length)
    for (const [index, waited] of file.waiting.splice(0).entries()) {
      if (!isKept(index)) continue
      apply(file.synced, (mayTear() ? tornOf(waited, random) : undefined) ?? waited)
    }
    file.now = clone(file.synced)
    file.handles.clear()
  }

  return {
    open: (name, create) => {
      if (off) return null
      let file = names.get(name)
      if (!file) {
        if (!create || !mayChange()) return null
        file = { now: emptyBytes(), synced: emptyBytes(), waiting: [], named: false, handles: new Set() }
        names.set(name, file)
        renamings.push({ name, file })
      }
      const handle: Handle = { file, life, lock: 0 }
      file.handles.add(handle)
      return openFile(handle)
    },
    has: name => names.has(name),
    remove: (name, sync) => {
      const file = names.get(name)
      if (!file) return null
      if (!mayChange()) return 'off'
      free += file.now.size
      names.delete(name)
      renamings.push({ name, file: null })
      if (sync) syncNames()
      return null
    },
    operations: () => done,
    cutPowerAfter: operations => {
      left = operations
    },
    isOff: () => off,
    crash: () => {
      const kept = Math.floor(random() * (renamings.length + 1))
      for (const renaming of renamings.splice(0).slice(0, kept)) rename(syncedNames, renaming)
      const tearAt = random() < 0.5 ? Math.floor(random() * 4) : -1
      let asked = 0
      for (const file of syncedNames.values()) {
        settle(file, () => asked++ === tearAt)
        file.named = true
      }
      names = new Map(syncedNames)
      life += 1
      off = false
      left = Number.POSITIVE_INFINITY
    },
    limit: bytes => {
      free = bytes
    },
    failSync: times => {
      failing = times
    },
    lie: isLying => {
      lying = isLying
    },
    flipBit: name => {
      const file = names.get(name)
      if (!file || file.now.size === 0) throw new Error(`there is nothing in ${name} to damage`)
      const at = Math.floor(random() * file.now.size)
      const bit = Math.floor(random() * 8)
      for (const { data, size } of [file.now, file.synced]) if (at < size) data[at] = data[at]! ^ (1 << bit)
      return { at, bit }
    },
    copy: () => new Map([...names].map(([name, { now }]) => [name, now.data.slice(0, now.size)])),
  }
}
