/**
 * The service worker: keeps the pages and what they are made of, so that they open without a network, and nothing of the API.
 * A version is kept whole or not at all; the next one waits until a page says that it may come.
 */

/** Written in when the pages are built: what belongs to them. `sha256`: of what has no hash in its name. */
declare const __SHELL__: { version: string; files: Array<{ url: string; sha256?: string }> }

/** What the DOM's types don't know of service workers. */
type Lifetime = Event & { waitUntil(work: Promise<unknown>): void }
type Fetching = Event & { request: Request; respondWith(answer: Promise<Response>): void }
type Scope = { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } }

const scope = globalThis as typeof globalThis & Scope
const { version, files } = __SHELL__
const prefix = 'tillwire-shell-'
const ownCache = prefix + version

const sha256Of = async (response: Response): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer())
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('')
}

const keepAll = async (): Promise<void> => {
  const kept = await Promise.all(
    files.map(async ({ url, sha256 }) => {
      const response = await fetch(url, { cache: sha256 === undefined ? 'default' : 'reload', credentials: 'omit' })
      // A server that changes to another version just now would mix the two.
      const isOurs = response.ok && (sha256 === undefined || (await sha256Of(response)) === sha256)
      if (!isOurs) throw new Error(`${url} is not of this version`)
      return [url, response] as const
    }),
  )
  const cache = await caches.open(ownCache)
  for (const [url, response] of kept) await cache.put(url, response)
}

/** What the version before needs stays: one of its pages may still be open. */
const forgetOld = async (): Promise<void> => {
  const others = (await caches.keys()).filter(name => name.startsWith(prefix) && name !== ownCache)
  for (const name of others.slice(0, -1)) await caches.delete(name)
}

const pages = ['/till', '/office']
const pageOf = (path: string): string | undefined => pages.find(page => path === page || path.startsWith(`${page}/`))

const kept = async (url: string): Promise<Response | undefined> =>
  (await (await caches.open(ownCache)).match(url)) ?? caches.match(url)

const answerTo = (request: Request): Promise<Response> | undefined => {
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return undefined
  if (request.mode === 'navigate') {
    const page = pageOf(pathname)
    if (page) return kept(page).then(found => found ?? fetch(request))
    return pathname === '/' ? fetch(request).catch(() => Response.redirect('/till')) : undefined
  }
  if (!pathname.startsWith('/assets/') && !files.some(({ url }) => url === pathname)) return undefined
  return kept(pathname).then(found => found ?? fetch(request))
}

addEventListener('install', event => (event as Lifetime).waitUntil(keepAll()))
addEventListener('activate', event => (event as Lifetime).waitUntil(forgetOld().then(() => scope.clients.claim())))
addEventListener('message', ({ data }) => {
  if (data === 'come') void scope.skipWaiting()
})
addEventListener('fetch', event => {
  const fetching = event as Fetching
  const answer = answerTo(fetching.request)
  if (answer) fetching.respondWith(answer)
})
