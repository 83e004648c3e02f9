import { createFronts, createServices } from '../../src/run/services.ts'
import { startTestShop, type TestShop } from './shop.ts'

/** Every service of a shop, on a real file, with the API in memory before them. */
export const startWholeShop = (): Promise<TestShop> =>
  startTestShop(ports => ({
    services: createServices(ports, { setupCode: 'TEST-CODE', webhooksToPrivate: false }),
    fronts: createFronts(ports, { sessionsEnded: () => {} }),
  }))
