import { type Device, hqHandle } from '../../contracts/devices.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { StaffTables } from './tables.ts'

export type DeviceRow = StaffTables['staff_device']

export const deviceOf = (row: DeviceRow): Device => ({
  nodeId: row.node_id,
  epoch: row.epoch,
  kind: row.kind,
  store: row.store,
  handle: row.handle,
  name: row.name,
  enrolledAtMs: row.enrolled_at_ms,
  revokedAtMs: row.revoked_at_ms,
  reason: row.reason,
})

/** A device's keys, the newest first. */
export const keysOfNode = (db: Reader, nodeId: string): Promise<DeviceRow[]> =>
  db
    .tables<StaffTables>()
    .selectFrom('staff_device')
    .selectAll()
    .where('node_id', '=', nodeId)
    .orderBy('epoch', 'desc')
    .execute()

/** Every device with its newest key, by store and handle; one store's only where one is named. */
export const newestDevices = async (db: Reader, store?: string | null): Promise<DeviceRow[]> => {
  let query = db.tables<StaffTables>().selectFrom('staff_device').selectAll()
  if (store) query = query.where('store', '=', store)
  const rows = await query.orderBy('store').orderBy('handle').orderBy('epoch', 'desc').execute()
  const newest = new Map<string, DeviceRow>()
  for (const row of rows) if (!newest.has(row.node_id)) newest.set(row.node_id, row)
  return [...newest.values()]
}

/** Whether a device is enrolled here: tills are at their store, stores at HQ. */
export const isBelow = (
  node: Pick<NodeIdentity, 'kind' | 'store'>,
  { kind, store }: Pick<DeviceRow, 'kind' | 'store'>,
): boolean => (node.kind === 'hq' ? kind === 'store' : node.kind === 'store' && kind === 'till' && store === node.store)

/**
 * Whether who recorded that a device was enrolled is the one who enrols such devices: a store its own tills, HQ stores. So no
 * store makes itself another one.
 */
export const isEnrolledByParent = (recordedIn: string, { kind, store }: Pick<DeviceRow, 'kind' | 'store'>): boolean =>
  kind === 'till' ? recordedIn === store : recordedIn === hqHandle && store !== hqHandle

type Below = Omit<Device, 'enrolledAtMs' | 'revokedAtMs' | 'reason'> & { revoked: boolean }
const belowOf = (row: DeviceRow): Below => ({ ...deviceOf(row), revoked: row.revoked_at_ms !== null })

/** What those who send facts up and down have to know of devices. */
export const staffDevices = {
  find: async (db: Reader, nodeId: string): Promise<Below | undefined> => {
    const [row] = await keysOfNode(db, nodeId)
    return row && belowOf(row)
  },
  list: async (db: Reader): Promise<Below[]> => (await newestDevices(db)).map(belowOf),
}
