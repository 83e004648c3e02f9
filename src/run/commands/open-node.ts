import { setFlagsFromString } from 'node:v8'
import { type Client, createClient } from '../../contracts/client.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import type { NodeKind } from '../../contracts/travel.ts'
import { systemPorts } from '../../platform/system.ts'
import type { ShopConfig } from '../config.ts'
import { prepareHttps } from '../https.ts'
import { type Listener, listenTrouble } from '../listener.ts'
import { type Shop, startShop } from '../shop.ts'
import { exitCodes, Failed } from './exit.ts'
import { openLines } from './open-lines.ts'

export type Prepared = {
  shop: Shop
  /** Acts with all rights. */
  client: Client
  as(token: string): Client
  say(text: string): void
}

/**
 * Runs a node until it is told to stop. Prints where it is and, where there is no owner yet, the owner's code on standard output.
 * `prepare` sets up what it begins with before anyone reaches it, and answers lines to print.
 */
export const openNode = async (
  config: ShopConfig,
  kind: NodeKind | undefined,
  prepare: (prepared: Prepared) => Promise<string[]>,
): Promise<void> => {
  const fatal = (message: string) => {
    console.error(`Tillwire can't go on: ${message}`)
    process.exit(exitCodes.failed)
  }
  const https = await prepareHttps(config, systemPorts(config.log))
  const shop = await startShop(config, fatal, kind)
  const { app, key, node } = shop
  const as = (token: string) => createClient(async request => app.fetch(request), 'http://shop.local', token)
  const client = as(key)
  const say = (text: string) => process.stdout.write(`${text}\n`)
  const more = await prepare({ shop, client, as, say })

  let listener: Listener
  try {
    listener = await shop.listen(config.host, config.port, https)
  } catch (error) {
    await shop.stop()
    const trouble = listenTrouble(error, config.port)
    throw trouble === null ? error : new Failed(exitCodes.unavailable, trouble)
  }
  const lines = [...openLines(config.host, listener), ...more]
  const { needed } = await client.call(staffRoutes.setupState, {})
  if (needed && node.top) lines.push(`  Owner's code, for the first sign-in: ${shop.setupCode}`)
  setFlagsFromString('--semi-space-growth-factor=2')
  say(lines.join('\n'))

  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await shop.stop()
}
