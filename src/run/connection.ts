import { type Client, createClient } from '../contracts/client.ts'
import { type ShopConfig, WrongConfig } from './config.ts'
import { dataFolder } from './data-folder.ts'
import { configureNewShop } from './first-start.ts'
import { startShop } from './shop.ts'

export type Connection = {
  client: Client
  /** The API for what is not JSON, with the operator's rights; the path begins with /api/v1. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  running: boolean
  close(): Promise<void>
}

/**
 * The shop of a data folder, for a command: the one that runs, over HTTP; or where none runs, one in this process that
 * answers the same requests without a socket. Either way a command does what any client could do.
 */
export const connectShop = async (config: ShopConfig): Promise<Connection> => {
  const running = dataFolder(config.data).running()
  if (running)
    return connectionTo(
      (request: Request) => fetch(request),
      running.url,
      running.key,
      true,
      async () => {},
    )
  const shop = await startShop(config, message => {
    throw new WrongConfig(message)
  })
  const connection = connectionTo(
    async request => shop.app.fetch(request),
    'http://shop.local',
    shop.key,
    false,
    shop.stop,
  )
  if (shop.node.top && shop.node.kind === 'store') await configureNewShop(connection.client)
  return connection
}

const connectionTo = (
  fetcher: (request: Request) => Promise<Response>,
  origin: string,
  key: string,
  running: boolean,
  close: () => Promise<void>,
): Connection => ({
  client: createClient(fetcher, origin, key),
  fetch: (path, init = {}) =>
    fetcher(new Request(`${origin}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } })),
  running,
  close,
})
