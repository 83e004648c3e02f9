import canonicalize from 'canonicalize'

/** Members of objects that have the same keys in the same order: their names sorted, and the text before each value. */
type Layout = { keys: readonly string[]; sorted: readonly string[]; first: readonly string[]; next: readonly string[] }

/** Facts have a few dozen layouts. Where keys are data there may be any number, which are not all worth keeping. */
const layoutsAtMost = 16
const layoutsByLength: Layout[][] = []

const areSame = (a: readonly string[], b: readonly string[]): boolean => {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const layoutOf = (keys: readonly string[]): Layout => {
  layoutsByLength[keys.length] ??= []
  const layouts = layoutsByLength[keys.length]!
  for (const known of layouts) if (areSame(known.keys, keys)) return known
  const sorted = keys.toSorted()
  const names = sorted.map(stringText)
  const layout = { keys, sorted, first: names.map(name => `{${name}:`), next: names.map(name => `,${name}:`) }
  if (layouts.length < layoutsAtMost) layouts.push(layout)
  return layout
}

/** All but what stands in JSON as it is: quote, backslash and controls are escaped, and half of a pair may be alone. */
const special = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

const stringText = (text: string): string => {
  if (!special.test(text)) return `"${text}"`
  if (!text.isWellFormed()) throw new Error('a lone surrogate has no canonical JSON')
  return JSON.stringify(text)
}

const arrayText = (values: readonly unknown[]): string => {
  let text = ''
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '[' : ',') + valueText(values[i] ?? null)
  return text === '' ? '[]' : `${text}]`
}

const objectText = (members: Record<string, unknown>): string => {
  const { sorted, first, next } = layoutOf(Object.keys(members))
  let text = ''
  for (let i = 0; i < sorted.length; i++) {
    const value = members[sorted[i]!]
    if (value === undefined) continue
    text += (text === '' ? first[i]! : next[i]!) + valueText(value)
  }
  return text === '' ? '{}' : `${text}}`
}

const libraryText = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('this has no canonical JSON')
  return text
}

const valueText = (value: unknown): string => {
  if (typeof value === 'string') return stringText(value)
  if (typeof value === 'number' && Number.isFinite(value)) return `${value}`
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value === null) return 'null'
  if (Array.isArray(value)) return arrayText(value)
  if (typeof value === 'object') {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return objectText(value as Record<string, unknown>)
  }
  return libraryText(value)
}

/**
 * Canonical JSON by RFC 8785: the text that the `canonicalize` package makes, which a test holds it to, in a quarter of its
 * time (every fact is hashed in this form). What is not plain JSON goes to the package itself. Throws on what JSON can't
 * say (undefined, NaN, infinities, lone surrogates).
 */
export const canonicalJson = (value: unknown): string => valueText(value)

/** SHA-256 by whatever the runtime has: see `imports` in package.json. */
export { sha256 } from '#sha256'
