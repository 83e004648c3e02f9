import type { catalogueRoutes } from '../../contracts/catalogue.ts'
import { hqHandle } from '../../contracts/devices.ts'
import type { InputOf } from '../../contracts/route.ts'
import { isCurrency } from '../../domain/money.ts'
import type { Command } from '../../platform/host/service.ts'
import { record, refuse, unchanged } from './decision.ts'
import { isSame } from './products.ts'
import { askedStore, audienceKind, checkAudience, groupsOfStore, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'

type Routes = typeof catalogueRoutes
type Input<Name extends keyof Routes> = InputOf<Routes[Name]>

const isKnown = (make: () => unknown): boolean => {
  try {
    make()
    return true
  } catch {
    return false
  }
}
const isTimeZone = (name: string): boolean => isKnown(() => new Intl.DateTimeFormat('en', { timeZone: name }))
const isLocale = (tag: string): boolean => isKnown(() => Intl.getCanonicalLocales(tag))

export const storeCommands: Record<string, Command> = {
  /** At HQ, a store begins by being configured. */
  configureStore: {
    decidedBy: 'top',
    decide: async ({ id: _id, ...profile }: Input<'configureStore'>, context) => {
      const { tx, node, catchUp } = context
      const store = askedStore(context)
      if (store === null) return refuse('store-needed')
      // A shop is one store and has no others.
      if (node.kind !== 'hq' && store !== node.store) return refuse('store-unknown', { store })
      const foreign = checkAudience(context, store)
      if (foreign) return foreign
      if (!isCurrency(profile.currency)) return refuse('currency-unknown', { currency: profile.currency })
      if (!isTimeZone(profile.timeZone)) return refuse('time-zone-unknown', { timeZone: profile.timeZone })
      if (!isLocale(profile.locale)) return refuse('locale-unknown', { locale: profile.locale })
      if ((await audienceKind(tx, store)) === 'group') return refuse('handle-taken', { handle: store })
      // A sale that was completed a moment ago may not have been heard of yet.
      await catchUp()
      const before = await storeProfileOf(tx, store)
      const sold = await tx
        .tables<CatalogueTables>()
        .selectFrom('catalogue_sold')
        .select('store')
        .where('store', '=', store)
        .executeTakeFirst()
      const isOther = before && (before.currency !== profile.currency || before.taxMode !== profile.taxMode)
      if (isOther && sold) return refuse('currency-fixed', { currency: before.currency })
      return isSame(before, profile) ? unchanged(profile) : record('store.configured', profile, store)
    },
    answer: fact => fact.body,
  },
  setStoreGroups: {
    decidedBy: 'top',
    decide: async ({ handle: store, groups: asked }: Input<'setStoreGroups'>, context) => {
      const { tx } = context
      // Which groups it is in decides what others' prices reach it, so whoever is limited to it may not.
      const foreign = checkAudience(context, undefined)
      if (foreign) return foreign
      if (!(await storeProfileOf(tx, store))) return refuse('store-unknown', { store })
      const groups = [...new Set(asked)].toSorted()
      for (const handle of groups) {
        // One handle is a store or a group; prices say it without saying which.
        if (handle === hqHandle || (await audienceKind(tx, handle)) === 'store')
          return refuse('handle-taken', { handle })
      }
      const body = { store, groups }
      return isSame(await groupsOfStore(tx, store), groups) ? unchanged(body) : record('store.grouped', body, store)
    },
    answer: fact => fact.body,
  },
}
