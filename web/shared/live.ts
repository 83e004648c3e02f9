import { useEffect, useRef, useSyncExternalStore } from 'react'

/** A fact as the live stream tells it; its content only for those who may read facts. */
export type LiveFact = {
  position: number
  id: string
  type: string
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

const setConnected = (now: boolean): void => {
  if (connected === now) return
  connected = now
  for (const watcher of watchers) watcher()
}

/** One stream for the page, however many parts listen. The browser reconnects by itself and names the last fact it had. */
const open = (): void => {
  if (source) return
  source = new EventSource('/api/v1/live')
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
    const fact = JSON.parse(event.data as string) as LiveFact
    for (const listener of listeners) listener(fact)
  })
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
