import type { Reader } from '../../src/platform/database/database.ts'
import type { JournalTables } from '../../src/platform/journal/tables.ts'
import { groupsOfStore } from '../../src/services/catalogue/store.ts'
import { staffDevices } from '../../src/services/staff/devices.ts'
import { audiencesOf } from '../../src/sync/device.ts'
import { readLink } from '../../src/sync/link.ts'
import { tailFor } from '../../src/sync/send-down.ts'
import type { Machine } from './machine.ts'
import type { World } from './world.ts'

/** How far each chain that goes up from here has come. */
const chainsUp = async (db: Reader): Promise<Map<string, number>> => {
  const rows = await db
    .tables<JournalTables>()
    .selectFrom('journal')
    .select(({ fn }) => ['node', 'epoch', fn.max('seq').as('seq')])
    .where('from_above', '=', 0)
    .groupBy(['node', 'epoch'])
    .execute()
  return new Map(rows.map(({ node, epoch, seq }) => [`${node} ${epoch}`, seq]))
}

const behindIn = (machine: Machine): string | undefined => {
  const { process, name } = machine
  if (!process?.isAlive()) return `${name} does not run`
  const behind = process.host.progress().find(({ position }) => position < process.host.head())
  return behind && `${behind.service} of ${name} is at ${behind.position} of ${process.host.head()}`
}

const missingAbove = async (machine: Machine, parent: Machine): Promise<string | undefined> => {
  const here = machine.process!.database
  const there = parent.process!.database
  const known = await chainsUp(there)
  for (const [chain, seq] of await chainsUp(here))
    if ((known.get(chain) ?? 0) < seq) return `${parent.name} has ${chain} up to ${known.get(chain)} of ${seq}`
  return undefined
}

const missingBelow = async (machine: Machine, parent: Machine): Promise<string | undefined> => {
  const here = machine.process!.database
  const there = parent.process!.database
  const link = await readLink(here)
  if (link?.state !== 'connected') return `${machine.name} is ${link?.state}`
  const device = await staffDevices.find(there, machine.process!.identity.id)
  if (!device) return `${parent.name} does not know ${machine.name}`
  const audiences = await audiencesOf(there, { ...staffDevices, groupsOf: groupsOfStore }, device)
  if (link.audiences !== audiences.join(',')) return `${machine.name} heard as ${link.audiences}, not as ${audiences}`
  const { left } = await tailFor(there, device, audiences, { after: link.heard_to, limit: 1 })
  return left > 0 ? `${machine.name} has ${left} to hear` : undefined
}

/** Why the nodes do not all know all yet; undefined where they do. */
export const whatIsMissing = async (world: World): Promise<string | undefined> => {
  for (const machine of world.machines) {
    const behind = behindIn(machine)
    if (behind !== undefined) return behind
  }
  for (const machine of world.machines) {
    const { parent } = machine
    const missing = parent && ((await missingAbove(machine, parent)) ?? (await missingBelow(machine, parent)))
    if (missing) return missing
  }
  return undefined
}
