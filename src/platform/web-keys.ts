import { toBase64url } from './bytes.ts'
import type { DeviceSecret, Keys, Signer } from './ports.ts'

/** The same bytes in the type that Web Crypto takes; copied only where they lie in memory that is shared. */
const owned = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)

const hmac = { name: 'HMAC', hash: 'SHA-256' }
const keptAtMost = 10_000
/** Public keys that were read before: each till asks again and again. */
const kept = new Map<string, Promise<CryptoKey | undefined>>()

const publicKeyOf = (bytes: Uint8Array): Promise<CryptoKey | undefined> => {
  const text = toBase64url(bytes)
  const known = kept.get(text)
  if (known) return known
  if (kept.size >= keptAtMost) kept.clear()
  const read = crypto.subtle.importKey('raw', owned(bytes), 'Ed25519', true, ['verify']).catch(() => undefined)
  kept.set(text, read)
  return read
}

/** Web Cryptography, with Ed25519 by RFC 8032: the same in Node and in browsers. */
export const webKeys: Keys = {
  digest: async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', owned(bytes))),
  mac: async (key, bytes) => {
    const read = await crypto.subtle.importKey('raw', owned(key), hmac, false, ['sign'])
    return new Uint8Array(await crypto.subtle.sign('HMAC', read, owned(bytes)))
  },
  verify: async (publicKey, bytes, signature) => {
    const key = await publicKeyOf(publicKey)
    if (!key || signature.length !== 64) return false
    return crypto.subtle.verify('Ed25519', key, owned(signature), owned(bytes))
  },
}

/** A device's keys. In a browser they can be kept in IndexedDB as they are, and nobody, the page included, reads them. */
export type DeviceKeys = { privateKey: CryptoKey; publicKey: string; pinKey: CryptoKey }

const pinKeyOf = (bytes: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', owned(bytes), hmac, false, ['sign'])

/**
 * Makes the keys of a device that is about to be enrolled. `pinSecret` is for the enrolment alone: forget it when that is
 * answered. `extractable` where the key is to be kept in a file; see `privateKeyText`.
 */
export const makeDeviceKeys = async (extractable = false): Promise<{ keys: DeviceKeys; pinSecret: string }> => {
  const made = await crypto.subtle.generateKey('Ed25519', extractable, ['sign', 'verify'])
  if (!('privateKey' in made)) throw new Error('Ed25519 makes pairs of keys')
  const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', made.publicKey)))
  const pinSecret = crypto.getRandomValues(new Uint8Array(32))
  const keys = { privateKey: made.privateKey, publicKey, pinKey: await pinKeyOf(pinSecret) }
  return { keys, pinSecret: toBase64url(pinSecret) }
}

/** An extractable private key as text (PKCS #8 in base64url), for a file that only this user reads. */
export const privateKeyText = async ({ privateKey }: DeviceKeys): Promise<string> =>
  toBase64url(new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)))

/** Keys that were kept as text. Throws where they are damaged. */
export const readDeviceKeys = async (kept: {
  privateKey: Uint8Array
  publicKey: string
  pinSecret: Uint8Array
}): Promise<DeviceKeys> => ({
  privateKey: await crypto.subtle.importKey('pkcs8', owned(kept.privateKey), 'Ed25519', false, ['sign']),
  publicKey: kept.publicKey,
  pinKey: await pinKeyOf(kept.pinSecret),
})

export const signerOf = (nodeId: string, { privateKey }: DeviceKeys): Signer => ({
  nodeId,
  sign: async bytes => new Uint8Array(await crypto.subtle.sign('Ed25519', privateKey, owned(bytes))),
})

export const deviceSecretOf = ({ pinKey }: DeviceKeys): DeviceSecret => ({
  mac: async bytes => new Uint8Array(await crypto.subtle.sign('HMAC', pinKey, owned(bytes))),
})
