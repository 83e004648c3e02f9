import type { StoreProfile } from '../../src/contracts/catalogue.ts'
import type { Tax } from '../../src/domain/basket.ts'

const profile: StoreProfile = {
  name: 'One',
  address: ['Long Street 1'],
  taxNumber: 'DE 1',
  currency: 'EUR',
  taxMode: 'included',
  taxRounding: 'line',
  cashStepMinor: 1,
  timeZone: 'Europe/Berlin',
  locale: 'en-GB',
  receiptFooter: [],
}

/** Stores under one HQ that have nothing in common: other money, other taxes, another time of the day. */
export const storeProfiles: Record<string, StoreProfile> = {
  'store-1': profile,
  'store-2': {
    ...profile,
    name: 'Two',
    currency: 'USD',
    taxMode: 'excluded',
    taxRounding: 'document',
    cashStepMinor: 5,
    timeZone: 'America/New_York',
    locale: 'en-US',
  },
}

/** The groups that stores are in at the beginning. */
export const storeGroups: Record<string, string[]> = { 'store-1': ['north'], 'store-2': ['north', 'outlets'] }
export const groups = ['north', 'outlets']

export const taxes: Tax[] = [
  { code: 'standard', name: 'Standard', parts: [{ code: 'vat', name: 'VAT', ratePpm: 190_000, compound: false }] },
  { code: 'reduced', name: 'Reduced', parts: [{ code: 'vat', name: 'VAT', ratePpm: 70_000, compound: false }] },
  {
    code: 'city',
    name: 'State and city',
    parts: [
      { code: 'state', name: 'State', ratePpm: 40_000, compound: false },
      { code: 'city', name: 'City', ratePpm: 48_750, compound: true },
    ],
  },
]

export type Goods = { sku: string; name: string; unit: 'each' | 'kg'; priceMinor: number; taxCode: string }

export const goods: Goods[] = [
  { sku: 'MILK', name: 'Milk', unit: 'each', priceMinor: 129, taxCode: 'reduced' },
  { sku: 'BREAD', name: 'Bread', unit: 'each', priceMinor: 349, taxCode: 'reduced' },
  { sku: 'PAN', name: 'Frying pan', unit: 'each', priceMinor: 2_999, taxCode: 'standard' },
  { sku: 'TOMATO', name: 'Tomatoes', unit: 'kg', priceMinor: 399, taxCode: 'reduced' },
  { sku: 'NAILS', name: 'Nails', unit: 'kg', priceMinor: 1_150, taxCode: 'standard' },
  { sku: 'TICKET', name: 'Bus ticket', unit: 'each', priceMinor: 275, taxCode: 'city' },
  { sku: 'CANDY', name: 'Candy', unit: 'each', priceMinor: 7, taxCode: 'city' },
]

/** The id under which the product of a SKU is known. */
export const productIdOf = (number: number): string =>
  `01936d2e-7c00-7000-8000-0000000002${String(number).padStart(2, '0')}`
