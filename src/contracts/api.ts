import { cashFacts, cashRefusals, cashRoutes } from './cash.ts'
import { catalogueFacts, catalogueRefusals, catalogueRoutes } from './catalogue.ts'
import { deviceFacts, deviceRefusals, deviceRoutes } from './devices.ts'
import type { FactCatalogue } from './fact.ts'
import { integrationsFacts, integrationsRefusals, integrationsRoutes } from './integrations.ts'
import { inventoryFacts, inventoryRefusals, inventoryRoutes } from './inventory.ts'
import { overrideFacts, overrideRefusals, overrideRoutes } from './overrides.ts'
import { platformRefusals, platformRoutes } from './platform.ts'
import { purchasingFacts, purchasingRefusals, purchasingRoutes } from './purchasing.ts'
import { reportingRefusals, reportingRoutes } from './reporting.ts'
import { returnClaimFacts, returnClaimRefusals, returnClaimRoutes } from './return-claims.ts'
import type { RefusalText, RefusalTexts, Route } from './route.ts'
import { salesFacts, salesRefusals, salesRoutes } from './sales.ts'
import { staffFacts, staffRefusals, staffRoutes } from './staff.ts'
import { syncRefusals, syncRoutes } from './sync.ts'

/** Every address of the API by the service that answers it. */
export const routesByService = {
  staff: { ...staffRoutes, ...deviceRoutes, ...overrideRoutes },
  catalogue: catalogueRoutes,
  sales: { ...salesRoutes, ...returnClaimRoutes },
  cash: cashRoutes,
  inventory: inventoryRoutes,
  purchasing: purchasingRoutes,
  reporting: reportingRoutes,
  integrations: integrationsRoutes,
  sync: syncRoutes,
  platform: platformRoutes,
} satisfies Record<string, Record<string, Route>>
export type ServiceName = Exclude<keyof typeof routesByService, 'platform'>

/** Every fact by its type. */
export const facts: FactCatalogue = {
  ...staffFacts,
  ...deviceFacts,
  ...overrideFacts,
  ...catalogueFacts,
  ...salesFacts,
  ...returnClaimFacts,
  ...cashFacts,
  ...inventoryFacts,
  ...purchasingFacts,
  ...integrationsFacts,
}

const refusals: RefusalTexts = {
  ...platformRefusals,
  ...staffRefusals,
  ...deviceRefusals,
  ...overrideRefusals,
  ...catalogueRefusals,
  ...salesRefusals,
  ...returnClaimRefusals,
  ...cashRefusals,
  ...inventoryRefusals,
  ...purchasingRefusals,
  ...reportingRefusals,
  ...integrationsRefusals,
  ...syncRefusals,
}
export const refusalCodes: readonly string[] = Object.keys(refusals)

/** Status and sentence of a refusal. Throws on a code that no contract lists, which is a defect and not an input error. */
export const refusalText = (code: string): RefusalText => {
  const text = refusals[code]
  if (!text) throw new Error(`refusal code not in the contracts: ${code}`)
  return text
}
