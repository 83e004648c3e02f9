import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'

/** Bytes that SQLite in WebAssembly holds, over all databases. */
export const memoryUsed = ({ capi, wasm }: Sqlite3Static): number => {
  const stack = wasm.pstack.pointer
  try {
    const [now = 0, most = 0] = wasm.pstack.allocPtr(2)
    capi.sqlite3_status(capi.SQLITE_STATUS_MEMORY_USED, now, most, 0)
    return wasm.peek32(now)
  } finally {
    wasm.pstack.restore(stack)
  }
}
