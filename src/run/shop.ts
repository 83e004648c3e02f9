import { randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Hono } from 'hono'
import { scopes } from '../contracts/route.ts'
import type { NodeKind } from '../contracts/travel.ts'
import { containsCardNumber } from '../domain/text.ts'
import { openSqlite } from '../platform/database/sqlite.ts'
import type { Principal } from '../platform/host/service.ts'
import { createApp } from '../platform/http/app.ts'
import { createMetrics } from '../platform/http/metrics.ts'
import { problemOf, problemResponse } from '../platform/http/problem.ts'
import type { NodeIdentity } from '../platform/journal/journal.ts'
import type { Ports } from '../platform/ports.ts'
import { systemPorts } from '../platform/system.ts'
import { createAuthenticator } from '../services/staff/authenticator.ts'
import { createDeviceGate } from '../services/staff/device-gate.ts'
import type { ShopConfig } from './config.ts'
import { dataFolder } from './data-folder.ts'
import { keysOf, readEnrolled } from './enrolled.ts'
import type { Https } from './https.ts'
import { type Listener, openListener } from './listener.ts'
import { addPages } from './pages.ts'
import { createFronts } from './services.ts'
import { addTrustPages } from './trust/pages.ts'
import { startWriter, type WriterLink } from './writer-link.ts'

export const version: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version

/** Another process has the data folder. */
export class FolderTaken extends Error {
  override name = 'FolderTaken'
}

export type Shop = {
  readonly node: NodeIdentity
  app: Hono
  /** Acts with all rights; only this process and those who may read the data folder have it. */
  key: string
  setupCode: string
  /** Listens, says so in the data folder, and answers where. Throws where a port is taken. */
  listen(host: string, port: number, https: Https | null): Promise<Listener>
  stop(): Promise<void>
}

/** Letters and digits that can't be taken for one another. */
const codeLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const setupCodeOf = (bytes: Uint8Array): string => {
  const letters = [...bytes].map(byte => codeLetters[byte % codeLetters.length])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4, 8).join('')}`
}

const reachedWithinMs = 2_000

/** Waits until a service has applied a position, by what the writer tells of its progress. */
const waitForPosition =
  (writer: WriterLink, ports: Ports) =>
  (service: string, position: number): Promise<boolean> => {
    const isReached = () =>
      (writer.progress().find(each => each.service === service)?.position ?? writer.head()) >= position
    if (isReached()) return Promise.resolve(true)
    return new Promise(resolve => {
      const settle = (reached: boolean) => {
        endProgress()
        endHead()
        cancel()
        resolve(reached)
      }
      const look = () => {
        if (isReached()) settle(true)
      }
      const endProgress = writer.onProgress(look)
      const endHead = writer.onHead(look)
      const cancel = ports.timers.after(reachedWithinMs, () => settle(false))
    })
  }

const sameSecret = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * A shop in this process: the writer thread, the API and the pages, on one data folder. Does not listen yet.
 * Throws FolderTaken where another process has the folder. `fatal` is called when the writer can't go on.
 */
export const startShop = async (
  config: ShopConfig,
  fatal: (message: string) => void,
  kind?: NodeKind,
): Promise<Shop> => {
  const folder = dataFolder(config.data)
  const release = folder.take()
  if (!release) throw new FolderTaken(`another Tillwire has ${config.data}`)
  const enrolled = readEnrolled(folder.enrolled)
  // A till verifies PINs where requests arrive, by a secret that this device alone has.
  const ports: Ports = { ...systemPorts(config.log), ...(enrolled ? await keysOf(enrolled) : {}) }
  const setupCode = setupCodeOf(randomBytes(8))
  const key = randomBytes(32).toString('base64url')
  const writer = await startWriter(
    {
      kind,
      database: folder.database,
      setupCode,
      webhooksToPrivate: config.webhooksToPrivate,
      log: config.log,
      program: version,
      enrolled,
    },
    fatal,
  ).catch((error: unknown) => {
    release()
    throw error
  })
  const db = openSqlite(folder.database, { readOnly: true })
  const authenticator = createAuthenticator(db, ports.clock, ports.secrets, writer.node)
  const devices = createDeviceGate({ db, node: writer.node, ports })
  writer.onStaffChange(() => {
    authenticator.forget()
    devices.forget()
  })
  const operator: Principal = { actor: 'system', name: 'operator', scopes: [...scopes] }
  const authenticate = async (secret: string) =>
    sameSecret(secret, key) ? operator : authenticator.authenticate(secret)
  const metrics = createMetrics(writer.head, writer.progress)
  const app = createApp({
    fronts: createFronts(ports, {
      kind: writer.node.kind,
      sessionsEnded: authenticator.forget,
      onHead: writer.onHead,
    }),
    execute: writer.execute,
    db,
    feed: writer,
    node: writer.node,
    ports,
    metrics,
    authenticate,
    devices,
    isCardNumber: containsCardNumber,
    head: writer.head,
    progress: writer.progress,
    reached: waitForPosition(writer, ports),
    rebuild: writer.rebuild,
  })
  app.get('/health/live', context => context.text('ok\n'))
  app.get('/health/ready', context => {
    const stuck = writer.progress().filter(each => each.failure !== null)
    return context.json({ ready: true, position: writer.head(), stuck }, 200)
  })
  app.get('/metrics', async context => {
    const secret = context.req.header('authorization')?.replace(/^Bearer /, '') ?? ''
    if (!(await authenticate(secret)))
      return problemResponse(problemOf('not-signed-in'), { 'www-authenticate': 'Bearer' })
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } })
  })
  let listener: Listener | null = null
  addTrustPages(app, () => listener)
  addPages(app, version)

  return {
    node: writer.node,
    app,
    key,
    setupCode,
    listen: async (host, port, https) => {
      listener = await openListener(app.fetch, host, port, https, ports)
      const url = `http://127.0.0.1:${listener.port}`
      folder.announce({ pid: process.pid, url, httpsPort: listener.secure?.port ?? null, key })
      return listener
    },
    stop: async () => {
      if (listener) folder.withdraw()
      await listener?.close()
      // The connection that writes is closed last: it then folds its log into the one file.
      await db.close()
      await writer.stop()
      release()
    },
  }
}
