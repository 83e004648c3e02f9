import type { DocumentRounding } from '../../src/domain/exact-document.ts'
import type { ExactLine, ExactTax, LineRounding } from '../../src/domain/exact-tax.ts'
import { fraction, fractionOfDecimal, one, zero } from '../../src/domain/fraction.ts'
import type { RoundingMode } from '../../src/domain/rounding.ts'
import {
  type CaseRow,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  numberOf,
  numberOr,
  objectsOf,
  shareOf,
  Unsupported,
} from './row.ts'

const modes: Record<string, RoundingMode> = {
  'half-up': 'half-away-from-zero',
  'half-even': 'half-even',
  'half-down': 'half-down',
  up: 'up',
  down: 'down',
}

/** The rounding that a method is called by, such as HALF-UP. */
export const roundingMode = (name: string): RoundingMode => {
  const mode = modes[name.toLowerCase().replace('_', '-')]
  if (!mode) throw new Unsupported(`the engine does not round ${name}`)
  return mode
}

export type TaxSettings = {
  rounding: DocumentRounding
  step: LineRounding['step']
  mode: RoundingMode
  /** Figures of a single line stay exact. */
  raw: boolean
}

/** The settings that a row's policy names in words, and its input where it does. */
export const taxSettings = ({ policy, input }: CaseRow): TaxSettings => {
  const words = `${policy} ${typeof input.rounding_method === 'string' ? input.rounding_method : ''}`.toLowerCase()
  const [, method = 'half-up'] = /\b(half[-_](?:up|down|even))\b/.exec(words) ?? []
  const [, stepText = '0.01'] = /(?:\bstep|half[-_](?:up|down|even),|precision)\s*(\d+(?:\.\d+)?)\b/.exec(words) ?? []
  const step = numberOr(
    input.rounding_step ?? input.precision_rounding,
    'rounding step',
    fractionOfDecimal(stepText) ?? one,
  )
  const global = /round[-_ ]global|per document|document level/.test(words)
  const certified = /certification|total first|total = round\(sum of raw/.test(words)
  return {
    rounding: certified ? 'certified' : global ? 'document' : 'line',
    step,
    mode: roundingMode(method),
    raw: /unrounded|\braw figures|no rounding/.test(words) || (global && !Array.isArray(input.lines)),
  }
}

const truth = (object: JsonObject, names: readonly string[], otherwise: boolean): boolean => {
  for (const name of names) if (typeof object[name] === 'boolean') return object[name]
  return otherwise
}

/** `7 excl` and `10 incl` are percent taxes in short. */
const shortTax = (text: string): ExactTax => {
  const [, rate, side] = /^\s*(-?\d+(?:\.\d+)?)\s*%?\s*(incl|excl)/.exec(text) ?? []
  if (rate === undefined) throw new Unsupported(`no tax is called ${text}`)
  return {
    kind: 'percent',
    amount: shareOf(rate, 'rate'),
    included: side === 'incl',
    affectsNext: false,
    affectedByPrevious: true,
    reverseCharge: false,
  }
}

const kinds: Record<string, ExactTax['kind']> = {
  percent: 'percent',
  percentage: 'percent',
  division: 'division',
  fixed: 'fixed',
}

export const taxOf = (value: Json): ExactTax => {
  if (typeof value === 'string') return shortTax(value)
  if (!isObject(value)) throw new Unsupported('a tax is no object')
  const type =
    typeof value.type === 'string' ? value.type : typeof value.amount_type === 'string' ? value.amount_type : 'percent'
  const kind = kinds[type]
  if (!kind) throw new Unsupported(`the engine has no taxes of the type ${type}`)
  const amount = value.amount ?? value.rate
  return {
    kind,
    amount: kind === 'fixed' ? numberOf(amount, 'the amount of a tax') : shareOf(amount, 'the rate of a tax'),
    included: truth(value, ['price_included', 'price_include', 'included'], false),
    affectsNext: truth(value, ['affects_subsequent_base', 'include_base_amount'], false),
    affectedByPrevious: truth(value, ['base_affected_by_previous', 'is_base_affected'], true),
    reverseCharge: truth(value, ['reverse_charge'], false),
  }
}

export const taxesOf = (value: Json | undefined): ExactTax[] =>
  value === undefined ? [] : listOf(value, 'taxes').map(taxOf)

export const lineOf = (line: JsonObject): ExactLine => ({
  unitPrice: numberOf(line.price_unit ?? line.unit_price ?? line.price, 'the price of a line'),
  quantity: numberOr(line.quantity, 'the quantity of a line', one),
  discountShare: line.discount_percent === undefined ? zero : shareOf(line.discount_percent, 'the discount of a line'),
  taxes: taxesOf(line.taxes),
})

export const linesOf = (value: Json | undefined): ExactLine[] => objectsOf(value, 'lines').map(lineOf)

/**
 * Rates of a sales tax: those that are not compound share the net amount, the compound ones come after, each on all before.
 */
export const chainOfRates = (value: Json | undefined, included: boolean): { names: string[]; taxes: ExactTax[] } => {
  const rates = objectsOf(value, 'rates').map(rate => ({
    name: String(rate.rate),
    compound: truth(rate, ['compound'], false),
    amount: shareOf(rate.rate, 'rate'),
  }))
  const ordered = [...rates.filter(rate => !rate.compound), ...rates.filter(rate => rate.compound)]
  return {
    names: ordered.map(rate => rate.name),
    taxes: ordered.map(({ amount, compound }) => ({
      kind: 'percent',
      amount,
      included,
      affectsNext: true,
      affectedByPrevious: compound,
      reverseCharge: false,
    })),
  }
}

/** A rate as people write it: 21, 5.5. */
export const rateName = ({ kind, amount }: ExactTax): string => {
  const value = kind === 'fixed' ? amount : { over: amount.over * 100n, under: amount.under }
  const exact = fraction(value.over, value.under)
  return exact.under === 1n ? String(exact.over) : String(Number(exact.over) / Number(exact.under))
}
