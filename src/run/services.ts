import type { Client } from '../contracts/client.ts'
import type { NodeKind } from '../contracts/travel.ts'
import type { Front, Service } from '../platform/host/service.ts'
import { createOutbound } from '../platform/http/outbound.ts'
import type { Ports } from '../platform/ports.ts'
import { createCashFront, createCashService } from '../services/cash/service.ts'
import { createCatalogueFront, createCatalogueService } from '../services/catalogue/service.ts'
import { groupsOfStore } from '../services/catalogue/store.ts'
import { createIntegrationsFront, createIntegrationsService } from '../services/integrations/service.ts'
import { createInventoryFront, createInventoryService } from '../services/inventory/service.ts'
import { createPurchasingFront, createPurchasingService } from '../services/purchasing/service.ts'
import { createReportingFront, createReportingService } from '../services/reporting/service.ts'
import { createSalesFront, createSalesService } from '../services/sales/service.ts'
import { staffDevices } from '../services/staff/devices.ts'
import { createStaffFront, createStaffService } from '../services/staff/service.ts'
import type { Standing } from '../sync/connection.ts'
import type { Devices } from '../sync/device.ts'
import { createSyncFront, createSyncService } from '../sync/service.ts'

/** Staff keeps the devices, the catalogue which groups a store is in. */
const devices: Devices = { ...staffDevices, groupsOf: groupsOfStore }

export type ServicesConfig = {
  kind: NodeKind
  setupCode: string
  webhooksToPrivate: boolean
  /** The node above, as this device's signed requests reach it; null where nobody is above. */
  parent: Client | null
  /** The handle of the till that this node is, where it is one. */
  till?: string
  /** The number of that till's last receipt before it became this node. */
  lastReceipt?: number
  standing: Standing
  /** The version of this program, which the node above shows. */
  program: string
  /** Other devices than those that were enrolled. */
  devices?: Devices
}

/** How a node stands to the one above before it has been reached. */
export const newStanding = (): Standing => ({ acknowledgedSeq: 0, sentSeq: Number.POSITIVE_INFINITY })

/**
 * The writing halves, in the order in which the nerve page names them. Adding a service is adding a folder and a line here. A
 * till runs what it needs to sell alone, and asks its store for the rest.
 */
export const createServices = (ports: Ports, config: ServicesConfig): Service[] => {
  const { kind, setupCode, webhooksToPrivate, parent, till, lastReceipt, standing, program } = config
  const sending = new Set<string>()
  const sells: Service[] = [
    createStaffService(ports, { setupCode, parent }),
    createCatalogueService(ports, { isSearched: kind !== 'till' }),
    createSalesService(ports, {
      sells: kind !== 'hq',
      sentSeq: () => standing.sentSeq,
      isSending: node => sending.has(node),
      ...(till === undefined ? {} : { till }),
      ...(lastReceipt === undefined ? {} : { lastReceipt }),
    }),
    createCashService(ports),
  ]
  const keepsBooks: Service[] = [
    createInventoryService(ports),
    createPurchasingService(ports),
    createReportingService(ports),
    createIntegrationsService(ports, {
      outbound: createOutbound({ allowPrivate: webhooksToPrivate }),
      allowPrivate: webhooksToPrivate,
    }),
  ]
  const sync = createSyncService(ports, { devices: config.devices ?? devices, sending, parent, standing, program })
  return kind === 'till' ? [...sells, sync] : [...sells, ...keepsBooks, sync]
}

export type FrontsConfig = {
  kind: NodeKind
  /** Told when someone signed out, so that who is who is looked up again. */
  sessionsEnded(): void
  /** Tells that the journal has grown. */
  onHead(listener: () => void): () => void
  devices?: Devices
}

/** The reading halves. */
export const createFronts = (ports: Ports, config: FrontsConfig): Front[] => {
  const { kind, sessionsEnded, onHead } = config
  const sells = [
    createStaffFront(ports, { sessionsEnded }),
    createCatalogueFront(ports),
    createSalesFront(ports),
    createCashFront(ports),
  ]
  const keepsBooks = [
    createInventoryFront(ports),
    createPurchasingFront(ports),
    createReportingFront(ports),
    createIntegrationsFront(ports),
  ]
  const sync = createSyncFront(ports, { devices: config.devices ?? devices, onHead })
  return kind === 'till' ? [...sells, sync] : [...sells, ...keepsBooks, sync]
}
