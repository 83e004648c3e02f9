import type { Query } from '../../platform/host/service.ts'
import { tokenOf } from './commands.ts'
import { deviceOf, newestDevices } from './devices.ts'
import { listOverrides } from './overrides.ts'
import { personOf } from './people.ts'
import type { StaffTables } from './tables.ts'

export const staffQueries: Record<string, Query> = {
  setupState: async (_input, { db, node }) => {
    const owner = await db
      .tables<StaffTables>()
      .selectFrom('staff_person')
      .select('person_id')
      .where('role', '=', 'owner')
      .where('active', '=', 1)
      .limit(1)
      .executeTakeFirst()
    // People of a node that has one above it are made there.
    return { needed: node.top && owner === undefined }
  },
  listPeople: async (_input, { db, node, store }) => {
    const rows = await db.tables<StaffTables>().selectFrom('staff_person').selectAll().orderBy('number').execute()
    const people = rows.map(personOf)
    // Who works in other stores alone is no business of this one's. A shop has no others, and has to see whom it shut out.
    const isShop = node.top && node.kind === 'store'
    if (store === null || isShop) return { rows: people }
    return { rows: people.filter(({ stores }) => !stores || stores.includes(store)) }
  },
  listTokens: async (_input, { db }) => {
    const rows = await db
      .tables<StaffTables>()
      .selectFrom('staff_token')
      .selectAll()
      .orderBy('created_at_ms', 'desc')
      .orderBy('token_id')
      .execute()
    return { rows: rows.map(tokenOf) }
  },
  listDevices: async (_input, { db, store }) => ({ rows: (await newestDevices(db, store)).map(deviceOf) }),
  listOverrides,
}
