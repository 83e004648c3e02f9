import { gtinCheckDigit } from '../../domain/barcode.ts'
import { type Category, categories, type Row } from './assortment.ts'

export type DemoProduct = {
  sku: string
  name: string
  category: string
  barcode: string
  /** What a customer pays for one unit, tax included. */
  priceMinor: number
  costMinor: number
  taxCode: 'standard' | 'reduced'
  /** A piece, or a kilogram from the scale. */
  unit: 'each' | 'kg'
  openingMicro: number
  reorderPointMicro: number
  targetLevelMicro: number
  supplier: string
  favourite: boolean
  /** How often it is sold compared to the others, 1 to 10. */
  popularity: number
}

export const demoCurrency = 'EUR'

/** Value added tax as in Germany: reduced on most food and print, standard on the rest, drinks included. */
export const demoTaxes = [
  { code: 'standard', name: 'VAT', ratePpm: 190_000 },
  { code: 'reduced', name: 'VAT', ratePpm: 70_000 },
] as const

/** GS1 keeps prefix 952 for demonstrations and examples, so that no real product has such a number. */
const demoBarcode = (number: number): string => {
  const body = `9521234${String(number).padStart(5, '0')}`
  return `${body}${gtinCheckDigit(body)}`
}

const product = (category: Category, row: Row, index: number, number: number): DemoProduct => {
  const [name, priceMinor, popularity, marks = ''] = row
  const targetUnits = 10 + popularity * 8
  const reorderUnits = 2 + popularity * 2
  const openingUnits = marks.includes('!') ? reorderUnits - 1 : targetUnits - ((number * 7) % (3 * popularity))
  const otherTax = category.tax === 'standard' ? 'reduced' : 'standard'
  return {
    sku: `${category.code}-${String(index + 1).padStart(3, '0')}`,
    name,
    category: category.name,
    barcode: demoBarcode(number),
    priceMinor,
    costMinor: Math.round((priceMinor * category.costPpm) / 1_000_000),
    taxCode: marks.includes(otherTax.charAt(0)) ? otherTax : category.tax,
    unit: marks.includes('k') ? 'kg' : 'each',
    openingMicro: openingUnits * 1_000_000,
    reorderPointMicro: reorderUnits * 1_000_000,
    targetLevelMicro: targetUnits * 1_000_000,
    supplier: category.supplier,
    favourite: marks.includes('*'),
    popularity,
  }
}

/** What the demonstration shop sells: the same on every machine. */
export const demoProducts: readonly DemoProduct[] = categories.flatMap((category, categoryIndex) =>
  category.rows.map((row, index) => product(category, row, index, (categoryIndex + 1) * 100 + index)),
)

export const demoCategories: readonly string[] = categories.map(category => category.name)
