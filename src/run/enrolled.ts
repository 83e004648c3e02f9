import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { deviceKind, epoch, key32 } from '../contracts/devices.ts'
import { handle, id } from '../contracts/primitives.ts'
import { fromBase64url } from '../platform/bytes.ts'
import type { DeviceSecret, Signer } from '../platform/ports.ts'
import { deviceSecretOf, readDeviceKeys, signerOf } from '../platform/web-keys.ts'

const enrolled = z.object({
  parentUrl: z.url(),
  /** PEM of the authority that the parent's certificate is of, where that is not one that the machine knows. */
  authority: z.string().nullable(),
  nodeId: id,
  epoch,
  kind: deviceKind,
  store: handle,
  handle,
  publicKey: key32,
  /** PKCS #8 in base64url. */
  privateKey: z.string(),
  pinSecret: key32,
  /** The number of a till's last receipt before it became this node. */
  lastReceipt: z.int().min(0),
})

/**
 * By what a process is the node that its parent knows: its keys, and where the parent is. A file of its own beside the database,
 * which only this user reads; no backup of the database holds it.
 */
export type Enrolled = z.infer<typeof enrolled>

/** Undefined where this folder's node was never enrolled. Throws where the file is damaged. */
export const readEnrolled = (path: string): Enrolled | undefined =>
  existsSync(path) ? enrolled.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined

export const keepEnrolled = (path: string, kept: Enrolled): void =>
  writeFileSync(path, JSON.stringify(kept), { mode: 0o600 })

export const keysOf = async (kept: Enrolled): Promise<{ signer: Signer; deviceSecret: DeviceSecret }> => {
  const keys = await readDeviceKeys({
    privateKey: fromBase64url(kept.privateKey),
    publicKey: kept.publicKey,
    pinSecret: fromBase64url(kept.pinSecret),
  })
  return { signer: signerOf(kept.nodeId, keys), deviceSecret: deviceSecretOf(keys) }
}
