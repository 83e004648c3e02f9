import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PricedBasket, PricedLine, Tax } from './basket.ts'
import { buildReceipt, quantityText, type ReceiptInput, rateText, renderText } from './receipt.ts'
import { columnsOf } from './text.ts'

const reduced: Tax = {
  code: 'reduced',
  name: 'VAT',
  parts: [{ code: 'vat', name: 'VAT', ratePpm: 70_000, compound: false }],
}

const line = (
  name: string,
  quantityMicro: number,
  unitPriceMinor: number,
  grossMinor: number,
  discountMinor = 0,
): PricedLine => ({
  sku: name,
  name,
  quantityMicro,
  unitPriceMinor,
  priceSource: 'list',
  discountMinor,
  tax: reduced,
  grossMinor,
  saleDiscountMinor: 0,
  netMinor: grossMinor,
  taxMinor: 0,
  totalMinor: grossMinor,
})

const priced = (lines: PricedLine[], rest: Partial<PricedBasket> = {}): PricedBasket => {
  const subtotalMinor = lines.reduce((sum, each) => sum + each.grossMinor, 0)
  const discountMinor = lines.reduce((sum, each) => sum + Math.sign(each.grossMinor) * each.discountMinor, 0)
  const totalMinor = subtotalMinor - discountMinor
  return {
    currency: 'EUR',
    taxMode: 'included',
    lines,
    subtotalMinor,
    discountMinor,
    netMinor: totalMinor,
    taxMinor: 0,
    totalMinor,
    taxes: [],
    ...rest,
  }
}

const sale: ReceiptInput = {
  receiptNumber: 'T1-000042',
  till: 'Till 1',
  cashierName: 'Ada',
  completedAtText: '2026-11-24 10:32',
  shop: { name: 'Corner Shop', address: ['Main Street 1', '10115 Berlin'], taxNumber: 'DE123456789' },
  priced: priced([line('Whole milk 1 l', 1_000_000, 119, 119), line('Apples Elstar', 432_000, 299, 129, 10)], {
    netMinor: 222,
    taxMinor: 16,
    taxes: [{ taxCode: 'reduced', partCode: 'vat', name: 'VAT', ratePpm: 70_000, netMinor: 222, taxMinor: 16 }],
  }),
  tenders: [{ kind: 'cash', amountMinor: 500 }],
  changeMinor: 262,
  roundingMinor: 0,
  dueMinor: 238,
  footer: ['Thank you'],
  copy: false,
}

test('a receipt as it is printed on 58 mm paper', () => {
  expect(renderText(buildReceipt(sale), 32)).toEqual([
    '          Corner Shop',
    '         Main Street 1',
    '          10115 Berlin',
    '     Tax number DE123456789',
    '',
    'Receipt                T1-000042',
    'Date            2026-11-24 10:32',
    'Till                      Till 1',
    'Cashier                      Ada',
    '--------------------------------',
    'Whole milk 1 l              1.19',
    'Apples Elstar',
    '  0.432 x 2.99              1.29',
    '  Discount                 -0.10',
    '--------------------------------',
    'Total                   EUR 2.38',
    'Cash                        5.00',
    'Change                      2.62',
    '--------------------------------',
    'Tax                 Net   Amount',
    'VAT 7 %            2.22     0.16',
    '',
    '           Thank you',
  ])
})

test('a copy says so and is otherwise the same', () => {
  const original = renderText(buildReceipt(sale), 42)
  const copy = renderText(buildReceipt({ ...sale, copy: true }), 42)
  expect(copy[0]?.trim()).toBe('*** COPY ***')
  expect(copy.slice(1)).toEqual(original)
})

test('sale discount, tax on top and cash rounding each have their row', () => {
  const lines = [line('Gift', 2_000_000, 1_003, 2_006, 6)]
  const receipt = buildReceipt({
    ...sale,
    priced: priced(lines, {
      currency: 'CHF',
      taxMode: 'excluded',
      discountMinor: 206,
      netMinor: 1_800,
      taxMinor: 146,
      totalMinor: 1_946,
    }),
    roundingMinor: -1,
    dueMinor: 1_945,
  })
  expect(receipt.totals).toEqual([
    { label: 'Subtotal', text: '20.00' },
    { label: 'Discount', text: '-2.00' },
    { label: 'Net', text: '18.00' },
    { label: 'Tax', text: '1.46' },
    { label: 'Total', text: '19.46' },
    { label: 'Rounding', text: '-0.01' },
    { label: 'Due', text: '19.45' },
  ])
  expect(renderText(receipt, 32)).toContain('Due                    CHF 19.45')
})

test('goods and money that come back are negative, and a discount then lessens what goes back', () => {
  const receipt = buildReceipt({
    ...sale,
    priced: priced([line('Kettle', -1_000_000, 2_000, -2_000, 500)]),
    tenders: [{ kind: 'card', amountMinor: -1_500 }],
    changeMinor: 0,
    dueMinor: -1_500,
  })
  expect(receipt.lines[0]).toMatchObject({ quantityText: '-1', totalText: '-20.00', discounts: [{ text: '5.00' }] })
  expect(receipt.totals).toEqual([{ label: 'Total', text: '-15.00' }])
  expect(receipt.tenders).toEqual([{ label: 'Card refund', text: '-15.00' }])
  expect(receipt.change).toBeNull()
})

test('a tender reference is shown unless it is a card number', () => {
  const references = ['**** 1111', '4111 1111 1111 1111']
  const receipt = buildReceipt({
    ...sale,
    tenders: references.map(reference => ({ kind: 'card', amountMinor: 100, reference })),
  })
  expect(receipt.tenders.map(tender => tender.label)).toEqual(['Card **** 1111', 'Card'])
})

test('control and invisible characters are printed inert', () => {
  const receipt = buildReceipt({
    ...sale,
    cashierName: 'Eve\u001b@',
    priced: priced([line('Tea\u0000 \u202eeerf', 1_000_000, 100, 100)]),
    footer: ['a\nb'],
  })
  const text = renderText(receipt, 32).join('\n')
  expect(text).toContain('Eve␛@')
  expect(text).toContain('Tea␀ \ufffdeerf')
  expect(text).toContain('a␊b')
})

test.each([
  [1_000_000, '1'],
  [432_000, '0.432'],
  [-2_500_000, '-2.5'],
  [1, '0.000001'],
  [0, '0'],
  [12_000_000, '12'],
])('%i millionths are written %s', (micro, expected) => expect(quantityText(micro)).toBe(expected))

test.each([
  [88_750, '8.875 %'],
  [190_000, '19 %'],
  [0, '0 %'],
])('%i ppm are written %s', (ppm, expected) => expect(rateText(ppm)).toBe(expected))

describe('whatever stands on it', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 90 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc
      .array(fc.constantFrom('牛乳', '🥖', 'Brötchen', 'حليب', 'a', 'e\u0301', ' ', '0123456789'), { maxLength: 25 })
      .map(parts => parts.join('')),
  )
  const amount = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 })
  const input = fc
    .record({
      names: fc.array(anyText, { maxLength: 5 }),
      texts: fc.array(anyText, { minLength: 7, maxLength: 7 }),
      footer: fc.array(anyText, { maxLength: 3 }),
      amount,
      discountMinor: fc.nat(),
      copy: fc.boolean(),
    })
    .map(({ names, texts, footer, amount: minor, discountMinor, copy }): ReceiptInput => {
      const [shop = '', street = '', taxNumber = '', number = '', till = '', cashier = '', tax = ''] = texts
      return {
        ...sale,
        receiptNumber: number,
        till,
        cashierName: cashier,
        shop: { name: shop, address: [street], taxNumber },
        priced: priced(
          names.map(name => line(name, minor, minor, minor, discountMinor)),
          {
            subtotalMinor: minor,
            discountMinor: 1,
            totalMinor: minor,
            taxes: [{ taxCode: 't', partCode: 't', name: tax, ratePpm: 88_750, netMinor: minor, taxMinor: minor }],
          },
        ),
        tenders: [{ kind: 'card', amountMinor: minor, reference: cashier }],
        changeMinor: minor,
        footer,
        copy,
      }
    })

  test('no row passes the columns, no row acts on the printer, and nothing is lost', () => {
    const visible = (text: string): string => text.replace(/[\s-]/gu, '')
    fc.assert(
      fc.property(input, fc.constantFrom(32 as const, 42 as const, 48 as const), (given, columns) => {
        const receipt = buildReceipt(given)
        const rows = renderText(receipt, columns)
        for (const row of rows) {
          expect(columnsOf(row)).toBeLessThanOrEqual(columns)
          expect(row).not.toMatch(/[\p{Cc}\p{Cs}\u200b\u202a-\u202e\u2066-\u2069]/u)
        }
        const printed = visible(rows.join(''))
        for (const part of [...receipt.header, ...receipt.footer, ...receipt.lines.map(each => each.name)]) {
          expect(printed).toContain(visible(part))
        }
        for (const { text } of [...receipt.totals, ...receipt.meta]) expect(printed).toContain(visible(text))
      }),
    )
  })
})
