import { createClient } from '../../../src/contracts/client.ts'
import { deviceRoutes } from '../../../src/contracts/devices.ts'
import { salesRoutes } from '../../../src/contracts/sales.ts'
import type { Database } from '../../../src/platform/database/database.ts'
import { migrate } from '../../../src/platform/database/migrate.ts'
import type { NodeIdentity } from '../../../src/platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../../../src/platform/journal/tables.ts'
import type { Ports } from '../../../src/platform/ports.ts'
import { makeDeviceKeys } from '../../../src/platform/web-keys.ts'
import { readLink, setParent } from '../../../src/sync/link.ts'
import { rejoin } from '../../../src/sync/rejoin.ts'
import { type KeptTill, keepTill } from './kept-till.ts'
import { createTillServices } from './services.ts'
import { watchedStanding } from './standing.ts'
import { plainFetch, storeOf } from './to-store.ts'

type KnownNode = Pick<NodeIdentity, 'id' | 'epoch'>

const receiptsAtMost = 100

export const identityOf = ({ nodeId, epoch, store }: KeptTill): NodeIdentity => ({
  id: nodeId,
  epoch,
  store,
  kind: 'till',
  top: false,
})

/** Which node a database is; undefined while it is none. */
export const nodeIn = async (database: Database): Promise<KnownNode | undefined> => {
  await migrate(database, 'journal', journalMigrations)
  return database.tables<JournalTables>().selectFrom('node').select(['id', 'epoch']).executeTakeFirst()
}

/**
 * Becomes a till by a code: makes keys that nobody reads out of this browser, and keeps them with what the store answered.
 * `before`: the node that this device was. Throws what the store refuses.
 */
export const enrol = async (
  code: string,
  before: { nodeId: string; epoch: number } | undefined,
  { origin, ports }: { origin: string; ports: Ports },
): Promise<KeptTill> => {
  const { keys, pinSecret } = await makeDeviceKeys()
  const { publicKey } = keys
  const answer = await createClient(plainFetch, origin).call(deviceRoutes.enrol, {
    id: ports.ids.next(),
    code,
    publicKey,
    pinSecret,
    ...(before ? { node: before } : {}),
  })
  const { nodeId, epoch, handle, name, store, storeName } = answer
  const kept: KeptTill = {
    nodeId,
    epoch,
    handle,
    name,
    store,
    storeName,
    keys,
    joined: false,
    filled: false,
    lastReceipt: null,
  }
  await keepTill(kept)
  return kept
}

/** The number of the newest receipt under the till's handle, from before this device was a node. */
const lastReceiptAtStore = async (kept: KeptTill, origin: string): Promise<number> => {
  const { rows } = await createClient(storeOf(kept), origin).call(salesRoutes.listSales, {
    till: kept.handle,
    limit: receiptsAtMost,
  })
  return Math.max(0, ...rows.map(({ receiptNumber }) => receiptNumber))
}

/**
 * Makes the database that of this till: a new one, or the one of an earlier epoch, which gets back what the store has of it.
 * Throws where the store is not reached; then nothing was changed, and it is tried again.
 */
export const join = async (
  database: Database,
  kept: KeptTill,
  { origin, ports }: { origin: string; ports: Ports },
): Promise<KeptTill> => {
  const identity = identityOf(kept)
  const known = await nodeIn(database)
  const lastReceipt = kept.lastReceipt ?? (await lastReceiptAtStore(kept, origin))
  const parent = createClient(storeOf(kept), origin)
  const services = createTillServices(ports, {
    parent,
    standing: watchedStanding(ports.timers).standing,
    program: '',
    till: kept.handle,
    lastReceipt,
  })
  for (const service of services) await migrate(database, service.name, service.migrations)
  if (known?.id !== identity.id || known.epoch !== identity.epoch) {
    if (identity.epoch === 1) {
      await database.transaction(tx =>
        tx
          .tables<JournalTables>()
          .insertInto('node')
          .values({ id: identity.id, epoch: 1, store: identity.store, kind: 'till', top: 0 })
          .execute(),
      )
    } else {
      const old = known ?? { id: identity.id, epoch: identity.epoch - 1 }
      await rejoin({ database, old, identity, parent, services, clock: ports.clock })
    }
  }
  if (!(await readLink(database))) await database.transaction(tx => setParent(tx, origin, ports.clock.nowMs()))
  const joined = { ...kept, joined: true, lastReceipt }
  await keepTill(joined)
  return joined
}
