import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import type { InputOf, Route } from '../../src/contracts/route.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import type { NodeKind } from '../../src/contracts/travel.ts'
import { look, perform } from './acts.ts'
import type { Image } from './disk.ts'
import { makeSmallPages } from './disk-image.ts'
import { enrol } from './enrolment.ts'
import { goods, productIdOf, storeGroups, storeProfiles, taxes } from './goods.ts'
import { databaseFile, type Enrolled } from './machine.ts'
import { people } from './people.ts'
import { setupCode } from './process.ts'
import { createWorld, type World } from './world.ts'

type Place = { kind: NodeKind; name: string; store: string; handle: string; above: string | null }

const tillOf = (store: string, handle: string): Place => ({
  kind: 'till',
  name: `${store}-${handle}`,
  store,
  handle,
  above: store,
})

/** HQ, two stores, and as many tills as a world may have. */
const places: Place[] = [
  { kind: 'hq', name: 'hq', store: 'hq', handle: 'hq', above: null },
  { kind: 'store', name: 'store-1', store: 'store-1', handle: 'store-1', above: 'hq' },
  { kind: 'store', name: 'store-2', store: 'store-2', handle: 'store-2', above: 'hq' },
  tillOf('store-1', 'till-1'),
  tillOf('store-2', 'till-1'),
  tillOf('store-1', 'till-2'),
  tillOf('store-2', 'till-2'),
]
const tillPlaces = places.filter(({ kind }) => kind === 'till')
export const tillsAtMost = tillPlaces.length

/** Every machine after all was set up. */
type Base = Map<string, { image: Image; enrolled: Enrolled | null }>

/** What HQ decides before the first store opens. */
const setUp = async (world: World): Promise<void> => {
  const { hq } = world
  const owner = { name: people.owner.name, pin: people.owner.pin }
  await world.clientAt(hq).call(staffRoutes.setUpOwner, { id: world.newId(), code: setupCode, ...owner })
  const must = async <R extends Route>(route: R, input: (id: string) => InputOf<R>, store?: string): Promise<void> => {
    const act = await perform(world, { at: hq, job: 'owner', what: route.name, route, input, store })
    if (act.outcome !== 'done') throw new Error(`${act.what}: ${act.outcome} ${act.code} ${JSON.stringify(act.answer)}`)
  }
  for (const [store, profile] of Object.entries(storeProfiles)) {
    await must(catalogueRoutes.configureStore, id => ({ ...profile, id }), store)
    await must(catalogueRoutes.setStoreGroups, id => ({ id, handle: store, groups: storeGroups[store] ?? [] }))
  }
  for (const role of ['manager', 'cashier'] as const)
    await must(staffRoutes.addPerson, id => ({ id, role, ...people[role] }))
  for (const tax of taxes) await must(catalogueRoutes.setTax, id => ({ ...tax, id }))
  for (const [place, { name, sku, unit, priceMinor, taxCode }] of goods.entries()) {
    const variant = { sku, form: '', barcodes: [], unit, priceMinor, costMinor: null, taxCode }
    const rest = { category: 'Goods', favourite: false, demo: false, note: '' }
    const product = { productId: productIdOf(place), name, ...rest, variants: [variant] }
    await must(catalogueRoutes.saveProduct, id => ({ ...product, id }))
  }
}

/** Machines become nodes, those above first: a store has to have heard of its people before one of them enrols a till. */
const enrolAll = async (world: World): Promise<void> => {
  for (const machine of world.machines) {
    if (!machine.parent) continue
    while (
      !(await look(
        world,
        machine.parent,
        machine.parent.kind === 'hq' ? 'owner' : 'manager',
        staffRoutes.listPeople,
        {},
      ))
    )
      await world.pause(500)
    if (!(await enrol(world, machine))) throw new Error(`${machine.name} could not be enrolled`)
  }
}

/** How long all may take to hear of it. */
const settledWithinUs = 120_000_000

const make = async (sqlite3: Sqlite3Static): Promise<Base> => {
  const world = createWorld({ sqlite3, seed: 0 })
  for (const { above, ...place } of places)
    world.add({ ...place, parent: world.machines.find(({ name }) => name === above) ?? null })
  for (const { disk } of world.machines) makeSmallPages(sqlite3, disk, databaseFile)
  await world.start(world.hq)
  const work = { done: false, error: undefined as unknown }
  const end = (error?: unknown): void => {
    Object.assign(work, { done: true, error })
  }
  setUp(world)
    .then(() => enrolAll(world))
    .then(() => end(), end)
  await world.schedule.pass(settledWithinUs, () => !work.done)
  if (!work.done || work.error) throw work.error ?? new Error('the world could not be set up')
  await world.schedule.pass(settledWithinUs)
  const stopped = world.machines.map(async machine => {
    await machine.process?.stop()
    machine.process = null
  })
  await world.schedule.pass(settledWithinUs)
  await Promise.all(stopped)
  const [breach] = world.breaches
  if (breach) throw new Error(breach.text)
  const base: Base = new Map(world.machines.map(({ name, disk, enrolled }) => [name, { image: disk.copy(), enrolled }]))
  await world.end()
  return base
}

const bases = new WeakMap<Sqlite3Static, Promise<Base>>()

/** Puts into an empty world HQ, two stores and so many tills, which have all heard of the first catalogue. */
export const furnish = async (world: World, tills: number): Promise<void> => {
  const known = bases.get(world.sqlite3) ?? make(world.sqlite3)
  bases.set(world.sqlite3, known)
  const base = await known
  const isThere = (place: Place): boolean => place.kind !== 'till' || tillPlaces.indexOf(place) < tills
  for (const { above, ...place } of places.filter(isThere)) {
    const parent = world.machines.find(({ name }) => name === above) ?? null
    const { image, enrolled } = base.get(place.name)!
    const machine = world.add({ ...place, parent }, image)
    machine.enrolled = enrolled
  }
}
