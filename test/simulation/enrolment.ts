import { type Client, createClient } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import { type JournalTables, journalMigrations } from '../../src/platform/journal/tables.ts'
import { signedFetcher } from '../../src/platform/signed-request.ts'
import { newStanding } from '../../src/run/services.ts'
import { setParent } from '../../src/sync/link.ts'
import { rejoin } from '../../src/sync/rejoin.ts'
import { perform } from './acts.ts'
import { makeKeys, signerOf } from './keys.ts'
import { databaseFile, type Machine, originOf } from './machine.ts'
import { servicesOf } from './process.ts'
import type { World } from './world.ts'

const nodeIn = (database: Database): Promise<JournalTables['node'] | undefined> =>
  database.tables<JournalTables>().selectFrom('node').selectAll().executeTakeFirst() as Promise<
    JournalTables['node'] | undefined
  >

/** What `enrol-here.ts` does with a code on a machine on which nothing runs. */
const enrolWith = async (world: World, machine: Machine, code: string): Promise<void> => {
  const { parent, kind, disk } = machine
  if (!parent || kind === 'hq') throw new Error(`${machine.name} has nobody above it`)
  const tool = { name: machine.name, isAlive: () => !disk.isOff() }
  const fetcher = world.fetcherAt(machine, tool)
  const ports = world.portsAt(machine, tool.isAlive)
  const database = openSqliteWasm(world.sqlite3, disk.file(databaseFile))
  try {
    await migrate(database, 'journal', journalMigrations)
    const old = await nodeIn(database)
    const keys = makeKeys(world.dice)
    const unsigned: Client = createClient(fetcher, originOf(parent))
    const { nodeId, epoch, store } = await unsigned.call(deviceRoutes.enrol, {
      id: ports.ids.next(),
      code,
      publicKey: keys.publicKey,
      pinSecret: Buffer.from(keys.pinSecret).toString('base64url'),
      ...(old ? { node: { nodeId: old.id, epoch: old.epoch } } : {}),
    })
    const identity: NodeIdentity = { id: nodeId, epoch, store, kind, top: false }
    const signed = createClient(signedFetcher(fetcher, signerOf(nodeId, keys), ports.keys), originOf(parent))
    const nobody = { parent: null, till: undefined, standing: newStanding(), program: machine.program }
    const services = servicesOf(kind, ports, nobody)
    for (const service of services) await migrate(database, service.name, service.migrations)
    const { clock } = ports
    await rejoin({ database, old: old ?? { id: nodeId, epoch }, identity, parent: signed, services, clock })
    await database.transaction(tx => setParent(tx, originOf(parent), clock.nowMs()))
    machine.enrolled = { nodeId, epoch, keys }
  } finally {
    await database.close()
  }
}

/**
 * Somebody makes a code at the parent and types it in at the machine, whose node is stopped meanwhile. Answers whether it became
 * one of the parent's; where it did not, whoever wants it tries again.
 */
export const enrol = async (world: World, machine: Machine): Promise<boolean> => {
  const { parent, kind, handle, name } = machine
  if (!parent || kind === 'hq') throw new Error(`${name} has nobody above it`)
  const job = parent.kind === 'hq' ? 'owner' : 'manager'
  const asked = { kind, handle, name }
  const route = deviceRoutes.createEnrolmentCode
  const made = await perform(world, {
    at: parent,
    job,
    what: `makes a code for ${name}`,
    route,
    input: id => ({ ...asked, id }),
  })
  if (!made.answer) return false
  await machine.process?.kill()
  machine.process = null
  try {
    await enrolWith(world, machine, made.answer.code)
    world.trace.step(`${name} is enrolled in epoch ${machine.enrolled?.epoch}`)
    return true
  } catch (error) {
    world.trace.step(`${name} could not be enrolled: ${String(error)}`)
    return false
  } finally {
    await world.start(machine)
  }
}
