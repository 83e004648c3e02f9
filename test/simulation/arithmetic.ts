/**
 * What a sale comes to, in plain and slow arithmetic of whole numbers and fractions. It is written anew from the rules and shares
 * nothing with the code that it judges.
 */
export type Rules = {
  taxMode: 'included' | 'excluded'
  taxRounding: 'line' | 'document'
  cashStepMinor: number
}
export type TaxOfLine = { code: string; parts: ReadonlyArray<{ code: string; ratePpm: number; compound: boolean }> }
export type Line = {
  quantityMicro: number
  unitPriceMinor: number
  discountMinor: number
  tax: TaxOfLine
}
export type Discount = { kind: 'amount'; amountMinor: number } | { kind: 'share'; sharePpm: number } | undefined
export type PricedLine = { grossMinor: number; saleDiscountMinor: number; netMinor: number; taxMinor: number }
export type Sums = {
  subtotalMinor: number
  discountMinor: number
  netMinor: number
  taxMinor: number
  totalMinor: number
}
export type Payment = { roundingMinor: number; dueMinor: number; changeMinor: number }

const million = 1_000_000n

/** Half away from zero. */
const rounded = (over: bigint, under: bigint): bigint => {
  const isNegative = over < 0n
  const size = isNegative ? -over : over
  const whole = (2n * size + under) / (2n * under)
  return isNegative ? -whole : whole
}

const sum = (values: readonly bigint[]): bigint => values.reduce((all, each) => all + each, 0n)

/** Shares of an amount by weights: what remains goes one by one to those who were cut the most, the first of equals first. */
const shared = (amount: bigint, weights: readonly bigint[]): bigint[] => {
  const all = sum(weights)
  if (all === 0n) {
    if (weights.length === 0) return []
    return shared(
      amount,
      weights.map(() => 1n),
    )
  }
  const shares = weights.map(weight => (amount * weight) / all)
  const cut = weights.map((weight, place) => ({ place, rest: (amount * weight) % all }))
  cut.sort((a, b) => (a.rest === b.rest ? a.place - b.place : a.rest > b.rest ? -1 : 1))
  const left = Number(amount - sum(shares))
  for (const { place } of cut.slice(0, left)) shares[place] = shares[place]! + 1n
  return shares
}

/** The share of an amount that each part of a tax is, over one number. */
const partShares = ({ parts }: TaxOfLine, mode: Rules['taxMode']): { over: bigint[]; under: bigint } => {
  // The net amount is this many; each part and the amount with it follow from it exactly.
  const net = million ** BigInt(parts.length)
  let gross = net
  const over = parts.map(({ ratePpm, compound }) => {
    const part = ((compound ? gross : net) * BigInt(ratePpm)) / million
    gross += part
    return part
  })
  return { over, under: mode === 'included' ? gross : net }
}

/** The tax of each amount, of lines with the same tax whose taxes are rounded together. */
const taxedTogether = (amounts: readonly bigint[], tax: TaxOfLine, mode: Rules['taxMode']): bigint[] => {
  const { over, under } = partShares(tax, mode)
  const byPart = over.map(part => shared(rounded(sum(amounts) * part, under), amounts))
  return amounts.map((_amount, place) => sum(byPart.map(part => part[place]!)))
}

const taxesOf = (lines: readonly Line[], amounts: readonly bigint[], rules: Rules): bigint[] => {
  if (rules.taxRounding === 'line') {
    return lines.map(({ tax }, place) => {
      const { over, under } = partShares(tax, rules.taxMode)
      return sum(over.map(part => rounded(amounts[place]! * part, under)))
    })
  }
  const taxes = lines.map(() => 0n)
  for (const code of new Set(lines.map(({ tax }) => tax.code))) {
    const places = lines.flatMap(({ tax }, place) => (tax.code === code ? [place] : []))
    const together = taxedTogether(
      places.map(place => amounts[place]!),
      lines[places[0]!]!.tax,
      rules.taxMode,
    )
    places.forEach((place, index) => {
      taxes[place] = together[index]!
    })
  }
  return taxes
}

/** Prices a basket of goods that are sold; nothing comes back in it. */
export const priced = (
  lines: readonly Line[],
  discount: Discount,
  rules: Rules,
): { lines: PricedLine[]; sums: Sums } => {
  const grosses = lines.map(line => rounded(BigInt(line.unitPriceMinor) * BigInt(line.quantityMicro), million))
  const left = grosses.map((gross, place) => gross - BigInt(lines[place]!.discountMinor))
  const off =
    discount === undefined
      ? 0n
      : discount.kind === 'amount'
        ? BigInt(discount.amountMinor)
        : rounded(sum(left) * BigInt(discount.sharePpm), million)
  const shares = off === 0n ? lines.map(() => 0n) : shared(off, left)
  const amounts = left.map((amount, place) => amount - shares[place]!)
  const taxes = taxesOf(lines, amounts, rules)
  const pricedLines = lines.map((_line, place) => ({
    grossMinor: Number(grosses[place]!),
    saleDiscountMinor: Number(shares[place]!),
    netMinor: Number(rules.taxMode === 'included' ? amounts[place]! - taxes[place]! : amounts[place]!),
    taxMinor: Number(taxes[place]!),
  }))
  const total = (of: (line: PricedLine) => number): number => pricedLines.reduce((all, line) => all + of(line), 0)
  const netMinor = total(line => line.netMinor)
  const taxMinor = total(line => line.taxMinor)
  const subtotalMinor = total(line => line.grossMinor)
  const discountMinor = lines.reduce((all, line) => all + line.discountMinor, 0) + Number(off)
  return {
    lines: pricedLines,
    sums: { subtotalMinor, discountMinor, netMinor, taxMinor, totalMinor: netMinor + taxMinor },
  }
}

export type Handed = { kind: 'cash' | 'card' | 'voucher' | 'account' | 'other'; amountMinor: number }

/** What is due, and what goes back, where this is handed over. */
export const paid = (totalMinor: number, handed: readonly Handed[], cashStepMinor: number): Payment => {
  const of = (isCash: boolean): number =>
    handed.reduce((all, { kind, amountMinor }) => ((kind === 'cash') === isCash ? all + amountMinor : all), 0)
  const openMinor = totalMinor - of(false)
  const hasCash = handed.some(({ kind }) => kind === 'cash')
  const step = BigInt(cashStepMinor)
  const roundingMinor = hasCash ? Number(rounded(BigInt(openMinor), step) * step) - openMinor : 0
  const dueMinor = totalMinor + roundingMinor
  return { roundingMinor, dueMinor, changeMinor: of(true) + of(false) - dueMinor }
}
