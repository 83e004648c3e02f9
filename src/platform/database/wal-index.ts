import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'

/** A connection's part in the index: a bit for each lock that it has. */
type Member = { index: Index; shared: number; exclusive: number }
/** What the connections to one file share: pieces of the WASM heap, by number. */
type Index = { regions: number[]; members: Set<Member>; using: Set<Member> }

export type WalIndex = {
  /** To be called before the connection's first statement. `database` is SQLite's pointer to it. */
  join(database: number): void
  /** To be called when all who joined are closed. */
  end(): void
}

type Heap = { members: Map<number, Member>; completed: Set<number> }
const heaps = new WeakMap<Sqlite3Static, Heap>()

const heapOf = (sqlite3: Sqlite3Static): Heap => {
  const known = heaps.get(sqlite3)
  if (known) return known
  const made: Heap = { members: new Map(), completed: new Set() }
  heaps.set(sqlite3, made)
  return made
}

/** https://sqlite.org/c3ref/c_shm_exclusive.html */
const shmUnlock = 1
const shmExclusive = 8

/** https://sqlite.org/c3ref/io_methods.html, the methods of version 2; what they have to do is told by os_unix.c. */
const methodsOver = ({ capi, wasm }: Sqlite3Static, { members }: Heap) => ({
  xShmMap: (file: number, region: number, bytes: number, extend: number, answer: number): number => {
    const member = members.get(file)
    if (!member) return capi.SQLITE_IOERR_SHMMAP
    const { regions, using } = member.index
    using.add(member)
    while (extend !== 0 && regions.length <= region) {
      const memory = wasm.exports.sqlite3_malloc(bytes)
      if (memory === 0) return capi.SQLITE_NOMEM
      wasm.heap8u().fill(0, memory, memory + bytes)
      regions.push(memory)
    }
    wasm.pokePtr(answer, regions[region] ?? 0)
    return 0
  },
  xShmLock: (file: number, first: number, count: number, flags: number): number => {
    const member = members.get(file)
    if (!member) return capi.SQLITE_IOERR_SHMLOCK
    const asked = ((1 << count) - 1) << first
    if (flags & shmUnlock) {
      member.shared &= ~asked
      member.exclusive &= ~asked
      return 0
    }
    const exclusive = (flags & shmExclusive) !== 0
    for (const other of member.index.members) {
      if (other === member) continue
      if (((exclusive ? other.shared | other.exclusive : other.exclusive) & asked) !== 0) return capi.SQLITE_BUSY
    }
    if (exclusive) member.exclusive |= asked
    else member.shared |= asked
    return 0
  },
  // One thread: what is written is seen.
  xShmBarrier: (): void => {},
  xShmUnmap: (file: number): number => {
    const member = members.get(file)
    if (!member) return 0
    member.shared = 0
    member.exclusive = 0
    const { regions, using } = member.index
    using.delete(member)
    if (using.size === 0) for (const memory of regions.splice(0)) wasm.exports.sqlite3_free(memory)
    return 0
  },
})

/**
 * The index of a write-ahead log, for connections to one file that live in this WASM heap. SQLite keeps it in memory that all
 * connections share; the VFSs of a browser have none, so that with them a log allows one connection only, and whoever reads
 * beside a transaction would have to wait for it, or see what is not committed. Connections of one thread share the heap: the
 * memory is a piece of it, and its locks are a table. The file's methods are completed by the ones that it lacks.
 */
export const walIndexOf = (sqlite3: Sqlite3Static): WalIndex => {
  const { capi, wasm } = sqlite3
  const heap = heapOf(sqlite3)
  const index: Index = { regions: [], members: new Set(), using: new Set() }
  const files: number[] = []

  const fileOf = (database: number): number => {
    const stack = wasm.pstack.pointer
    try {
      const answer = wasm.pstack.allocPtr()
      capi.sqlite3_file_control(database, 'main', capi.SQLITE_FCNTL_FILE_POINTER, answer)
      return wasm.peekPtr(answer)
    } finally {
      wasm.pstack.restore(stack)
    }
  }

  const complete = (file: number): void => {
    const opened = new capi.sqlite3_file(file)
    const pointer = opened.$pMethods
    opened.dispose()
    if (pointer === 0 || heap.completed.has(pointer)) return
    heap.completed.add(pointer)
    const methods = new capi.sqlite3_io_methods(pointer)
    if (wasm.peek32(pointer) >= 2) return
    methods.installMethods(methodsOver(sqlite3, heap))
    wasm.poke32(pointer, 2)
  }

  return {
    join: database => {
      const file = fileOf(database)
      complete(file)
      const member: Member = { index, shared: 0, exclusive: 0 }
      index.members.add(member)
      heap.members.set(file, member)
      files.push(file)
    },
    end: () => {
      for (const file of files.splice(0)) heap.members.delete(file)
    },
  }
}
