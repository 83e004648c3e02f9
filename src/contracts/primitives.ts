import { z } from 'zod'

/** UUID, minted where the thing happens; version 7 by our own clients, any version from others. Lower case, so that one id has one spelling. */
export const id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/, 'not a UUID in lower case')
/** Integer minor units of the currency beside it. */
export const minor = z.int()
/** Integer minor units, zero or more. */
export const minorUnsigned = z.int().min(0)
/** Integer millionths of a unit (1 piece, 1 kg = 1 000 000). */
export const micro = z.int()
export const ppm = z.int().min(0).max(10_000_000)
/** UTC milliseconds since 1970. */
export const atMs = z.int().min(0).max(8_640_000_000_000_000)
export const position = z.int().min(0)
/** ISO 4217 alphabetic code; whether it is a current one is the domain's to say. */
export const currency = z.string().regex(/^[A-Z]{3}$/)
export const sku = z.string().min(1).max(64)
export const name = z.string().min(1).max(200)
export const note = z.string().max(4_000)
export const code = z.string().min(1).max(64)
/** A store's or till's short handle, as it stands in addresses and on receipts. */
export const handle = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
export const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** Query parameters arrive as text. */
export const limit = z.coerce.number().int().min(1).max(1_000).default(50)
/** Long enough for the beginning of a name. */
export const cursor = z.string().max(1_000).optional()
export const count = z.coerce.number().int().min(0)
export const flag = z.enum(['true', 'false']).transform(text => text === 'true')

export const page = <T extends z.ZodType>(row: T) => z.object({ rows: z.array(row), next: z.string().nullable() })
