import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { reasonTexts } from './quarantine-reasons.ts'

/** The reasons that a journal can give: pages do not import the journal, so its source is read. */
const given = (): string[] => {
  const source = readFileSync(new URL('../../src/platform/journal/tables.ts', import.meta.url), 'utf8')
  const union = /export type QuarantineReason =\n((?: {2}\| '[a-z-]+'\n)+)/.exec(source)?.[1] ?? ''
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, reason]) => reason ?? '')
}

test('each reason that the journal gives is told in its own words', () => {
  const reasons = given()
  expect(reasons.length).toBeGreaterThan(5)
  const told = reasons.map(reason => reasonTexts(reason).why)
  expect(told).toEqual(reasons.map(reason => `kept.${reason}.why`))
})

test('a reason of a newer program has words too', () => {
  expect(reasonTexts('moon-phase')).toEqual({ why: 'kept.other.why', act: 'kept.other.act' })
})
