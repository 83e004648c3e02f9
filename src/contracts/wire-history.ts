/**
 * What travels between nodes, by its version: a hash of the schemas of all facts and of what sync asks and answers. A test
 * computes it anew. Where it differs, think: can nodes of the version before, which may have been away for 90 days, still be
 * understood, and still understand? Then, if this version was released: add a version, its golden file, and what `upcast` needs.
 * A version that was not released yet may change its hash.
 */
export const wireHistory: ReadonlyArray<{ version: number; released: boolean; hash: string }> = [
  { version: 1, released: false, hash: '6a67ce126dcc5397e7e8e916dcf1ad8a23ef0b76f94033829510fe52ce832835' },
]

/** The oldest version whose nodes are still taken in. */
export const oldestWire = 1
