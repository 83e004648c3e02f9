import { useEffect, useSyncExternalStore } from 'react'
import { t } from './messages.ts'

/** The pages are kept once they have been drawn and are at rest: whoever scans at once must not wait for it. */
const keepAfterMs = 3_000
const keptWithinMs = 15_000
/** How often a page that stays open looks for a new version. */
const lookEveryMs = 600_000

type Update = { isReady: boolean; words: string }
const none: Update = { isReady: false, words: '' }
const listeners = new Set<() => void>()
let update: Update = none
let registration: ServiceWorkerRegistration | undefined

const become = (next: Update): void => {
  if (next.isReady === update.isReady && next.words === update.words) return
  update = next
  for (const listener of listeners) listener()
}

const ready = (): void => become({ ...update, isReady: true })

const watch = (worker: ServiceWorker | null): void =>
  worker?.addEventListener('statechange', () => {
    // The first version of all waits for nobody.
    if (worker.state === 'installed' && navigator.serviceWorker.controller) ready()
  })

/** Only what was built has a service worker, and only by HTTPS. */
const canKeep = (): boolean => import.meta.env.PROD && 'serviceWorker' in navigator

let begun: Promise<ServiceWorkerRegistration> | undefined
const keep = (): Promise<ServiceWorkerRegistration> => {
  begun ??= navigator.serviceWorker.register('/shell.js')
  return begun
}

/** Answers once the pages open without a network, or it took too long to wait for. */
export const shellKept = async (): Promise<void> => {
  if (!canKeep()) return
  const tooLong = new Promise(resolve => setTimeout(resolve, keptWithinMs))
  await Promise.race([keep().then(() => navigator.serviceWorker.ready), tooLong]).catch(() => {})
}

/** Lets the pages open without a network from now on. */
export const keepShell = (): void => {
  if (!canKeep()) return
  const { serviceWorker } = navigator
  let hadVersion = serviceWorker.controller !== null
  serviceWorker.addEventListener('controllerchange', () => {
    // Another page may have let it come: this one follows when it is free.
    if (hadVersion) ready()
    hadVersion = true
  })
  const follow = (registered: ServiceWorkerRegistration): void => {
    registration = registered
    if (registered.waiting) ready()
    watch(registered.installing)
    registered.addEventListener('updatefound', () => watch(registered.installing))
    setInterval(() => void registered.update().catch(() => {}), lookEveryMs)
  }
  // A browser that was told to keep nothing shows the page all the same.
  const begin = () => void keep().then(follow, () => {})
  if (hadVersion) begin()
  else setTimeout(begin, keepAfterMs)
}

let isLoading = false
/** Lets the new version come, and loads the page with it. */
export const loadUpdate = (): void => {
  if (isLoading) return
  isLoading = true
  const waiting = registration?.waiting
  if (!waiting) {
    location.reload()
    return
  }
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage('come')
}

export const useUpdate = (): Update =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => update,
  )

/** Loads a new version as soon as nothing is in the way: `held` says what is, or is empty. */
export const useUpdateWhenFree = (held: '' | 'sale' | 'facts'): void => {
  const { isReady } = useUpdate()
  useEffect(() => {
    if (!isReady) return
    if (held === '') loadUpdate()
    else become({ isReady: true, words: t(held === 'sale' ? 'update.waits-sale' : 'update.waits-facts') })
  }, [isReady, held])
}
