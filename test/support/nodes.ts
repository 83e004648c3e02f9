import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { type Client, createClient } from '../../src/contracts/client.ts'
import { scopes } from '../../src/contracts/route.ts'
import { containsCardNumber } from '../../src/domain/text.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { type Host, startHost } from '../../src/platform/host/host.ts'
import type { Principal } from '../../src/platform/host/service.ts'
import { createApp } from '../../src/platform/http/app.ts'
import { createMetrics } from '../../src/platform/http/metrics.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createFronts, createServices, newStanding } from '../../src/run/services.ts'
import type { Standing } from '../../src/sync/connection.ts'
import type { Device, Devices } from '../../src/sync/device.ts'
import { setParent } from '../../src/sync/link.ts'
import { syncMigrations } from '../../src/sync/migrations.ts'
import { testSetupCode } from './whole-shop.ts'

/** What is between two nodes: a test cuts it, or looks at what passes. */
export type Wire = { cut: boolean; pass?: (request: Request) => Promise<Response | undefined> }

export type TestNode = {
  identity: NodeIdentity
  host: Host
  app: Hono
  database: Database
  ports: Ports
  client: Client
  /** The devices that this node knows, by node id. */
  devices: Map<string, Device>
  groups: Map<string, string[]>
  standing: Standing
  /** Towards the parent. */
  wire: Wire
  stop(): Promise<void>
}

export type NodeOptions = {
  identity: NodeIdentity
  folder: string
  parent?: TestNode
  ports?: Partial<Ports>
  devices?: Map<string, Device>
}

const personId = '01936d2e-7c00-7000-8000-00000000aaaa'
const principalOf = async (secret: string): Promise<Principal | null> => {
  if (secret.startsWith('node:')) return { actor: 'system', name: '', scopes: ['sync'], nodeId: secret.slice(5) }
  return secret === 'all' ? { actor: `person:${personId}`, name: 'Test', scopes, personId } : null
}

/** A node as it runs, on a real file, with its API in memory; its devices are told by the test and not by enrolment. */
export const startNode = async ({
  identity,
  folder,
  parent,
  ports: more,
  devices: known,
}: NodeOptions): Promise<TestNode> => {
  const ports: Ports = { ...systemPorts('silent'), ...more }
  const database = openSqlite(join(folder, `${identity.id}.sqlite`))
  const devices = known ?? new Map<string, Device>()
  const groups = new Map<string, string[]>()
  const wire: Wire = { cut: false }
  const registry: Devices = {
    find: async (_db, nodeId) => devices.get(nodeId),
    list: async () => [...devices.values()],
    groupsOf: async (_db, store) => groups.get(store) ?? [],
  }
  const standing = newStanding()
  const toParent = async (request: Request): Promise<Response> => {
    if (wire.cut || !parent) throw new TypeError('nobody is reached')
    const answered = (await wire.pass?.(request)) ?? (await parent.app.fetch(request))
    if (wire.cut) throw new TypeError('the answer was lost')
    return answered
  }
  await migrate(database, 'sync', syncMigrations)
  if (parent) {
    const { nowMs } = ports.clock
    await database.transaction(async tx => {
      const link = await tx
        .tables<{ sync_link: { only: number } }>()
        .selectFrom('sync_link')
        .selectAll()
        .executeTakeFirst()
      if (!link) await setParent(tx, 'http://parent.test', nowMs())
    })
  }
  const host = await startHost({
    database,
    node: identity,
    services: createServices(ports, {
      kind: identity.kind,
      setupCode: testSetupCode,
      webhooksToPrivate: false,
      parent: parent ? createClient(toParent, 'http://parent.test', `node:${identity.id}`) : null,
      standing,
      program: 'test',
      devices: registry,
    }),
    ports,
    fatal: error => {
      throw error
    },
  })
  const isAt = (position: number) => host.progress().every(each => each.position >= position || each.failure !== null)
  const app = createApp({
    fronts: createFronts(ports, {
      kind: identity.kind,
      sessionsEnded: () => {},
      onHead: listener => host.onCommit(() => listener()),
      devices: registry,
    }),
    execute: host.execute,
    db: database,
    feed: host,
    node: identity,
    ports,
    metrics: createMetrics(host.head, host.progress),
    authenticate: principalOf,
    isCardNumber: containsCardNumber,
    head: host.head,
    progress: host.progress,
    reached: (_service, position) =>
      new Promise(resolve => {
        if (isAt(position)) return resolve(true)
        const end = host.onProgress(() => {
          if (!isAt(position)) return
          end()
          resolve(true)
        })
      }),
    rebuild: host.rebuild,
  })
  return {
    identity,
    host,
    app,
    database,
    ports,
    client: createClient(async request => app.fetch(request), 'http://node.test', 'all'),
    devices,
    groups,
    standing,
    wire,
    stop: async () => {
      await host.stop()
      await database.close()
    },
  }
}

export const nodeFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'tillwire-nodes-'))
  return { path, remove: () => rmSync(path, { recursive: true }) }
}

/** A node of this kind below another, known to it. */
export const addDevice = (parent: TestNode, identity: NodeIdentity, handle: string): void => {
  if (identity.kind === 'hq') throw new Error('nothing is above HQ')
  const { id: nodeId, kind, store, epoch } = identity
  parent.devices.set(nodeId, { nodeId, kind, store, handle, name: handle, epoch, revoked: false })
}

/** Waits until something holds, looking again whenever one of these nodes has recorded or applied anything. */
export const until = (nodes: readonly TestNode[], holds: () => boolean | Promise<boolean>): Promise<void> =>
  new Promise((resolve, reject) => {
    const ends: Array<() => void> = []
    let looking = false
    let again = false
    const look = async () => {
      if (looking) {
        again = true
        return
      }
      looking = true
      do {
        again = false
        if (!(await holds())) continue
        for (const end of ends) end()
        resolve()
        return
      } while (again)
      looking = false
    }
    const watch = () => void look().catch(reject)
    for (const { host } of nodes) ends.push(host.onCommit(watch), host.onProgress(watch))
    watch()
  })
