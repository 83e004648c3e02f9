import { sql } from 'kysely'
import { browserPorts } from '../../../src/platform/browser-system.ts'
import type { Database } from '../../../src/platform/database/database.ts'
import { migrate } from '../../../src/platform/database/migrate.ts'
import { openOpfs } from '../../../src/platform/database/opfs.ts'
import type { Timers } from '../../../src/platform/ports.ts'

type Closable = { close(): void }
declare global {
  interface FileSystemFileHandle {
    /** Workers have it; the types of a page don't. */
    createSyncAccessHandle(): Promise<Closable>
  }
}

type Tables = { entry: { sale: number; line: number; text: string } }
const linesOfSale = 3
const ports = browserPorts('warn')
let opened: Database | undefined
let held: Closable[] = []
const open = (): Database => {
  if (!opened) throw new Error('the database is not open')
  return opened
}

const sell = (sale: number, textBytes = 700): Promise<void> =>
  open().transaction(async tx => {
    for (let line = 0; line < linesOfSale; line++) {
      await tx.bulk({ table: 'entry', columns: ['sale', 'line', 'text'], rows: [[sale, line, 'x'.repeat(textBytes)]] })
    }
  })

const salesIn = (database: Pick<Database, 'tables'>): Promise<Array<{ sale: number; lines: number }>> => {
  const db = database.tables<Tables>()
  return db
    .selectFrom('entry')
    .select(['sale', db.fn.countAll<number>().as('lines')])
    .groupBy('sale')
    .orderBy('sale')
    .execute()
}

/** What the page may ask for. */
const calls = {
  open: async (name: string): Promise<void> => {
    const timers: Timers = {
      ...ports.timers,
      after: (ms, run) => {
        self.postMessage({ told: 'waits' })
        return ports.timers.after(ms, run)
      },
    }
    opened = await openOpfs(name, timers)
    const create = 'CREATE TABLE entry (sale bigint, line bigint, text text NOT NULL, PRIMARY KEY (sale, line))'
    await migrate(opened, 'test', [{ name: 'create', sql: [create] }])
  },
  close: async (): Promise<void> => {
    await open().close()
    opened = undefined
  },
  /** Sells without an end, and tells of each sale when it was answered. */
  sellOn: async (): Promise<never> => {
    for (let sale = 1; ; sale++) {
      await sell(sale)
      self.postMessage({ told: 'sold' })
    }
  },
  sell,
  /** Has the files open as a tab has that is just closing: without the lock. */
  holdFiles: async (name: string): Promise<void> => {
    let folder = await navigator.storage.getDirectory()
    for (const part of ['tillwire', name, '.opaque']) folder = await folder.getDirectoryHandle(part)
    for await (const handle of folder.values()) {
      if (handle instanceof FileSystemFileHandle) held.push(await handle.createSyncAccessHandle())
    }
  },
  /** The next file that is to be opened is not: what browsers do for reasons of their own. */
  failToOpenOnce: async (): Promise<void> => {
    const { prototype } = FileSystemFileHandle
    const create = prototype.createSyncAccessHandle
    let files = 0
    prototype.createSyncAccessHandle = async function (this: FileSystemFileHandle) {
      files += 1
      // The first is the library's own probe.
      if (files === 2) throw new DOMException('for reasons of its own', 'UnknownError')
      return create.call(this)
    }
  },
  letFilesGo: async (): Promise<void> => {
    for (const handle of held) handle.close()
    held = []
  },
  /** Begins a sale that never ends. Answers what the transaction sees, and what a reader beside it sees. */
  beginToSell: (sale: number): Promise<{ within: number; beside: number }> =>
    new Promise((resolve, reject) => {
      open()
        .transaction(async tx => {
          const row = [sale, 0, 'x'.repeat(4_000_000)]
          await tx.bulk({ table: 'entry', columns: ['sale', 'line', 'text'], rows: [row] })
          resolve({ within: (await salesIn(tx)).length, beside: (await salesIn(open())).length })
          await new Promise(() => {})
        })
        .catch(reject)
    }),
  sales: () => salesIn(open()),
  damage: async (): Promise<string[]> => {
    const { rows } = await sql<{ integrity_check: string }>`PRAGMA integrity_check`.execute(open().tables())
    return rows.map(row => row.integrity_check).filter(row => row !== 'ok')
  },
  slowHash: ports.secrets.slowHash,
  hash: async (text: string) => ports.secrets.hash(text),
  id: async () => ports.ids.next(),
  /** The order in which what waits comes. */
  turns: async (): Promise<string[]> => {
    const order: string[] = []
    const turn = ports.timers.turn().then(() => order.push('turn'))
    const timer = new Promise<void>(resolve => {
      ports.timers.after(0, () => {
        order.push('timer')
        resolve()
      })
    })
    await Promise.resolve().then(() => order.push('promise'))
    await Promise.all([turn, timer])
    return order
  },
}
export type Calls = typeof calls
type Asked = { id: number; call: keyof Calls; args: unknown[] }

const answer = async ({ id, call, args }: Asked): Promise<void> => {
  try {
    const run: (...args: never[]) => Promise<unknown> = calls[call]
    self.postMessage({ id, value: await Reflect.apply(run, undefined, args) })
  } catch (error) {
    self.postMessage({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  }
}
self.addEventListener('message', (message: MessageEvent<Asked>) => void answer(message.data))
