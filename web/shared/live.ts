import { useEffect, useRef, useSyncExternalStore } from 'react'
import { addressAbout } from './api.ts'

/** A fact as the live stream tells it; its content only for those who may read facts. */
export type LiveFact = {
  position: number
  id: string
  type: string
  /** The store in which it was recorded. */
  store?: string
  atMs: number
  recordedAtUs: number
  actor: string
  cause?: string
  body?: Record<string, unknown>
}

type Listener = (fact: LiveFact) => void
const listeners = new Set<Listener>()
const watchers = new Set<() => void>()
let source: EventSource | undefined
let connected = true
let address = '/api/v1/live'

const setConnected = (now: boolean): void => {
  if (connected === now) return
  connected = now
  for (const watcher of watchers) watcher()
}

const deliver = (fact: LiveFact): void => {
  for (const listener of listeners) listener(fact)
}

let elsewhere: ((deliver: (fact: LiveFact) => void) => void) | undefined
/** From now on facts come from this page's own node. */
export const hearFrom = (own: (deliver: (fact: LiveFact) => void) => void): void => {
  elsewhere = own
  own(deliver)
}

/** One stream for the page, however many parts listen. The browser reconnects by itself and names the last fact it had. */
const open = (): void => {
  if (source || elsewhere) return
  source = new EventSource(address)
  source.addEventListener('open', () => setConnected(true))
  source.addEventListener('error', () => {
    setConnected(false)
    // A stream that was refused is closed for good: begin another in a while.
    if (source?.readyState === EventSource.CLOSED) {
      source = undefined
      setTimeout(open, 2_000)
    }
  })
  source.addEventListener('fact', event => {
    deliver(JSON.parse(event.data as string) as LiveFact)
  })
}

/** Follows one store from now on, where a person may not follow all. */
export const liveAbout = (store: string | null): void => {
  const now = addressAbout(store, '/api/v1/live')
  if (now === address) return
  address = now
  if (!source) return
  source.close()
  source = undefined
  open()
}

/** Calls back with each fact as it is recorded. */
export const useLive = (onFact: Listener): void => {
  const latest = useRef(onFact)
  latest.current = onFact
  useEffect(() => {
    open()
    const listener: Listener = fact => latest.current(fact)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [])
}

/** Whether the shop is reached. */
export const useConnected = (): boolean =>
  useSyncExternalStore(
    watcher => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => connected,
  )
