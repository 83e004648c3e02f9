import { isAbsolute, resolve } from 'node:path'
import { z } from 'zod'
import { nameOf } from '../platform/tls/names.ts'

/** How a shop is started. Each option is also an environment variable: TILLWIRE_PORT, TILLWIRE_HOST and so on. */
export type ShopConfig = {
  port: number
  host: string
  /** `own`: with the shop's own authority, or with a certificate of one's own where one is named. */
  https: 'own' | 'off'
  httpsPort: number
  /** Files of a certificate of one's own and its key; both or neither. */
  certificate: string | null
  key: string | null
  /** Names and addresses of this machine that it can't know of, such as those of a host around a container. */
  httpsNames: string[]
  /** Folder of everything the shop keeps. */
  data: string
  log: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Whether webhooks may go to addresses inside a private network. */
  webhooksToPrivate: boolean
}

/** From the port of HTTP to that of HTTPS, so that several nodes on one machine need only one number each. */
const httpsDistance = 373
const httpsPortFor = (port: number): number => {
  if (port === 0) return 0
  return port + httpsDistance <= 65_535 ? port + httpsDistance : port - httpsDistance
}

const names = z.string().transform((text, context) =>
  text
    .split(/[\s,]+/)
    .filter(each => each !== '')
    .flatMap(each => {
      const name = nameOf(each)
      if (name === null) context.addIssue({ code: 'custom', message: `${each} is no name or address` })
      return name ?? []
    }),
)

const schema = z.object({
  port: z.coerce.number().int().min(0).max(65_535).default(7070),
  host: z.string().min(1).max(255).default('0.0.0.0'),
  https: z.enum(['own', 'off']).default('own'),
  httpsPort: z.coerce.number().int().min(0).max(65_535).optional(),
  certificate: z.string().min(1).nullable().default(null),
  key: z.string().min(1).nullable().default(null),
  httpsNames: names.default([]),
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

/** `httpsPort` as it is typed: `--https-port`. */
const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`

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
    ...given('https', 'TILLWIRE_HTTPS'),
    ...given('httpsPort', 'TILLWIRE_HTTPS_PORT'),
    ...given('certificate', 'TILLWIRE_CERTIFICATE'),
    ...given('key', 'TILLWIRE_KEY'),
    ...given('httpsNames', 'TILLWIRE_HTTPS_NAMES'),
    ...given('data', 'TILLWIRE_DATA'),
    ...given('log', 'TILLWIRE_LOG'),
    ...given('webhooksToPrivate', 'TILLWIRE_WEBHOOKS_TO_PRIVATE'),
  })
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new WrongConfig(`${optionOf(String(issue?.path[0]))}: ${issue?.message}`)
  }
  const { data, port, httpsPort = httpsPortFor(port), certificate, key } = parsed.data
  if ((certificate === null) !== (key === null))
    throw new WrongConfig('--certificate and --key go together: the file of one without the other is of no use')
  if (port !== 0 && port === httpsPort && parsed.data.https !== 'off')
    throw new WrongConfig(`--https-port: ${port} is the port of HTTP already`)
  return { ...parsed.data, httpsPort, data: isAbsolute(data) ? data : resolve(data) }
}
