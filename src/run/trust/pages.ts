import type { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Context, Hono } from 'hono'
import { covers, spanOf, titleOf } from '../../platform/tls/keyed-certificate.ts'
import { inUrl } from '../../platform/tls/names.ts'
import { dayOf } from '../../platform/tls/renewal.ts'
import { httpsNames } from '../https.ts'
import type { Listener, SecureListener } from '../listener.ts'
import { pageHeaders } from '../pages.ts'
import { checkTrust } from './check.ts'
import { deviceOf, type FileType, fileName, fileTypes, type Html, isDevice } from './devices.ts'
import { nothingToTrust, trustPage } from './page.ts'
import { appleProfile } from './profile.ts'

const css = readFileSync(new URL('./trust.css', import.meta.url), 'utf8')
const font = createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')

const loopback = ['localhost', '127.0.0.1', '::1']

/** The name by which the visitor came here, as a certificate would name it. */
const visitedName = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

const asFile = (authority: X509Certificate, type: FileType): Uint8Array<ArrayBuffer> | string => {
  if (type === 'mobileconfig') return appleProfile(authority)
  return type === 'crt' ? authority.toString() : new Uint8Array(authority.raw)
}

const page = (body: Html, status: number, connect: string): Promise<Response> =>
  Promise.resolve(body).then(
    text =>
      new Response(String(text), {
        status,
        headers: { ...pageHeaders(connect), 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
      }),
  )

/** CSP can't name an address of IPv6; then any HTTPS address may be asked, which tells nothing of the visitor. */
const connectTo = (origin: string): string => (origin.includes('[') ? 'https:' : origin)

const shown = (context: Context, { port }: Listener, secure: SecureListener): Promise<Response> => {
  const { authority } = secure
  const certificate = secure.certificate()
  const visited = visitedName(context.req.url)
  const names = httpsNames(certificate, [])
  const name = covers(certificate, visited) ? visited : (names[0] ?? 'localhost')
  const originOf = (host: string) => `https://${inUrl(host)}:${secure.port}`
  if (!authority)
    return page(
      nothingToTrust(
        'Nothing to do here',
        'This shop has a certificate of its own choice. Devices that know who issued it trust the shop already.',
        { href: `${originOf(name)}/till`, label: 'Open the till' },
      ),
      200,
      "'self'",
    )
  const wanted = context.req.query('device')
  const other = loopback.includes(name) ? names[0] : name
  return page(
    trustPage({
      device: isDevice(wanted) ? wanted : deviceOf(context.req.header('user-agent') ?? ''),
      chosen: isDevice(wanted),
      authority: {
        title: titleOf(authority),
        sha256: authority.fingerprint256,
        sha1: authority.fingerprint,
        until: dayOf(spanOf(authority).toMs),
      },
      origin: originOf(name),
      others:
        other === undefined ? null : { trust: `http://${inUrl(other)}:${port}/trust`, till: `${originOf(other)}/till` },
    }),
    200,
    `'self' ${connectTo(originOf(name))}`,
  )
}

/**
 * The page by which a device learns to trust the shop's own authority, reachable without HTTPS and without signing in:
 * it holds nothing that is secret. `listening` answers null as long as nothing listens.
 */
export const addTrustPages = (app: Hono, listening: () => Listener | null): void => {
  app.get('/trust', context => {
    const listener = listening()
    if (listener?.secure) return shown(context, listener, listener.secure)
    return page(
      nothingToTrust(
        'This shop speaks no HTTPS',
        'It was started with HTTPS off. Tills work while the network is there, but not without it.',
        null,
      ),
      404,
      "'self'",
    )
  })
  for (const type of ['mobileconfig', 'crt', 'cer'] as const)
    app.get(`/trust/${fileName(type)}`, context => {
      const authority = listening()?.secure?.authority
      if (!authority) return context.notFound()
      return new Response(asFile(authority, type), {
        headers: {
          ...pageHeaders("'self'"),
          'content-type': fileTypes[type],
          'cache-control': 'no-store',
          // Safari asks about a profile only where it is not told to save it as a file.
          ...(type === 'mobileconfig' ? {} : { 'content-disposition': `attachment; filename="${fileName(type)}"` }),
        },
      })
    })
  // Asked by the page from HTTP: whether it is answered at all is what the page wants to know.
  app.get('/trust/check', context => context.text('ok\n', 200, { 'access-control-allow-origin': '*' }))
  const sent = (path: string, type: string, body: () => string | Uint8Array<ArrayBuffer>) =>
    app.get(
      path,
      () =>
        new Response(body(), {
          headers: { ...pageHeaders("'self'"), 'content-type': type, 'cache-control': 'no-cache' },
        }),
    )
  sent('/trust/trust.css', 'text/css; charset=utf-8', () => css)
  sent('/trust/trust.js', 'text/javascript; charset=utf-8', () => `;(${checkTrust.toString()})()\n`)
  sent(
    '/trust/worker.js',
    'text/javascript; charset=utf-8',
    () => '// Registered and taken away again, to see whether it may be.\n',
  )
  sent('/trust/inter.woff2', 'font/woff2', () => new Uint8Array(readFileSync(font)))
}
