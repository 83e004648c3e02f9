import type { Client } from '../../contracts/client.ts'
import { deviceFacts } from '../../contracts/devices.ts'
import { overrideFacts } from '../../contracts/overrides.ts'
import { staffFacts } from '../../contracts/staff.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { staffCommands } from './commands.ts'
import { hearPins } from './hear-pins.ts'
import { staffMigrations } from './migrations.ts'
import { project } from './project.ts'
import { staffQueries } from './queries.ts'
import { staffHandlers } from './sign-in.ts'

/**
 * `setupCode` makes the first owner; empty where there is none to be made. `parent` is the node above, as this device's signed
 * requests reach it.
 */
export const createStaffService = (
  ports: Ports,
  { setupCode, parent }: { setupCode: string; parent?: Client | null },
): Service => ({
  name: 'staff',
  migrations: staffMigrations,
  projections: ['staff_person', 'staff_token', 'staff_device', 'staff_store', 'staff_override'],
  owns: Object.keys({ ...staffFacts, ...deviceFacts, ...overrideFacts }),
  consumes: ['store.configured', 'store.grouped'],
  project,
  commands: staffCommands(ports.secrets, setupCode),
  ...(parent ? { start: work => hearPins(work, parent) } : {}),
})

export const createStaffFront = (_ports: Ports, { sessionsEnded }: { sessionsEnded(): void }): Front => ({
  name: 'staff',
  queries: staffQueries,
  raw: staffHandlers(sessionsEnded),
})
