import type { DemoProduct } from './catalogue.ts'

export type DemoSaleLine = {
  sku: string
  quantityMicro: number
  /** What the cashier took off the whole line, in minor units. */
  discountMinor: number
}

/** One visit of a customer. On a return the quantities are what comes back, and the tender is what is paid out. */
export type DemoSale = {
  atMs: number
  lines: DemoSaleLine[]
  tender: 'cash' | 'card'
  cashierIndex: number
  /** Which sale of this sequence (from 0, returns counted) the goods come back from. */
  return?: { saleIndex: number }
}

export type DemoSalesOptions = {
  products: readonly DemoProduct[]
  /** The last instant of the history. */
  untilMs: number
  seed: number
  days?: number
  cashiers?: number
  /** The shop's local time less UTC, for its hours and weekdays. */
  utcOffsetMs?: number
}

type Random = {
  /** A whole number from 0 to below `count`. */
  below: (count: number) => number
  /** True in `share` of a thousand cases. */
  chance: (share: number) => boolean
  /** An index of `weights`, each as likely as its weight. */
  weighted: (weights: readonly number[]) => number
}

/** Mulberry32: small, and the same on every machine. */
const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (count: number): number => Math.floor((next() * count) / 2 ** 32)
  const weighted = (weights: readonly number[]): number => {
    let rest = below(weights.reduce((sum, weight) => sum + weight, 0))
    return weights.findIndex(weight => {
      rest -= weight
      return rest < 0
    })
  }
  return { below, chance: share => below(1000) < share, weighted }
}

const dayMs = 86_400_000
const hourMs = 3_600_000
const firstHour = 7

/** Customers of a day, Sunday first. */
const customersByWeekday = [68, 80, 76, 82, 86, 100, 102]
/** How many of a hundred customers come in each hour from seven in the morning on; on Sundays the shop closes at six. */
const customersByHour = [6, 10, 7, 5, 6, 9, 8, 5, 5, 7, 11, 10, 7, 4]
const customersBySundayHour = [0, 9, 14, 15, 13, 11, 9, 8, 9, 8, 4]
const linesByBasket = [26, 24, 18, 12, 8, 6, 4, 2]
const piecesByLine = [76, 16, 4, 3, 0, 1]

const breakfast = new Set(['Bread', 'Coffee & tea', 'Newspapers & stationery', 'Dairy'])
const supper = new Set(['Drinks', 'Snacks', 'Frozen', 'Tinned & dry', 'Fruit & vegetables'])

const partOfDay = (hour: number): 'morning' | 'noon' | 'evening' =>
  hour < 11 ? 'morning' : hour < 16 ? 'noon' : 'evening'

/** Few goods make most of the sales: weights rise with the square of the popularity, and with the hour that they are for. */
const weightsOf = (products: readonly DemoProduct[], part: 'morning' | 'noon' | 'evening'): number[] =>
  products.map(({ category, popularity }) => {
    const fits = (part === 'morning' && breakfast.has(category)) || (part === 'evening' && supper.has(category))
    return popularity * popularity * (fits ? 2 : 1)
  })

/**
 * A plausible history of a corner shop: two weeks of sales up to `untilMs`, oldest first, by the hours and weekdays of a
 * shop, with some discounts and a few returns. Pure: a day's customers depend on the seed and the date only.
 */
export function* demoSales(options: DemoSalesOptions): Generator<DemoSale> {
  const { products, untilMs, seed, days = 14, cashiers = 3, utcOffsetMs = 0 } = options
  const fromMs = untilMs - days * dayMs
  const weights = {
    morning: weightsOf(products, 'morning'),
    noon: weightsOf(products, 'noon'),
    evening: weightsOf(products, 'evening'),
  }
  const isWeighed = new Set(products.filter(product => product.unit === 'kg').map(product => product.sku))
  const past: DemoSale[] = []
  const givenBack = new Set<number>()

  const newLine = (random: Random, product: DemoProduct): DemoSaleLine => {
    const quantityMicro =
      product.unit === 'kg' ? (150 + random.below(1200)) * 1000 : (random.weighted(piecesByLine) + 1) * 1_000_000
    const grossMinor = Math.round((product.priceMinor * quantityMicro) / 1_000_000)
    const offPercent = random.chance(40) ? ([10, 20, 30, 50][random.below(4)] ?? 0) : 0
    return { sku: product.sku, quantityMicro, discountMinor: Math.floor((grossMinor * offPercent) / 100) }
  }

  const newBasket = (random: Random, hour: number): DemoSaleLine[] => {
    const chosen = new Set<DemoProduct>()
    for (let count = random.weighted(linesByBasket) + 1; count > 0; count--) {
      const product = products[random.weighted(weights[partOfDay(hour)])]
      if (product) chosen.add(product)
    }
    return Array.from(chosen, product => newLine(random, product))
  }

  /** One line of a sale of the last days that can come back: pieces only, and each sale once. */
  const newReturn = (random: Random, visit: Pick<DemoSale, 'atMs' | 'cashierIndex'>): DemoSale | undefined => {
    const saleIndex = past.length - 1 - random.below(200)
    const sale = past[saleIndex]
    const line = sale?.lines.find(each => !isWeighed.has(each.sku))
    if (!sale || !line || sale.return || givenBack.has(saleIndex)) return undefined
    givenBack.add(saleIndex)
    return { ...visit, lines: [{ ...line }], tender: sale.tender, return: { saleIndex } }
  }

  for (let day = Math.floor((fromMs + utcOffsetMs) / dayMs); day * dayMs - utcOffsetMs <= untilMs; day++) {
    const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(day, 0x85ebca6b))
    // 1 January 1970 was a Thursday.
    const weekday = (day + 4) % 7
    const customers = (customersByWeekday[weekday] ?? 0) - 8 + random.below(17)
    const byHour = weekday === 0 ? customersBySundayHour : customersByHour
    const visits = Array.from(
      { length: customers },
      () => (firstHour + random.weighted(byHour)) * hourMs + random.below(hourMs),
    ).toSorted((a, b) => a - b)
    for (const sinceMidnightMs of visits) {
      const hour = Math.floor(sinceMidnightMs / hourMs)
      const visit = {
        atMs: day * dayMs - utcOffsetMs + sinceMidnightMs,
        cashierIndex: (day + (hour < 14 ? 0 : 1)) % cashiers,
      }
      const lines = newBasket(random, hour)
      const tender = random.chance(700) ? 'card' : 'cash'
      const comesBack = random.chance(15)
      if (visit.atMs <= fromMs || visit.atMs > untilMs) continue
      const sale = (comesBack ? newReturn(randomFrom(visit.atMs), visit) : undefined) ?? { ...visit, lines, tender }
      past.push(sale)
      yield sale
    }
  }
}
