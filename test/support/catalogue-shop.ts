import {
  catalogueRoutes,
  type ImportReport,
  importReport,
  type StoredProduct,
  type Variant,
} from '../../src/contracts/catalogue.ts'
import type { Client } from '../../src/contracts/client.ts'
import type { InputOf } from '../../src/contracts/route.ts'
import { createCatalogueFront, createCatalogueService } from '../../src/services/catalogue/service.ts'
import { factOwner } from './fact-owner.ts'
import { testStore } from './sales-shop.ts'
import { startTestShop, type TestShop } from './shop.ts'

const vat = (code: string, ratePpm: number) => ({
  code,
  name: `VAT ${ratePpm / 10_000} %`,
  parts: [{ code, name: 'VAT', ratePpm, compound: false }],
})
export const catalogueTaxes = [vat('reduced', 70_000), vat('standard', 190_000)]

/** A shop that has nothing but its catalogue, empty; sales are a stand-in. */
export const startBareCatalogue = (): Promise<TestShop> =>
  startTestShop(ports => ({
    services: [factOwner('sales', ['sale.completed']), createCatalogueService(ports)],
    fronts: [createCatalogueFront(ports)],
  }))

/** The same, configured and with two taxes. */
export const startCatalogueShop = async (): Promise<TestShop> => {
  const shop = await startBareCatalogue()
  await shop.client.call(catalogueRoutes.configureStore, { id: shop.ports.ids.next(), ...testStore })
  for (const tax of catalogueTaxes)
    await shop.client.call(catalogueRoutes.setTax, { id: shop.ports.ids.next(), ...tax })
  return shop
}

export const variantOf = (sku: string, more: Partial<Variant> = {}): Variant => ({
  sku,
  form: '',
  barcodes: [],
  unit: 'each',
  priceMinor: 100,
  costMinor: null,
  taxCode: 'standard',
  ...more,
})

type ProductInput = Partial<InputOf<typeof catalogueRoutes.saveProduct>>
export const saveProduct = (shop: TestShop, input: ProductInput): Promise<StoredProduct> =>
  shop.client.call(catalogueRoutes.saveProduct, {
    id: shop.ports.ids.next(),
    productId: shop.ports.ids.next(),
    name: 'Milk',
    variants: [variantOf('MILK')],
    ...input,
  })

/** Every page of a list, one after the other, at most as many as would be a loop. */
export const allProducts = async (
  client: Client,
  input: Omit<InputOf<typeof catalogueRoutes.listProducts>, 'cursor' | 'limit'>,
  limit: number,
): Promise<StoredProduct[]> => {
  const found: StoredProduct[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < 10_000; pages++) {
    const page = await client.call(catalogueRoutes.listProducts, { ...input, limit, cursor })
    found.push(...page.rows)
    if (page.next === null) return found
    cursor = page.next
  }
  throw new Error('the list has no end')
}

const authorization = 'Bearer all'
export const sendCsv = (shop: TestShop, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
  shop.request('/products/import', {
    method: 'POST',
    headers: { authorization, 'content-type': 'text/csv', ...headers },
    body,
    duplex: 'half',
  } as RequestInit)

/** What an import of this file answers. Throws where it was refused as a whole. */
export const importCsv = async (shop: TestShop, body: BodyInit): Promise<ImportReport> => {
  const response = await sendCsv(shop, body)
  if (!response.ok) throw new Error(await response.text())
  return importReport.parse(await response.json())
}

export const exportCsv = async (shop: TestShop): Promise<string> =>
  (await shop.request('/products/export', { headers: { authorization } })).text()
