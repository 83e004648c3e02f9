import type { Reader } from '../platform/database/database.ts'

/** What sync has to know of a node below: staff keeps the devices, and hands this over. */
export type Device = {
  nodeId: string
  kind: 'till' | 'store'
  store: string
  handle: string
  name: string
  /** The epoch of its newest key. */
  epoch: number
  revoked: boolean
}

/** The devices of this node, as whoever keeps them reads them. */
export type Devices = {
  find(db: Reader, nodeId: string): Promise<Device | undefined>
  list(db: Reader): Promise<Device[]>
  /** The groups that a store is in, by handle. */
  groupsOf(db: Reader, store: string): Promise<string[]>
}

/** For whom facts come down to a device. */
export const audiencesOf = async (db: Reader, devices: Devices, device: Device): Promise<string[]> => [
  device.store,
  ...(await devices.groupsOf(db, device.store)),
]

/** What this process knows of the nodes below it. */
export type Below = {
  devices: Devices
  /** Nodes that said that they have recorded more than has arrived from them. */
  sending: Set<string>
}

export const noteSending = (sending: Set<string>, nodeId: string, more: boolean): void => {
  if (more) sending.add(nodeId)
  else sending.delete(nodeId)
}
