import { createSignature, isSignatureError, type RequestDescriptor, verifySignature } from 'http-message-sig'
import { problem } from '../contracts/platform.ts'
import { fromBase64url } from './bytes.ts'
import type { Principal, Refusal } from './host/service.ts'
import type { Keys, Signer } from './ports.ts'

/** With this the server says what the next request is to be signed with. */
export const nonceHeader = 'tillwire-nonce'
/** The person who is signed in at the device that asks; counts only where the signature covers it. */
export const personHeader = 'tillwire-person'
export const signatureHeader = 'signature-input'
const digestHeader = 'content-digest'

type Asked = Pick<Request, 'method' | 'url' | 'headers'>

const algorithm = 'ed25519'
/** What is signed of every request. Neither scheme nor host: a proxy before the server may change both. */
const components = ['@method', '@path', '@query', digestHeader] as const

const componentsOf = (headers: Headers): string[] =>
  headers.has(personHeader) ? [...components, personHeader] : [...components]

/** The parts of a request that signatures look at. */
const described = ({ method, url, headers }: Asked, added: Record<string, string> = {}): RequestDescriptor => {
  const fields = [personHeader, digestHeader, signatureHeader, 'signature'].flatMap(name => {
    const value = added[name] ?? headers.get(name)
    return value === null ? [] : [{ name, value }]
  })
  return { kind: 'request', method, targetUri: url.replace(/#.*$/, ''), fields }
}

/** `Content-Digest` by RFC 9530: SHA-256 alone. */
export const contentDigest = async (keys: Keys, body: Uint8Array): Promise<string> =>
  `sha-256=:${btoa(String.fromCharCode(...(await keys.digest(body))))}:`

/**
 * Headers that sign a request by RFC 9421: method, path, query, body, and the person that it names if any, with a nonce that
 * the server gave. No time is in it, because a device's clock may be off by years.
 */
export const signRequest = async (
  request: Asked,
  body: Uint8Array,
  { signer, keys, nonce }: { signer: Signer; keys: Keys; nonce: string },
): Promise<Record<string, string>> => {
  const digest = await contentDigest(keys, body)
  const { signature, signatureInput } = await createSignature(described(request, { [digestHeader]: digest }), {
    components: componentsOf(request.headers),
    parameters: { keyid: signer.nodeId, alg: algorithm, nonce },
    signer: { algorithm, sign: bytes => signer.sign(bytes) },
  })
  return { [digestHeader]: digest, [signatureHeader]: signatureInput, signature }
}

/** Public keys in base64url that a node has had, the newest first; or why nothing that it signs is looked at. */
export type KeysOfNode = (nodeId: string, nonce: string) => Promise<{ ok: true; publicKeys: string[] } | Refusal>

export type VerifiedRequest = { ok: true; nodeId: string; publicKey: string; contentDigest: string }

/**
 * Which of a node's keys signed a request, or `signature-wrong`, or what `keysOf` refused. The body is not looked at: whoever
 * reads it compares its digest with `contentDigest`, which was signed. Throws only what `keysOf` and `keys` throw.
 */
export const verifyRequest = async (
  request: Asked,
  keys: Keys,
  keysOf: KeysOfNode,
): Promise<VerifiedRequest | Refusal> => {
  let refused: Refusal | undefined
  let outage: { error: unknown } | undefined
  let publicKey = ''
  /** The library turns whatever its callbacks throw into its own; an outage must stay one. */
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      outage = { error }
      throw error
    }
  }
  const verify = async (publicKeys: readonly string[], bytes: Uint8Array, signature: Uint8Array) => {
    for (const each of publicKeys) {
      if (!(await guarded(keys.verify(fromBase64url(each), bytes, signature)))) continue
      publicKey = each
      return true
    }
    return false
  }
  try {
    const { parameters } = await verifySignature(described(request), {
      policy: {
        algorithms: [algorithm],
        requiredComponents: componentsOf(request.headers),
        requiredParameters: ['keyid', 'alg', 'nonce'],
        // Times are the device's own and say nothing here.
        now: 0,
        clockSkew: Number.MAX_SAFE_INTEGER,
      },
      resolveVerifier: async candidate => {
        const found = await guarded(keysOf(candidate.parameters.keyid ?? '', candidate.parameters.nonce ?? ''))
        if (!found.ok) {
          refused = found
          throw new Error(found.code)
        }
        return { algorithm, verify: (bytes, signature) => verify(found.publicKeys, bytes, signature) }
      },
    })
    return {
      ok: true,
      nodeId: parameters.keyid ?? '',
      publicKey,
      contentDigest: request.headers.get(digestHeader) ?? '',
    }
  } catch (error) {
    if (refused) return refused
    if (outage) throw outage.error
    const detail = isSignatureError(error) ? { reason: error.code } : undefined
    return { ok: false, code: 'signature-wrong', ...(detail ? { detail } : {}) }
  }
}

/** Who a signed request comes from. `nonce` is for the next one, and goes with every answer to a signed request. */
export type DeviceGate = {
  authenticate(request: Asked): Promise<{ ok: true; principal: Principal; contentDigest: string } | Refusal>
  nonce(): Promise<string>
  /** Looks every device and person up again. */
  forget(): void
}

/** Whether a server only wants the request signed anew, with the nonce that it sent along. */
const wantsNonce = async (response: Response): Promise<boolean> => {
  if (response.status !== 401 || !response.headers.has(nonceHeader)) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return problem.safeParse(body).data?.code === 'nonce-needed'
}

/**
 * Sends requests signed by this node. The first one to a server, and one after a long silence, is signed and sent again with the
 * nonce that the server answers.
 */
export const signedFetcher = (
  fetcher: (request: Request) => Promise<Response>,
  signer: Signer,
  keys: Keys,
): ((request: Request) => Promise<Response>) => {
  let nonce = ''
  return async request => {
    const body = new Uint8Array(await request.arrayBuffer())
    const send = async (): Promise<Response> => {
      const headers = new Headers(request.headers)
      for (const [name, value] of Object.entries(await signRequest(request, body, { signer, keys, nonce })))
        headers.set(name, value)
      const signed = { method: request.method, headers, signal: request.signal }
      const response = await fetcher(new Request(request.url, body.length === 0 ? signed : { ...signed, body }))
      nonce = response.headers.get(nonceHeader) ?? nonce
      return response
    }
    const response = await send()
    return (await wantsNonce(response)) ? send() : response
  }
}
