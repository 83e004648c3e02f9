/**
 * What travels between nodes, by its version: a hash of the schemas of all facts and of what sync asks and answers. A test
 * computes it anew. Where it differs, think: can nodes of the version before, which may have been away for 90 days, still be
 * understood, and still understand? Then, if this version was released: add a version, its golden file, and what `upcast` needs.
 * A version that was not released yet may change its hash.
 */
export const wireHistory: ReadonlyArray<{ version: number; released: boolean; hash: string }> = [
  { version: 1, released: false, hash: '515e85e8877ed7bb83721cb894b3e837239ff06c94afbce1b35090c82d585a6c' },
]

/** The oldest version whose nodes are still taken in. */
export const oldestWire = 1
