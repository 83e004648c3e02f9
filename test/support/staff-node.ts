import { createClient } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import type { RecordedFact } from '../../src/contracts/fact.ts'
import type { InputOf, ResponseOf } from '../../src/contracts/route.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { systemPrincipal } from '../../src/platform/host/host.ts'
import type { Service } from '../../src/platform/host/service.ts'
import { type NodeIdentity, readFacts, readText, type Taken } from '../../src/platform/journal/journal.ts'
import type { DeviceSecret, Ports, Signer } from '../../src/platform/ports.ts'
import { signedFetcher } from '../../src/platform/signed-request.ts'
import { type DeviceKeys, deviceSecretOf, makeDeviceKeys, signerOf } from '../../src/platform/web-keys.ts'
import { createStaffFront, createStaffService } from '../../src/services/staff/service.ts'
import { factOwner } from './fact-owner.ts'
import { startTestShop, type TestShop } from './shop.ts'
import { testSetupCode } from './whole-shop.ts'

export const hqNode: NodeIdentity = {
  id: '01936d2e-7c00-7000-8000-0000000000c1',
  epoch: 1,
  store: 'hq',
  kind: 'hq',
  top: true,
}

/** Stands in for sync: takes facts of other nodes in as they are. */
const carrier: Service = {
  name: 'sync',
  migrations: [],
  projections: [],
  owns: [],
  consumes: [],
  project: async () => {},
  commands: { take: { decide: ({ taken }: { taken: Taken[] }) => ({ ok: true, facts: [], taken }) } },
}

/** A node with people and devices alone; its catalogue is a stand-in that says what its store is called. */
export const startStaffNode = (
  options: { node?: NodeIdentity; folder?: string; ports?: Partial<Ports>; open?: () => Promise<Database> } = {},
): Promise<TestShop> =>
  startTestShop(
    ports => ({
      services: [
        createStaffService(ports, { setupCode: testSetupCode }),
        factOwner('catalogue', ['store.configured', 'store.grouped']),
        carrier,
      ],
      fronts: [createStaffFront(ports, { sessionsEnded: () => {} })],
    }),
    options.ports,
    options.folder,
    options.node,
    options.open,
  )

type Enrolled = ResponseOf<(typeof deviceRoutes)['enrol']>

/** A device that was enrolled at a node, and what it sends there. */
export type TestDevice = Enrolled & {
  keys: DeviceKeys
  signer: Signer
  secret: DeviceSecret
  /** A signed request below /api/v1. */
  request(path: string, init?: RequestInit): Promise<Response>
}

export const newCode = async (
  parent: TestShop,
  asked: Pick<InputOf<(typeof deviceRoutes)['createEnrolmentCode']>, 'handle'> &
    Partial<InputOf<(typeof deviceRoutes)['createEnrolmentCode']>>,
): Promise<string> => {
  const made = await parent.client.call(deviceRoutes.createEnrolmentCode, {
    id: parent.ports.ids.next(),
    kind: 'till',
    name: 'Front till',
    ...asked,
  })
  return made.code
}

/** Enrols a device that makes its keys itself. */
export const enrolDevice = async (
  parent: TestShop,
  asked: Parameters<typeof newCode>[1],
  node?: { nodeId: string; epoch: number },
): Promise<TestDevice> => {
  const code = await newCode(parent, asked)
  const { keys, pinSecret } = await makeDeviceKeys()
  const enrolled = await parent.client.call(deviceRoutes.enrol, {
    id: parent.ports.ids.next(),
    code,
    publicKey: keys.publicKey,
    pinSecret,
    ...(node ? { node } : {}),
  })
  const signer = signerOf(enrolled.nodeId, keys)
  const send = signedFetcher(async request => parent.app.fetch(request), signer, parent.ports.keys)
  return {
    ...enrolled,
    keys,
    signer,
    secret: deviceSecretOf(keys),
    request: (path, init) => send(new Request(`http://shop.test/api/v1${path}`, init)),
  }
}

/** The node that an enrolled device is, with staff alone. */
export const startDevice = (device: TestDevice, ports: Partial<Ports> = {}): Promise<TestShop> =>
  startStaffNode({
    node: { id: device.nodeId, epoch: device.epoch, store: device.store, kind: device.kind, top: false },
    ports: { ...ports, signer: device.signer, deviceSecret: device.secret },
  })

/** What sync does with facts that come down, or up. */
export const carryFacts = async (from: TestShop, to: TestShop, which: (fact: RecordedFact) => boolean, down = true) => {
  const taken: Taken[] = []
  for (const fact of await readFacts(from.database, 0, 1_000)) {
    if (!which(fact)) continue
    const { position, recordedAtUs: _at, hash, fromAbove: _above, quarantined: _apart, ...rest } = fact
    const text = await readText(from.database, position)
    taken.push({ fact: rest, text, hash, fromAbove: down, quarantined: null })
  }
  await to.host.execute({ service: 'sync', command: 'take', input: { taken }, principal: systemPrincipal })
}

/** The PINs that a device gets from the node above, kept at the node that it is. */
export const carryPins = async (device: TestDevice, at: TestShop): Promise<void> => {
  const handed = await createClient(
    request => device.request(new URL(request.url).pathname.replace('/api/v1', '')),
    'http://shop.test',
  ).call(deviceRoutes.pins, {})
  await at.host.execute({ service: 'staff', command: 'keepPins', input: handed, principal: systemPrincipal })
}

export const owner = { name: 'Ana', pin: '204816' }
/** The first owner, number 1. */
export const setUpOwner = (node: TestShop) =>
  node.client.call(staffRoutes.setUpOwner, { id: node.ports.ids.next(), code: testSetupCode, ...owner })
