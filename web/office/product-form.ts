import type { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import type { InputOf, ResponseOf } from '../../src/contracts/route.ts'
import { decimalFromMinor, minorFromDecimal } from '../../src/domain/money.ts'

export type WholeProduct = ResponseOf<typeof catalogueRoutes.getProduct>
type Variant = WholeProduct['variants'][number]
type AudiencePrice = WholeProduct['prices'][number]
export type PriceChange = Omit<InputOf<typeof catalogueRoutes.changePrice>, 'id'>

/** A price of one store or group, as it is typed. */
export type TypedPrice = { key: number; audience: string; price: string }
/** A variant as it is typed. */
export type Typed = {
  key: number
  sku: string
  form: string
  barcodes: string
  unit: Variant['unit']
  price: string
  cost: string
  taxCode: string
  prices: TypedPrice[]
}
/** Which currency the prices of a store or group are in. */
export type CurrencyOf = (audience: string) => string

export const emptyVariant = (key: number, taxCode: string): Typed => ({
  key,
  sku: '',
  form: '',
  barcodes: '',
  unit: 'each',
  price: '',
  cost: '',
  taxCode,
  prices: [],
})

export const typedOf = (product: WholeProduct, currency: string, currencyOf: CurrencyOf): Typed[] =>
  product.variants.map((variant, key) => ({
    key,
    sku: variant.sku,
    form: variant.form,
    barcodes: variant.barcodes.join(' '),
    unit: variant.unit,
    price: decimalFromMinor(variant.priceMinor, currency),
    cost: variant.costMinor === null ? '' : decimalFromMinor(variant.costMinor, currency),
    taxCode: variant.taxCode,
    prices: product.prices
      .filter(({ sku }) => sku === variant.sku)
      .map(({ audience, priceMinor }, number) => ({
        key: number,
        audience,
        price: decimalFromMinor(priceMinor, currencyOf(audience)),
      })),
  }))

/** A typed amount in minor units, with a point or a comma; null where it is none. */
export const amountOf = (text: string, currency: string): number | null => {
  const amount = minorFromDecimal(text.trim().replace(',', '.'), currency)
  return amount.ok && amount.minor >= 0 ? amount.minor : null
}

/** The first typed amount that is none in its currency, by that currency. */
export const wrongAmount = (variants: readonly Typed[], currency: string, currencyOf: CurrencyOf): string | null => {
  for (const { price, cost, prices } of variants) {
    if (amountOf(price, currency) === null) return currency
    if (cost !== '' && amountOf(cost, currency) === null) return currency
    const wrong = prices.find(each => amountOf(each.price, currencyOf(each.audience)) === null)
    if (wrong) return currencyOf(wrong.audience)
  }
  return null
}

export const variantOf = (typed: Typed, currency: string): Variant => ({
  sku: typed.sku.trim(),
  form: typed.form.trim(),
  barcodes: typed.barcodes.split(/\s+/).filter(barcode => barcode !== ''),
  unit: typed.unit,
  priceMinor: amountOf(typed.price, currency) ?? 0,
  costMinor: typed.cost === '' ? null : amountOf(typed.cost, currency),
  taxCode: typed.taxCode,
})

/** What has to be said so that stores and groups have the typed prices: what was taken out is null, what is the same is left. */
export const priceChanges = (
  before: readonly AudiencePrice[],
  variants: readonly Typed[],
  currencyOf: CurrencyOf,
): PriceChange[] =>
  variants.flatMap(variant => {
    const sku = variant.sku.trim()
    const known = before.filter(each => each.sku === sku)
    const gone = known
      .filter(({ audience }) => !variant.prices.some(each => each.audience === audience))
      .map(({ audience }) => ({ sku, audience, priceMinor: null }))
    const said = variant.prices.flatMap(({ audience, price }) => {
      const priceMinor = amountOf(price, currencyOf(audience))
      const isSame = known.some(each => each.audience === audience && each.priceMinor === priceMinor)
      return audience === '' || priceMinor === null || isSame ? [] : [{ sku, audience, priceMinor }]
    })
    return [...gone, ...said]
  })
