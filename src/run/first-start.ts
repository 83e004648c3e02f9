import { v7 } from 'uuid'
import { catalogueRoutes } from '../contracts/catalogue.ts'
import type { Client } from '../contracts/client.ts'

/** Whether nobody has said yet how this store prices: then it is new, and nothing of a real shop can be touched. */
export const isNewShop = async (client: Client): Promise<boolean> => {
  const { rows } = await client.call(catalogueRoutes.listTaxes, {})
  return rows.length === 0
}

/** What a new store begins with, so that it can sell before anyone has seen its settings. Does nothing in one that has them. */
export const configureNewShop = async (client: Client): Promise<void> => {
  if (!(await isNewShop(client))) return
  await client.call(catalogueRoutes.configureStore, {
    id: v7(),
    name: 'My shop',
    address: [],
    taxNumber: '',
    currency: 'EUR',
    taxMode: 'included',
    taxRounding: 'line',
    cashStepMinor: 1,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: 'en-GB',
    receiptFooter: [],
  })
  const parts = [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }]
  await client.call(catalogueRoutes.setTax, { id: v7(), code: 'zero', name: 'No tax', parts })
}
