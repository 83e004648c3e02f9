import { generateKeyPairSync } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { broughtCertificate, presentCertificate, standingTime } from '../../../test/support/https.ts'
import { temporaryFolder } from '../../../test/support/node-process.ts'
import { certificateFiles, readCertificateFiles } from './certificate-files.ts'
import { type KeyedCertificate, WrongCertificate } from './keyed-certificate.ts'

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const dayMs = 86_400_000
const folder = temporaryFolder()
afterAll(() => folder.remove())
const certificate = join(folder.path, 'shop.pem')
const key = join(folder.path, 'shop.key')
const bring = (keyed: KeyedCertificate) => {
  writeFileSync(certificate, keyed.certificate)
  writeFileSync(key, keyed.key)
}

let good: Awaited<ReturnType<typeof presentCertificate>>
beforeAll(async () => {
  good = await presentCertificate(['shop.example.com'], nowMs)
})
beforeEach(() => bring(good))
const read = () => readCertificateFiles(certificate, key, nowMs)

test('a certificate of one’s own is taken as it is, with those between it and its authority', () => {
  const chain = good.certificate + good.authority
  writeFileSync(certificate, chain)
  expect(read()).toEqual({ certificate: chain, key: good.key })
})

const locked = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'secret',
}) as string

test.each<[string, () => void, string]>([
  ['no certificate file', () => rmSync(certificate), `${certificate} can't be read (ENOENT)`],
  ['no key file', () => rmSync(key), `${key} can't be read (ENOENT)`],
  ['no certificate', () => writeFileSync(certificate, 'hello'), `${certificate} holds no certificate in PEM form`],
  ['an empty key', () => writeFileSync(key, ''), `${key} holds no private key in PEM form`],
  [
    'a locked key',
    () => writeFileSync(key, locked),
    `${key} is locked by a passphrase; take it off, a shop starts by itself`,
  ],
  [
    'the wrong order',
    () => writeFileSync(certificate, good.authority + good.certificate),
    `${key} is not the key of the first certificate in ${certificate}`,
  ],
])('refused in one line: %s', (_name, damage, line) => {
  damage()
  expect(read).toThrow(WrongCertificate)
  expect(read).toThrow(line)
})

test.each([
  ['over', -100, -10, 'ended on 2026-02-19'],
  ['not yet valid', 10, 100, 'begins on 2026-03-11 only'],
])('refused in one line: %s', async (_name, from, to, line) => {
  bring(await broughtCertificate(['shop.lan'], { fromMs: nowMs + from * dayMs, toMs: nowMs + to * dayMs }))
  expect(read).toThrow(`${certificate} ${line}`)
})

test("refused: another certificate's key, and one that names no host", async () => {
  writeFileSync(key, (await presentCertificate(['shop.lan'], nowMs)).key)
  expect(read).toThrow(`${key} is not the key of the first certificate in ${certificate}`)
  bring(await presentCertificate([], nowMs))
  expect(read).toThrow(/names no host/)
})

test('files that were renewed are seen at the next look', async () => {
  const { clock } = standingTime(nowMs)
  const source = certificateFiles(certificate, key, clock)
  expect(await source.current()).toEqual({ certificate: good.certificate, key: good.key })
  const next = await presentCertificate(['shop.example.com'], nowMs)
  writeFileSync(certificate, next.certificate)
  await expect(source.current()).rejects.toThrow(WrongCertificate)
  writeFileSync(key, next.key)
  expect(await source.current()).toEqual({ certificate: next.certificate, key: next.key })
})
