import type { Front, Service } from '../platform/host/service.ts'
import { createOutbound } from '../platform/http/outbound.ts'
import type { Ports } from '../platform/ports.ts'
import { createCashFront, createCashService } from '../services/cash/service.ts'
import { createCatalogueFront, createCatalogueService } from '../services/catalogue/service.ts'
import { createIntegrationsFront, createIntegrationsService } from '../services/integrations/service.ts'
import { createInventoryFront, createInventoryService } from '../services/inventory/service.ts'
import { createPurchasingFront, createPurchasingService } from '../services/purchasing/service.ts'
import { createReportingFront, createReportingService } from '../services/reporting/service.ts'
import { createSalesFront, createSalesService } from '../services/sales/service.ts'
import { createStaffFront, createStaffService } from '../services/staff/service.ts'

/** The writing halves, in the order in which the nerve page names them. Adding a service is adding a folder and a line here. */
export const createServices = (ports: Ports, config: { setupCode: string; webhooksToPrivate: boolean }): Service[] => [
  createStaffService(ports, { setupCode: config.setupCode }),
  createCatalogueService(ports),
  createSalesService(ports),
  createCashService(ports),
  createInventoryService(ports),
  createPurchasingService(ports),
  createReportingService(ports),
  createIntegrationsService(ports, {
    outbound: createOutbound({ allowPrivate: config.webhooksToPrivate }),
    allowPrivate: config.webhooksToPrivate,
  }),
]

/** The reading halves. `sessionsEnded` is told when someone signed out, so that who is who is looked up again. */
export const createFronts = (ports: Ports, config: { sessionsEnded(): void }): Front[] => [
  createStaffFront(ports, { sessionsEnded: config.sessionsEnded }),
  createCatalogueFront(ports),
  createSalesFront(ports),
  createCashFront(ports),
  createInventoryFront(ports),
  createPurchasingFront(ports),
  createReportingFront(ports),
  createIntegrationsFront(ports),
]
