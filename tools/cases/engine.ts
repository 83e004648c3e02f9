import { type Difference, differences, unknownFigures } from './compare.ts'
import { adjustment, basketTakes, confirmation, paidOrders, reservation, stockEvent } from './inventory-cases.ts'
import { cartWithCoupons, itemsWithPromotions, linesUnderOffers, shareOffPrices, split } from './promotion-cases.ts'
import { type CaseRow, type Figures, type JsonObject, Unsupported } from './row.ts'
import { dayOfOrders, paidInCash, saleAndReturn } from './sale-cases.ts'
import {
  cartOfRates,
  documentOfLines,
  lineAndUnit,
  priceForOtherTaxes,
  priceWithTaxes,
  ratesOnAmount,
  taxOfAmount,
} from './tax-cases.ts'

/** What part of the engine a row is for, by the shape of its input; the first that fits. */
const parts: [when: (input: JsonObject) => boolean, run: (row: CaseRow) => Figures][] = [
  [has('weights', 'total'), split],
  [has('items', 'coupons'), cartWithCoupons],
  [input => has('items')(input) && (has('promo')(input) || has('promos')(input)), itemsWithPromotions],
  [has('prices', 'percent'), shareOffPrices],
  [has('orders'), dayOfOrders],
  [has('price_unit', 'taxes'), priceWithTaxes],
  [
    input => has('price_unit')(input) && Object.keys(input).some(key => key.startsWith('target_tax')),
    priceForOtherTaxes,
  ],
  [has('unit_net'), lineAndUnit],
  [has('amount', 'rates'), ratesOnAmount],
  [has('amount', 'rate'), taxOfAmount],
  [has('lines', 'rates'), cartOfRates],
  [has('lines', 'tenders'), paidInCash],
  [input => firstLine(input, Array.isArray), saleAndReturn],
  [
    input => firstLine(input, line => typeof line === 'object' && line !== null && 'list_price' in line),
    linesUnderOffers,
  ],
  [has('lines'), documentOfLines],
  [has('variants'), paidOrders],
  [has('reserve'), reservation],
  [has('adjust'), adjustment],
  [has('need'), confirmation],
  [has('want'), basketTakes],
  [has('on_hand', 'event'), stockEvent],
]

function has(...keys: string[]): (input: JsonObject) => boolean {
  return input => keys.every(key => input[key] !== undefined)
}

const firstLine = ({ lines }: JsonObject, test: (line: unknown) => boolean): boolean =>
  Array.isArray(lines) && lines.length > 0 && test(lines[0])

export type Verdict =
  | { row: CaseRow; kind: 'ok' }
  | { row: CaseRow; kind: 'wrong'; differences: Difference[] }
  | { row: CaseRow; kind: 'unsupported'; reason: string }

/** Runs one row through the engine and holds its figures against those expected. */
export const judge = (row: CaseRow): Verdict => {
  const [, run] = parts.find(([when]) => when(row.input)) ?? []
  if (!run)
    return { row, kind: 'unsupported', reason: `no part of the engine takes ${Object.keys(row.input).join(', ')}` }
  try {
    const got = run(row)
    const wrong = differences(row.expected, got)
    const unknown = got.error === undefined ? unknownFigures(row.expected, got) : []
    const known = wrong.filter(({ at }) => !unknown.some(key => at === key || at.startsWith(`${key}.`)))
    if (known.length > 0) return { row, kind: 'wrong', differences: known }
    if (unknown.length > 0) {
      return { row, kind: 'unsupported', reason: `the engine has no figure called ${unknown.join(', ')}` }
    }
    return { row, kind: 'ok' }
  } catch (error) {
    if (error instanceof Unsupported) return { row, kind: 'unsupported', reason: error.message }
    if (error instanceof RangeError)
      return { row, kind: 'unsupported', reason: `out of the engine's range: ${error.message}` }
    throw error
  }
}
