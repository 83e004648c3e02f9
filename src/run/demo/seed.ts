import { v7 } from 'uuid'
import { catalogueRoutes, type StoreProfile } from '../../contracts/catalogue.ts'
import type { Client } from '../../contracts/client.ts'
import { inventoryRoutes } from '../../contracts/inventory.ts'
import { purchasingRoutes } from '../../contracts/purchasing.ts'
import { salesRoutes } from '../../contracts/sales.ts'
import { type Role, staffRoutes } from '../../contracts/staff.ts'
import type { BasketLine, PricingRules, Tax } from '../../domain/basket.ts'
import { isNewShop } from '../first-start.ts'
import { type DemoProduct, demoCurrency, demoProducts, demoTaxes } from './catalogue.ts'
import { type SaleRequest, saleRequest } from './sale-request.ts'
import { type DemoSale, demoSales } from './sales.ts'

export type DemoPerson = { number: number; name: string; role: Role; pin: string }
export const demoPeople: readonly DemoPerson[] = [
  { number: 1, name: 'Ana Weber', role: 'owner', pin: '204816' },
  { number: 2, name: 'Ben Krüger', role: 'manager', pin: '573920' },
  { number: 3, name: 'Cleo Martin', role: 'cashier', pin: '861357' },
]

export const demoStore: StoreProfile = {
  name: 'Corner Shop',
  address: ['12 Mill Lane', '10115 Berlin'],
  taxNumber: '',
  currency: demoCurrency,
  taxMode: 'included',
  taxRounding: 'line',
  cashStepMinor: 1,
  timeZone: 'Europe/Berlin',
  locale: 'en-GB',
  receiptFooter: ['Thank you for your visit'],
}
const rules: PricingRules = {
  currency: demoStore.currency,
  taxMode: demoStore.taxMode,
  taxRounding: demoStore.taxRounding,
  cashStepMinor: demoStore.cashStepMinor,
}
const taxes: Tax[] = demoTaxes.map(({ code, name, ratePpm }) => ({
  code,
  name,
  parts: [{ code, name, ratePpm, compound: false }],
}))
const colours = ['orange', 'blue', 'green', 'cyan', 'yellow', 'pink', 'gray', 'grape', 'indigo', 'brown', 'teal', 'red']

/** Calls that do not depend on each other, so many at a time. */
const together = async <T>(all: readonly T[], call: (each: T) => Promise<unknown>): Promise<void> => {
  const atOnce = 64
  for (let from = 0; from < all.length; from += atOnce) await Promise.all(all.slice(from, from + atOnce).map(call))
}

/** Taxes, categories and products of the demo catalogue, marked as such, so that one act takes them away. */
export const saveDemoCatalogue = async (client: Client): Promise<void> => {
  for (const tax of taxes) await client.call(catalogueRoutes.setTax, { ...tax, id: v7() })
  const categories = [...new Set(demoProducts.map(product => product.category))]
  for (const [order, name] of categories.entries()) {
    await client.call(catalogueRoutes.setCategory, {
      id: v7(),
      name,
      colour: colours[order % colours.length] ?? 'gray',
      order,
    })
  }
  await together(demoProducts, ({ sku, name, category, barcode, unit, priceMinor, costMinor, taxCode, favourite }) =>
    client.call(catalogueRoutes.saveProduct, {
      id: v7(),
      productId: v7(),
      name,
      category,
      favourite,
      demo: true,
      variants: [{ sku, form: '', barcodes: [barcode], unit, priceMinor, costMinor, taxCode }],
    }),
  )
}

/** Fills a new shop with the demo catalogue, so that it can sell at once. Does nothing in a shop that has one. */
export const seedCatalogue = async (client: Client): Promise<boolean> => {
  if (!(await isNewShop(client))) return false
  await client.call(catalogueRoutes.configureStore, { ...demoStore, id: v7() })
  await saveDemoCatalogue(client)
  return true
}

const bySku = new Map(demoProducts.map(product => [product.sku, product]))
const taxByCode = new Map(taxes.map(tax => [tax.code, tax]))

const basketLine = (product: DemoProduct, quantityMicro: number, discountMinor: number): BasketLine => {
  const tax = taxByCode.get(product.taxCode)
  if (!tax) throw new Error(`no tax ${product.taxCode}`)
  return {
    sku: product.sku,
    name: product.name,
    quantityMicro,
    unitPriceMinor: product.priceMinor,
    priceSource: 'list',
    discountMinor,
    tax,
  }
}

/** A visit as the request that a till would send for it. */
const visitRequest = (sale: DemoSale, id: string): SaleRequest => {
  const { atMs, tender, cashierIndex } = sale
  const lines = sale.lines.flatMap(({ sku, quantityMicro, discountMinor }) => {
    const product = bySku.get(sku)
    return product ? [basketLine(product, quantityMicro, discountMinor)] : []
  })
  return saleRequest({ id, till: `till-${(cashierIndex % 2) + 1}`, atMs, lines, tender, rules })
}

/** Each sale is rung up by the person at the till; one with a discount by the manager, who may give it. */
const ringUp = async (tills: readonly Client[], manager: Client, sales: readonly DemoSale[]): Promise<void> => {
  const made: SaleRequest[] = []
  for (const sale of sales) {
    const hasDiscount = sale.lines.some(line => line.discountMinor > 0)
    const client = (hasDiscount ? undefined : tills[sale.cashierIndex % tills.length]) ?? manager
    const original = sale.return && made[sale.return.saleIndex]
    if (!original) {
      const request = visitRequest(sale, v7({ msecs: sale.atMs }))
      made.push(request)
      await client.call(salesRoutes.completeSale, request)
      continue
    }
    made.push(original)
    const lines = sale.lines.flatMap(({ sku, quantityMicro }) => {
      const index = original.lines.findIndex(line => line.sku === sku)
      return index < 0 ? [] : [{ saleId: original.id, lineNo: index + 1, quantityMicro }]
    })
    const { refundMinor, totals } = await client.call(salesRoutes.quoteReturn, { lines })
    await client.call(salesRoutes.returnGoods, {
      id: v7({ msecs: sale.atMs }),
      till: original.till,
      currency: demoStore.currency,
      completedAtMs: sale.atMs,
      lines,
      reason: 'did not like it',
      refunds: totals.dueMinor === 0 ? [] : [{ kind: sale.tender, amountMinor: refundMinor }],
      refundMinor,
    })
  }
}

/** What has to have been there at the beginning, so that today's shelves look like a shop's after all that was sold. */
const openingStock = (sales: readonly DemoSale[]) => {
  const sold = new Map<string, number>()
  for (const sale of sales) {
    for (const { sku, quantityMicro } of sale.lines)
      sold.set(sku, (sold.get(sku) ?? 0) + (sale.return ? -quantityMicro : quantityMicro))
  }
  return demoProducts.map(({ sku, openingMicro }) => ({ sku, quantityMicro: openingMicro + (sold.get(sku) ?? 0) }))
}

const seedPurchasing = async (client: Client): Promise<void> => {
  const suppliers = new Map([...new Set(demoProducts.map(product => product.supplier))].map(name => [name, v7()]))
  for (const [name, supplierId] of suppliers)
    await client.call(purchasingRoutes.saveSupplier, { id: v7(), supplierId, name, email: '', note: '' })
  await together(demoProducts, ({ sku, supplier, reorderPointMicro, targetLevelMicro, costMinor }) =>
    client.call(purchasingRoutes.setReorderRule, {
      id: v7(),
      sku,
      supplierId: suppliers.get(supplier) ?? '',
      reorderPointMicro,
      targetLevelMicro,
      packMicro: 1_000_000,
      costMinor,
    }),
  )
}

/**
 * A shop to look at: three people, the demo catalogue, stock, suppliers, and two weeks of sales up to now. Answers the people
 * with their PINs; `as` makes a client that acts as whoever a token belongs to. A shop that has data already is left as it is.
 */
export const seedDemo = async (
  client: Client,
  as: (token: string) => Client,
  say: (text: string) => void,
): Promise<DemoPerson[]> => {
  const known = await client.call(staffRoutes.listPeople, {})
  const catalogueIsNew = await seedCatalogue(client)
  if (known.rows.length > 0 || !catalogueIsNew) return known.rows.length === demoPeople.length ? [...demoPeople] : []
  say('Making a demo shop: products, people, stock, two weeks of sales …')
  const signedIn: Client[] = []
  for (const person of demoPeople) {
    await client.call(staffRoutes.addPerson, { id: v7(), ...person })
    const { token } = await client.call(staffRoutes.signIn, { number: person.number, pin: person.pin })
    signedIn.push(as(token))
  }
  const sales = [...demoSales({ products: demoProducts, untilMs: Date.now(), seed: 7, utcOffsetMs: 3_600_000 })]
  await client.call(inventoryRoutes.adjustStock, {
    id: v7(),
    lines: openingStock(sales).filter(line => line.quantityMicro !== 0),
    reason: 'opening',
    note: 'demo',
  })
  await ringUp(signedIn, signedIn[1] ?? client, sales)
  await seedPurchasing(client)
  return [...demoPeople]
}
