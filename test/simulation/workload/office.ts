import { catalogueRoutes } from '../../../src/contracts/catalogue.ts'
import { inventoryRoutes } from '../../../src/contracts/inventory.ts'
import { look, perform, settleAct } from '../acts.ts'
import type { Dice } from '../dice.ts'
import { goods, groups, productIdOf, storeProfiles, taxes } from '../goods.ts'
import type { Machine } from '../machine.ts'
import type { Act, World } from '../world.ts'

export type Worker = { work(): Promise<void> }

const settleSome = async (world: World, at: Machine, dice: Dice, isMine: (act: Act) => boolean): Promise<void> => {
  const waiting = world.acts.filter(act => act.at === at && act.outcome === 'unknown' && isMine(act))
  if (waiting.length > 0 && dice.chance(0.5)) await settleAct(world, dice.one(waiting))
}

const stores = Object.keys(storeProfiles)
const oneSku = (dice: Dice): string => dice.one(goods).sku

/** One who keeps the stock of a store. */
export const storekeeperAt = (world: World, at: Machine, dice: Dice): Worker => {
  const lines = () => dice.some(goods, dice.between(1, 3)).map(({ sku }) => sku)
  const adjust = () =>
    perform(world, {
      at,
      job: 'manager',
      what: 'adjusts stock',
      route: inventoryRoutes.adjustStock,
      input: id => ({
        id,
        lines: lines().map(sku => ({ sku, quantityMicro: dice.between(1, 9) * dice.one([-1_000_000, 500_000]) })),
        reason: dice.one(['opening', 'damaged', 'found'] as const),
        note: '',
      }),
    })
  const count = () =>
    perform(world, {
      at,
      job: 'manager',
      what: 'counts stock',
      route: inventoryRoutes.countStock,
      input: id => ({
        id,
        lines: lines().map(sku => ({ sku, countedMicro: dice.between(0, 99) * 1_000_000 })),
        note: '',
      }),
    })
  const send = () =>
    perform(world, {
      at,
      job: 'manager',
      what: 'sends goods',
      route: inventoryRoutes.sendTransfer,
      input: id => ({
        id,
        toStore: stores.find(store => store !== at.store) ?? at.store,
        lines: lines().map(sku => ({ sku, quantityMicro: dice.between(1, 20) * 1_000_000 })),
        note: '',
      }),
    })
  const receive = async () => {
    const open = await look(world, at, 'manager', inventoryRoutes.listTransfers, { open: true, limit: 10 })
    const here = open?.rows.filter(({ toStore }) => toStore === at.store) ?? []
    if (here.length === 0) return
    const { transferId, lines: sent } = dice.one(here)
    const some = sent.map(({ sku, sentMicro }) => ({ sku, quantityMicro: Math.max(0, sentMicro - 1_000_000) }))
    const input = (id: string) => ({ id, transferId, note: '', ...(dice.chance(0.5) ? { lines: some } : {}) })
    await perform(world, { at, job: 'manager', what: 'receives goods', route: inventoryRoutes.receiveTransfer, input })
  }
  return {
    work: async () => {
      if (!at.process) return
      await settleSome(world, at, dice, act => act.job === 'manager')
      const roll = dice.roll()
      if (roll < 0.35) await adjust()
      else if (roll < 0.55) await count()
      else if (roll < 0.75) await send()
      else await receive()
    },
  }
}

/** One who decides at HQ. */
export const headOfficeAt = (world: World, at: Machine, dice: Dice): Worker => {
  const audience = () => dice.one([undefined, ...stores, ...groups])
  const price = () => {
    const whom = audience()
    const priceMinor = whom !== undefined && dice.chance(0.2) ? null : dice.between(1, 3_000)
    const sku = oneSku(dice)
    return perform(world, {
      at,
      job: 'owner',
      what: `${sku} costs ${priceMinor} ${whom ?? ''}`,
      route: catalogueRoutes.changePrice,
      input: id => ({ id, sku, priceMinor, ...(whom === undefined ? {} : { audience: whom }) }),
    })
  }
  const product = () => {
    const place = dice.between(0, goods.length)
    const known = goods[place]
    const { sku, unit } = known ?? { sku: `NEW-${dice.between(1, 3)}`, unit: 'each' as const }
    const taxCode = dice.one(taxes).code
    const productId = known ? productIdOf(place) : world.newId()
    const variant = { sku, form: '', barcodes: [], unit, priceMinor: dice.between(1, 3_000), costMinor: null, taxCode }
    return perform(world, {
      at,
      job: 'owner',
      what: `saves ${sku}`,
      route: catalogueRoutes.saveProduct,
      input: id => ({
        id,
        productId,
        name: `${sku} ${dice.between(1, 9)}`,
        category: 'Goods',
        favourite: false,
        demo: false,
        note: '',
        variants: [variant],
      }),
    })
  }
  const tax = () => {
    const { parts, ...rest } = dice.one(taxes)
    const whom = audience()
    const changed = parts.map(part => ({ ...part, ratePpm: dice.between(0, 250) * 1_000 }))
    return perform(world, {
      at,
      job: 'owner',
      what: `sets ${rest.code} ${whom ?? ''}`,
      route: catalogueRoutes.setTax,
      input: id => ({ ...rest, id, parts: changed, ...(whom === undefined ? {} : { audience: whom }) }),
    })
  }
  const configure = () => {
    const store = dice.one(stores)
    const profile = storeProfiles[store]!
    return perform(world, {
      at,
      job: 'owner',
      what: `configures ${store}`,
      store,
      route: catalogueRoutes.configureStore,
      input: id => ({
        ...profile,
        id,
        receiptFooter: [`Footer ${dice.between(1, 99)}`],
        cashStepMinor: dice.one([1, 5, 10]),
        taxRounding: dice.one(['line', 'document'] as const),
      }),
    })
  }
  const group = () => {
    const handle = dice.one(stores)
    const into = dice.some(groups, dice.between(0, groups.length))
    return perform(world, {
      at,
      job: 'owner',
      what: `${handle} is in ${into.join(' ') || 'no group'}`,
      route: catalogueRoutes.setStoreGroups,
      input: id => ({ id, handle, groups: into }),
    })
  }
  return {
    work: async () => {
      if (!at.process) return
      await settleSome(world, at, dice, act => act.job === 'owner')
      const roll = dice.roll()
      if (roll < 0.5) await price()
      else if (roll < 0.7) await product()
      else if (roll < 0.85) await tax()
      else if (roll < 0.95) await configure()
      else await group()
    },
  }
}
