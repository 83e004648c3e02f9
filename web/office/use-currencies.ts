import { commonest, currencyOfAudience } from './currencies.ts'
import { usePlace } from './place.tsx'
import type { CurrencyOf } from './product-form.ts'

/**
 * What amounts of the catalogue are shown in. A base price is a number of minor units that each store takes for its own currency;
 * where all are looked at, it is shown in the one that most have.
 */
export const useCurrencies = (): { base: string; isMixed: boolean; currencyOf: CurrencyOf } => {
  const { stores, store } = usePlace()
  const looked = store === null ? stores : stores.filter(each => each.handle === store)
  const currencies = looked.map(each => each.profile.currency)
  const base = commonest(currencies) ?? 'EUR'
  return { base, isMixed: new Set(currencies).size > 1, currencyOf: currencyOfAudience(stores, base) }
}
