import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** A server before another, which hands everything through, but what a test rewrites. */
export type FrontServer = {
  url: string
  /** Texts by their path, as they are sent instead. */
  rewrite: Map<string, (text: string) => string>
  close(): Promise<void>
}

const hopByHop = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']

export const serveBefore = async (port: number): Promise<FrontServer> => {
  const rewrite: FrontServer['rewrite'] = new Map()
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method, url: path = '/', headers } = incoming
    const passed = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...headers, host: `127.0.0.1:${port}` },
    })
    passed.on('error', () => outgoing.destroy())
    passed.on('response', async response => {
      const kept = Object.entries(response.headers).filter(([name]) => !hopByHop.includes(name))
      outgoing.writeHead(response.statusCode ?? 502, Object.fromEntries(kept))
      const change = rewrite.get(path)
      if (!change) {
        response.pipe(outgoing)
        return
      }
      const parts: Buffer[] = []
      for await (const part of response) parts.push(part as Buffer)
      outgoing.end(change(Buffer.concat(parts).toString()))
    })
    incoming.pipe(passed)
  }
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    rewrite,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
