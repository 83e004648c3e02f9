import { X509Certificate } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ask,
  authorityFileOf,
  handshake,
  handshakeFailure,
  keptLog,
  presentCertificate,
  standingTime,
} from '../../test/support/https.ts'
import { temporaryFolder } from '../../test/support/node-process.ts'
import { lookEveryMs } from '../platform/tls/certificate-source.ts'
import { type OwnAuthority, openOwnAuthority } from '../platform/tls/own-authority.ts'
import { makeServerCertificate } from '../platform/tls/signing.ts'
import { type Listener, openListener } from './listener.ts'

const dayMs = 86_400_000
const host = '127.0.0.1'
const reachable = ['till.local', '192.168.1.5', 'localhost', '127.0.0.1', '::1']
let folder: ReturnType<typeof temporaryFolder>
let time: ReturnType<typeof standingTime>
let names: string[]
let own: OwnAuthority
let listener: Listener | undefined
let logged: string[]

beforeEach(() => {
  folder = temporaryFolder()
  // The client at the other end of a handshake has the real time.
  time = standingTime(Date.now())
  names = reachable
})
afterEach(async () => {
  const closing = listener?.close()
  time.pass(1_000)
  await closing
  listener = undefined
  folder.remove()
})

const start = async (port = 0, httpsPort = 0): Promise<{ port: number; ca: string }> => {
  const { log, lines } = keptLog()
  logged = lines
  own = await openOwnAuthority(folder.path, 'till', () => names, [], { clock: time.clock, log })
  const https = { port: httpsPort, open: async () => ({ source: own, authority: own.authority }) }
  listener = await openListener(() => new Response('here\n'), host, port, https, { timers: time.timers, log })
  return { port: listener.secure?.port ?? 0, ca: own.authority.toString() }
}
/** Resolves when the listener answers with another certificate than this one. */
const another = async (before: X509Certificate): Promise<X509Certificate> => {
  const deadlineMs = Date.now() + 10_000
  while (Date.now() < deadlineMs) {
    const now = listener?.secure?.certificate()
    if (now && now.fingerprint256 !== before.fingerprint256) return now
    await new Promise(resolve => setImmediate(resolve))
  }
  throw new Error('the certificate stayed as it was')
}

describe('a handshake', () => {
  test('succeeds under every name of the machine for who trusts the authority', async () => {
    const { port, ca } = await start()
    for (const name of reachable) {
      const { socket, protocol } = await handshake(port, name, ca)
      expect([socket.authorized, protocol], name).toEqual([true, 'TLSv1.3'])
      expect(await ask(socket, '/')).toBe('HTTP/1.1 200 OK')
      socket.destroy()
    }
  })

  test('fails under any other name, and for who trusts another authority or only those that browsers know', async () => {
    const { port, ca } = await start()
    for (const name of ['elsewhere.local', '192.168.1.6', 'example.com', 'a.till.local'])
      expect(await handshakeFailure(port, name, ca), name).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    const { authority } = await presentCertificate(['till.local'], Date.now())
    expect(await handshakeFailure(port, 'till.local', authority)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
    expect(await handshakeFailure(port, 'till.local', undefined)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })

  test('fails where the authority vouches for what it may not, whoever made it do so', async () => {
    await start()
    await listener?.close()
    for (const name of ['www.example.com', '8.8.8.8']) {
      const forged = await makeServerCertificate(authorityFileOf(folder.path), [name], {
        fromMs: Date.now() - dayMs,
        toMs: Date.now() + dayMs,
      })
      const https = { port: 0, open: async () => ({ source: { current: async () => forged }, authority: null }) }
      listener = await openListener(() => new Response(''), host, 0, https, { ...time, ...keptLog() })
      const port = listener.secure?.port ?? 0
      await expect(handshake(port, name, own.authority.toString()), name).rejects.toThrow('permitted subtree violation')
      await listener.close()
    }
  })
})

describe('renewal while it listens', () => {
  test('an open connection goes on, the next one gets the new certificate', async () => {
    const { port, ca } = await start()
    const open = await handshake(port, 'localhost', ca)
    expect(await ask(open.socket, '/')).toBe('HTTP/1.1 200 OK')
    // The first look finds nothing to do; before the next one the machine gets an address.
    time.pass(lookEveryMs)
    expect(listener?.secure?.certificate().fingerprint256).toBe(open.server.fingerprint256)
    names = [...reachable, '10.0.0.9']
    await expect.poll(() => time.waiting()).toBe(1)
    time.pass(lookEveryMs)
    const renewed = await another(open.server)
    expect(await ask(open.socket, '/')).toBe('HTTP/1.1 200 OK')
    const next = await handshake(port, '10.0.0.9', ca)
    expect(next.server.fingerprint256).toBe(renewed.fingerprint256)
    expect(await ask(next.socket, '/')).toBe('HTTP/1.1 200 OK')
    expect(logged.join('\n')).toContain('10.0.0.9')
    expect(logged.join('\n')).not.toContain('PRIVATE')
    for (const { socket } of [open, next]) socket.destroy()
  })

  test('one that is made beside it is taken within a minute', async () => {
    const { port, ca } = await start()
    const before = (await handshake(port, 'localhost', ca)).server
    const beside = await openOwnAuthority(folder.path, 'till', () => names, [], { clock: time.clock, ...keptLog() })
    const { certificate } = await beside.renew()
    time.pass(lookEveryMs)
    expect((await another(before)).fingerprint256).toBe(new X509Certificate(certificate).fingerprint256)
  })

  test('when a third of its life is left', async () => {
    await start()
    const before = listener?.secure?.certificate()
    if (!before) throw new Error('nothing listens')
    time.pass(61 * dayMs)
    const after = await another(before)
    expect(after.validToDate.getTime() - before.validToDate.getTime()).toBeGreaterThan(60 * dayMs)
  })
})

describe('listening', () => {
  test('answers by HTTP and by HTTPS, and the app knows which', async () => {
    const seen: string[] = []
    const { log } = keptLog()
    own = await openOwnAuthority(folder.path, 'till', () => names, [], { clock: time.clock, log })
    const https = { port: 0, open: async () => ({ source: own, authority: own.authority }) }
    const keep = (request: Request) => {
      seen.push(new URL(request.url).protocol)
      return new Response('')
    }
    listener = await openListener(keep, host, 0, https, { timers: time.timers, log })
    await fetch(`http://${host}:${listener.port}/`)
    const { socket } = await handshake(listener.secure?.port ?? 0, 'localhost', own.authority.toString())
    await ask(socket, '/')
    socket.destroy()
    expect(seen).toEqual(['http:', 'https:'])
  })

  test('what is not TLS gets no answer on the port of HTTPS, and does no harm', async () => {
    const { port, ca } = await start()
    await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow()
    const { socket } = await handshake(port, 'localhost', ca)
    expect(await ask(socket, '/')).toBe('HTTP/1.1 200 OK')
    socket.destroy()
  })

  test('where the port of HTTPS is taken, the one of HTTP is free again', async () => {
    const blocker = createServer().listen(0, host)
    await new Promise(resolve => blocker.once('listening', resolve))
    const taken = (blocker.address() as AddressInfo).port
    const free = createServer().listen(0, host)
    await new Promise(resolve => free.once('listening', resolve))
    const { port } = free.address() as AddressInfo
    await new Promise(resolve => free.close(resolve))
    await expect(start(port, taken)).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken })
    blocker.close()
    const again = createServer().listen(port, host)
    await new Promise(resolve => again.once('listening', resolve))
    again.close()
  })

  test('without HTTPS there is none', async () => {
    listener = await openListener(() => new Response(''), host, 0, null, { ...time, ...keptLog() })
    expect(listener.secure).toBeNull()
  })
})
