import { sumOf, type Tally } from './known.ts'

/** A node and the sales that it knows, by the node at which they were made. */
export type Standing = {
  id: string
  name: string
  above: string | null
  runs: boolean
  sales: ReadonlyMap<string, Tally>
}

export type Agreement = Tally & {
  /** Everyone runs and knows the same, to the cent. */
  agree: boolean
  /** Who does not run. */
  stopped: string[]
  /** Who knows sales that the node above does not know yet. */
  ahead: Array<{ name: string; sales: number }>
  /** Who lacks sales of its own or of those below it that the node above knows. */
  lacking: Array<{ name: string; sales: number }>
}

const none: Tally = { sales: 0, totalMinor: 0 }

/** Compares each node with the one above it, by the nodes at which sales were made. */
export const compare = (standings: readonly Standing[]): Agreement => {
  const byId = new Map(standings.map(standing => [standing.id, standing]))
  const ahead: Agreement['ahead'] = []
  const lacking: Agreement['lacking'] = []
  let sumsDiffer = false
  for (const { name, above, sales } of standings) {
    const parent = above === null ? undefined : byId.get(above)
    if (!parent) continue
    let more = 0
    let fewer = 0
    for (const [node, here] of sales) {
      const there = parent.sales.get(node) ?? none
      more += Math.max(0, here.sales - there.sales)
      fewer += Math.max(0, there.sales - here.sales)
      if (here.sales === there.sales && here.totalMinor !== there.totalMinor) sumsDiffer = true
    }
    if (more > 0) ahead.push({ name, sales: more })
    if (fewer > 0) lacking.push({ name, sales: fewer })
  }
  const stopped = standings.filter(({ runs }) => !runs).map(({ name }) => name)
  const top = standings.find(({ above }) => above === null)
  return {
    ...sumOf(top?.sales.values() ?? []),
    agree: stopped.length === 0 && ahead.length === 0 && lacking.length === 0 && !sumsDiffer,
    stopped,
    ahead,
    lacking,
  }
}

const count = new Intl.NumberFormat('en-GB')
const amount = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
const salesWords = (sales: number): string => `${count.format(sales)} ${sales === 1 ? 'sale' : 'sales'}`
const listed = new Intl.ListFormat('en-GB')

/** The comparison as a sentence; the currency is one of hundredths. */
export const agreementWords = (agreement: Agreement, currency: string): string => {
  const { agree, sales, totalMinor, stopped, ahead, lacking } = agreement
  if (agree)
    return `All agree: ${salesWords(sales)}, ${amount.format(totalMinor / 100)} ${currency} at tills, stores and HQ`
  const parts = [
    stopped.length > 0 ? `${listed.format(stopped)} ${stopped.length === 1 ? 'is' : 'are'} stopped` : '',
    listed.format(
      ahead.map((each, index) => `${each.name} ${index === 0 ? 'is ahead by' : 'by'} ${salesWords(each.sales)}`),
    ),
    listed.format(lacking.map(each => `${each.name} lacks ${salesWords(each.sales)}`)),
  ].filter(part => part !== '')
  return parts.length > 0 ? parts.join('; ') : 'The sums differ'
}
