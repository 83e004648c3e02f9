import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'

/** How a shop is started. Each option is also an environment variable: TILLWIRE_PORT, TILLWIRE_HOST and so on. */
export type ShopConfig = {
  port: number
  host: string
  /** Folder of everything the shop keeps. */
  data: string
  log: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Whether webhooks may go to addresses inside a private network. */
  webhooksToPrivate: boolean
}

const schema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(7070),
  host: z.string().min(1).max(255).default('0.0.0.0'),
  data: z.string().min(1).default('data'),
  log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  webhooksToPrivate: z
    .union([z.boolean(), z.enum(['true', 'false', '1', '0', '']).transform(text => text === 'true' || text === '1')])
    .default(false),
})

/** A configuration that can't be right. The process ends with 78 (EX_CONFIG of sysexits.h) before anything is opened. */
export class WrongConfig extends Error {
  override name = 'WrongConfig'
}

/** Options win over the environment, the environment over defaults. Throws WrongConfig with one line that names the option. */
export const readConfig = (
  options: Record<string, unknown>,
  environment: Record<string, string | undefined>,
): ShopConfig => {
  const given = (name: keyof ShopConfig, variable: string): Record<string, unknown> => {
    const value = options[name] ?? environment[variable]
    return value === undefined ? {} : { [name]: value }
  }
  const parsed = schema.safeParse({
    ...given('port', 'TILLWIRE_PORT'),
    ...given('host', 'TILLWIRE_HOST'),
    ...given('data', 'TILLWIRE_DATA'),
    ...given('log', 'TILLWIRE_LOG'),
    ...given('webhooksToPrivate', 'TILLWIRE_WEBHOOKS_TO_PRIVATE'),
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new WrongConfig(`--${String(issue?.path[0])}: ${issue?.message}`)
  }
  const { data } = parsed.data
  return { ...parsed.data, data: isAbsolute(data) ? data : resolve(data) }
}
