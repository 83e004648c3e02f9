import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type ServerType, serve } from '@hono/node-server'
import type { Log, Timers } from '../platform/ports.ts'
import { keepFresh } from '../platform/tls/certificate-source.ts'
import type { Https } from './https.ts'

export type Fetch = (request: Request) => Response | Promise<Response>

/** Encrypted, where it is. `certificate` is the one that handshakes are answered with at this moment. */
export type SecureListener = {
  port: number
  authority: X509Certificate | null
  certificate(): X509Certificate
}
export type Listener = {
  port: number
  secure: SecureListener | null
  /** Answers what is being asked, then ends. */
  close(): Promise<void>
}

/** A till between two customers keeps its connection: longer than proxies before it do, or they reuse one that has just gone. */
const keepAliveMs = 65_000
const handshakeMs = 10_000

/** Why a port could not be had, in a sentence for who starts the node; null where it was something else. */
export const listenTrouble = (error: unknown, port: number): string | null => {
  if (!(error instanceof Error && 'syscall' in error && error.syscall === 'listen' && 'code' in error)) return null
  if (error.code !== 'EADDRINUSE' || !('port' in error)) return error.message
  const option = error.port === port ? '--port' : '--https-port, or go without by --https off'
  return `port ${error.port} is taken; choose another with ${option}`
}

const listen = (options: Parameters<typeof serve>[0]): Promise<{ server: ServerType; port: number }> =>
  new Promise((resolve, reject) => {
    const server = serve(options, (address: AddressInfo) => resolve({ server, port: address.port }))
    if ('keepAliveTimeout' in server) server.keepAliveTimeout = keepAliveMs
    server.on('error', reject)
  })

const closed = (server: ServerType, timers: Timers): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve())
    // Live streams never end by themselves; what is being answered gets answered first.
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    const cut = timers.after(1_000, () => {
      if ('closeAllConnections' in server) server.closeAllConnections()
    })
    server.on('close', cut)
  })

const listenSecure = async (
  fetch: Fetch,
  hostname: string,
  https: Https,
  ports: { timers: Timers; log: Log },
): Promise<{ secure: SecureListener; close(): Promise<void> }> => {
  const { source, authority } = await https.open()
  const first = await source.current()
  let certificate = new X509Certificate(first.certificate)
  const context = ({ certificate: cert, key }: typeof first) => ({ cert, key, minVersion: 'TLSv1.2' as const })
  const { server, port } = await listen({
    fetch,
    hostname,
    port: https.port,
    createServer,
    serverOptions: { ...context(first), handshakeTimeout: handshakeMs },
  })
  const end = keepFresh(
    source,
    first,
    keyed => {
      // Connections that are open keep what they agreed on; new ones get the new certificate.
      if ('setSecureContext' in server) server.setSecureContext(context(keyed))
      certificate = new X509Certificate(keyed.certificate)
    },
    ports,
  )
  return {
    secure: { port, authority, certificate: () => certificate },
    close: () => {
      end()
      return closed(server, ports.timers)
    },
  }
}

/** Listens, with HTTPS beside HTTP where it is wanted. Throws where a port is taken; then nothing listens. */
export const openListener = async (
  fetch: Fetch,
  hostname: string,
  port: number,
  https: Https | null,
  ports: { timers: Timers; log: Log },
): Promise<Listener> => {
  const plain = await listen({ fetch, hostname, port })
  const encrypted = https
    ? await listenSecure(fetch, hostname, https, ports).catch(async (error: unknown) => {
        await closed(plain.server, ports.timers)
        throw error
      })
    : null
  return {
    port: plain.port,
    secure: encrypted?.secure ?? null,
    close: async () => {
      await Promise.all([closed(plain.server, ports.timers), encrypted?.close()])
    },
  }
}
