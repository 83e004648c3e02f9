import { expect, test } from 'vitest'
import { type StoreProfile, storeProfile } from '../../src/contracts/catalogue.ts'
import { newStoreProfile } from './new-store.ts'

const berlin: StoreProfile = {
  name: 'Mill Lane',
  address: ['12 Mill Lane'],
  taxNumber: 'DE1',
  currency: 'EUR',
  taxMode: 'included',
  taxRounding: 'document',
  cashStepMinor: 5,
  timeZone: 'Europe/Berlin',
  locale: 'de',
  receiptFooter: ['Danke'],
}
const york: StoreProfile = {
  ...berlin,
  name: 'York',
  currency: 'GBP',
  taxMode: 'excluded',
  cashStepMinor: 1,
  locale: 'en-GB',
}

test('a new store is like the one with its currency, but for what is its own', () => {
  const made = newStoreProfile({ name: ' Leeds ', currency: 'GBP', timeZone: 'Europe/London' }, [berlin, york], 'fr')
  expect(made).toEqual({ ...york, name: 'Leeds', address: [], taxNumber: '', timeZone: 'Europe/London' })
})

test('with another currency it does not round cash like the others', () => {
  const made = newStoreProfile({ name: 'Bern', currency: 'CHF', timeZone: 'Europe/Zurich' }, [berlin], 'fr')
  expect(made).toMatchObject({ currency: 'CHF', cashStepMinor: 1, taxRounding: 'document', locale: 'de' })
})

test('the first of all is whole', () => {
  const made = newStoreProfile({ name: 'Bern', currency: 'CHF', timeZone: 'Europe/Zurich' }, [], 'fr')
  expect(storeProfile.parse(made)).toEqual(made)
  expect(made).toMatchObject({ name: 'Bern', locale: 'fr', address: [] })
})
