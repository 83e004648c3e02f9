import { deviceScopes, vouchedScopes } from '../../contracts/devices.ts'
import { roleScopes } from '../../contracts/staff.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { Principal, Refusal } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { createNonces } from '../../platform/nonces.ts'
import type { Ports } from '../../platform/ports.ts'
import { type DeviceGate, type KeysOfNode, personHeader, verifyRequest } from '../../platform/signed-request.ts'
import { type DeviceRow, isBelow, keysOfNode } from './devices.ts'
import { findPerson, worksIn } from './people.ts'

const keptAtMost = 10_000
/** Keys that ended are looked at as well, so that an old device hears why it is refused; not more of them than this. */
const keysAtMost = 8

type Known = { devices: Map<string, Promise<DeviceRow[]>>; principals: Map<string, Principal> }
const nothing = (): Known => ({ devices: new Map(), principals: new Map() })

/** Keeps what it is asked for again and again. What failed or was not there is not kept. */
const remember = (kept: Known['devices'], nodeId: string, look: () => Promise<DeviceRow[]>): Promise<DeviceRow[]> => {
  const known = kept.get(nodeId)
  if (known) return known
  if (kept.size >= keptAtMost) kept.clear()
  const looked = look().then(
    rows => {
      if (rows.length === 0) kept.delete(nodeId)
      return rows
    },
    error => {
      kept.delete(nodeId)
      throw error
    },
  )
  kept.set(nodeId, looked)
  return looked
}

/** Knows the devices below a node by their signatures, and for whom they speak. `nonceSecret` is shared where several processes answer for one node. */
export const createDeviceGate = (options: {
  db: Reader
  node: NodeIdentity
  ports: Pick<Ports, 'clock' | 'keys' | 'secrets'>
  nonceSecret?: Uint8Array
}): DeviceGate => {
  const { db, node, ports } = options
  const nonces = createNonces(ports, options.nonceSecret)
  let known = nothing()

  const rowsOf = (nodeId: string): Promise<DeviceRow[]> =>
    remember(known.devices, nodeId, async () => (await keysOfNode(db, nodeId)).filter(row => isBelow(node, row)))

  const keysOf: KeysOfNode = async (nodeId, nonce) => {
    const rows = await rowsOf(nodeId)
    if (rows.length === 0) return { ok: false, code: 'device-unknown' }
    if (!(await nonces.isFresh(nonce))) return { ok: false, code: 'nonce-needed' }
    return { ok: true, publicKeys: rows.slice(0, keysAtMost).map(row => row.public_key) }
  }

  /** The same principal for the same device and person, as long as nothing changed. */
  const keep = (key: string, principal: Principal): Principal => {
    if (known.principals.size >= keptAtMost) known.principals.clear()
    known.principals.set(key, principal)
    return principal
  }

  const deviceItself = (row: DeviceRow): Principal => ({
    actor: `device:${row.node_id}`,
    name: row.name,
    scopes: deviceScopes[row.kind],
    nodeId: row.node_id,
    stores: [row.store],
    ...(row.revoked_at_ms === null ? {} : { revoked: true }),
  })

  /** The person of whom a till says that it saw the PIN. */
  const personAt = async (row: DeviceRow, personId: string): Promise<Principal | Refusal> => {
    const person = row.kind === 'till' ? await findPerson(db, personId) : undefined
    if (!person || !worksIn(person, row.store)) return { ok: false, code: 'person-not-here' }
    return {
      actor: `person:${personId}`,
      name: person.name,
      scopes: vouchedScopes(roleScopes[person.role]),
      personId,
      nodeId: row.node_id,
      stores: [row.store],
    }
  }

  return {
    authenticate: async request => {
      const before = known
      const verified = await verifyRequest(request, ports.keys, keysOf)
      if (!verified.ok) return verified
      const { contentDigest } = verified
      const [newest, ...older] = await rowsOf(verified.nodeId)
      if (!newest) return { ok: false, code: 'device-unknown' }
      if (older.some(row => row.public_key === verified.publicKey)) {
        return { ok: false, code: 'device-epoch-old', detail: { epoch: newest.epoch } }
      }
      const personId = request.headers.get(personHeader)
      const key = personId === null ? verified.nodeId : `${verified.nodeId} ${personId}`
      const kept = known.principals.get(key)
      if (kept) return { ok: true, principal: kept, contentDigest }
      const isForPerson = personId !== null && newest.revoked_at_ms === null
      const found = isForPerson ? await personAt(newest, personId) : deviceItself(newest)
      if ('ok' in found) return found
      // Where all was forgotten while we looked, what we saw may be old.
      return { ok: true, principal: before === known ? keep(key, found) : found, contentDigest }
    },
    nonce: nonces.next,
    forget: () => {
      known = nothing()
    },
  }
}
