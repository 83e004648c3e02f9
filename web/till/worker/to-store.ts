import { problemOf, problemResponse } from '../../../src/platform/http/problem.ts'
import { personHeader, signedFetcher } from '../../../src/platform/signed-request.ts'
import { signerOf, webKeys } from '../../../src/platform/web-keys.ts'
import type { KeptTill } from './kept-till.ts'

/** Longer than a slow store takes, shorter than a cashier waits before a customer. */
const answerWithinMs = 8_000

export type Fetcher = (request: Request) => Promise<Response>

/** Without the cookie of whoever is signed in at the office in this browser: this device speaks for itself. */
export const plainFetch: Fetcher = request => fetch(request, { credentials: 'omit', cache: 'no-store' })

/** The store as this device's signed requests reach it. */
export const storeOf = ({ nodeId, keys }: Pick<KeptTill, 'nodeId' | 'keys'>): Fetcher =>
  signedFetcher(plainFetch, signerOf(nodeId, keys), webKeys)

export const notReached = (): Response => problemResponse(problemOf('store-not-reached'))

const kept = ['content-type', 'accept', 'tillwire-position'] as const

/** A request as it goes on to the store: signed by the device, for the person who is signed in at it. */
const requestFor = async (request: Request, personId: string, signal: AbortSignal): Promise<Request> => {
  const headers = new Headers({ [personHeader]: personId })
  for (const name of kept) {
    const value = request.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const body = await request.text()
  const { url, method } = request
  return new Request(url, { method, headers, signal, ...(body === '' ? {} : { body }) })
}

/** Passes a request on. `store-not-reached` where nobody answers in time; what then became of it is not known. */
export const passOn = async (store: Fetcher, request: Request, personId: string): Promise<Response> => {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(answerWithinMs)])
  try {
    return await store(await requestFor(request, personId, signal))
  } catch (error) {
    if (request.signal.aborted) throw error
    return notReached()
  }
}
