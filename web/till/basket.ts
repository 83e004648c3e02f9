import type { Article, TillCatalogue } from '../../src/contracts/catalogue.ts'
import type { BasketLine, Outcome, PricedBasket, PricingRules, SaleDiscount, Tender } from '../../src/domain/basket.ts'
import { priceBasket } from '../../src/domain/pricing.ts'

/** One row of the basket at the till. Its key tells it from others of the same SKU. */
export type TillLine = {
  key: number
  sku: string
  name: string
  unit: Article['unit']
  taxCode: string
  quantityMicro: number
  unitPriceMinor: number
  priceSource: 'list' | 'override' | 'embedded'
  discountMinor: number
  note: string
}

export type TillBasket = {
  lines: TillLine[]
  discount: SaleDiscount | null
  /** The line that keys and buttons act on. */
  selected: number | null
  nextKey: number
  /** What was taken for it so far. */
  tenders: Tender[]
  /**
   * The id under which it becomes a sale, from its first line on: sent twice, it is still one sale, and after a power cut it is
   * known whether it was paid.
   */
  saleId: string | null
  /** What others approved in this sale. */
  overrideIds: string[]
  /** What the basket was before the last step that took something away. */
  before: (Pick<TillBasket, 'lines' | 'discount' | 'saleId' | 'overrideIds'> & { what: string }) | null
}

export const emptyBasket: TillBasket = {
  lines: [],
  discount: null,
  selected: null,
  nextKey: 1,
  tenders: [],
  saleId: null,
  overrideIds: [],
  before: null,
}
const piece = 1_000_000

export type BasketAct =
  | { act: 'add'; article: Article; quantityMicro?: number; priceMinor?: number }
  | { act: 'select'; key: number }
  | { act: 'quantity'; key: number; quantityMicro: number }
  | { act: 'step'; key: number; by: 1 | -1 }
  | { act: 'price'; key: number; unitPriceMinor: number }
  | { act: 'discount'; key: number; discountMinor: number }
  | { act: 'note'; key: number; note: string }
  | { act: 'remove'; key: number }
  | { act: 'sale-discount'; discount: SaleDiscount | null }
  | { act: 'void' }
  | { act: 'undo' }
  /** The time for Undo is over. */
  | { act: 'forget' }
  | { act: 'tender'; tenders: Tender[]; saleId: string }
  | { act: 'approved'; overrideId: string }
  /** What was approved is no longer valid. */
  | { act: 'unapproved' }
  | { act: 'give-back'; index: number }
  | { act: 'clear' }
  | { act: 'load'; lines: TillLine[]; discount: SaleDiscount | null }
  | { act: 'reprice'; articles: ReadonlyMap<string, Article> }

const withLine = (basket: TillBasket, key: number, change: (line: TillLine) => TillLine): TillBasket => ({
  ...basket,
  selected: key,
  before: null,
  lines: basket.lines.map(line => (line.key === key ? change(line) : line)),
})

/** Scanning the same again makes two of it, as long as nothing else was said of the line. */
const add = (basket: TillBasket, article: Article, quantityMicro = piece, priceMinor?: number): TillBasket => {
  const unitPriceMinor = priceMinor ?? article.priceMinor
  const last = basket.lines.findLast(line => line.sku === article.sku)
  const joins =
    last &&
    article.unit === 'each' &&
    priceMinor === undefined &&
    last.priceSource === 'list' &&
    last.discountMinor === 0 &&
    last.note === ''
  if (joins) return withLine(basket, last.key, line => ({ ...line, quantityMicro: line.quantityMicro + quantityMicro }))
  const line: TillLine = {
    key: basket.nextKey,
    sku: article.sku,
    name: article.name,
    unit: article.unit,
    taxCode: article.taxCode,
    quantityMicro,
    unitPriceMinor,
    priceSource: priceMinor === undefined ? 'list' : 'embedded',
    discountMinor: 0,
    note: '',
  }
  return { ...basket, lines: [...basket.lines, line], selected: line.key, nextKey: basket.nextKey + 1, before: null }
}

const without = (basket: TillBasket, key: number): TillBasket => {
  const index = basket.lines.findIndex(line => line.key === key)
  const gone = basket.lines[index]
  if (!gone) return basket
  const lines = basket.lines.filter(line => line.key !== key)
  const selected = (lines[index] ?? lines.at(-1))?.key ?? null
  const left = lines.length > 0 || basket.tenders.length > 0 ? basket : ended(basket)
  return { ...left, lines, selected, before: { ...undoable(basket), what: gone.name } }
}

const undoable = ({ lines, discount, saleId, overrideIds }: TillBasket) => ({ lines, discount, saleId, overrideIds })
/** What comes next is another sale, for which nothing was approved. */
const ended = (basket: TillBasket): TillBasket => ({ ...basket, saleId: null, overrideIds: [] })

/** Gives a basket that has begun the id of its sale. */
export const withSaleId = (basket: TillBasket, freshId: string): TillBasket =>
  basket.saleId === null && basket.lines.length > 0 ? { ...basket, saleId: freshId } : basket

/** What a step makes of the basket. Pure; a step that makes no sense leaves the basket as it is. */
export const stepBasket = (basket: TillBasket, step: BasketAct): TillBasket => {
  switch (step.act) {
    case 'add':
      return add(basket, step.article, step.quantityMicro, step.priceMinor)
    case 'select':
      return { ...basket, selected: step.key }
    case 'quantity':
      return step.quantityMicro === 0
        ? without(basket, step.key)
        : withLine(basket, step.key, line => ({ ...line, quantityMicro: step.quantityMicro }))
    case 'step': {
      const line = basket.lines.find(each => each.key === step.key)
      if (!line) return basket
      return stepBasket(basket, {
        act: 'quantity',
        key: step.key,
        quantityMicro: Math.max(0, line.quantityMicro + step.by * piece),
      })
    }
    case 'price':
      return withLine(basket, step.key, line => ({
        ...line,
        unitPriceMinor: step.unitPriceMinor,
        priceSource: 'override',
      }))
    case 'discount':
      return withLine(basket, step.key, line => ({ ...line, discountMinor: step.discountMinor }))
    case 'note':
      return withLine(basket, step.key, line => ({ ...line, note: step.note }))
    case 'remove':
      return without(basket, step.key)
    case 'sale-discount':
      return { ...basket, discount: step.discount, before: null }
    case 'void':
      return {
        ...ended(basket),
        lines: [],
        discount: null,
        selected: null,
        before: { ...undoable(basket), what: '' },
      }
    case 'undo':
      return basket.before
        ? {
            ...basket,
            ...undoable({ ...basket, ...basket.before }),
            selected: basket.before.lines.at(-1)?.key ?? null,
            before: null,
          }
        : basket
    case 'forget':
      return { ...basket, before: null }
    case 'tender':
      return {
        ...basket,
        tenders: [...basket.tenders, ...step.tenders],
        saleId: basket.saleId ?? step.saleId,
        before: null,
      }
    case 'approved':
      return { ...basket, overrideIds: [...basket.overrideIds, step.overrideId] }
    case 'unapproved':
      return { ...basket, overrideIds: [] }
    case 'give-back':
      return { ...basket, tenders: basket.tenders.filter((_tender, index) => index !== step.index) }
    case 'clear':
      return { ...emptyBasket, nextKey: basket.nextKey }
    case 'load': {
      const lines = step.lines.map((line, index) => ({ ...line, key: basket.nextKey + index }))
      return {
        ...emptyBasket,
        lines,
        discount: step.discount,
        selected: lines.at(-1)?.key ?? null,
        nextKey: basket.nextKey + lines.length,
      }
    }
    case 'reprice':
      return {
        ...basket,
        lines: basket.lines.map(line => {
          const article = step.articles.get(line.sku)
          return article && line.priceSource === 'list'
            ? { ...line, name: article.name, taxCode: article.taxCode, unitPriceMinor: article.priceMinor }
            : line
        }),
      }
  }
}

export const rulesOf = ({ store }: TillCatalogue): PricingRules => ({
  currency: store.currency,
  taxMode: store.taxMode,
  taxRounding: store.taxRounding,
  cashStepMinor: store.cashStepMinor,
})

/** The basket priced by the same rules that the shop checks it with. */
export const priceOf = (basket: TillBasket, catalogue: TillCatalogue): Outcome<{ priced: PricedBasket }> => {
  const lines: BasketLine[] = []
  for (const line of basket.lines) {
    const tax = catalogue.taxes.find(each => each.code === line.taxCode)
    if (!tax) return { ok: false, code: 'tax-unknown' }
    const { sku, name, quantityMicro, unitPriceMinor, priceSource, discountMinor } = line
    lines.push({ sku, name, quantityMicro, unitPriceMinor, priceSource, discountMinor, tax })
  }
  return priceBasket(basket.discount ? { lines, discount: basket.discount } : { lines }, rulesOf(catalogue))
}
