import type { deviceRoutes } from '../../contracts/devices.ts'
import type { ResponseOf } from '../../contracts/route.ts'
import { fromBase64url, fromHex, toHex } from '../../platform/bytes.ts'
import type { Reader, Transaction } from '../../platform/database/database.ts'
import type { Command, RawHandler, Refusal } from '../../platform/host/service.ts'
import type { NodeIdentity } from '../../platform/journal/journal.ts'
import type { Ports } from '../../platform/ports.ts'
import { clearAttempts } from './attempts.ts'
import { keysOfNode } from './devices.ts'
import { personOf, worksIn } from './people.ts'
import { refuse } from './refuse.ts'
import type { StaffTables } from './tables.ts'

export type Hashed = { pinSalt: string; pinHash: string }
export type KeptPin = Pick<StaffTables['staff_pin'], 'salt' | 'hash' | 'keyed'>

/** How long a till may let people in without having heard from its store. */
export const pinsGoodForMs = 7 * 86_400_000

const columns = ['person_id', 'salt', 'hash', 'keyed', 'good_until_ms'] as const
const changing = ['salt', 'hash', 'keyed', 'good_until_ms'] as const

/** A PIN that was set here. */
export const keepPin = (tx: Transaction, personId: string, { pinSalt, pinHash }: Hashed) =>
  tx.bulk({
    table: 'staff_pin',
    columns,
    rows: [[personId, pinSalt, pinHash, 0, null]],
    conflict: { keys: ['person_id'], set: changing },
  })

export const endSessions = (tx: Transaction, personId: string) =>
  tx.tables<StaffTables>().deleteFrom('staff_session').where('person_id', '=', personId).execute()

/** What an unknown number is compared with, so that it takes as long and answers the same as a wrong PIN. */
const nobody: KeptPin = { salt: '00'.repeat(16), hash: '', keyed: 0 }

/**
 * Whether a PIN is the one that is kept: the argon2id hash where the PIN was set or at a store; at a till an HMAC of that by a
 * secret that never leaves the device, so that a copy of its data lets nobody try all million PINs elsewhere.
 */
export const verifyPin = async (
  { secrets, deviceSecret }: Pick<Ports, 'secrets' | 'deviceSecret'>,
  kept: KeptPin | undefined,
  pin: string,
): Promise<boolean> => {
  const { salt, hash, keyed } = kept ?? nobody
  const slow = await secrets.slowHash(pin, salt)
  if (keyed === 0) return secrets.same(slow, hash)
  if (!deviceSecret) return false
  return secrets.same(toHex(await deviceSecret.mac(fromHex(slow))), hash)
}

/** Refuses everyone at a till that has not heard for too long who may still sign in, or never did. */
export const pinsTooOld = async (db: Reader, node: NodeIdentity, nowMs: number): Promise<Refusal | null> => {
  if (node.kind !== 'till') return null
  const row = await db
    .tables<StaffTables>()
    .selectFrom('staff_pin')
    .select(({ fn }) => fn.max('good_until_ms').as('good_until_ms'))
    .executeTakeFirst()
  return row?.good_until_ms != null && nowMs <= Number(row.good_until_ms) ? null : refuse('pins-too-old')
}

type Handed = ResponseOf<(typeof deviceRoutes)['pins']>

/** Answers a device with the PINs of those who may work in its store, in the form in which it may have them. */
export const handOverPins: RawHandler = async (_request, { db, principal, node, keys, respond }) => {
  const nodeId = principal?.nodeId
  const [device] = nodeId === undefined || principal?.personId !== undefined ? [] : await keysOfNode(db, nodeId)
  if (!device) return respond.refuse(refuse('device-unknown'))
  const tables = db.tables<StaffTables>()
  const rows = await tables
    .selectFrom('staff_person')
    .innerJoin('staff_pin', 'staff_pin.person_id', 'staff_person.person_id')
    .selectAll('staff_person')
    .select(['staff_pin.salt', 'staff_pin.hash'])
    .where('staff_pin.keyed', '=', 0)
    .orderBy('staff_person.person_id')
    .execute()
  const people = rows.filter(row => worksIn(personOf(row), device.store))
  const plain = people.map(({ person_id, salt, hash }) => ({ personId: person_id, salt, hash }))
  if (node.kind === 'hq') return respond.json({ rows: plain, keyed: false, goodForMs: null } satisfies Handed)
  const secret = await tables
    .selectFrom('staff_device_secret')
    .select('secret')
    .where('node_id', '=', device.node_id)
    .where('epoch', '=', device.epoch)
    .executeTakeFirst()
  if (!secret) return respond.refuse(refuse('device-epoch-old', { epoch: device.epoch }))
  const key = fromBase64url(secret.secret)
  const own = await Promise.all(
    plain.map(async each => ({ ...each, hash: toHex(await keys.mac(key, fromHex(each.hash))) })),
  )
  return respond.json({ rows: own, keyed: true, goodForMs: pinsGoodForMs } satisfies Handed)
}

/**
 * Keeps the PINs that the node above handed over, in place of all others. Who has another one than before, or none any more, is
 * signed out; and a new one is not locked by guesses at the old one. A command of Tillwire itself.
 */
export const keepPins: Command = {
  decide: async ({ rows, keyed, goodForMs }: Handed, { tx, nowMs }) => {
    const tables = tx.tables<StaffTables>()
    const before = new Map(
      (await tables.selectFrom('staff_pin').select(['person_id', 'hash']).execute()).map(row => [
        row.person_id,
        row.hash,
      ]),
    )
    const now = new Map(rows.map(row => [row.personId, row.hash]))
    for (const [personId, hash] of before) if (now.get(personId) !== hash) await endSessions(tx, personId)
    for (const [personId, hash] of now) if (before.get(personId) !== hash) await clearAttempts(tx, personId)
    await tables.deleteFrom('staff_pin').execute()
    const goodUntilMs = goodForMs === null ? null : nowMs + goodForMs
    await tx.bulk({
      table: 'staff_pin',
      columns,
      rows: rows.map(({ personId, salt, hash }) => [personId, salt, hash, keyed ? 1 : 0, goodUntilMs]),
    })
    return { ok: true, facts: [] }
  },
}
