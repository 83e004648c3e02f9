import { staffFacts } from '../../contracts/staff.ts'
import type { Front, Service } from '../../platform/host/service.ts'
import type { Ports } from '../../platform/ports.ts'
import { staffCommands } from './commands.ts'
import { staffMigrations } from './migrations.ts'
import { project } from './project.ts'
import { staffQueries } from './queries.ts'
import { staffHandlers } from './sign-in.ts'

/** `setupCode` makes the first owner; empty where there is none to be made. */
export const createStaffService = (ports: Ports, { setupCode }: { setupCode: string }): Service => ({
  name: 'staff',
  migrations: staffMigrations,
  projections: ['staff_person', 'staff_token'],
  owns: Object.keys(staffFacts),
  consumes: [],
  project,
  commands: staffCommands(ports.secrets, setupCode),
})

export const createStaffFront = (_ports: Ports, { sessionsEnded }: { sessionsEnded(): void }): Front => ({
  name: 'staff',
  queries: staffQueries,
  raw: staffHandlers(sessionsEnded),
})
