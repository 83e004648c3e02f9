import { describe, expect, test } from 'vitest'
import type { Tax, TaxMode, TaxRounding } from './basket.ts'
import { ratesAreValid, sumTaxes, taxLines } from './tax.ts'

const tax = (...parts: [ratePpm: number, compound?: boolean][]): Tax => ({
  code: 'tax',
  name: 'Tax',
  parts: parts.map(([ratePpm, compound = false], i) => ({
    code: `part-${i + 1}`,
    name: `Part ${i + 1}`,
    ratePpm,
    compound,
  })),
})

describe('the taxes of lines', () => {
  test.each<[string, Tax, TaxMode, TaxRounding, number[], string[]]>([
    ['one part on top', tax([200_000]), 'excluded', 'line', [999], ['999 + 200']],
    ['one part inside', tax([200_000]), 'included', 'line', [999], ['832 + 167']],
    ['a half goes away from zero', tax([100_000]), 'excluded', 'line', [5, -5], ['5 + 1', '-5 + -1']],
    ['parts are rounded one by one', tax([50_000], [50_000]), 'excluded', 'line', [10], ['10 + 1/1']],
    ['parts inside share one net', tax([70_000], [100_000]), 'included', 'line', [11_700], ['10000 + 700/1000']],
    ['the first part has nothing to compound', tax([50_000, true]), 'excluded', 'line', [1_000], ['1000 + 50']],
    [
      'a compound part takes all parts before it',
      tax([60_000], [60_000, true], [30_000, true]),
      'excluded',
      'line',
      [1_000_000],
      ['1000000 + 60000/63600/33708'],
    ],
    [
      'a plain part after a compound one takes the net',
      tax([60_000], [60_000, true], [30_000]),
      'excluded',
      'line',
      [1_000_000],
      ['1000000 + 60000/63600/30000'],
    ],
    [
      'compound parts inside come off in one',
      tax([50_000], [85_000, true]),
      'included',
      'line',
      [10_000],
      ['8778 + 439/783'],
    ],
    ['no parts, no tax', tax(), 'included', 'line', [1_000], ['1000 + ']],
    ['by line', tax([100_000]), 'excluded', 'line', [4, 4, 4], ['4 + 0', '4 + 0', '4 + 0']],
    ['by document', tax([100_000]), 'excluded', 'document', [4, 4, 4], ['4 + 1', '4 + 0', '4 + 0']],
    [
      'by document, to the heaviest share',
      tax([100_000]),
      'excluded',
      'document',
      [1, 1, 13],
      ['1 + 0', '1 + 0', '13 + 2'],
    ],
    [
      'by document, parts apart',
      tax([100_000], [50_000]),
      'excluded',
      'document',
      [4, 4, 4],
      ['4 + 1/1', '4 + 0/0', '4 + 0/0'],
    ],
    ['by document, goods back', tax([100_000]), 'excluded', 'document', [14, -9], ['14 + 1', '-9 + 0']],
    ['by document, more goods back', tax([100_000]), 'excluded', 'document', [-14, 9], ['-14 + -1', '9 + 0']],
  ])('%s', (_, of, mode, rounding, amounts, expected) => {
    const taxed = taxLines(
      amounts.map(amountMinor => ({ amountMinor, tax: of })),
      mode,
      rounding,
    )
    expect(taxed.map(each => `${each.netMinor} + ${each.partsMinor.join('/')}`)).toEqual(expected)
  })
})

test('rates are integers from 0 to 1000 %', () => {
  for (const ratePpm of [0, 1, 200_000, 10_000_000]) expect(ratesAreValid(tax([0], [ratePpm]))).toBe(true)
  for (const ratePpm of [-1, -0, 0.5, 10_000_001, Number.NaN, 1e308, 2 ** 53, Number.POSITIVE_INFINITY]) {
    expect(ratesAreValid(tax([0], [ratePpm]))).toBe(false)
  }
})

test('rows are one for each part at a rate, however many there are', () => {
  const taxes = Array.from({ length: 30 }, (_, i) => ({ ...tax([i * 1_000], [50_000]), code: `tax-${i % 15}` }))
  const lines = taxes.map(of => ({ tax: of, netMinor: 100, taxMinor: 3, partsMinor: [1, 2] }))
  const rows = sumTaxes([...lines, ...lines])
  expect(rows).toHaveLength(30 + 15)
  expect(rows.reduce((sum, row) => sum + row.taxMinor, 0)).toBe(60 * 3)
  expect(rows.find(row => row.taxCode === 'tax-3' && row.partCode === 'part-2')).toMatchObject({
    netMinor: 400,
    taxMinor: 8,
  })
})

test('a tax with the same part twice counts its net once', () => {
  const twice: Tax = {
    ...tax([100_000], [100_000]),
    parts: tax([100_000], [100_000]).parts.map(part => ({ ...part, code: 'p' })),
  }
  expect(sumTaxes([{ tax: twice, netMinor: 100, taxMinor: 20, partsMinor: [10, 10] }])).toEqual([
    { taxCode: 'tax', partCode: 'p', name: 'Part 1', ratePpm: 100_000, netMinor: 100, taxMinor: 20 },
  ])
})
