import type { NodeKind } from '../../src/contracts/travel.ts'
import type { Database } from '../../src/platform/database/database.ts'
import type { Host } from '../../src/platform/host/host.ts'
import type { Service } from '../../src/platform/host/service.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import type { Ports } from '../../src/platform/ports.ts'
import type { Standing } from '../../src/sync/connection.ts'
import type { SqliteDisk } from './disk-vfs.ts'
import type { DeviceKeys } from './keys.ts'
import type { Link } from './network.ts'

/** What its enrolment left on a machine, in a file that no backup of the database holds. */
export type Enrolled = { nodeId: string; epoch: number; keys: DeviceKeys }

/** A node that runs on a machine, from its start until it is stopped, killed, or loses its power. */
export type Process = {
  readonly name: string
  readonly identity: NodeIdentity
  readonly host: Host
  readonly database: Database
  readonly ports: Ports
  readonly services: readonly Service[]
  readonly standing: Standing
  isAlive(): boolean
  /** Why it ended by itself, where it did. */
  failure(): unknown
  /** What it answers. Throws where it ends before that. */
  receive(request: Request): Promise<Response>
  /** Nothing of it goes on: it was killed, or its machine lost its power. */
  kill(): Promise<void>
  /** Ends when its work is done. */
  stop(): Promise<void>
}

/** A box in a shop, with its disk and its clock. What runs on it comes and goes. */
export type Machine = {
  /** Also its address: `http://store-1`. */
  readonly name: string
  readonly kind: NodeKind
  /** The handle of its store. */
  readonly store: string
  /** Its handle below its parent: a store's own, or that of a till within its store. */
  readonly handle: string
  readonly parent: Machine | null
  readonly link: Link
  disk: SqliteDisk
  enrolled: Enrolled | null
  /** How far its clock is ahead. */
  offsetMs: number
  process: Process | null
  /** How often something was started on it. */
  lives: number
  /** It is switched off, and nobody switches it on but who switched it off. */
  isOff: boolean
  /** Something was done to its disk that explains that it complains. */
  isExcused: boolean
  /** The version of the program on it. */
  program: string
}

/** The file that a node's database is. */
export const databaseFile = 'node.sqlite'

export const originOf = (machine: { name: string }): string => `http://${machine.name}`
