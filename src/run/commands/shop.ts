import type { ShopConfig } from '../config.ts'
import { seedCatalogue, seedDemo } from '../demo/seed.ts'
import { configureNewShop } from '../first-start.ts'
import { openNode } from './open-node.ts'

/** Runs a shop, or whatever else the data folder is of, until it is told to stop. */
export const runShop = (config: ShopConfig, options: { demo: boolean; empty: boolean }): Promise<void> =>
  openNode(config, undefined, async ({ shop, client, as, say }) => {
    // What a store begins with is decided by the node at the top; an HQ begins with nothing.
    if (!shop.node.top || shop.node.kind !== 'store') return []
    const people = options.demo ? await seedDemo(client, as, say) : []
    if (!options.demo && !options.empty) await seedCatalogue(client)
    await configureNewShop(client)
    return people.map(({ number, name, role, pin }) => `  ${name} (${role}) signs in with number ${number}, PIN ${pin}`)
  })
