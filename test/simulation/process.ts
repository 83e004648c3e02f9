import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import type { Hono } from 'hono'
import { type Client, createClient } from '../../src/contracts/client.ts'
import type { NodeKind } from '../../src/contracts/travel.ts'
import { containsCardNumber } from '../../src/domain/text.ts'
import { openSqliteWasm } from '../../src/platform/database/sqlite-wasm.ts'
import { type Host, startHost } from '../../src/platform/host/host.ts'
import type { Service } from '../../src/platform/host/service.ts'
import { createApp } from '../../src/platform/http/app.ts'
import type { Metrics } from '../../src/platform/http/metrics.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { signedFetcher } from '../../src/platform/signed-request.ts'
import { nodeOf } from '../../src/run/node-identity.ts'
import { createFronts, createServices, newStanding } from '../../src/run/services.ts'
import { createAuthenticator } from '../../src/services/staff/authenticator.ts'
import { createDeviceGate } from '../../src/services/staff/device-gate.ts'
import type { Standing } from '../../src/sync/connection.ts'
import { deviceSecretOf, signerOf } from './keys.ts'
import { databaseFile, type Machine, originOf, type Process } from './machine.ts'

/** The code by which HQ's first owner is made. */
export const setupCode = 'SIMULATED'

/** How fast a process is, is of no interest in a world without real time. */
const noMetrics: Metrics = { request: () => {}, facts: () => {}, text: async () => '', contentType: 'text/plain' }

export const servicesOf = (
  kind: NodeKind,
  ports: Ports,
  more: { parent: Client | null; till: string | undefined; standing: Standing; program: string },
): Service[] => {
  const { till, ...rest } = more
  return createServices(ports, {
    ...rest,
    ...(till === undefined ? {} : { till }),
    kind,
    setupCode,
    webhooksToPrivate: false,
  })
}

/** Resolves when every service of a host has applied a position. */
const reachedBy = (host: Host) => {
  const isAt = (position: number) => host.progress().every(each => each.position >= position || each.failure !== null)
  return (_service: string, position: number): Promise<boolean> =>
    new Promise(resolve => {
      if (isAt(position)) return resolve(true)
      const end = host.onProgress(() => {
        if (!isAt(position)) return
        end()
        resolve(true)
      })
    })
}

type Fetcher = (request: Request) => Promise<Response>

export type ProcessOptions = {
  sqlite3: Sqlite3Static
  machine: Machine
  portsFor(isAlive: () => boolean): Ports
  /** How this process reaches the machine above it. */
  fetcherFor(from: { name: string; isAlive(): boolean }): Fetcher
}

/** Starts the node of a machine's disk, put together as `src/run` does it. Throws where the disk does not let it. */
export const startProcess = async ({ sqlite3, machine, portsFor, fetcherFor }: ProcessOptions): Promise<Process> => {
  const { disk, kind, name, enrolled } = machine
  let ended = false
  let failure: unknown
  const isAlive = (): boolean => !ended && failure === undefined && !disk.isOff()
  const own = portsFor(isAlive)
  const signer = enrolled && signerOf(enrolled.nodeId, enrolled.keys)
  const ports: Ports = {
    ...own,
    ...(enrolled && signer ? { signer, deviceSecret: deviceSecretOf(enrolled.keys) } : {}),
  }
  const database = openSqliteWasm(sqlite3, disk.file(databaseFile))
  try {
    const identity = await nodeOf(database, ports.ids, kind)
    const parent =
      signer && machine.parent
        ? createClient(signedFetcher(fetcherFor({ name, isAlive }), signer, ports.keys), originOf(machine.parent))
        : null
    const standing = newStanding()
    const till = kind === 'till' ? machine.handle : undefined
    const services = servicesOf(kind, ports, { parent, till, standing, program: machine.program })
    const host = await startHost({
      database,
      node: identity,
      services,
      ports,
      fatal: error => {
        failure ??= error
      },
    })
    const authenticator = createAuthenticator(database, ports.clock, ports.secrets, identity)
    const devices = createDeviceGate({ db: database, node: identity, ports })
    host.onCommit(facts => {
      if (!facts.some(({ type }) => /^(staff|device)\./.test(type))) return
      authenticator.forget()
      devices.forget()
    })
    const app: Hono = createApp({
      fronts: createFronts(ports, {
        kind,
        sessionsEnded: authenticator.forget,
        onHead: listener => host.onCommit(() => listener()),
      }),
      execute: host.execute,
      db: database,
      feed: host,
      node: identity,
      ports,
      metrics: noMetrics,
      authenticate: authenticator.authenticate,
      devices,
      isCardNumber: containsCardNumber,
      head: host.head,
      progress: host.progress,
      reached: reachedBy(host),
      rebuild: host.rebuild,
    })
    const waiting = new Set<() => void>()
    const kill = async (): Promise<void> => {
      if (ended) return
      ended = true
      for (const drop of waiting) drop()
      await database.close()
    }
    return {
      name,
      identity,
      host,
      database,
      ports,
      services,
      standing,
      isAlive,
      failure: () => failure,
      receive: request =>
        new Promise((resolve, reject) => {
          const drop = (): void => {
            waiting.delete(drop)
            reject(new TypeError(`${name} ended before it answered`))
          }
          const answered = (response: Response): void => {
            waiting.delete(drop)
            if (isAlive()) resolve(response)
            else drop()
          }
          if (isAlive()) {
            waiting.add(drop)
            Promise.resolve(app.fetch(request)).then(answered, drop)
          } else drop()
        }),
      kill,
      stop: async () => {
        await host.stop()
        await kill()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
