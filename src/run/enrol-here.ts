import { existsSync } from 'node:fs'
import { v7 } from 'uuid'
import { ApiRefusal, createClient } from '../contracts/client.ts'
import { deviceRoutes } from '../contracts/devices.ts'
import { salesRoutes } from '../contracts/sales.ts'
import { migrate } from '../platform/database/migrate.ts'
import { openSqlite } from '../platform/database/sqlite.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../platform/journal/tables.ts'
import { systemPorts } from '../platform/system.ts'
import { makeDeviceKeys, privateKeyText } from '../platform/web-keys.ts'
import { setParent } from '../sync/link.ts'
import { rejoin } from '../sync/rejoin.ts'
import { exitCodes, Failed } from './commands/exit.ts'
import { WrongConfig } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { type Enrolled, keepEnrolled, keysOf, readEnrolled } from './enrolled.ts'
import { fetcherTrusting, parentClient } from './parent.ts'
import { createServices, newStanding } from './services.ts'

export type Enrolment = { kind: 'store' | 'till'; parentUrl: string; code: string; authority: string | null }

const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)

/** PINs' hashes come over this connection: it is encrypted, or does not leave the machine. */
const checkUrl = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol)) throw new WrongConfig(`${text} is not an address of a Tillwire`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new WrongConfig(`${text} is not encrypted: use its https address, which it prints at its start`)
  return url.origin
}

/** Why nobody was reached, and what helps where its certificate is of an authority of its own. */
const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const text = cause instanceof Error ? cause.message : String(cause)
  return /certificate|self.signed|issuer/i.test(text) ? `${text}. Name its authority with --authority <file>.` : text
}

const nodeIn = async (database: ReturnType<typeof openSqlite>): Promise<JournalTables['node'] | undefined> =>
  database.tables<JournalTables>().selectFrom('node').selectAll().executeTakeFirst() as Promise<
    JournalTables['node'] | undefined
  >

/**
 * Makes the node of this folder one below another, by a code that was made there. A folder that held this node before (in an
 * older epoch) brings along what only it has. Throws WrongConfig where the folder holds a shop of its own.
 */
export const enrolHere = async (folder: DataFolder, enrolment: Enrolment): Promise<Enrolled> => {
  const origin = checkUrl(enrolment.parentUrl)
  const ports = systemPorts('warn')
  const before = readEnrolled(folder.enrolled)
  const isNew = !existsSync(folder.database)
  const database = openSqlite(folder.database)
  try {
    await migrate(database, 'journal', journalMigrations)
    const old = await nodeIn(database)
    if (!isNew && old && (!before || old.kind !== enrolment.kind))
      throw new WrongConfig(`${folder.path} holds a ${old.kind} of its own; enrol with another --data`)
    const { keys, pinSecret } = await makeDeviceKeys(true)
    const unsigned = createClient(fetcherTrusting(enrolment.authority), origin)
    const asked = unsigned.call(deviceRoutes.enrol, {
      id: v7(),
      code: enrolment.code,
      publicKey: keys.publicKey,
      pinSecret,
      ...(old ? { node: { nodeId: old.id, epoch: old.epoch } } : {}),
    })
    const answer = await asked.catch((error: unknown) => {
      if (error instanceof ApiRefusal) throw error
      throw new Failed(exitCodes.unavailable, `${origin} is not reached: ${reasonOf(error)}`)
    })
    if (answer.kind !== enrolment.kind)
      throw new WrongConfig(`this code is for a ${answer.kind}, not for a ${enrolment.kind}`)
    const { nodeId, epoch, kind, store, handle } = answer
    const { authority } = enrolment
    const kept: Enrolled = {
      parentUrl: origin,
      authority,
      nodeId,
      epoch,
      kind,
      store,
      handle,
      publicKey: keys.publicKey,
      privateKey: await privateKeyText(keys),
      pinSecret,
      lastReceipt: 0,
    }
    const identity: NodeIdentity = { id: nodeId, epoch, store, kind, top: false }
    const { signer } = await keysOf(kept)
    const parent = parentClient(kept, signer, ports.keys)
    if (kind === 'till') {
      const { receiptNumber } = await parent.call(salesRoutes.lastReceipt, { till: handle })
      kept.lastReceipt = receiptNumber
    }
    const services = createServices(ports, {
      kind,
      setupCode: '',
      webhooksToPrivate: false,
      parent: null,
      standing: newStanding(),
      program: '',
    })
    for (const service of services) await migrate(database, service.name, service.migrations)
    await rejoin({ database, old: old ?? { id: nodeId, epoch }, identity, parent, services, clock: ports.clock })
    await database.transaction(tx => setParent(tx, origin, ports.clock.nowMs()))
    keepEnrolled(folder.enrolled, kept)
    return kept
  } finally {
    await database.close()
  }
}
