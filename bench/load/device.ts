import { v7 } from 'uuid'
import type { Client } from '../../src/contracts/client.ts'
import { type DeviceKind, deviceRoutes } from '../../src/contracts/devices.ts'
import type { SentFact } from '../../src/contracts/sync.ts'
import { sha256 } from '../../src/platform/canonical.ts'
import { type Entry, factText, genesis, type NodeIdentity } from '../../src/platform/journal/journal.ts'
import { makeDeviceKeys, privateKeyText, webKeys } from '../../src/platform/web-keys.ts'
import { type Enrolled, keysOf } from '../../src/run/enrolled.ts'
import { parentClient } from '../../src/run/parent.ts'
import type { ShopProcess } from '../shop-process.ts'

/** A node that the load plays: enrolled as any other, with keys of its own. Plain data, because it crosses processes. */
export type Device = Enrolled

/** Enrols one below a node, by a code that its office made. */
export const enrolDevice = async (
  { operator, url }: Pick<ShopProcess, 'operator' | 'url'>,
  kind: DeviceKind,
  handle: string,
): Promise<Device> => {
  const { keys, pinSecret } = await makeDeviceKeys(true)
  const { code } = await operator.call(deviceRoutes.createEnrolmentCode, { id: v7(), kind, handle, name: handle })
  const { publicKey } = keys
  const became = await operator.call(deviceRoutes.enrol, { id: v7(), code, publicKey, pinSecret })
  const { nodeId, epoch, store } = became
  const privateKey = await privateKeyText(keys)
  return {
    parentUrl: url,
    authority: null,
    nodeId,
    epoch,
    kind,
    store,
    handle,
    publicKey,
    privateKey,
    pinSecret,
    lastReceipt: 0,
  }
}

/** The node above it, as its signed requests reach it: by the very client that a node has. */
export const parentOf = async (device: Device): Promise<Client> =>
  parentClient(device, (await keysOf(device)).signer, webKeys)

/** Makes the next facts of a node, linked and hashed as its journal would. */
export const createChain = (
  { id: node, epoch, store }: Pick<NodeIdentity, 'id' | 'epoch' | 'store'>,
  newEntries: (count: number) => Entry[],
): ((count: number) => SentFact[]) => {
  let seq = 0
  let prev = genesis
  return count =>
    newEntries(count).map((entry): SentFact => {
      seq += 1
      const { atMs = Date.now() } = entry
      const text = factText({ version: 1, ...entry, atMs, store, node, epoch, seq, prev })
      prev = sha256(text)
      return { hash: prev, text }
    })
}
