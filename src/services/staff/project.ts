import type { RecordedFact } from '../../contracts/fact.ts'
import { bodyOf, type FactBody } from '../../contracts/known-facts.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { isEnrolledByParent, keysOfNode } from './devices.ts'
import type { StaffTables } from './tables.ts'

type Row = Array<string | number | null>

const personColumns = ['person_id', 'number', 'name', 'role', 'active', 'stores'] as const

const personRow = (person: FactBody<'staff.person-changed'>): Row => [
  person.personId,
  person.number,
  person.name,
  person.role,
  person.active ? 1 : 0,
  person.stores?.join(',') ?? null,
]

/** A node below may have heard the newest of a person's facts alone, or an older one after it. */
const addPerson = (tx: Transaction, body: FactBody<'staff.person-added'>) =>
  tx.bulk({
    table: 'staff_person',
    columns: personColumns,
    rows: [personRow({ ...body, active: true })],
    conflict: { keys: ['person_id'] },
  })

const changePerson = (tx: Transaction, body: FactBody<'staff.person-changed'>) =>
  tx.bulk({
    table: 'staff_person',
    columns: personColumns,
    rows: [personRow(body)],
    conflict: { keys: ['person_id'], set: ['name', 'role', 'active', 'stores'] },
  })

const tokenColumns = ['token_id', 'name', 'scopes', 'created_at_ms', 'revoked_at_ms'] as const

/** Keeps a key, unless another store says so of a node that is not its own to enrol, or of one that is known as another. */
const enrolDevice = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const body = bodyOf(fact, 'device.enrolled')
  if (!isEnrolledByParent(fact.store, body)) return
  const [known] = await keysOfNode(tx, body.nodeId)
  const isAnother = known && (known.kind !== body.kind || known.store !== body.store || known.handle !== body.handle)
  if (isAnother) return
  await tx.bulk({
    table: 'staff_device',
    columns: [
      'node_id',
      'epoch',
      'kind',
      'store',
      'handle',
      'name',
      'public_key',
      'enrolled_at_ms',
      'revoked_at_ms',
      'reason',
    ],
    rows: [
      [body.nodeId, body.epoch, body.kind, body.store, body.handle, body.name, body.publicKey, fact.atMs, null, null],
    ],
    conflict: { keys: ['node_id', 'epoch'] },
  })
}

const revokeDevice = async (tx: Transaction, fact: RecordedFact): Promise<void> => {
  const { nodeId, epoch, reason } = bodyOf(fact, 'device.revoked')
  const [known] = await keysOfNode(tx, nodeId)
  if (!known || !isEnrolledByParent(fact.store, known)) return
  await tx
    .tables<StaffTables>()
    .updateTable('staff_device')
    .set({ revoked_at_ms: fact.atMs, reason })
    .where('node_id', '=', nodeId)
    .where('epoch', '=', epoch)
    .execute()
}

const grantOverride = (tx: Transaction, fact: RecordedFact) => {
  const body = bodyOf(fact, 'override.granted')
  return tx.bulk({
    table: 'staff_override',
    columns: [
      'override_id',
      'store',
      'approver_id',
      'approver_name',
      'scope',
      'target_kind',
      'target_id',
      'line_no',
      'reason',
      'requester_id',
      'granted_at_ms',
      'expires_at_ms',
      'signed',
    ],
    rows: [
      [
        body.overrideId,
        fact.store,
        body.approverId,
        body.approverName,
        body.right,
        body.target.kind,
        body.target.id,
        body.target.lineNo ?? null,
        body.reason,
        body.requesterId,
        body.grantedAtMs,
        body.expiresAtMs,
        body.signature === undefined ? 0 : 1,
      ],
    ],
    conflict: { keys: ['override_id'] },
  })
}

const createToken = (tx: Transaction, fact: RecordedFact) => {
  const { tokenId, name, scopes } = bodyOf(fact, 'staff.token-created')
  return tx.bulk({
    table: 'staff_token',
    columns: tokenColumns,
    rows: [[tokenId, name, scopes.join(','), fact.atMs, null]],
  })
}

const revokeToken = (tx: Transaction, fact: RecordedFact) =>
  tx.bulk({
    table: 'staff_token',
    columns: tokenColumns,
    rows: [[bodyOf(fact, 'staff.token-revoked').tokenId, '', '', 0, fact.atMs]],
    conflict: { keys: ['token_id'], set: ['revoked_at_ms'] },
  })

const nameStore = (tx: Transaction, fact: RecordedFact) =>
  tx.bulk({
    table: 'staff_store',
    columns: ['store', 'name'],
    rows: [[fact.audience ?? fact.store, bodyOf(fact, 'store.configured').name]],
    conflict: { keys: ['store'], set: ['name'] },
  })

const groupStore = (tx: Transaction, fact: RecordedFact) => {
  const { store, groups } = bodyOf(fact, 'store.grouped')
  return tx.bulk({
    table: 'staff_store',
    columns: ['store', 'store_groups'],
    rows: [[store, groups.join(',')]],
    conflict: { keys: ['store'], set: ['store_groups'] },
  })
}

const steps: Record<string, (tx: Transaction, fact: RecordedFact) => Promise<unknown>> = {
  'staff.person-added': (tx, fact) => addPerson(tx, bodyOf(fact, 'staff.person-added')),
  'staff.person-changed': (tx, fact) => changePerson(tx, bodyOf(fact, 'staff.person-changed')),
  'staff.pin-set': (tx, fact) => changePerson(tx, bodyOf(fact, 'staff.pin-set')),
  'staff.token-created': createToken,
  'staff.token-revoked': revokeToken,
  'device.enrolled': enrolDevice,
  'device.revoked': revokeDevice,
  'override.granted': grantOverride,
  'store.configured': nameStore,
  'store.grouped': groupStore,
}

export const project = async (tx: Transaction, facts: readonly RecordedFact[]): Promise<void> => {
  for (const fact of facts) await steps[fact.type]?.(tx, fact)
}
