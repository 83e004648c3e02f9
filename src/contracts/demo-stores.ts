import { z } from 'zod'
import { atMs, currency, handle, minor, minorUnsigned, sku } from './primitives.ts'
import { linkState } from './sync.ts'

/** What the page of `npm run demo:stores` is shown, a few times a second. */

export const demoNode = z.object({
  /** The handle of a till or store, which is unique in the demo; `hq` at the top. */
  id: handle,
  kind: z.enum(['till', 'store', 'hq']),
  name: z.string(),
  /** The node above it. */
  above: handle.nullable(),
  process: z.enum(['starting', 'running', 'stopped']),
  /** Where it answers, for a look at it; null while it does not. */
  url: z.string().nullable(),
  /** How it says that it stands to the node above; null at the top, and until it has said so. */
  link: linkState.pick({ state: true, sinceMs: true, lastContactMs: true }).nullable(),
  /** Sales that are known there: its own and those of the nodes below it. */
  sales: z.int(),
  totalMinor: minor,
  /** Facts that were recorded there or below and that the node above has not told of yet. */
  waiting: z.int(),
  /** The version of the catalogue that it prices with; null until it has one. */
  priceVersion: z.int().nullable(),
  /** What went wrong with its process, or with the cashier at it, in a sentence. */
  trouble: z.string().nullable(),
})
export type DemoNode = z.infer<typeof demoNode>

export const demoLink = z.object({
  /** The node at its lower end. */
  below: handle,
  above: handle,
  cut: z.boolean(),
  /** Whether the lower node says that it reaches the upper one. */
  reached: z.boolean(),
  /** Facts that have come up and gone down by it so far. */
  up: z.int(),
  down: z.int(),
})
export type DemoLink = z.infer<typeof demoLink>

export const demoGood = z.object({ sku, name: z.string(), priceMinor: minorUnsigned })
export type DemoGood = z.infer<typeof demoGood>

/** A price that was changed at HQ, and after how long each node priced with it: null where it does not yet. */
export const demoPriceChange = z.object({
  name: z.string(),
  fromMinor: minorUnsigned,
  toMinor: minorUnsigned,
  atMs,
  heard: z.array(z.object({ node: handle, afterMs: z.number().nullable() })),
})
export type DemoPriceChange = z.infer<typeof demoPriceChange>

export const demoState = z.object({
  currency,
  phase: z.enum(['starting', 'open', 'ending']),
  /** Whether the cashiers serve customers. */
  selling: z.boolean(),
  nodes: z.array(demoNode),
  links: z.array(demoLink),
  goods: z.array(demoGood),
  priceChange: demoPriceChange.nullable(),
  verdict: z.object({ agree: z.boolean(), words: z.string() }),
})
export type DemoState = z.infer<typeof demoState>

/** What the page may ask for. */
export const demoActs = {
  link: z.strictObject({ cut: z.boolean() }),
  process: z.strictObject({ run: z.boolean() }),
  price: z.strictObject({ sku, priceMinor: minorUnsigned }),
  selling: z.strictObject({ selling: z.boolean() }),
}
