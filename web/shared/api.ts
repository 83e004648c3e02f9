import { notifications } from '@mantine/notifications'
import { v7 } from 'uuid'
import { ApiRefusal, type Client, createClient } from '../../src/contracts/client.ts'
import { t } from './messages.ts'

const signedOut = new Set<() => void>()
/** Calls back when the shop no longer knows who is signed in. Answers how to stop. */
export const onSignedOut = (listener: () => void): (() => void) => {
  signedOut.add(listener)
  return () => signedOut.delete(listener)
}

type Fetcher = (request: Request) => Promise<Response>
let way: Fetcher = asked => fetch(asked)
/** From now on this page asks its own node, which passes on what is not its own. */
export const askThrough = (own: Fetcher): void => {
  way = own
}

const request: Fetcher = async asked => {
  const response = await way(asked)
  if (response.status === 401 && !asked.url.includes('/sessions')) for (const listener of signedOut) listener()
  return response
}

/** The API of the shop that served this page (the session cookie goes along by itself), or of this page's own node. */
export const client = createClient(request, location.origin)

/** An address of the API that is asked about one store. */
export const addressAbout = (store: string | null, address: string): string => {
  if (store === null) return address
  const url = new URL(address, location.origin)
  url.searchParams.set('store', store)
  return url.href
}

const clients = new Map<string, Client>()
/** The same API, asked about one store. */
export const clientAbout = (store: string | null): Client => {
  if (store === null) return client
  const known = clients.get(store)
  if (known) return known
  const made = createClient(async asked => {
    const { method, headers, signal } = asked
    // A request can not be given another address; its body is read and sent anew.
    const body = await asked.text()
    return request(new Request(addressAbout(store, asked.url), { method, headers, signal, ...(body ? { body } : {}) }))
  }, location.origin)
  clients.set(store, made)
  return made
}

/** A new id, made here and now, so that sending again is safe. */
export const newId = (): string => v7()

/** What went wrong, as a sentence for a person: what happened, what to do. */
export const sentenceOf = (error: unknown): string => {
  if (!(error instanceof ApiRefusal)) return t('common.unreachable')
  const first = error.problem.errors?.[0]
  return first ? `${error.problem.title} (${first.path}: ${first.message})` : error.problem.title
}

export const codeOf = (error: unknown): string | undefined =>
  error instanceof ApiRefusal ? error.problem.code : undefined

export const tell = (message: string): void => {
  notifications.show({ message, autoClose: 4_000, withBorder: true })
}
export const tellFailure = (error: unknown): void => {
  notifications.show({ message: sentenceOf(error), color: 'red', autoClose: 8_000, withBorder: true })
}
