import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { toBase64url } from '../../src/platform/bytes.ts'
import type { DeviceSecret, Signer } from '../../src/platform/ports.ts'
import type { Dice } from './dice.ts'

/** A device's keys, made from the seed. */
export type DeviceKeys = { privateKey: KeyObject; publicKey: string; pinSecret: Uint8Array }

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in its DER form. */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex')

export const makeKeys = (dice: Dice): DeviceKeys => {
  const der = Buffer.concat([privatePrefix, dice.bytes(32)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { privateKey, publicKey: toBase64url(raw), pinSecret: dice.bytes(32) }
}

export const signerOf = (nodeId: string, { privateKey }: DeviceKeys): Signer => ({
  nodeId,
  sign: async bytes => new Uint8Array(sign(null, bytes, privateKey)),
})

export const deviceSecretOf = ({ pinSecret }: DeviceKeys): DeviceSecret => ({
  mac: async bytes => new Uint8Array(createHmac('sha256', pinSecret).update(bytes).digest()),
})
