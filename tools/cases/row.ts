import { type Fraction, fraction, fractionOfDecimal, multiply, stepsOf } from '../../src/domain/fraction.ts'

/** A JSON value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | JsonObject
export type JsonObject = { [key: string]: Json }

export type CaseRow = {
  id: string
  source: string
  path: string
  kind: string
  policy: string
  input: JsonObject
  expected: JsonObject
}

/** A figure that the engine worked out: exact numbers, texts and truths, in the shape of what is expected. */
export type Figure = Fraction | string | boolean | Figure[] | { [name: string]: Figure }
export type Figures = { [name: string]: Figure }

/** What the engine deliberately does not offer, or a row in a shape that says too little. */
export class Unsupported extends Error {}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a list of rows; `undefined` with a reason where the text is none. */
export const parseRows = (text: string): CaseRow[] => {
  const parsed = JSON.parse(text) as Json
  const list = Array.isArray(parsed) ? parsed : isObject(parsed) ? (parsed.rows ?? parsed.cases) : undefined
  if (!Array.isArray(list)) throw new SyntaxError('the file holds no list of rows')
  return list.map((row, i) => {
    if (!isObject(row) || typeof row.id !== 'string' || !isObject(row.input) || !isObject(row.expected)) {
      throw new SyntaxError(`row ${i + 1} has no id, input and expected`)
    }
    const text = (key: string): string => (typeof row[key] === 'string' ? row[key] : '')
    const { id, input, expected } = row
    return {
      id,
      source: text('source'),
      path: text('path'),
      kind: text('kind'),
      policy: text('policy'),
      input,
      expected,
    }
  })
}

/** An exact number out of a decimal text or a JSON number. */
export const numberOf = (value: Json | undefined, name: string): Fraction => {
  const exact =
    typeof value === 'number' || typeof value === 'string' ? fractionOfDecimal(String(value).trim()) : undefined
  if (!exact) throw new Unsupported(`${name} is no decimal number`)
  return exact
}

export const numberOr = (value: Json | undefined, name: string, otherwise: Fraction): Fraction =>
  value === undefined || value === null ? otherwise : numberOf(value, name)

export const wholeOf = (value: Json | undefined, name: string): number => {
  const { over, under } = numberOf(value, name)
  if (under !== 1n || !Number.isSafeInteger(Number(over))) throw new Unsupported(`${name} is no whole number`)
  return Number(over)
}

export const listOf = (value: Json | undefined, name: string): Json[] => {
  if (!Array.isArray(value)) throw new Unsupported(`${name} is no list`)
  return value
}

export const objectOf = (value: Json | undefined, name: string): JsonObject => {
  if (!isObject(value)) throw new Unsupported(`${name} is no object`)
  return value
}

export const objectsOf = (value: Json | undefined, name: string): JsonObject[] =>
  listOf(value, name).map(each => objectOf(each, `one of ${name}`))

export const textOf = (value: Json | undefined, name: string): string => {
  if (typeof value !== 'string') throw new Unsupported(`${name} is no text`)
  return value
}

/** A percentage as a share: 21 is 0.21. */
export const shareOf = (value: Json | undefined, name: string): Fraction =>
  multiply(numberOf(value, name), fraction(1, 100))

export const ppmOf = (value: Json | undefined, name: string): number => {
  const ppm = multiply(shareOf(value, name), fraction(1_000_000))
  if (ppm.under !== 1n) throw new Unsupported(`${name} is finer than a millionth`)
  return Number(ppm.over)
}

const cent = fraction(1, 100)

/** A decimal amount in cents; amounts finer than that are not money. */
export const centsOf = (value: Json | undefined, name: string): number => {
  const exact = numberOf(value, name)
  const cents = multiply(exact, fraction(100))
  if (cents.under !== 1n || !Number.isSafeInteger(Number(cents.over)))
    throw new Unsupported(`${name} is no amount in cents`)
  return Number(cents.over)
}

export const centsOfFraction = (value: Fraction): number => Number(stepsOf(value, cent))
export const fractionOfCents = (cents: number): Fraction => multiply(fraction(cents), cent)
