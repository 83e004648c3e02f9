import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { headers: Record<string, string>; body: string }
export type Receiver = {
  url: string
  received: Received[]
  /** Resolves when so many requests have come. */
  count(wanted: number): Promise<Received[]>
  /** What it answers from now on; 0 never answers. */
  answer(status: number, headers?: Record<string, string>): void
  close(): Promise<void>
}

/** A server that takes webhooks, on a free port of this machine. */
export const startReceiver = async (): Promise<Receiver> => {
  const received: Received[] = []
  let status = 200
  let headers: Record<string, string> = {}
  let waiting: Array<{ wanted: number; resolve(all: Received[]): void }> = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({ headers: request.headers as Record<string, string>, body })
    if (status > 0) response.writeHead(status, headers).end()
    const done = waiting.filter(each => received.length >= each.wanted)
    waiting = waiting.filter(each => received.length < each.wanted)
    for (const { resolve } of done) resolve(received)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    count: wanted =>
      received.length >= wanted ? Promise.resolve(received) : new Promise(resolve => waiting.push({ wanted, resolve })),
    answer: (next, more = {}) => {
      status = next
      headers = more
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
