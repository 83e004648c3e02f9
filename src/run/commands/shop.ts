import { networkInterfaces } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { createClient } from '../../contracts/client.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import type { ShopConfig } from '../config.ts'
import { seedCatalogue, seedDemo } from '../demo/seed.ts'
import { configureNewShop } from '../first-start.ts'
import { type Shop, startShop } from '../shop.ts'
import { exitCodes, Failed } from './exit.ts'

const addresses = (host: string, url: string): string[] => {
  const { port } = new URL(url)
  if (host !== '0.0.0.0' && host !== '::') return [`http://${host}:${port}`]
  const others = Object.values(networkInterfaces()).flatMap(all =>
    (all ?? []).filter(each => each.family === 'IPv4' && !each.internal),
  )
  return [`http://localhost:${port}`, ...others.map(each => `http://${each.address}:${port}`)]
}

/** Runs a shop until it is told to stop. Prints where it is and the owner's code on standard output. */
export const runShop = async (config: ShopConfig, options: { demo: boolean; empty: boolean }): Promise<void> => {
  let shop: Shop | undefined
  const fatal = (message: string) => {
    console.error(`the shop can't go on: ${message}`)
    process.exit(exitCodes.failed)
  }
  shop = await startShop(config, fatal)
  const { app, key } = shop
  const as = (token: string) => createClient(async request => app.fetch(request), 'http://shop.local', token)
  const client = as(key)
  const say = (text: string) => process.stdout.write(`${text}\n`)
  const pins = options.demo ? await seedDemo(client, as, text => say(text)) : []
  if (!options.demo && !options.empty) await seedCatalogue(client)
  await configureNewShop(client)

  let url: string
  try {
    url = await shop.listen(config.host, config.port)
  } catch (error) {
    await shop.stop()
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    throw new Failed(
      exitCodes.unavailable,
      taken ? `port ${config.port} is taken; choose another with --port` : String(error),
    )
  }
  const [first = url, ...rest] = addresses(config.host, url)
  const lines = [
    'Tillwire is open.',
    `  Till    ${first}/till`,
    `  Office  ${first}/office`,
    `  API     ${first}/api/docs`,
  ]
  for (const other of rest) lines.push(`  also at ${other}`)
  for (const { number, name, role, pin } of pins)
    lines.push(`  ${name} (${role}) signs in with number ${number}, PIN ${pin}`)
  const { needed } = await client.call(staffRoutes.setupState, {})
  if (needed) lines.push(`  Owner's code, for the first sign-in: ${shop.setupCode}`)
  setFlagsFromString('--semi-space-growth-factor=2')
  say(lines.join('\n'))

  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
  await shop.stop()
}
