import { describe, expect, test } from 'vitest'
import { variantOf } from '../../../test/support/catalogue-shop.ts'
import type { Variant } from '../../contracts/catalogue.ts'
import { barcodeKey, isBarcode, moveOwners, type Owners, productFault } from './codes.ts'

const codes: Array<[code: string, is: boolean, key: string]> = [
  ['4006381333931', true, '04006381333931'],
  ['4006381333932', false, '4006381333932'],
  ['96385074', true, '00000096385074'],
  ['96385075', false, '96385075'],
  ['042100005264', true, '00042100005264'],
  ['0042100005264', true, '00042100005264'],
  ['00042100005264', true, '00042100005264'],
  // A UPC-E has the check digit of the UPC-A that it stands for.
  ['04252614', true, '00042100005264'],
  ['042100005265', false, '042100005265'],
  ['1234567', true, '1234567'],
  ['123456789', true, '123456789'],
  ['12345678901', true, '12345678901'],
  ['123456789012345', true, '123456789012345'],
  ['4006381333932x', true, '4006381333932x'],
  ['A-17', true, 'A-17'],
]
test.each(codes)('%s', (code, is, key) => {
  expect(isBarcode(code)).toBe(is)
  expect(barcodeKey(code)).toBe(key)
})

describe('what keeps a product from being saved', () => {
  const owners = (): Owners => ({
    sku: new Map([
      ['TEA', 'other'],
      ['MILK', 'mine'],
    ]),
    barcode: new Map([['00042100005264', 'other']]),
  })
  const faultOf = (variants: Variant[]) =>
    productFault(
      { productId: 'mine', name: 'Milk', category: '', favourite: false, demo: false, note: '', variants },
      owners(),
      new Set(['standard']),
    )
  const faults: Array<[what: string, variants: Variant[], code: string, detail: Record<string, string>]> = [
    ['the SKU of another', [variantOf('MILK'), variantOf('TEA')], 'sku-taken', { sku: 'TEA', productId: 'other' }],
    ['a SKU twice', [variantOf('A'), variantOf('A')], 'sku-taken', { sku: 'A', productId: 'mine' }],
    [
      "another's barcode in other digits",
      [variantOf('A', { barcodes: ['0042100005264'] })],
      'barcode-taken',
      { barcode: '0042100005264', productId: 'other' },
    ],
    [
      'a barcode on two forms',
      [variantOf('A', { barcodes: ['x'] }), variantOf('B', { barcodes: ['x'] })],
      'barcode-taken',
      { barcode: 'x', productId: 'mine' },
    ],
    [
      'a wrong check digit',
      [variantOf('A', { barcodes: ['x', '4006381333932'] })],
      'barcode-invalid',
      { barcode: '4006381333932' },
    ],
    ['a tax that is not there', [variantOf('A', { taxCode: 'none' })], 'tax-unknown', { taxCode: 'none' }],
  ]
  test.each(faults)('%s', (_what, variants, code, detail) => {
    expect(faultOf(variants)).toEqual({ ok: false, code, detail })
  })

  test('nothing, where all codes are its own', () => {
    expect(faultOf([variantOf('MILK', { barcodes: ['x'] }), variantOf('NEW')])).toBeUndefined()
  })

  test('codes that a product gives up are free for the next, and its new ones are not', () => {
    const known = owners()
    const before = { productId: 'other', variants: [variantOf('TEA', { barcodes: ['042100005264'] })] }
    moveOwners(known, before, { productId: 'other', variants: [variantOf('TEA', { barcodes: ['new'] })] })
    expect(known.sku.get('TEA')).toBe('other')
    expect([...known.barcode]).toEqual([['new', 'other']])
  })
})
