import { allocate } from '../../src/domain/allocate.ts'
import { applyCoupons, type Coupon } from '../../src/domain/coupon.ts'
import { fraction } from '../../src/domain/fraction.ts'
import {
  type BuyGetOffer,
  buyGetOff,
  offerOff,
  type PromotedLine,
  priceOffers,
  type SaleOffer,
  shareOffEach,
} from '../../src/domain/promotion.ts'
import { mulDivRound } from '../../src/domain/rounding.ts'
import {
  type CaseRow,
  centsOf,
  type Figure,
  type Figures,
  fractionOfCents,
  type JsonObject,
  listOf,
  objectOf,
  objectsOf,
  ppmOf,
  textOf,
  Unsupported,
  wholeOf,
} from './row.ts'

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const whole = (value: number): Figure => fraction(value)

/** An amount split by weights, to the unit. */
export const split = ({ input }: CaseRow): Figures => {
  const weights = listOf(input.weights, 'weights').map(weight => wholeOf(weight, 'a weight'))
  return { parts: allocate(wholeOf(input.total, 'total'), weights).map(whole) }
}

const offKinds: [RegExp, (found: RegExpExecArray) => SaleOffer['off']][] = [
  [/(\d+(?:\.\d+)?)\s*%/, ([, share = '']) => ({ kind: 'share', sharePpm: ppmOf(share, 'a promotion') })],
  [/-\s*(\d+)|(\d+)\s+off/, ([, minus, off]) => ({ kind: 'amount', amountMinor: Number(minus ?? off) })],
]

/** A promotion out of its sentence, such as `spend>=1000 get 10% off order`; what stands in brackets behind it is a remark. */
const offerOf = (text: string): SaleOffer => {
  const name = text.replace(/\s*\([^)]*\)\s*$/, '')
  const sentence = name.toLowerCase()
  const [, units] = /\bbuy\s*>=\s*(\d+)/.exec(sentence) ?? []
  const [, amount] = /\bspend\s*>=\s*(\d+)/.exec(sentence) ?? []
  const [, onlyPrice] = /\bpriced\s+(\d+)/.exec(sentence) ?? []
  const action = sentence.replace(/\b(?:buy|spend)\s*>=\s*\d+/, '').replace(/\bpriced\s+\d+/, '')
  const scope = /\border\b/.test(action) ? 'sale' : /\bitems?\b/.test(action) ? 'unit' : undefined
  const off = offKinds.flatMap(([pattern, read]) => {
    const found = pattern.exec(action)
    return found ? [read(found)] : []
  })[0]
  if (!scope || !off) throw new Unsupported(`the engine does not know the promotion: ${name}`)
  return {
    name,
    scope,
    off,
    ...(units === undefined ? {} : { condition: { kind: 'line-units' as const, units: Number(units) } }),
    ...(amount === undefined ? {} : { condition: { kind: 'sale-amount' as const, amountMinor: Number(amount) } }),
    ...(onlyPrice === undefined ? {} : { onlyUnitPriceMinor: Number(onlyPrice) }),
  }
}

/** Lines in minor units with one rate each, under promotions on units and on the order. */
export const linesUnderOffers = ({ input }: CaseRow): Figures => {
  const mode = input.prices_include_tax === true ? 'included' : 'excluded'
  const lines = objectsOf(input.lines, 'lines').map(line => ({
    unitPriceMinor: wholeOf(line.list_price, 'list_price'),
    quantity: wholeOf(line.quantity, 'quantity'),
    ratePpm: ppmOf(line.tax_percent ?? 0, 'tax_percent'),
  }))
  const offers =
    input.promotions === undefined
      ? []
      : listOf(input.promotions, 'promotions').map(each => offerOf(textOf(each, 'a promotion')))
  const all = priceOffers(lines, offers, mode)
  const onUnits = priceOffers(
    lines,
    offers.filter(offer => offer.scope === 'unit'),
    mode,
  )
  const totals = ({ netMinor, totalMinor }: typeof all): Record<string, Figure> => ({
    sub_total: whole(netMinor),
    with_tax: whole(totalMinor),
    sub_total_with_tax: whole(totalMinor),
  })
  return {
    ...totals(all),
    total: whole(all.netMinor),
    total_with_tax: whole(all.totalMinor),
    prorated_line: all.lines.map(line => whole(line.netMinor)),
    prorated_line_with_tax: all.lines.map(line => whole(line.totalMinor)),
    applied: all.applied,
    after_item: totals(onUnits),
    after_order: totals(all),
  }
}

const couponOf = (coupon: JsonObject): Coupon => {
  const limit = coupon.limit_units ?? coupon.limit_usage_to_x_items ?? null
  const reach = limit === null ? {} : { mostUnits: wholeOf(limit, 'limit_units') }
  switch (coupon.type) {
    case 'percent':
      return { kind: 'share', sharePpm: ppmOf(coupon.amount, 'the amount of a coupon'), ...reach }
    case 'fixed_per_unit':
    case 'fixed_product':
      return { kind: 'unit-amount', amountMinor: centsOf(coupon.amount, 'the amount of a coupon'), ...reach }
    case 'fixed_cart':
      return { kind: 'sale-amount', amountMinor: centsOf(coupon.amount, 'the amount of a coupon') }
    default:
      throw new Unsupported(`the engine has no coupons of the type ${String(coupon.type)}`)
  }
}

/** Coupons on a cart, one after the other. */
export const cartWithCoupons = ({ input, policy }: CaseRow): Figures => {
  const lines = objectsOf(input.items, 'items').map(item => ({
    unitPriceMinor: centsOf(item.price, 'price'),
    quantity: wholeOf(item.quantity, 'quantity'),
  }))
  const sequential = /(?<!non-)\bsequential/.test(`${policy} ${String(input.stacking ?? '')}`)
  const off = applyCoupons(
    lines,
    objectsOf(input.coupons, 'coupons').map(couponOf),
    sequential ? 'remaining-price' : 'list-price',
  )
  const perItem = lines.map((_, i) => sum(off.map(parts => parts[i] ?? 0)))
  return {
    total_discount: fractionOfCents(sum(perItem)),
    per_item: perItem.map(fractionOfCents),
    per_coupon: off.map(parts => fractionOfCents(sum(parts))),
    total: fractionOfCents(sum(lines.map(line => line.unitPriceMinor * line.quantity)) - sum(perItem)),
  }
}

/** A share off each shelf price, and what it would be on their sum. */
export const shareOffPrices = ({ input }: CaseRow): Figures => {
  const prices = listOf(input.prices, 'prices').map(price => centsOf(price, 'a price'))
  const sharePpm = ppmOf(input.percent, 'percent')
  const off = shareOffEach(prices, sharePpm)
  return {
    discounts: off.map(fractionOfCents),
    discounted: prices.map((price, i) => fractionOfCents(price - (off[i] ?? 0))),
    sum: fractionOfCents(sum(off)),
    discount_if_applied_to_sum: fractionOfCents(mulDivRound(sum(prices), sharePpm, 1_000_000)),
  }
}

const productRule = (promo: JsonObject, side: 'buy' | 'get'): string | undefined =>
  typeof promo[side] === 'string' ? promo[side] : undefined

const buyGetOf = (promo: JsonObject): BuyGetOffer => {
  const [buyProduct, getProduct] = [productRule(promo, 'buy'), productRule(promo, 'get')]
  return {
    buyUnits: wholeOf(promo.buy_min_quantity, 'buy_min_quantity'),
    getUnits: wholeOf(promo.apply_to_quantity, 'apply_to_quantity'),
    ...(buyProduct === undefined ? {} : { buyProduct }),
    ...(getProduct === undefined ? {} : { getProduct }),
  }
}

const lineOfferOff = (promo: JsonObject, lines: readonly PromotedLine[]): number[] => {
  const { type, allocation, value, max_quantity: most } = promo
  if (type !== 'fixed' && type !== 'percentage')
    throw new Unsupported(`the engine has no promotions of the type ${String(type)}`)
  if (allocation !== 'each' && allocation !== 'across')
    throw new Unsupported(`the engine does not allocate ${String(allocation)}`)
  return offerOff(lines, {
    off:
      type === 'fixed'
        ? { kind: 'amount', amountMinor: centsOf(value, 'value') }
        : { kind: 'share', sharePpm: ppmOf(value, 'value') },
    spread: allocation,
    ...(most === undefined || most === null ? {} : { mostUnits: wholeOf(most, 'max_quantity') }),
  })
}

/** Promotions on the items of a cart: buy-and-get first, the others on what those left. */
export const itemsWithPromotions = ({ input }: CaseRow): Figures => {
  const items = objectsOf(input.items, 'items')
  const ids = items.map(item => String(item.id))
  const lines = items.map(
    (item): PromotedLine => ({
      product: String(item.product ?? item.id),
      quantity: wholeOf(item.quantity, 'quantity'),
      totalMinor: centsOf(item.subtotal, 'subtotal'),
    }),
  )
  const several = input.promos !== undefined
  const promos = several ? objectsOf(input.promos, 'promos') : [objectOf(input.promo, 'promo')]
  const isBuyGet = (promo: JsonObject): boolean => promo.buy_min_quantity !== undefined
  const given = buyGetOff(lines, promos.filter(isBuyGet).map(buyGetOf))
  const left = lines.map((line, i) => ({
    ...line,
    totalMinor: line.totalMinor - sum(given.map(parts => parts[i] ?? 0)),
  }))
  const perPromo = promos.map(promo => {
    if (isBuyGet(promo)) return given.shift() ?? []
    const off = lineOfferOff(promo, left)
    off.forEach((part, i) => {
      left[i]!.totalMinor -= part
    })
    return off
  })
  const perItem = lines.map((_, i) => sum(perPromo.map(parts => parts[i] ?? 0)))
  const named = (names: readonly string[], amounts: readonly number[]): Record<string, Figure> =>
    Object.fromEntries(names.flatMap((name, i) => (amounts[i] ? [[name, fractionOfCents(amounts[i])]] : [])))
  return {
    adjustments: several
      ? named(
          promos.map(promo => String(promo.code)),
          perPromo.map(sum),
        )
      : named(ids, perItem),
    total_discount: fractionOfCents(sum(perItem)),
  }
}
