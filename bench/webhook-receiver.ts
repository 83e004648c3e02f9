import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monotonicUs } from './statistics.ts'

export type WebhookReceiver = {
  url: string
  /** When the first delivery of a fact began to arrive, by the monotonic clock. */
  firstByteAtUs(fact: string): number | undefined
  received(): number
  close(): void
}

/** A receiver of webhooks on this machine that answers at once. */
export const startWebhookReceiver = (): Promise<WebhookReceiver> =>
  new Promise(resolve => {
    const arrived = new Map<string, number>()
    const server = createServer((request, response) => {
      const atUs = monotonicUs()
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () => {
        response.writeHead(204).end()
        const { id } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { id: string }
        if (!arrived.has(id)) arrived.set(id, atUs)
      })
    })
    server.keepAliveTimeout = 60_000
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
        firstByteAtUs: fact => arrived.get(fact),
        received: () => arrived.size,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      }),
    )
  })
