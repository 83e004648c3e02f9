import { catalogueRoutes } from '../../../contracts/catalogue.ts'
import { deviceRoutes } from '../../../contracts/devices.ts'
import { inventoryRoutes } from '../../../contracts/inventory.ts'
import { staffRoutes } from '../../../contracts/staff.ts'
import type { Ports } from '../../../platform/ports.ts'
import { demoProducts } from '../catalogue.ts'
import { demoStore, saveDemoCatalogue } from '../seed.ts'
import type { Chain, ChainNode } from './chain.ts'
import type { Pause } from './pause.ts'
import { people } from './places.ts'

const lookAgainMs = 50
/** What a shop has of each product is soon gone where three tills sell all day. */
const timesTarget = 20

type Tools = { chain: Chain; ids: Ports['ids']; pause: Pause; signal: AbortSignal }

/** What HQ decides: its stores, what they sell, and who works there. */
const setUpHq = async ({ chain, ids }: Tools): Promise<void> => {
  for (const { place } of chain.nodes) {
    if (place.kind !== 'store') continue
    await chain
      .client('hq', undefined, place.id)
      .call(catalogueRoutes.configureStore, { ...demoStore, id: ids.next(), name: place.name })
  }
  const hq = chain.client('hq')
  await saveDemoCatalogue(hq)
  for (const person of people) await hq.call(staffRoutes.addPerson, { id: ids.next(), ...person })
}

const enrol = async ({ chain, ids }: Tools, { place }: ChainNode): Promise<void> => {
  const { id, kind, name, above } = place
  if (above === null || kind === 'hq') return
  const { code } = await chain
    .client(above)
    .call(deviceRoutes.createEnrolmentCode, { id: ids.next(), kind, handle: id, name })
  await chain.start(id, code)
}

/** Waits until a node prices with what HQ last decided. */
const isStocked = async ({ chain, pause, signal }: Tools, node: ChainNode): Promise<void> => {
  const { known: atHq } = chain.at('hq')
  const isThere = () => node.known.priceVersion >= atHq.priceVersion && node.priced >= node.known.position
  while (!isThere() && !signal.aborted) await pause(lookAgainMs, signal)
}

const fillShelves = async ({ chain, ids }: Tools, { place }: ChainNode): Promise<void> => {
  await chain.client(place.id).call(inventoryRoutes.adjustStock, {
    id: ids.next(),
    lines: demoProducts.map(({ sku, targetLevelMicro }) => ({ sku, quantityMicro: targetLevelMicro * timesTarget })),
    reason: 'opening',
    note: 'demo',
  })
}

/** Starts all nodes for the first time, each enrolled at the one above it, with goods, people and stock. */
export const openStores = async (tools: Tools): Promise<void> => {
  const { chain, signal } = tools
  await chain.start('hq')
  await setUpHq(tools)
  const stores = chain.nodes.filter(({ place }) => place.kind === 'store')
  const tills = chain.nodes.filter(({ place }) => place.kind === 'till')
  await Promise.all(
    stores.map(async store => {
      await enrol(tools, store)
      await isStocked(tools, store)
      if (!signal.aborted) await fillShelves(tools, store)
    }),
  )
  if (signal.aborted) return
  await Promise.all(
    tills.map(async till => {
      await enrol(tools, till)
      await isStocked(tools, till)
    }),
  )
}
