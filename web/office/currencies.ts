import type { CurrencyOf } from './product-form.ts'

type Priced = { handle: string; groups: readonly string[]; profile: { currency: string } }

/** The currency that most have; of equals the first. */
export const commonest = (currencies: readonly string[]): string | undefined => {
  const counted = [...Map.groupBy(currencies, currency => currency)]
  const most = Math.max(0, ...counted.map(([, of]) => of.length))
  return counted.find(([, of]) => of.length === most)?.[0]
}

/** The currency of a store's prices, or of a group's: that of most of its stores. */
export const currencyOfAudience = (stores: readonly Priced[], base: string): CurrencyOf => {
  return audience => {
    const meant = stores.filter(store => store.handle === audience || store.groups.includes(audience))
    return commonest(meant.map(store => store.profile.currency)) ?? base
  }
}
