import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls'
import type { Clock, Log, Timers } from '../../src/platform/ports.ts'
import type { KeyedCertificate } from '../../src/platform/tls/keyed-certificate.ts'
import { permittedAtFirst } from '../../src/platform/tls/names.ts'
import { authoritySpan, serverSpan } from '../../src/platform/tls/renewal.ts'
import { makeAuthority, makeServerCertificate } from '../../src/platform/tls/signing.ts'

/** The authority that is kept in this folder, with its key, as only a thief would use it. */
export const authorityFileOf = (folder: string): KeyedCertificate => {
  const text = readFileSync(join(folder, 'authority.pem'), 'utf8')
  const at = text.indexOf('-----BEGIN CERTIFICATE-----')
  return { key: text.slice(0, at), certificate: text.slice(at) }
}

export type Handshake = { socket: TLSSocket; server: X509Certificate; protocol: string | null }

/**
 * A TLS connection to this machine by one that believes these authorities alone and was sent to `name`. Rejects with what
 * the client holds against the server. The caller ends the socket.
 */
export const handshake = (port: number, name: string, authority: string | undefined): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ...(authority === undefined ? {} : { ca: authority }),
      checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
    })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const server = socket.getPeerX509Certificate()
      if (server) resolve({ socket, server, protocol: socket.getProtocol() })
      else reject(new Error('the server showed no certificate'))
    })
  })

/** The code by which a handshake fails, or null where it does not. */
export const handshakeFailure = (
  port: number,
  name: string,
  authority: string | undefined,
): Promise<string | undefined | null> =>
  handshake(port, name, authority).then(
    ({ socket }) => {
      socket.destroy()
      return null
    },
    (error: NodeJS.ErrnoException) => error.code,
  )

/** Asks on a connection that is open already, and answers the status and what came. */
export const ask = (socket: TLSSocket, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const read = (chunk: Buffer): void => {
      answer += chunk.toString()
      if (!answer.includes('\r\n\r\n')) return
      socket.off('data', read)
      resolve(answer.slice(0, answer.indexOf('\r\n')))
    }
    socket.on('data', read)
    socket.once('error', reject)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  })

/** A clock and timers that move only when a test says so. */
export const standingTime = (startMs: number) => {
  let nowMs = startMs
  let waiting: Array<{ atMs: number; run: () => void }> = []
  const clock: Clock = { nowMs: () => nowMs, nowUs: () => nowMs * 1000 }
  const timers: Timers = {
    after: (ms, run) => {
      const entry = { atMs: nowMs + ms, run }
      waiting.push(entry)
      return () => {
        waiting = waiting.filter(each => each !== entry)
      }
    },
    turn: () => Promise.resolve(),
  }
  return {
    clock,
    timers,
    set: (ms: number) => {
      nowMs = ms
    },
    waiting: () => waiting.length,
    /** Lets time go on, and runs what comes due. */
    pass: (ms: number) => {
      nowMs += ms
      const due = waiting.filter(({ atMs }) => atMs <= nowMs)
      waiting = waiting.filter(({ atMs }) => atMs > nowMs)
      for (const { run } of due) run()
    },
  }
}

/** What was logged, as level and text. */
export const keptLog = (): { log: Log; lines: string[] } => {
  const lines: string[] = []
  const keep = (level: string) => (fields: Record<string, unknown>, text: string) => {
    lines.push(`${level} ${text} ${JSON.stringify(fields)}`)
  }
  return { log: { info: keep('info'), warn: keep('warn'), error: keep('error') }, lines }
}

/** A certificate such as an owner may bring: by some authority, from one moment to another. */
export const broughtCertificate = async (
  names: readonly string[],
  span: { fromMs: number; toMs: number },
): Promise<KeyedCertificate & { authority: string }> => {
  const above = authoritySpan(span.fromMs)
  const authority = await makeAuthority('elsewhere', permittedAtFirst(names), {
    ...above,
    fromMs: Math.min(above.fromMs, span.fromMs),
  })
  return { ...(await makeServerCertificate(authority, names, span)), authority: authority.certificate }
}

/** One that is valid now. */
export const presentCertificate = (names: readonly string[], nowMs: number) =>
  broughtCertificate(names, serverSpan(authoritySpan(nowMs), nowMs))
