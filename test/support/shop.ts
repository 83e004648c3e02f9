import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Hono } from 'hono'
import { type Client, createClient } from '../../src/contracts/client.ts'
import { type Scope, scopes } from '../../src/contracts/route.ts'
import { containsCardNumber } from '../../src/domain/text.ts'
import type { Database } from '../../src/platform/database/database.ts'
import { openSqlite } from '../../src/platform/database/sqlite.ts'
import { type Host, startHost } from '../../src/platform/host/host.ts'
import type { Front, Principal, Service } from '../../src/platform/host/service.ts'
import { createApp } from '../../src/platform/http/app.ts'
import { createMetrics } from '../../src/platform/http/metrics.ts'
import type { NodeIdentity } from '../../src/platform/journal/journal.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { systemPorts } from '../../src/platform/system.ts'
import { createAuthenticator } from '../../src/services/staff/authenticator.ts'
import { createDeviceGate } from '../../src/services/staff/device-gate.ts'

/** The person that tests act as; a token of the form `only:sales:write,sales:read` acts with just these rights. */
export const testPerson = '01936d2e-7c00-7000-8000-00000000aaaa'

const principalOf = async (secret: string): Promise<Principal | null> => {
  const only = secret.startsWith('only:') ? (secret.slice(5).split(',') as Scope[]) : undefined
  if (!only && secret !== 'all') return null
  return { actor: `person:${testPerson}`, name: 'Test', scopes: only ?? scopes, personId: testPerson }
}

/** A shop: a store that nobody is above. */
const testNode: NodeIdentity = { id: 'store-1', epoch: 1, store: 'store-1', kind: 'store', top: true }

export type TestShop = {
  host: Host
  app: Hono
  database: Database
  ports: Ports
  /** Acts with all rights. */
  client: Client
  clientWith(...rights: Scope[]): Client
  /** Acts with all rights, about one store. */
  clientAbout(store: string): Client
  /** A request as any stranger could send it, below /api/v1. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Resolves when every service has applied every fact recorded so far. */
  settled(): Promise<void>
  close(): Promise<void>
}

/**
 * Services on a real SQLite file in a folder of its own, with the API in memory before them. Nobody has to sign in: see testPerson.
 * Where staff is among them, sessions, tokens and signatures count too. `kept` is a folder that outlives the shop, `open` opens
 * a database of another engine.
 */
export const startTestShop = async (
  make: (ports: Ports, onHead: (listener: () => void) => () => void) => { services: Service[]; fronts: Front[] },
  overrides: Partial<Ports> = {},
  kept?: string,
  node: NodeIdentity = testNode,
  open?: () => Promise<Database>,
): Promise<TestShop> => {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'tillwire-'))
  const ports: Ports = { ...systemPorts('silent'), ...overrides }
  const database = open ? await open() : openSqlite(join(folder, 'shop.sqlite'))
  const { services, fronts } = make(ports, listener => host.onCommit(() => listener()))
  const host = await startHost({
    database,
    node,
    services,
    ports,
    fatal: error => {
      throw error
    },
  })
  const isSettled = () => host.progress().every(({ position, failure }) => position >= host.head() || failure !== null)
  const settled = () =>
    new Promise<void>(resolve => {
      if (isSettled()) return resolve()
      const end = host.onProgress(() => {
        if (!isSettled()) return
        end()
        resolve()
      })
    })
  const hasStaff = services.some(service => service.name === 'staff')
  const authenticator = createAuthenticator(database, ports.clock, ports.secrets, node)
  const devices = createDeviceGate({ db: database, node, ports })
  host.onCommit(facts => {
    if (!facts.some(fact => /^(staff|device)\./.test(fact.type))) return
    authenticator.forget()
    devices.forget()
  })
  const app = createApp({
    fronts,
    execute: host.execute,
    db: database,
    feed: host,
    ports,
    metrics: createMetrics(host.head, host.progress),
    authenticate: async secret =>
      (await principalOf(secret)) ?? (hasStaff ? await authenticator.authenticate(secret) : null),
    ...(hasStaff ? { devices } : {}),
    isCardNumber: containsCardNumber,
    head: host.head,
    progress: host.progress,
    node,
    reached: async () => {
      await settled()
      return true
    },
    rebuild: host.rebuild,
  })
  const fetcher = async (request: Request) => app.fetch(request)
  const about = (store: string) => (request: Request) => {
    const url = new URL(request.url)
    url.searchParams.set('store', store)
    return fetcher(new Request(url, request))
  }
  return {
    host,
    app,
    database,
    ports,
    client: createClient(fetcher, 'http://shop.test', 'all'),
    clientWith: (...rights) => createClient(fetcher, 'http://shop.test', `only:${rights.join(',')}`),
    clientAbout: store => createClient(about(store), 'http://shop.test', 'all'),
    request: async (path, init) => app.fetch(new Request(`http://shop.test/api/v1${path}`, init)),
    settled,
    close: async () => {
      await host.stop()
      await database.close()
      if (kept === undefined) rmSync(folder, { recursive: true })
    },
  }
}
