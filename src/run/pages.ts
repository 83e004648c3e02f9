import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, normalize } from 'node:path'
import type { Hono } from 'hono'
import { openApi } from '../platform/http/openapi.ts'

const built = new URL('../../dist/web/', import.meta.url).pathname
const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * Our pages run only their own scripts (a till's database is one, as WebAssembly), are framed by no one, and tell no other site
 * where they were left from. `connect` is what they may ask, as a Content Security Policy says it.
 */
export const pageHeaders = (connect: string): Record<string, string> => ({
  'content-security-policy': `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src ${connect}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
})
const headers = pageHeaders("'self'")

const file = async (folder: string, path: string, cache: string): Promise<Response | null> => {
  const full = normalize(join(folder, path))
  if (!full.startsWith(folder)) return null
  try {
    const bytes = await readFile(full)
    const type = mediaTypes[extname(full)] ?? 'application/octet-stream'
    return new Response(new Uint8Array(bytes), {
      headers: { ...headers, 'content-type': type, 'cache-control': cache },
    })
  } catch {
    return null
  }
}

const notBuilt = new Response('The pages are not built yet. Run: npm run build\n', {
  status: 503,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
})
const notFound = () =>
  new Response('There is no such page.\n', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } })

const docsPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tillwire API</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div><script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
`
const docsStart = `window.ui = SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#swagger-ui', deepLinking: true })\n`

/** The till, the office and the page that shows the API. They hold nothing of the shop and are open to anyone. */
export const addPages = (app: Hono, version: string): void => {
  const page = (name: string) => async (): Promise<Response> => {
    if (!existsSync(join(built, name))) return notBuilt.clone()
    return (await file(built, name, 'no-cache')) ?? notFound()
  }
  app.get('/', context => context.redirect('/till'))
  for (const name of ['till', 'office']) {
    app.get(`/${name}`, page(`${name}.html`))
    app.get(`/${name}/*`, page(`${name}.html`))
  }
  // Made when it is first asked for: most shops never are, and it takes some megabytes to make.
  let description: string | undefined
  const described = (): string => {
    description ??= JSON.stringify(openApi(version))
    return description
  }
  app.get('/api/openapi.json', () => new Response(described(), { headers: { 'content-type': 'application/json' } }))
  app.get('/api/docs', () => new Response(docsPage, { headers: { ...headers, 'content-type': mediaTypes['.html']! } }))
  app.get(
    '/api/docs/start.js',
    () => new Response(docsStart, { headers: { ...headers, 'content-type': mediaTypes['.js']! } }),
  )
  app.get(
    '/api/docs/:file',
    async context => (await file(swagger, context.req.param('file'), 'max-age=86400')) ?? notFound(),
  )
  // File names in assets hold a hash of their content, so a browser may keep them for good.
  app.get(
    '/assets/*',
    async context => (await file(built, context.req.path, 'public, max-age=31536000, immutable')) ?? notFound(),
  )
  app.get('*', async context => (await file(built, context.req.path, 'no-cache')) ?? notFound())
}
