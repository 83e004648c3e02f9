import { X509Certificate } from 'node:crypto'
import { Hono } from 'hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { presentCertificate } from '../../../test/support/https.ts'
import { permittedAtFirst } from '../../platform/tls/names.ts'
import { authoritySpan, serverSpan } from '../../platform/tls/renewal.ts'
import { makeAuthority, makeServerCertificate } from '../../platform/tls/signing.ts'
import type { Listener } from '../listener.ts'
import { type DeviceName, deviceOf, devices } from './devices.ts'
import { addTrustPages } from './pages.ts'

const nowMs = Date.parse('2026-03-01T00:00:00Z')
const names = ['till.local', '192.168.1.5', 'fd00::5', 'localhost', '127.0.0.1', '::1']
const agents: Record<DeviceName, string> = {
  ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Mobile Safari/537.36',
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36',
  macos:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Safari/605.1.15',
  chromeos:
    'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36',
  linux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/145.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
}

let authority: X509Certificate
let server: X509Certificate
let listener: Listener | null
const app = new Hono()
addTrustPages(app, () => listener)

beforeAll(async () => {
  const span = authoritySpan(nowMs)
  const keyed = await makeAuthority('<till> & co', permittedAtFirst(names), span)
  authority = new X509Certificate(keyed.certificate)
  server = new X509Certificate((await makeServerCertificate(keyed, names, serverSpan(span, nowMs))).certificate)
  listener = {
    port: 7070,
    secure: { port: 7443, authority, certificate: () => server },
    close: async () => {},
  }
})

const get = (path: string, origin = 'http://192.168.1.5:7070', headers: Record<string, string> = {}) =>
  app.request(new Request(`${origin}${path}`, { headers }))
const text = async (...args: Parameters<typeof get>) => (await get(...args)).text()

test.each(Object.entries(agents))('%s is known by what its browser says', async (device, agent) => {
  expect(deviceOf(agent)).toBe(device)
  const page = await text('/trust', undefined, { 'user-agent': agent })
  expect(page).toContain(`data-device="${device}"`)
  expect(page).not.toContain('data-chosen')
})

describe('the page', () => {
  test.each(Object.entries(devices))('for %s offers its file and its steps', async (device, { file, name }) => {
    const page = await text(`/trust?device=${device}`)
    expect(page).toContain(`href="/trust/tillwire-authority.${file}"`)
    expect(page).toContain(`aria-current="page">${name}</a>`)
    expect(page).toContain('data-chosen')
    expect(page.match(/<li>/g)).toHaveLength(4)
    expect(page.replaceAll('</span><span>', ':')).toContain(authority.fingerprint256)
  })

  test('shows names of the authority as text', async () => {
    const page = await text('/trust?device=ios')
    expect(page).toContain('Tillwire &lt;till&gt; &amp; co local authority')
    expect(page).not.toContain('<till>')
  })

  test.each([
    ['http://192.168.1.5:7070', 'https://192.168.1.5:7443'],
    ['http://till.local:7070', 'https://till.local:7443'],
    ['http://[fd00::5]:7070', 'https://[fd00::5]:7443'],
    ['http://localhost:7070', 'https://localhost:7443'],
    ['https://192.168.1.5:7443', 'https://192.168.1.5:7443'],
  ])('from %s leads to %s', async (visited, origin) => {
    const response = await get('/trust', visited)
    expect(await response.text()).toContain(`href="${origin}/till"`)
    const csp = response.headers.get('content-security-policy') ?? ''
    expect(csp).toContain(origin.includes('[') ? "connect-src 'self' https:;" : `connect-src 'self' ${origin};`)
  })

  test('a name that the certificate does not have gets nowhere', async () => {
    for (const visited of ['http://evil.example:7070', 'http://8.8.8.8:7070'])
      expect(await text('/trust', visited), visited).not.toMatch(/evil|8\.8\.8\.8/)
    const response = await get('/trust?device=%22%3E%3Cscript%3E', undefined, { 'user-agent': '"><script>alert(1)' })
    expect(response.status).toBe(200)
    expect((await response.text()).match(/<script/g)).toHaveLength(1)
  })

  test('runs its own scripts alone and is framed by no one', async () => {
    const { headers } = await get('/trust')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self';.*frame-ancestors 'none'/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('has all it needs beside it', async () => {
    const page = await text('/trust')
    const paths = Array.from(page.matchAll(/(?:src|href)="(\/trust\/[^"]+)"/g), ([, path = '']) => path)
    expect(paths).toContain('/trust/trust.js')
    for (const path of [...paths, '/trust/check', '/trust/worker.js', '/trust/inter.woff2'])
      expect((await get(path)).status, path).toBe(200)
  })
})

describe('the authority as devices take it', () => {
  test.each([
    ['crt', 'application/x-x509-ca-cert', 'attachment; filename="tillwire-authority.crt"'],
    ['cer', 'application/pkix-cert', 'attachment; filename="tillwire-authority.cer"'],
  ])('.%s', async (type, mediaType, disposition) => {
    const response = await get(`/trust/tillwire-authority.${type}`)
    expect(response.headers.get('content-type')).toBe(mediaType)
    expect(response.headers.get('content-disposition')).toBe(disposition)
    const bytes = Buffer.from(await response.arrayBuffer())
    expect(new X509Certificate(bytes).fingerprint256).toBe(authority.fingerprint256)
    expect(bytes.toString('latin1')).not.toContain('PRIVATE')
  })

  test('a profile for iPadOS with the certificate in it, the same at every download', async () => {
    const response = await get('/trust/tillwire-authority.mobileconfig')
    expect(response.headers.get('content-type')).toBe('application/x-apple-aspen-config')
    expect(response.headers.get('content-disposition')).toBeNull()
    const profile = await response.text()
    expect(await text('/trust/tillwire-authority.mobileconfig')).toBe(profile)
    const value = (key: string) =>
      Array.from(
        profile.matchAll(new RegExp(`<key>${key}</key>\\s*<(\\w+)>([^<]*)</\\1>`, 'g')),
        ([, , found]) => found,
      )
    expect(value('PayloadType')).toEqual(['Configuration', 'com.apple.security.root'])
    expect(value('PayloadDisplayName')[0]).toBe('Tillwire &lt;till&gt; &amp; co local authority')
    expect(new Set(value('PayloadUUID')).size).toBe(2)
    for (const uuid of value('PayloadUUID'))
      expect(uuid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-8[0-9A-F]{3}-[0-9A-F]{12}$/)
    const [data = ''] = value('PayloadContent')
    expect(new X509Certificate(Buffer.from(data, 'base64')).fingerprint256).toBe(authority.fingerprint256)
    expect(profile.match(/<dict>/g)).toHaveLength(2)
    expect(profile.match(/<\/dict>/g)).toHaveLength(2)
  })
})

test('the check is answered to a page that came by HTTP', async () => {
  const response = await get('/trust/check', 'https://192.168.1.5:7443')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(await response.text()).toBe('ok\n')
})

describe('where there is no authority', () => {
  test('a certificate of one’s own: nothing to install', async () => {
    const own = new X509Certificate((await presentCertificate(['till.shop.example'], nowMs)).certificate)
    const before = listener
    listener = { port: 7070, secure: { port: 443, authority: null, certificate: () => own }, close: async () => {} }
    const page = await text('/trust')
    expect(page).toContain('Nothing to do here')
    expect(page).toContain('href="https://till.shop.example:443/till"')
    expect((await get('/trust/tillwire-authority.crt')).status).toBe(404)
    listener = before
  })

  test('HTTPS off: the page says so', async () => {
    const before = listener
    for (const none of [null, { port: 7070, secure: null, close: async () => {} }]) {
      listener = none
      const response = await get('/trust')
      expect(response.status).toBe(404)
      expect(await response.text()).toContain('speaks no HTTPS')
      expect((await get('/trust/tillwire-authority.mobileconfig')).status).toBe(404)
    }
    listener = before
  })
})
