import type { Kysely } from 'kysely'

export type Dialect = 'sqlite' | 'postgres'

/** One table's rows for `bulk`: values stand in the order of `columns`. */
export type BulkInsert = {
  table: string
  columns: readonly string[]
  rows: ReadonlyArray<ReadonlyArray<string | number | null>>
  /** What happens where a row with the same key exists; without it the insert fails. */
  conflict?: {
    keys: readonly string[]
    /** Columns to which the new value is added. */
    add?: readonly string[]
    /** Columns that take the new value. */
    set?: readonly string[]
    /** Columns that take the new value where it is greater. With none of the three the new row is ignored. */
    greatest?: readonly string[]
  }
}

/** Reads of committed rows. A service names its own tables' type and so cannot name another's. */
export type Reader = {
  readonly dialect: Dialect
  tables<T>(): Kysely<T>
}

export type Transaction = Reader & {
  /** Many rows of one table at the least cost the engine has. Rows of one call must differ in their key. Answers the rows written. */
  bulk(insert: BulkInsert): Promise<number>
  /** Undoes what `work` wrote if it throws, and throws on; what was written before stays. */
  savepoint<R>(work: () => Promise<R>): Promise<R>
}

/** SQL as both engines read it, or one text for each. */
export type Sql = string | Record<Dialect, string>

/**
 * A database with one writer. `transaction` runs one at a time in the order of calls, commits durably before it answers,
 * and rolls back if `work` throws. A failed commit is thrown as CommitUnknown: it may have happened.
 *
 * Reads by the database itself see what is committed and wait for no transaction, on every engine. So they may be made inside
 * `work` too, and then see the rows as they were before it; what `work` wrote itself it reads by `tx`.
 */
export type Database = Reader & {
  transaction<R>(work: (tx: Transaction) => Promise<R>): Promise<R>
  close(): Promise<void>
}

/** The engine did not say whether the commit happened: stop, reopen, look facts up by id. */
export class CommitUnknown extends Error {
  override name = 'CommitUnknown'
}

/** Another process or tab has the node's database open. */
export class NodeBusy extends Error {
  override name = 'NodeBusy'
}

/** The engine does not have the durability that was asked of it. */
export class NotDurable extends Error {
  override name = 'NotDurable'
}
