import type { Client } from '../contracts/client.ts'
import type { Front, Service } from '../platform/host/service.ts'
import type { Ports } from '../platform/ports.ts'
import { disown, hear, stage, swapIn } from './come-down.ts'
import { keepConnected, type Standing } from './connection.ts'
import type { Below, Devices } from './device.ts'
import { hello } from './hello.ts'
import { keepWhole, mend, tellDamaged } from './keep-whole.ts'
import { changeLinkCommand } from './link.ts'
import { syncMigrations } from './migrations.ts'
import { download, syncQueries } from './queries.ts'
import { takeIn } from './take-in.ts'
import { waitingReaders } from './waiting-readers.ts'

export type SyncConfig = Below & {
  /** The node above, as this device's signed requests reach it; null where nobody is above. */
  parent: Client | null
  standing: Standing
  /** The version of this program, which the parent shows. */
  program: string
}

/** How facts get up and down between nodes. It records nothing itself: it hands on what others recorded. */
export const createSyncService = (
  _ports: Ports,
  { devices, sending, parent, standing, program }: SyncConfig,
): Service => ({
  name: 'sync',
  migrations: syncMigrations,
  projections: [],
  owns: [],
  consumes: [],
  project: async () => {},
  commands: {
    hello: hello({ devices, sending }),
    takeIn: takeIn({ devices, sending }),
    hear,
    stage,
    swapIn,
    disown,
    tellDamaged,
    mend,
    changeLink: changeLinkCommand,
  },
  ...(parent
    ? {
        start: work => {
          const ends = [keepConnected(work, parent, standing, program), keepWhole(work, parent)]
          return async () => {
            for (const end of ends) await end()
          }
        },
      }
    : {}),
})

/** `onHead` tells that the journal has grown. */
export const createSyncFront = (
  ports: Ports,
  { devices, onHead }: { devices: Devices; onHead(listener: () => void): () => void },
): Front => ({
  name: 'sync',
  queries: syncQueries(devices),
  raw: { download: download(devices, waitingReaders(onHead, ports.timers)) },
})
