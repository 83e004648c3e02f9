import { X509Certificate } from 'node:crypto'
import { expect, test } from 'vitest'
import { covers, readKey, spanOf, titleOf } from './keyed-certificate.ts'
import { permittedAtFirst } from './names.ts'
import { authoritySpan, dayOf, serverSpan } from './renewal.ts'
import { makeAuthority, makeServerCertificate, permittedBy } from './signing.ts'

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const span = authoritySpan(nowMs)
const names = ['till.local', 'till', '192.168.1.5', 'fd00::7', 'localhost', '127.0.0.1', '::1']
const permitted = permittedAtFirst([...names, 'shop.example.com', '203.0.113.9'])

test('an authority is one, says what it may vouch for, and nothing below it is an authority', async () => {
  const keyed = await makeAuthority('till', permitted, span)
  const certificate = new X509Certificate(keyed.certificate)
  expect(certificate.ca).toBe(true)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
  expect(certificate.checkPrivateKey(readKey(keyed.key))).toBe(true)
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  expect(titleOf(certificate)).toBe('Tillwire till local authority')
  expect([spanOf(certificate).fromMs, spanOf(certificate).toMs].map(dayOf)).toEqual(['2026-02-28', '2036-02-28'])
  expect(permittedBy(keyed.certificate)).toEqual(permitted)
})

test('two authorities of one host have nothing in common but the name', async () => {
  const [one, other] = (await Promise.all([1, 2].map(() => makeAuthority('till', permitted, span)))).map(
    ({ certificate }) => new X509Certificate(certificate),
  )
  expect(one?.subject).toBe(other?.subject)
  expect(one?.serialNumber).not.toBe(other?.serialNumber)
  expect(one?.fingerprint256).not.toBe(other?.fingerprint256)
})

test('a long or foreign name of the host fits', async () => {
  const long = new X509Certificate((await makeAuthority('a'.repeat(200), permitted, span)).certificate)
  expect(titleOf(long)).toHaveLength(64)
  const foreign = new X509Certificate((await makeAuthority('Käse & <Söhne>', permitted, span)).certificate)
  expect(titleOf(foreign)).toBe('Tillwire Käse & <Söhne> local authority')
})

test('a server certificate names all it should and nothing else, and is no authority', async () => {
  const authority = await makeAuthority('till', permitted, span)
  const keyed = await makeServerCertificate(authority, names, serverSpan(span, nowMs))
  const certificate = new X509Certificate(keyed.certificate)
  const above = new X509Certificate(authority.certificate)
  expect(certificate.verify(above.publicKey)).toBe(true)
  expect(certificate.checkIssued(above)).toBe(true)
  expect(certificate.ca).toBe(false)
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  for (const name of names) expect(covers(certificate, name), name).toBe(true)
  for (const name of ['till.lan', 'a.till', '192.168.1.6', 'fd00::8', 'Tillwire store'])
    expect(covers(certificate, name), name).toBe(false)
})
