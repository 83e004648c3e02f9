import { allocate } from './allocate.ts'
import type { TaxMode } from './basket.ts'
import { mulDivRound } from './rounding.ts'

const million = 1_000_000

/** A line with its total and whole units; `product` is what rules name. */
export type PromotedLine = { product: string; quantity: number; totalMinor: number }

/**
 * An amount or a share off. `each`: off each unit of a line, at most its price, for at most `mostUnits` units of a line.
 * `across`: an amount off all lines together, split by their value; a share is the same either way.
 */
export type LineOffer = {
  off: { kind: 'amount'; amountMinor: number } | { kind: 'share'; sharePpm: number }
  spread: 'each' | 'across'
  mostUnits?: number
}

/** What an offer takes off each line, never more than the line. */
export const offerOff = (lines: readonly PromotedLine[], offer: LineOffer): number[] => {
  const { off, spread, mostUnits } = offer
  if (spread === 'across' && off.kind === 'amount') {
    const weights = lines.map(line => line.totalMinor)
    const most = weights.reduce((sum, weight) => sum + weight, 0)
    return allocate(Math.min(off.amountMinor, most), weights)
  }
  return lines.map(({ totalMinor, quantity }) => {
    const units = Math.min(quantity, mostUnits ?? quantity)
    const reachedMinor = mulDivRound(totalMinor, units, quantity)
    const part = off.kind === 'share' ? mulDivRound(reachedMinor, off.sharePpm, million) : off.amountMinor * units
    return Math.min(part, reachedMinor)
  })
}

/** Buy so many of one product, get so many of another (or the same) for nothing, once in a sale. Without a product: of any. */
export type BuyGetOffer = { buyProduct?: string; buyUnits: number; getProduct?: string; getUnits: number }

/**
 * What buy-and-get offers take off each line: `result[offer][line]`. The dearest units count as bought. A unit that was bought
 * or given for one offer is used up for the next. An offer whose units are not all there takes nothing and uses nothing.
 */
export const buyGetOff = (lines: readonly PromotedLine[], offers: readonly BuyGetOffer[]): number[][] => {
  const free = lines.map(line => line.quantity)
  const dearest = [...lines.keys()].sort((a, b) => {
    const [line, other] = [lines[a]!, lines[b]!]
    return other.totalMinor * line.quantity - line.totalMinor * other.quantity || a - b
  })
  const pick = (product: string | undefined, wanted: number, from: number[]): number[] | undefined => {
    const picked = lines.map(() => 0)
    let left = wanted
    for (const i of dearest) {
      if (product !== undefined && lines[i]!.product !== product) continue
      picked[i] = Math.min(left, from[i]!)
      left -= picked[i]
    }
    return left === 0 ? picked : undefined
  }
  return offers.map(offer => {
    const bought = pick(offer.buyProduct, offer.buyUnits, free)
    const rest = bought && free.map((units, i) => units - bought[i]!)
    const given = rest && pick(offer.getProduct, offer.getUnits, rest)
    if (!rest || !given) return lines.map(() => 0)
    for (const [i, units] of given.entries()) free[i] = rest[i]! - units
    return lines.map((line, i) => mulDivRound(line.totalMinor, given[i]!, line.quantity))
  })
}

/** An offer on single units, or on the sale, that holds as long as its condition does. */
export type SaleOffer = {
  name: string
  /** A line with so many units, or a sale of so much (in the shop's prices). */
  condition?: { kind: 'line-units'; units: number } | { kind: 'sale-amount'; amountMinor: number }
  /** Only units at this list price. */
  onlyUnitPriceMinor?: number
  scope: 'unit' | 'sale'
  off: { kind: 'amount'; amountMinor: number } | { kind: 'share'; sharePpm: number }
}

export type OfferLine = { unitPriceMinor: number; quantity: number; ratePpm: number }
export type OfferTotals = {
  netMinor: number
  totalMinor: number
  lines: { netMinor: number; totalMinor: number }[]
  /** The offers that took something off, in their order. */
  applied: string[]
}

/** Prices a unit after the offers on it: each reckons from the list price and is rounded at the unit, half a cent up. */
const offeredUnit = (line: OfferLine, offers: readonly SaleOffer[], applied: Set<string>): number => {
  let leftMinor = line.unitPriceMinor
  for (const { name, off, onlyUnitPriceMinor } of offers) {
    if (onlyUnitPriceMinor !== undefined && onlyUnitPriceMinor !== line.unitPriceMinor) continue
    const keptMinor =
      off.kind === 'share'
        ? mulDivRound(line.unitPriceMinor, million - off.sharePpm, million)
        : line.unitPriceMinor - off.amountMinor
    const before = leftMinor
    leftMinor = Math.max(0, leftMinor - (line.unitPriceMinor - keptMinor))
    if (leftMinor < before) applied.add(name)
  }
  return leftMinor
}

/**
 * Prices lines under offers: first those on units, then those on the sale in their order. A condition is looked at again
 * before each offer, so one that takes the sale below the threshold of the next switches that off. An offer on the sale is
 * shared by the lines by their price with tax. Each line is taxed once, at the end.
 */
export const priceOffers = (lines: readonly OfferLine[], offers: readonly SaleOffer[], mode: TaxMode): OfferTotals => {
  const applied = new Set<string>()
  const met = ({ condition }: SaleOffer, amounts: readonly number[]): boolean => {
    if (!condition) return true
    if (condition.kind === 'line-units') return lines.some(line => line.quantity >= condition.units)
    return amounts.reduce((sum, amount) => sum + amount, 0) >= condition.amountMinor
  }
  const listed = lines.map(line => line.unitPriceMinor * line.quantity)
  const onUnits = offers.filter(offer => offer.scope === 'unit' && met(offer, listed))
  const amounts = lines.map(line => offeredUnit(line, onUnits, applied) * line.quantity)
  const taxed = (amountMinor: number, ratePpm: number): { netMinor: number; totalMinor: number } =>
    mode === 'included'
      ? { netMinor: mulDivRound(amountMinor, million, million + ratePpm), totalMinor: amountMinor }
      : { netMinor: amountMinor, totalMinor: mulDivRound(amountMinor, million + ratePpm, million) }
  for (const offer of offers) {
    if (offer.scope !== 'sale' || !met(offer, amounts)) continue
    const saleMinor = amounts.reduce((sum, amount) => sum + amount, 0)
    const wanted =
      offer.off.kind === 'share' ? mulDivRound(saleMinor, offer.off.sharePpm, million) : offer.off.amountMinor
    const weights = amounts.map((amount, i) => taxed(amount, lines[i]!.ratePpm).totalMinor)
    const parts = allocate(Math.min(wanted, saleMinor), weights)
    parts.forEach((part, i) => {
      amounts[i]! -= part
    })
    if (parts.some(part => part > 0)) applied.add(offer.name)
  }
  const priced = amounts.map((amount, i) => taxed(amount, lines[i]!.ratePpm))
  return {
    netMinor: priced.reduce((sum, line) => sum + line.netMinor, 0),
    totalMinor: priced.reduce((sum, line) => sum + line.totalMinor, 0),
    lines: priced,
    applied: offers.filter(offer => applied.has(offer.name)).map(offer => offer.name),
  }
}

/** A share off each price, rounded at the unit, half a cent up: what a sign at the shelf says. */
export const shareOffEach = (pricesMinor: readonly number[], sharePpm: number): number[] =>
  pricesMinor.map(price => mulDivRound(price, sharePpm, million))
