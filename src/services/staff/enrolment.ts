import type { deviceRoutes } from '../../contracts/devices.ts'
import { bodyOf, type FactBody } from '../../contracts/known-facts.ts'
import type { InputOf } from '../../contracts/route.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Command, CommandContext, Decision, Principal, Refusal } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import { seqReached } from '../../platform/journal/journal.ts'
import type { Secrets } from '../../platform/ports.ts'
import { codesLocked, countWrongCode } from './attempts.ts'
import { type DeviceRow, deviceOf, isBelow, keysOfNode, newestDevices } from './devices.ts'
import { listOf } from './people.ts'
import { refuse } from './refuse.ts'
import { codeHash, newCode } from './secrets.ts'
import type { StaffTables } from './tables.ts'

type CreateCode = InputOf<(typeof deviceRoutes)['createEnrolmentCode']>
type Enrol = InputOf<(typeof deviceRoutes)['enrol']>
type Revoke = InputOf<(typeof deviceRoutes)['revokeDevice']>
type Granted = StaffTables['staff_enrolment']

/** How long a code may be used. */
export const codeMs = 600_000

/** The store that a device is of, by its handle: its own, or the one of this node. */
const storeOf = (node: NodeIdentity, { kind, handle }: Pick<CreateCode, 'kind' | 'handle'>): string =>
  kind === 'store' ? handle : node.store

const mayNotFor = (principal: Principal, store: string): Refusal | null =>
  principal.stores && !principal.stores.includes(store) ? refuse('store-not-allowed') : null

/** Whether facts that are said to be for a handle mean something else by it. */
const isTaken = async (tx: Transaction, node: NodeIdentity, { kind, handle }: CreateCode): Promise<boolean> => {
  if (kind === 'till') return false
  const stores = await tx.tables<StaffTables>().selectFrom('staff_store').select('store_groups').execute()
  return handle === node.store || stores.some(store => listOf(store.store_groups).includes(handle))
}

const ofHandle = async (tx: Transaction, store: string, handle: string, kind: string): Promise<DeviceRow | undefined> =>
  (await newestDevices(tx, store)).find(device => device.handle === handle && device.kind === kind)

const createCode = async (secrets: Secrets, input: CreateCode, context: CommandContext): Promise<Decision> => {
  const { tx, node, principal, nowMs, catchUp } = context
  const { kind, handle, name } = input
  const store = storeOf(node, input)
  if (!isBelow(node, { kind, store })) return refuse('enrolled-elsewhere')
  const notAllowed = mayNotFor(principal, store)
  if (notAllowed) return notAllowed
  if (kind === 'store') await catchUp()
  if (await isTaken(tx, node, input)) return refuse('handle-taken', { handle })
  const code = newCode(secrets)
  await tx.bulk({
    table: 'staff_enrolment',
    columns: ['handle', 'code_hash', 'kind', 'name', 'created_by', 'created_at_ms'],
    rows: [[handle, codeHash(secrets, code), kind, name, principal.actor, nowMs]],
    conflict: { keys: ['handle'], set: ['code_hash', 'kind', 'name', 'created_by', 'created_at_ms'] },
  })
  const replaces = (await ofHandle(tx, store, handle, kind)) !== undefined
  return { ok: true, facts: [], once: { code, expiresAtMs: nowMs + codeMs, replaces } }
}

/** What a code grants; undefined where it is none or too old. A clock that was set back makes none younger. */
const grantOf = async (tx: Transaction, hash: string, nowMs: number): Promise<Granted | undefined> => {
  const tables = tx.tables<StaffTables>()
  const granted = await tables
    .selectFrom('staff_enrolment')
    .selectAll()
    .where('code_hash', '=', hash)
    .executeTakeFirst()
  if (!granted || granted.created_at_ms > nowMs || nowMs >= granted.created_at_ms + codeMs) return undefined
  return granted
}

const isKnownKey = async (tx: Transaction, publicKey: string): Promise<boolean> =>
  (await tx
    .tables<StaffTables>()
    .selectFrom('staff_device')
    .select('node_id')
    .where('public_key', '=', publicKey)
    .executeTakeFirst()) !== undefined

/** Which node a device becomes, and in which epoch: the one that had its handle before, in the next. */
const nodeFor = async (
  context: CommandContext,
  before: DeviceRow | undefined,
  own: Enrol['node'],
): Promise<{ ok: true; nodeId: string; epoch: number } | Refusal> => {
  const { tx, node, newId } = context
  if (before) {
    if (own && own.nodeId !== before.node_id) return refuse('handle-taken', { handle: before.handle })
    return { ok: true, nodeId: before.node_id, epoch: Math.max(before.epoch, own?.epoch ?? 0) + 1 }
  }
  if (!own) return { ok: true, nodeId: newId(), epoch: 1 }
  if (own.nodeId === node.id || (await keysOfNode(tx, own.nodeId)).length > 0) return refuse('node-known')
  return { ok: true, ...own }
}

const enrol = async (secrets: Secrets, input: Enrol, context: CommandContext): Promise<Decision> => {
  const { tx, node, nowMs, id } = context
  const locked = await codesLocked(tx, nowMs)
  if (locked) return locked
  const hash = codeHash(secrets, input.code)
  const granted = await grantOf(tx, hash, nowMs)
  if (!granted) {
    await countWrongCode(tx, nowMs)
    return refuse('enrolment-code-wrong')
  }
  if (await isKnownKey(tx, input.publicKey)) return refuse('key-known')
  const { kind, handle, name } = granted
  const store = storeOf(node, granted)
  const became = await nodeFor(context, await ofHandle(tx, store, handle, kind), input.node)
  if (!became.ok) return became
  const { nodeId, epoch } = became
  await tx.tables<StaffTables>().deleteFrom('staff_enrolment').where('code_hash', '=', hash).execute()
  await tx.tables<StaffTables>().deleteFrom('staff_device_secret').where('node_id', '=', nodeId).execute()
  await tx.bulk({
    table: 'staff_device_secret',
    columns: ['node_id', 'epoch', 'secret'],
    rows: [[nodeId, epoch, input.pinSecret]],
  })
  const body: FactBody<'device.enrolled'> = {
    nodeId,
    kind,
    store,
    handle,
    name,
    publicKey: input.publicKey,
    epoch,
    grantedBy: granted.created_by,
  }
  return { ok: true, facts: [{ id, type: 'device.enrolled', body }] }
}

const revoke = async (input: Revoke, { tx, node, principal }: CommandContext): Promise<Decision> => {
  const [row] = await keysOfNode(tx, input.nodeId)
  if (!row) return refuse('not-found')
  if (!isBelow(node, row)) return refuse('enrolled-elsewhere')
  const notAllowed = mayNotFor(principal, row.store)
  if (notAllowed) return notAllowed
  if (row.revoked_at_ms !== null) return { ok: true, facts: [], once: deviceOf(row) }
  const body: FactBody<'device.revoked'> = {
    nodeId: row.node_id,
    epoch: row.epoch,
    reason: input.reason,
    acceptedSeq: await seqReached(tx, row.node_id, row.epoch),
  }
  return { ok: true, facts: [{ id: '', type: 'device.revoked', body }] }
}

const storeName = async (tx: Transaction, store: string): Promise<string | undefined> => {
  const tables = tx.tables<StaffTables>()
  const row = await tables.selectFrom('staff_store').select('name').where('store', '=', store).executeTakeFirst()
  return row?.name ?? undefined
}

/** How a device becomes a node below this one, and ends to be one. */
export const enrolmentCommands = (secrets: Secrets): Record<string, Command> => ({
  createEnrolmentCode: {
    decidedBy: 'store',
    decide: (input: CreateCode, context) => createCode(secrets, input, context),
  },
  enrol: {
    decidedBy: 'store',
    decide: (input: Enrol, context) => enrol(secrets, input, context),
    answer: async (fact, tx) => {
      const { nodeId, epoch, kind, store, handle, name } = bodyOf(fact, 'device.enrolled')
      return {
        nodeId,
        epoch,
        kind,
        store,
        storeName: (await storeName(tx, store)) ?? (kind === 'store' ? name : store),
        handle,
        name,
        parent: { nodeId: fact.node, epoch: fact.epoch },
      }
    },
  },
  revokeDevice: {
    decidedBy: 'store',
    decide: (input: Revoke, context) => revoke(input, context),
    answer: async (fact, tx) => {
      const [row] = await keysOfNode(tx, bodyOf(fact, 'device.revoked').nodeId)
      return row && deviceOf(row)
    },
  },
})
