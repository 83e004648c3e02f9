import type { Device } from './device.ts'

/**
 * What devices send up. Paced: each till makes a sale every so often, whatever the answers do, and sends what it has as soon as
 * its last batch is acknowledged. Batches: each store sends batches of sales of its tills, the next as soon as it may.
 */
export type Uploads =
  | { kind: 'paced'; everyMs: number; salesEach: number; warmUpSales: number }
  | { kind: 'batches'; factsAtOnce: number; batchesEach: number; tillsEach: number; warmUpFacts: number }

export type DeviceOrder = {
  devices: readonly Device[]
  /** The version of the catalogue that sales name. */
  catalogueVersion: number
  /** Null where they only hold a request open for what comes down, and say every so often how they are. */
  uploads: Uploads | null
}

/** When a fact that came down had reached the last of so many devices. Times are of the monotonic clock. */
export type Heard = { devices: number; lastUs: number }

export type DeviceResult = {
  /** From when a sale was made, or a batch sent, to its acknowledgement; of each that is not warm-up. */
  tookUs: Float64Array
  /** Facts that were acknowledged and are not warm-up, and in which time. */
  facts: number
  measuredUs: number
  /** By the fact's id. */
  heard: Map<string, Heard>
  /** Requests held open at the end. */
  held: number
  hellos: number
  /** Share of one core that the devices themselves used since they were told to begin. */
  coreShare: number
}

export type ToDevices = { kind: 'order'; order: DeviceOrder } | { kind: 'begin' } | { kind: 'look' } | { kind: 'end' }
/** `ready`: all are connected and hold a request open. `sent`: all that was to go up is acknowledged. */
export type FromDevices = { kind: 'ready' } | { kind: 'sent' } | { kind: 'result'; result: DeviceResult }
