import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import { type LinkState, syncRoutes } from '../../src/contracts/sync.ts'
import { askThrough, client } from '../shared/api.ts'
import { hearFrom, useLive } from '../shared/live.ts'
import { type NodeLink, openNode } from './node-link.ts'
import type { NodeState, TillInfo } from './node-messages.ts'

/** What this browser remembers of being a till, should it have thrown the rest away. */
type Remembered = { handle: string; name: string }
const rememberedKey = 'tillwire.node'

export const rememberedTill = (): Remembered | null => {
  try {
    return JSON.parse(localStorage.getItem(rememberedKey) ?? 'null') as Remembered | null
  } catch {
    return null
  }
}
export const rememberTill = ({ handle, name }: Remembered): void =>
  localStorage.setItem(rememberedKey, JSON.stringify({ handle, name }))
export const forgetRememberedTill = (): void => localStorage.removeItem(rememberedKey)

/** Whether a page may be a till that sells alone: it came by HTTPS or from this machine, and the browser can keep files. */
export const canBeTill = (): boolean =>
  isSecureContext && 'locks' in navigator && 'storage' in navigator && 'getDirectory' in navigator.storage

const keptDatabase = 'tillwire-till'
/** Whether this device is a till, or was one. */
export const mayBeTill = async (): Promise<boolean> => {
  if (!canBeTill()) return false
  if (rememberedTill()) return true
  return (await indexedDB.databases()).some(({ name }) => name === keptDatabase)
}

let link: NodeLink | undefined
/** The node of this page, started when it is first asked for. */
export const thisNode = (): NodeLink => {
  link ??= openNode()
  return link
}

let isActive = false
/** From now on the page works through its node. */
export const workThrough = (node: NodeLink): void => {
  if (isActive) return
  isActive = true
  askThrough(node.ask)
  hearFrom(deliver => node.onFact(deliver))
}

export const useNodeState = (node: NodeLink): NodeState => useSyncExternalStore(node.onState, node.state)

export const ThisTill = createContext<TillInfo | null>(null)
/** Which till this device is; null where the page is only a view of the shop. */
export const useThisTill = (): TillInfo | null => useContext(ThisTill)

const lookEveryMs = 2_000

/** How this till stands to its store. Undefined while it is not known, and where the page is no till. */
export const useLink = (): LinkState | undefined => {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['link'],
    queryFn: () => client.call(syncRoutes.linkState, {}),
    enabled: useThisTill() !== null,
    refetchInterval: lookEveryMs,
    staleTime: 0,
  })
  useLive(fact => {
    if (fact.type.startsWith('sale.')) void queries.invalidateQueries({ queryKey: ['link'] })
  })
  return data
}

/** Asks the browser to keep what the till records, whatever else needs room. */
export const askToKeep = async (): Promise<boolean> => {
  if (await navigator.storage.persisted()) return true
  return navigator.storage.persist()
}

/** Whether the browser promised it. Undefined while it is not known. */
export const useIsKept = (): { isKept: boolean | undefined; ask(): Promise<void> } => {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['storage-kept'],
    queryFn: askToKeep,
    enabled: useThisTill() !== null,
    staleTime: 60_000,
    refetchInterval: 600_000,
  })
  return { isKept: data, ask: () => queries.invalidateQueries({ queryKey: ['storage-kept'] }) }
}

/** Keeps what this browser remembers in step with what it is. */
export const useRemembered = (till: TillInfo | null): void => {
  useEffect(() => {
    if (till) rememberTill(till)
  }, [till])
}
