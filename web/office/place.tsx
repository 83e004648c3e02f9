import { Center, Loader } from '@mantine/core'
import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useLayoutEffect, useMemo, useState } from 'react'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import type { Client } from '../../src/contracts/client.ts'
import type { ResponseOf } from '../../src/contracts/route.ts'
import { type LinkState, syncRoutes } from '../../src/contracts/sync.ts'
import { client, clientAbout } from '../shared/api.ts'
import { liveAbout, useLive } from '../shared/live.ts'
import { t } from '../shared/messages.ts'
import { createQueries } from '../shared/queries.ts'
import { useSession } from '../shared/session.tsx'

export type ListedStore = ResponseOf<typeof catalogueRoutes.listStores>['rows'][number]

/** Where the person works: at which node, and about which store they ask. */
export type Place = {
  link: LinkState
  isHq: boolean
  /** Stores that this person may see, by handle. In a shop its one. */
  stores: readonly ListedStore[]
  /** The store that everything is asked about; null at HQ for all of them. */
  store: string | null
  /** Whether this person may ask about all stores at once. */
  mayAskAll: boolean
}

const Current = createContext<Place | null>(null)

export const usePlace = (): Place => {
  const place = useContext(Current)
  if (!place) throw new Error('usePlace is for what stands inside the office')
  return place
}

/** The API, asked about the store that the person looks at, or about the one that a page is of. */
export const useClient = (about?: string | null): Client => {
  const { store } = usePlace()
  return clientAbout(about ?? store)
}

/** How a store is called, by its handle. */
export const useStoreName = (): ((handle: string) => string) => {
  const { stores } = usePlace()
  return handle => stores.find(store => store.handle === handle)?.profile.name ?? handle
}

/** Often enough that a person who looks believes it. */
const linkEveryMs = 5_000

/** All that a person may see: of those who are limited to some, each is asked about by itself. */
const readStores = async (limitedTo: readonly string[] | undefined): Promise<ListedStore[]> => {
  if (!limitedTo) return (await client.call(catalogueRoutes.listStores, {})).rows
  const answers = await Promise.all(limitedTo.map(store => clientAbout(store).call(catalogueRoutes.listStores, {})))
  return answers.flatMap(answer => answer.rows)
}

/** Follows what is said of stores and by them. */
const Following = ({ children }: { children: ReactNode }) => {
  const { isHq, mayAskAll, store } = usePlace()
  const queries = useQueryClient()
  const only = isHq && !mayAskAll ? store : null
  useLayoutEffect(() => liveAbout(only), [only])
  useLive(fact => {
    if (/^store\./.test(fact.type)) void queries.invalidateQueries({ queryKey: ['stores'] })
  })
  return children
}

/** Tells everything inside where it is. The store is in the address, so that a page can be kept and sent on. */
export const PlaceScope = ({ children }: { children: ReactNode }) => {
  const { person } = useSession()
  const search: { store?: unknown } = useSearch({ strict: false })
  const { data: link } = useQuery({
    queryKey: ['link'],
    queryFn: () => client.call(syncRoutes.linkState, {}),
    retry: true,
    refetchInterval: query => (query.state.data?.top === false ? linkEveryMs : false),
  })
  const isHq = link?.node.kind === 'hq'
  const limitedTo = isHq ? person.stores : undefined
  const { data: stores } = useQuery({
    queryKey: ['stores', limitedTo],
    queryFn: () => readStores(limitedTo),
    enabled: link !== undefined,
    retry: true,
  })
  const named = search.store === undefined ? undefined : String(search.store)
  const place = useMemo<Place | null>(() => {
    if (!link || !stores) return null
    return {
      link,
      isHq,
      stores: isHq ? stores.filter(store => store.handle !== link.node.store) : stores,
      store: isHq ? (named ?? limitedTo?.[0] ?? null) : null,
      mayAskAll: isHq && limitedTo === undefined,
    }
  }, [link, stores, isHq, named, limitedTo])
  if (!place) {
    return (
      <Center mih="100dvh">
        <Loader aria-label={t('common.loading')} />
      </Center>
    )
  }
  return (
    <Current.Provider value={place}>
      <Following>{children}</Following>
    </Current.Provider>
  )
}

const Reads = ({ children }: { children: ReactNode }) => {
  const [queries] = useState(createQueries)
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>
}

/** What is read of one store is never shown as another's: each begins with nothing read. */
export const ReadsOfStore = ({ children }: { children: ReactNode }) => {
  const { store } = usePlace()
  return <Reads key={store ?? ''}>{children}</Reads>
}
