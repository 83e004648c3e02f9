import { expect, test } from 'vitest'
import { quarantineReason } from '../../src/contracts/sync.ts'
import { reasonTexts } from './quarantine-reasons.ts'

test('each reason is told in its own words', () => {
  const told = quarantineReason.options.map(reason => reasonTexts(reason).why)
  expect(told).toEqual(quarantineReason.options.map(reason => `kept.${reason}.why`))
})

test('a reason of a newer program has words too', () => {
  expect(reasonTexts('moon-phase')).toEqual({ why: 'kept.other.why', act: 'kept.other.act' })
})
