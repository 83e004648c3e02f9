import { hqHandle } from '../../../contracts/devices.ts'
import type { NodeKind } from '../../../contracts/travel.ts'
import { type DemoPerson, demoPeople } from '../seed.ts'

/** A node of the demo: its place in the tree, and who works there. */
export type Place = {
  /** Its handle, which is unique in the whole demo. */
  id: string
  kind: NodeKind
  name: string
  above: string | null
  /** Who sells at it, where it is a till. */
  cashier?: DemoPerson
}

const moreCashiers: readonly DemoPerson[] = [
  { number: 4, name: 'Dilan Aydin', role: 'cashier', pin: '418506' },
  { number: 5, name: 'Emma Rossi', role: 'cashier', pin: '730294' },
]
export const people: readonly DemoPerson[] = [...demoPeople, ...moreCashiers]
const [atFirst, atSecond, atThird] = people.filter(({ role }) => role === 'cashier')

/** HQ, two stores and three tills, each after the one above it. */
export const places: readonly Place[] = [
  { id: hqHandle, kind: 'hq', name: 'HQ', above: null },
  { id: 'store-1', kind: 'store', name: 'Mill Lane', above: hqHandle },
  { id: 'store-2', kind: 'store', name: 'Harbour', above: hqHandle },
  { id: 'till-1', kind: 'till', name: 'Till 1', above: 'store-1', ...(atFirst ? { cashier: atFirst } : {}) },
  { id: 'till-2', kind: 'till', name: 'Till 2', above: 'store-1', ...(atSecond ? { cashier: atSecond } : {}) },
  { id: 'till-3', kind: 'till', name: 'Till 3', above: 'store-2', ...(atThird ? { cashier: atThird } : {}) },
]
