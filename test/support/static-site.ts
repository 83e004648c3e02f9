import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { build, mergeConfig, type UserConfig } from 'vite'

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** Builds a page as the shop's pages are built, into a folder; `more` is what else Vite is told. */
export const buildPage = async (root: string, folder: string, more: UserConfig = {}): Promise<void> => {
  await build(
    mergeConfig(
      {
        root,
        base: './',
        configFile: false,
        logLevel: 'error',
        worker: { format: 'es' },
        build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
      },
      more,
    ),
  )
}

/** Serves a folder on this machine, which browsers take for as safe as HTTPS. */
export const serveFolder = async (folder: string): Promise<{ url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://127.0.0.1').pathname)
    const file = path === '/' ? '/index.html' : path
    try {
      const content = readFileSync(join(folder, file))
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
