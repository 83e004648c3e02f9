import type { StoreProfile } from '../../src/contracts/catalogue.ts'

type Asked = Pick<StoreProfile, 'name' | 'currency' | 'timeZone'>

/**
 * How a new store begins: it prices, rounds and prints like one that is there (the first with its currency, else the first),
 * and says nothing of that one's address and tax number. What differs is set afterwards, before the first sale.
 */
export const newStoreProfile = (asked: Asked, others: readonly StoreProfile[], locale: string): StoreProfile => {
  const like = others.find(({ currency }) => currency === asked.currency) ?? others[0]
  const own = {
    name: asked.name.trim(),
    address: [],
    taxNumber: '',
    currency: asked.currency,
    timeZone: asked.timeZone,
  }
  if (!like) {
    return { ...own, taxMode: 'included', taxRounding: 'line', cashStepMinor: 1, locale, receiptFooter: [] }
  }
  const { taxMode, taxRounding, receiptFooter } = like
  const isSameMoney = like.currency === asked.currency
  return {
    ...own,
    taxMode,
    taxRounding,
    cashStepMinor: isSameMoney ? like.cashStepMinor : 1,
    locale: like.locale,
    receiptFooter,
  }
}
