import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** Canonical JSON by RFC 8785. Throws on what JSON can't say (NaN, infinities, lone surrogates). */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('undefined has no canonical JSON')
  return text
}

/** SHA-256 of the UTF-8 text, as 64 hexadecimal digits. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex')
