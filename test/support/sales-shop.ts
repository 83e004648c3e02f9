import type { StoreProfile } from '../../src/contracts/catalogue.ts'
import type { InputOf } from '../../src/contracts/route.ts'
import type { salesRoutes } from '../../src/contracts/sales.ts'
import type { Basket, BasketLine, PricingRules, SaleDiscount, Tax, Tender } from '../../src/domain/basket.ts'
import { priceBasket } from '../../src/domain/pricing.ts'
import { totalsOf } from '../../src/domain/sale.ts'
import { settle } from '../../src/domain/tender.ts'
import type { Front, Service } from '../../src/platform/host/service.ts'
import type { Ports } from '../../src/platform/ports.ts'
import { factOwner, recordFact } from './fact-owner.ts'
import { startTestShop, type TestShop } from './shop.ts'

export const testStore: StoreProfile = {
  name: 'Corner Shop',
  address: [],
  taxNumber: '',
  currency: 'EUR',
  taxMode: 'included',
  taxRounding: 'line',
  cashStepMinor: 1,
  timeZone: 'Europe/Berlin',
  locale: 'en-GB',
  receiptFooter: [],
}
const onePart = (code: string, name: string, ratePpm: number): Tax => ({
  code,
  name,
  parts: [{ code, name, ratePpm, compound: false }],
})
export const testTaxes = [onePart('reduced', 'VAT 7 %', 70_000), onePart('standard', 'VAT 19 %', 190_000)]

type TestArticle = { sku: string; name: string; priceMinor: number; tax: Tax; productId: string }
const article = (n: number, sku: string, name: string, priceMinor: number, tax: number): TestArticle => ({
  sku,
  name,
  priceMinor,
  tax: testTaxes[tax]!,
  productId: `01936d2e-7c00-7000-8000-0000000001${String(n).padStart(2, '0')}`,
})
export const testArticles = [
  article(1, 'MILK', 'Milk 1 l', 129, 0),
  article(2, 'BREAD', 'Bread', 349, 0),
  article(3, 'PAN', 'Frying pan', 2_999, 1),
  article(4, 'TOMATO', 'Tomatoes', 399, 0),
] as const

export const productBody = ({ sku, name, priceMinor, tax, productId }: TestArticle) => ({
  productId,
  name,
  category: '',
  favourite: false,
  demo: false,
  note: '',
  variants: [{ sku, form: '', barcodes: [], unit: 'each', priceMinor, costMinor: null, taxCode: tax.code }],
})

const catalogueTypes = [
  'store.configured',
  'tax.set',
  'category.set',
  'product.saved',
  'product.archived',
  'price.changed',
]

/** A shop with a few articles, whose catalogue is a stand-in. `more` are the services under test. */
export const startSalesShop = async (
  make: (ports: Ports) => { services: Service[]; fronts: Front[] },
  options: { ports?: Partial<Ports>; store?: Partial<StoreProfile> } = {},
): Promise<TestShop> => {
  const shop = await startTestShop(ports => {
    const { services, fronts } = make(ports)
    return { services: [factOwner('catalogue', catalogueTypes), ...services], fronts }
  }, options.ports)
  await recordFact(shop, 'catalogue', 'store.configured', { ...testStore, ...options.store })
  for (const tax of testTaxes) await recordFact(shop, 'catalogue', 'tax.set', tax)
  for (const each of testArticles) await recordFact(shop, 'catalogue', 'product.saved', productBody(each))
  return shop
}

export type SaleInput = InputOf<typeof salesRoutes.completeSale>
export type AskedLine = Partial<SaleInput['lines'][number]> & { sku: string }

/** Lines as a till sends them: at the list price, one piece, unless they say otherwise. */
export const lineOf = ({ sku, ...rest }: AskedLine): SaleInput['lines'][number] => ({
  sku,
  quantityMicro: 1_000_000,
  unitPriceMinor: testArticles.find(each => each.sku === sku)?.priceMinor ?? 0,
  priceSource: 'list',
  discountMinor: 0,
  ...rest,
})

/** A sale that adds up, by the same domain as the server's: what is asked for, paid in cash to the cent unless said. */
export const saleOf = (
  id: string,
  lines: readonly AskedLine[],
  more: Partial<Omit<SaleInput, 'lines' | 'discount'>> & {
    discount?: SaleDiscount
    pay?: (totalMinor: number) => Tender[]
    rules?: Partial<PricingRules>
  } = {},
): SaleInput => {
  const { pay, rules: otherRules, ...rest } = more
  const rules: PricingRules = { ...testStore, ...otherRules }
  const asked = lines.map(lineOf)
  const basketLines = asked.map((line): BasketLine => {
    const known = testArticles.find(each => each.sku === line.sku)
    const { sku, quantityMicro, unitPriceMinor, priceSource, discountMinor } = line
    return {
      sku,
      name: known?.name ?? sku,
      quantityMicro,
      unitPriceMinor,
      priceSource,
      discountMinor,
      tax: known?.tax ?? testTaxes[0]!,
    }
  })
  const basket: Basket = rest.discount ? { lines: basketLines, discount: rest.discount } : { lines: basketLines }
  const priced = priceBasket(basket, rules)
  const zeros = { subtotalMinor: 0, discountMinor: 0, netMinor: 0, taxMinor: 0, totalMinor: 0 }
  const totalMinor = priced.ok ? priced.priced.totalMinor : 0
  const cash = totalMinor === 0 ? [] : [{ kind: 'cash' as const, amountMinor: totalMinor }]
  const tenders = pay ? pay(totalMinor) : cash
  const paid = settle(totalMinor, tenders, rules)
  const settled = paid.ok ? paid.settled : { roundingMinor: 0, dueMinor: totalMinor, changeMinor: 0 }
  const totals = priced.ok
    ? totalsOf(priced.priced, settled)
    : { ...zeros, roundingMinor: settled.roundingMinor, dueMinor: settled.dueMinor }
  return {
    id,
    till: 'till-1',
    currency: 'EUR',
    lines: asked,
    tenders,
    changeMinor: settled.changeMinor,
    totals,
    ...rest,
  }
}
