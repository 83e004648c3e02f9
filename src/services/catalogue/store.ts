import type { StoreProfile, TillCatalogue } from '../../contracts/catalogue.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { CommandContext, QueryContext, Refusal } from '../../platform/host/service.ts'
import { type CatalogueTables, everyone } from './tables.ts'

/** The store that a call is about; null where none is named at HQ, which is no store itself. */
export const askedStore = ({ node, store }: Pick<QueryContext | CommandContext, 'node' | 'store'>): string | null =>
  node.kind === 'hq' && store === node.store ? null : store

/**
 * At HQ someone may be limited to stores, and then decides nothing for others: what is decided for all, or for a group, is
 * refused as `store-not-allowed`. `audience` is the store or group that it is for.
 */
export const checkAudience = (
  { node, principal }: Pick<CommandContext, 'node' | 'principal'>,
  audience: string | undefined,
): Refusal | undefined => {
  if (node.kind !== 'hq' || !principal.stores) return undefined
  if (audience !== undefined && principal.stores.includes(audience)) return undefined
  return { ok: false, code: 'store-not-allowed' }
}

export const storeProfileOf = async (db: Reader, store: string): Promise<StoreProfile | undefined> => {
  const row = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_store')
    .select('profile')
    .where('store', '=', store)
    .executeTakeFirst()
  return row && (JSON.parse(row.profile) as StoreProfile)
}

/** The groups that a store is in, in the order of their handles. */
export const groupsOfStore = async (db: Reader, store: string): Promise<string[]> => {
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_group')
    .select('audience')
    .where('store', '=', store)
    .orderBy('audience')
    .execute()
  return rows.map(row => row.audience)
}

/** Whose prices and taxes a store goes by before everyone's: its own, then those of its groups in the order of their handles. */
export const audiencesOf = async (db: Reader, store: string): Promise<string[]> => [
  store,
  ...(await groupsOfStore(db, store)),
]

/** What a handle stands for here, where it stands for anything. */
export const audienceKind = async (db: Reader, handle: string): Promise<'store' | 'group' | undefined> => {
  const tables = db.tables<CatalogueTables>()
  const stores = tables.selectFrom('catalogue_store').select('store')
  if (await stores.where('store', '=', handle).executeTakeFirst()) return 'store'
  const groups = tables.selectFrom('catalogue_group').select('store').limit(1)
  return (await groups.where('audience', '=', handle).executeTakeFirst()) && 'group'
}

/** Stores that are configured, by handle; only `store` where it is named. */
export const listStores = async (
  db: Reader,
  store: string | null,
): Promise<Array<{ handle: string; profile: StoreProfile; groups: string[] }>> => {
  const tables = db.tables<CatalogueTables>()
  let stores = tables.selectFrom('catalogue_store').selectAll()
  let groups = tables.selectFrom('catalogue_group').selectAll()
  if (store !== null) {
    stores = stores.where('store', '=', store)
    groups = groups.where('store', '=', store)
  }
  const grouped = Map.groupBy(await groups.orderBy('audience').execute(), row => row.store)
  const rows = await stores.orderBy('store').execute()
  return rows.map(row => ({
    handle: row.store,
    profile: JSON.parse(row.profile) as StoreProfile,
    groups: (grouped.get(row.store) ?? []).map(each => each.audience),
  }))
}

type ListedTax = TillCatalogue['taxes'][number]
type TaxRow = CatalogueTables['catalogue_tax']
const taxOf = ({ code, name, parts }: TaxRow): ListedTax => ({
  code,
  name,
  parts: JSON.parse(parts) as ListedTax['parts'],
})

/** All taxes with whom they are for, everyone's first, in the order in which they were first set. */
export const listAllTaxes = async (db: Reader): Promise<Array<ListedTax & { audience?: string }>> => {
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_tax')
    .selectAll()
    .orderBy('position')
    .orderBy('audience')
    .execute()
  const others = rows.filter(row => row.audience !== everyone)
  return [
    ...rows.filter(row => row.audience === everyone).map(taxOf),
    ...others.map(row => ({ ...taxOf(row), audience: row.audience })),
  ]
}

/** Taxes as they are for a store, or everyone's where none is given, in the order in which they were first set. */
export const listTaxes = async (db: Reader, store?: string): Promise<ListedTax[]> => {
  const audiences = store === undefined ? [] : await audiencesOf(db, store)
  const rows = await db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_tax')
    .selectAll()
    .where('audience', 'in', [everyone, ...audiences])
    .orderBy('position')
    .execute()
  return rows
    .filter(row => row.audience === everyone)
    .map(row => {
      const own = audiences.flatMap(
        audience => rows.find(each => each.audience === audience && each.code === row.code) ?? [],
      )
      return taxOf(own[0] ?? row)
    })
}

/** Categories in the order in which the till shows them. */
export const listCategories = (db: Reader): Promise<TillCatalogue['categories']> =>
  db
    .tables<CatalogueTables>()
    .selectFrom('catalogue_category')
    .select(['name', 'colour', 'order'])
    .orderBy('order')
    .orderBy('name')
    .execute()
