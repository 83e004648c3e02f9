import type { Person, Role } from '../../contracts/staff.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { StaffTables } from './tables.ts'

/** Handles with a comma between, as a column keeps them. */
export const listOf = (text: string | null): string[] => (text ? text.split(',') : [])

export const personOf = (row: StaffTables['staff_person']): Person => ({
  personId: row.person_id,
  number: row.number,
  name: row.name,
  role: row.role as Role,
  active: row.active === 1,
  ...(row.stores === null ? {} : { stores: listOf(row.stores) }),
})

export const findPerson = async (db: Reader, personId: string): Promise<Person | undefined> => {
  const row = await db
    .tables<StaffTables>()
    .selectFrom('staff_person')
    .selectAll()
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return row && personOf(row)
}

/** Whether a person may work in a store. */
export const worksIn = ({ active, stores }: Person, store: string): boolean =>
  active && (stores === undefined || stores.includes(store))

/** Whether a person may sign in at a node. At HQ everyone may, and sees the stores that they may work in. */
export const worksAt = (person: Person, node: Pick<NodeIdentity, 'kind' | 'store'>): boolean =>
  node.kind === 'hq' ? person.active : worksIn(person, node.store)
