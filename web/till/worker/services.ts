import type { Client } from '../../../src/contracts/client.ts'
import type { Front, Service } from '../../../src/platform/host/service.ts'
import type { Ports } from '../../../src/platform/ports.ts'
import { createCashFront, createCashService } from '../../../src/services/cash/service.ts'
import { catalogueQueries } from '../../../src/services/catalogue/queries.ts'
import { createCatalogueService } from '../../../src/services/catalogue/service.ts'
import { createSalesFront, createSalesService } from '../../../src/services/sales/service.ts'
import { createStaffFront, createStaffService } from '../../../src/services/staff/service.ts'
import type { Standing } from '../../../src/sync/connection.ts'
import type { Devices } from '../../../src/sync/device.ts'
import { createSyncFront, createSyncService } from '../../../src/sync/service.ts'

/** Nobody is below a till. */
const devices: Devices = { find: async () => undefined, list: async () => [], groupsOf: async () => [] }

/** What a till runs of all that a store runs: the rest is asked of the store. */
export const createTillServices = (
  ports: Ports,
  config: { parent: Client; standing: Standing; program: string; till: string; lastReceipt: number },
): Service[] => [
  createStaffService(ports, { setupCode: '', parent: config.parent }),
  createCatalogueService(ports, { isSearched: false }),
  createSalesService(ports, {
    till: config.till,
    lastReceipt: config.lastReceipt,
    sentSeq: () => config.standing.sentSeq,
  }),
  createCashService(ports),
  createSyncService(ports, {
    devices,
    sending: new Set(),
    parent: config.parent,
    standing: config.standing,
    program: config.program,
  }),
]

export const createTillFronts = (
  ports: Ports,
  { sessionsEnded, onHead }: { sessionsEnded(): void; onHead(listener: () => void): () => void },
): Front[] => [
  createStaffFront(ports, { sessionsEnded }),
  // Files are brought in and taken out at the store: what reads them needs Node, and stays out of the till.
  { name: 'catalogue', queries: catalogueQueries },
  createSalesFront(ports),
  createCashFront(ports),
  createSyncFront(ports, { devices, onHead }),
]
