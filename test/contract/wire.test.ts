import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { facts } from '../../src/contracts/api.ts'
import { fact, wireVersion } from '../../src/contracts/fact.ts'
import type { Route } from '../../src/contracts/route.ts'
import { type SentFact, syncRoutes } from '../../src/contracts/sync.ts'
import { upcast } from '../../src/contracts/upcast.ts'
import { oldestWire, wireHistory } from '../../src/contracts/wire-history.ts'
import { canonicalJson, sha256 } from '../../src/platform/canonical.ts'
import { factText, genesis } from '../../src/platform/journal/journal.ts'
import { readSentFact } from '../../src/sync/sent-fact.ts'

const schemaOf = (schema: z.ZodType | undefined): unknown =>
  schema ? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) : null

/** What two nodes of one version agree on. */
const wireHash = (): string =>
  sha256(
    canonicalJson({
      envelope: schemaOf(fact),
      facts: Object.fromEntries(
        Object.entries(facts).map(([type, { version, body }]) => [type, { version, body: schemaOf(body) }]),
      ),
      sync: Object.values(syncRoutes as Record<string, Route>)
        .filter(({ scope }) => scope === 'sync')
        .map(({ method, path, params, query, body, response }) => ({
          method,
          path,
          params: schemaOf(params),
          query: schemaOf(query),
          body: schemaOf(body),
          response: schemaOf(response),
        })),
    }),
  )

const golden = new URL('./golden/', import.meta.url)
const files = readdirSync(golden).filter(name => name.endsWith('.jsonl'))
const factsIn = (file: string): SentFact[] =>
  readFileSync(new URL(file, golden), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as SentFact)

describe('what travels between nodes', () => {
  test('is what its version says: see src/contracts/wire-history.ts before you change this hash', () => {
    const newest = wireHistory.at(-1)
    expect(newest?.version).toBe(wireVersion)
    expect(newest?.hash).toBe(wireHash())
  })

  test('every version that is still taken in has its golden file, and the newest has a fact of every type', () => {
    for (const { version } of wireHistory) if (version >= oldestWire) expect(files).toContain(`wire-${version}.jsonl`)
    const types = factsIn(`wire-${wireVersion}.jsonl`).map(({ text }) => (JSON.parse(text) as { type: string }).type)
    expect(types.toSorted()).toEqual(Object.keys(facts).toSorted())
  })
})

describe.each(files)('%s', file => {
  const sent = factsIn(file)

  test.each(sent.map(each => [(JSON.parse(each.text) as { type: string }).type, each] as const))(
    '%s is understood',
    (_type, each) => {
      const read = readSentFact(each)
      if (!read.ok) throw new Error(read.code)
      expect(read.doubt).toBeNull()
      expect(sha256(each.text)).toBe(each.hash)
      // Its text is the canonical one of that version, so a node that writes it anew comes to the same hash.
      expect(sha256(factText(read.fact))).toBe(each.hash)
      const today = upcast(read.fact)
      expect(facts[today.type]?.body.safeParse(today.body).success).toBe(true)
      expect(today.version).toBe(facts[today.type]?.version)
    },
  )

  test('links from its first fact to its last', () => {
    let prev = genesis
    for (const { text, hash } of sent) {
      expect((JSON.parse(text) as { prev: string }).prev).toBe(prev)
      prev = hash
    }
  })
})
