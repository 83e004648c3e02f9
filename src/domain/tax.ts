import { allocate } from './allocate.ts'
import type { Tax, TaxMode, TaxRounding, TaxTotal } from './basket.ts'
import { mulDivOrNaN, roundQuotient } from './rounding.ts'

const million = 1_000_000
/** 1000 %: beyond it a rate is a slip of the keyboard. The contracts of the catalogue hold the same limit. */
const highestRatePpm = 10 * million

/** An amount to be taxed: without tax where taxes are excluded, with it where they are included. */
export type TaxableLine = { amountMinor: number; tax: Tax }

/** `partsMinor[i]` is the tax of `tax.parts[i]`; they add up to taxMinor. */
export type LineTax = { netMinor: number; taxMinor: number; partsMinor: number[] }

/** Every rate is an integer from 0 to 10 000 000 parts per million. */
export const ratesAreValid = (tax: Tax): boolean => {
  for (const { ratePpm } of tax.parts) {
    if (!Number.isSafeInteger(ratePpm) || ratePpm < 0 || ratePpm > highestRatePpm || Object.is(ratePpm, -0))
      return false
  }
  return true
}

/**
 * The share of an amount that each part of a tax is, as exact fractions over one divisor. A part is levied on the net amount, a
 * compound part on net and the parts before it; where the tax is included, the amount is net and all parts together.
 */
type Shares =
  | { compound: false; parts: number[]; divisor: number }
  | { compound: true; parts: bigint[]; divisor: bigint }

const sharesOf = (tax: Tax, mode: TaxMode): Shares => {
  const { parts } = tax
  let sum = 0
  let compound = false
  for (let i = 0; i < parts.length; i++) {
    sum += parts[i]!.ratePpm
    if (i > 0 && parts[i]!.compound) compound = true
  }
  if (!compound) {
    const divisor = mode === 'included' ? million + sum : million
    return { compound, parts: parts.map(part => part.ratePpm), divisor }
  }
  const whole = BigInt(million)
  const net = whole ** BigInt(parts.length)
  let gross = net
  const shares = parts.map(part => {
    const share = ((part.compound ? gross : net) * BigInt(part.ratePpm)) / whole
    gross += share
    return share
  })
  return { compound, parts: shares, divisor: mode === 'included' ? gross : net }
}

/** Each part's tax of an amount, rounded half away from zero; NaN where it passes 2^53. */
const partsOf = (amountMinor: number, shares: Shares): number[] => {
  if (shares.compound) {
    const { parts, divisor } = shares
    return parts.map(part => {
      const exact = Number(roundQuotient(BigInt(amountMinor) * part, divisor))
      return Number.isSafeInteger(exact) ? exact : Number.NaN
    })
  }
  const { parts, divisor } = shares
  return parts.map(part => mulDivOrNaN(amountMinor, part, divisor))
}

const withParts = (amountMinor: number, partsMinor: number[], mode: TaxMode): LineTax => {
  let taxMinor = 0
  for (const part of partsMinor) taxMinor += part
  return { netMinor: mode === 'included' ? amountMinor - taxMinor : amountMinor, taxMinor, partsMinor }
}

/** Taxes by their content: lines read back from JSON have no object in common. */
const groupByTax = (lines: readonly TaxableLine[]): number[][] => {
  const byTax = new Map<Tax, number[]>()
  const byContent = new Map<string, number[]>()
  lines.forEach(({ tax }, i) => {
    let group = byTax.get(tax)
    if (!group) {
      const content = JSON.stringify([tax.code, tax.parts.map(part => [part.code, part.ratePpm, part.compound])])
      group = byContent.get(content) ?? []
      byContent.set(content, group)
      byTax.set(tax, group)
    }
    group.push(i)
  })
  return [...byContent.values()]
}

/**
 * The tax of a group's sum, spread over its lines by the largest remainder. Where goods come back in the same basket, the
 * heavier side is rounded and the other takes the rest, so that a basket turned around mirrors itself.
 */
const taxTogether = (amounts: readonly number[], shares: Shares): number[][] => {
  const sold = amounts.map(amount => Math.max(amount, 0))
  const returned = amounts.map(amount => Math.max(0 - amount, 0))
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
  const [soldMinor, returnedMinor] = [sum(sold), sum(returned)]
  const totals = partsOf(soldMinor - returnedMinor, shares)
  const heavier = partsOf(Math.max(soldMinor, returnedMinor), shares)
  return totals.map((total, part) => {
    const heavy = heavier[part]!
    if (!Number.isSafeInteger(heavy)) return amounts.map(() => Number.NaN)
    const soldTax = soldMinor >= returnedMinor ? heavy : heavy + total
    const soldShares = allocate(soldTax, sold)
    const returnedShares = allocate(soldTax - total, returned)
    return amounts.map((_, i) => soldShares[i]! - returnedShares[i]!)
  })
}

/**
 * The taxes of all lines. By `line`, each part of each line's tax is rounded half away from zero. By `document`, the exact
 * taxes of all lines with the same tax are summed, each part is rounded once, and the lines share it by the largest remainder.
 * Where the tax is included, net is what remains of the amount; where it is excluded, net is the amount. NaN in a figure
 * means that it passes 2^53. Amounts are safe integers whose absolute sum is one too, rates are valid.
 */
export const taxLines = (lines: readonly TaxableLine[], mode: TaxMode, rounding: TaxRounding): LineTax[] => {
  if (rounding === 'line') {
    let tax: Tax | undefined
    let shares: Shares = { compound: false, parts: [], divisor: 1 }
    return lines.map(line => {
      if (line.tax !== tax) {
        tax = line.tax
        shares = sharesOf(tax, mode)
      }
      return withParts(line.amountMinor, partsOf(line.amountMinor, shares), mode)
    })
  }
  const taxed: LineTax[] = new Array(lines.length)
  for (const group of groupByTax(lines)) {
    const amounts = group.map(i => lines[i]!.amountMinor)
    const byPart = taxTogether(amounts, sharesOf(lines[group[0]!]!.tax, mode))
    group.forEach((i, place) => {
      const parts = byPart.map(part => part[place]!)
      taxed[i] = withParts(amounts[place]!, parts, mode)
    })
  }
  return taxed
}

/** One row for each tax part at its rate, in the order of the lines; net and tax are those of the lines that bear it. */
export const sumTaxes = (lines: readonly (LineTax & { tax: Tax })[]): TaxTotal[] => {
  const totals: TaxTotal[] = []
  let byKey: Map<string, TaxTotal> | undefined
  const keyOf = (taxCode: string, partCode: string, ratePpm: number): string =>
    `${ratePpm} ${taxCode.length} ${taxCode}${partCode}`
  const find = (taxCode: string, partCode: string, ratePpm: number): TaxTotal | undefined => {
    // A till sees one or two taxes in a basket: looking through them is quicker than a map of them.
    if (totals.length < 8) {
      return totals.find(row => row.partCode === partCode && row.taxCode === taxCode && row.ratePpm === ratePpm)
    }
    byKey ??= new Map(totals.map(row => [keyOf(row.taxCode, row.partCode, row.ratePpm), row]))
    return byKey.get(keyOf(taxCode, partCode, ratePpm))
  }
  for (const { tax, netMinor, partsMinor } of lines) {
    const seen: TaxTotal[] = []
    for (let i = 0; i < tax.parts.length; i++) {
      const { code, name, ratePpm } = tax.parts[i]!
      let row = find(tax.code, code, ratePpm)
      if (!row) {
        row = { taxCode: tax.code, partCode: code, name, ratePpm, netMinor: 0, taxMinor: 0 }
        totals.push(row)
        byKey?.set(keyOf(tax.code, code, ratePpm), row)
      }
      row.taxMinor += partsMinor[i]!
      if (!seen.includes(row)) row.netMinor += netMinor
      seen.push(row)
    }
  }
  return totals
}
