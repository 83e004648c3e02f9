import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptLog, standingTime } from '../../../test/support/https.ts'
import { temporaryFolder } from '../../../test/support/node-process.ts'
import { covers, spanOf } from './keyed-certificate.ts'
import {
  authorityIn,
  DamagedAuthority,
  NamesNotPermitted,
  openOwnAuthority,
  serverCertificateIn,
} from './own-authority.ts'
import { dayOf } from './renewal.ts'

const dayMs = 86_400_000
const startMs = Date.parse('2026-03-01T00:00:00Z')
let folder: ReturnType<typeof temporaryFolder>
let tls: string
let names: string[]
let time: ReturnType<typeof standingTime>
beforeEach(() => {
  folder = temporaryFolder()
  tls = join(folder.path, 'tls')
  names = ['till.local', 'till', '192.168.1.5', 'localhost', '127.0.0.1']
  time = standingTime(startMs)
})
afterEach(() => folder.remove())

const open = (wanted: string[] = []) =>
  openOwnAuthority(tls, 'till', () => [...wanted, ...names], wanted, { clock: time.clock, log: keptLog().log })
const certificateOf = async (own: Awaited<ReturnType<typeof open>>) =>
  new X509Certificate((await own.current()).certificate)
const authorityFile = () => join(tls, 'authority.pem')

describe('an authority of its own', () => {
  test('is made once, and only this user can read its keys', async () => {
    expect(authorityIn(tls)).toBeNull()
    expect(existsSync(tls)).toBe(false)
    const first = await open()
    const server = await certificateOf(first)
    expect(statSync(tls).mode & 0o777).toBe(0o700)
    expect(readdirSync(tls).sort()).toEqual(['authority.pem', 'server.pem'])
    for (const file of readdirSync(tls)) expect(statSync(join(tls, file)).mode & 0o777, file).toBe(0o600)

    const again = await open()
    expect(again.authority.fingerprint256).toBe(first.authority.fingerprint256)
    expect((await certificateOf(again)).fingerprint256).toBe(server.fingerprint256)
    expect(authorityIn(tls)?.fingerprint256).toBe(first.authority.fingerprint256)
    expect(serverCertificateIn(tls)?.fingerprint256).toBe(server.fingerprint256)
  })

  test('renews the server certificate when a third of its life is left, with another key', async () => {
    const own = await open()
    const first = await own.current()
    time.pass(59 * dayMs)
    expect(await own.current()).toEqual(first)
    time.pass(2 * dayMs)
    const next = await own.current()
    expect(next.key).not.toBe(first.key)
    expect(dayOf(spanOf(new X509Certificate(next.certificate)).toMs)).toBe('2026-07-30')
    expect(await own.current()).toEqual(next)
  })

  test('renews it when the machine gets an address, not when it loses one', async () => {
    const own = await open()
    const first = await certificateOf(own)
    names = ['till.local', 'localhost', '127.0.0.1']
    expect((await certificateOf(own)).fingerprint256).toBe(first.fingerprint256)
    names = ['till.local', '10.0.0.8', 'localhost', '127.0.0.1']
    expect(await own.missing()).toEqual(['10.0.0.8'])
    const next = await certificateOf(own)
    expect(next.fingerprint256).not.toBe(first.fingerprint256)
    expect(covers(next, '10.0.0.8')).toBe(true)
    expect(covers(next, '192.168.1.5')).toBe(false)
    expect(await own.missing()).toEqual([])
  })

  test('leaves out what it may not vouch for, and refuses it where it was asked for', async () => {
    const own = await open()
    names = [...names, '8.8.8.8', '2001:db8::1', 'new-name', 'new-name.local']
    const certificate = await certificateOf(own)
    expect(['8.8.8.8', '2001:db8::1', 'new-name', 'new-name.local'].filter(name => covers(certificate, name))).toEqual([
      'new-name.local',
    ])
    expect(await own.missing()).toEqual([])
    await expect(open(['other.local'])).resolves.toBeDefined()
    await expect(open(['shop.example.com'])).rejects.toThrow(NamesNotPermitted)
    await expect(open(['shop.example.com'])).rejects.toThrow(/may not vouch for shop\.example\.com/)
  })

  test('vouches for a public name that it was made with', async () => {
    const own = await open(['shop.example.com'])
    expect(covers(await certificateOf(own), 'shop.example.com')).toBe(true)
  })

  test('makes a server certificate anew on demand, and whenever its file is lost or damaged', async () => {
    const own = await open()
    const seen = new Set([(await certificateOf(own)).fingerprint256])
    await own.renew()
    seen.add((await certificateOf(own)).fingerprint256)
    for (const damage of [
      () => rmSync(join(tls, 'server.pem')),
      () => writeFileSync(join(tls, 'server.pem'), ''),
      () => writeFileSync(join(tls, 'server.pem'), 'nonsense'),
      () => writeFileSync(join(tls, 'server.pem'), readFileSync(authorityFile())),
    ]) {
      damage()
      seen.add((await certificateOf(own)).fingerprint256)
    }
    expect(seen.size).toBe(6)
  })

  test('a server certificate of another authority is not used', async () => {
    await (await open()).current()
    const foreign = readFileSync(join(tls, 'server.pem'))
    rmSync(tls, { recursive: true })
    const own = await open()
    const { fingerprint256 } = await certificateOf(own)
    writeFileSync(join(tls, 'server.pem'), foreign)
    const next = await certificateOf(own)
    expect(next.verify(own.authority.publicKey)).toBe(true)
    expect(next.fingerprint256).not.toBe(fingerprint256)
  })
})

describe('a clock that is wrong', () => {
  test('on a machine that was never set: both are valid once it is, and renewed then', async () => {
    time.set(0)
    const own = await open()
    expect(dayOf(spanOf(await certificateOf(own)).toMs)).toBe('2026-03-31')
    time.set(Date.parse('2026-11-01T00:00:00Z'))
    expect(dayOf(spanOf(await certificateOf(own)).toMs)).toBe('2027-01-30')
    expect(spanOf(own.authority).fromMs).toBeLessThan(startMs)
  })

  test('back to 1970 for a moment: what is in use stays', async () => {
    const own = await open()
    const first = await own.current()
    time.set(0)
    expect(await own.current()).toEqual(first)
    expect(await (await open()).current()).toEqual(first)
  })

  test('ahead when it was made, then put right: made again', async () => {
    const own = await open()
    time.pass(1_000 * dayMs)
    await own.current()
    time.set(startMs + dayMs)
    expect(dayOf(spanOf(await certificateOf(own)).fromMs)).toBe('2026-03-01')
  })
})

describe('a damaged authority is refused and stays as it is', () => {
  const flipped = (text: string, at: number): string => {
    const place = text.indexOf('\n', text.indexOf('BEGIN CERTIFICATE')) + at
    return text.slice(0, place) + (text[place] === 'A' ? 'B' : 'A') + text.slice(place + 1)
  }
  test.each([
    ['empty', () => ''],
    ['cut off', (text: string) => text.slice(0, -200)],
    ['zeros', (text: string) => '\0'.repeat(text.length)],
    ['no key', (text: string) => text.slice(text.indexOf('-----BEGIN CERT'))],
    ['no certificate', (text: string) => text.slice(0, text.indexOf('-----BEGIN CERT'))],
    ['a flipped bit', (text: string) => flipped(text, 3)],
  ])('%s', async (_name, damage) => {
    await (await open()).current()
    const damaged = damage(readFileSync(authorityFile(), 'utf8'))
    writeFileSync(authorityFile(), damaged)
    await expect(open()).rejects.toThrow(DamagedAuthority)
    await expect(open()).rejects.toThrow(/authority\.pem .*every device must trust anew/)
    expect(() => authorityIn(tls)).toThrow(DamagedAuthority)
    expect(readFileSync(authorityFile(), 'utf8')).toBe(damaged)
  })

  test("another authority's key, or a certificate that is none", async () => {
    await (await open()).current()
    const text = readFileSync(authorityFile(), 'utf8')
    const server = readFileSync(join(tls, 'server.pem'), 'utf8')
    const at = '-----BEGIN CERT'
    writeFileSync(authorityFile(), server.slice(0, server.indexOf(at)) + text.slice(text.indexOf(at)))
    await expect(open()).rejects.toThrow(/is not the key of its certificate/)
    writeFileSync(authorityFile(), server)
    await expect(open()).rejects.toThrow(/not the certificate of an authority/)
  })

  test('gone, while what it made is there', async () => {
    await (await open()).current()
    rmSync(authorityFile())
    await expect(open()).rejects.toThrow(/authority\.pem is gone/)
    expect(existsSync(authorityFile())).toBe(false)
  })

  test('at its end', async () => {
    await (await open()).current()
    time.pass(3_653 * dayMs)
    await expect(open()).rejects.toThrow(/ended on 2036-02-28/)
  })

  test('a file in the place of its folder', async () => {
    mkdirSync(folder.path, { recursive: true })
    writeFileSync(tls, '')
    await expect(open()).rejects.toThrow(/ENOTDIR|EEXIST/)
  })
})
