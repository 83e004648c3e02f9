import { toBase64url } from '../../platform/bytes.ts'
import type { Secrets } from '../../platform/ports.ts'

/** Secret bytes as text for a header or a cookie. */
export const secretText = (secrets: Secrets): string => toBase64url(secrets.random(32))

/** Letters and digits that can't be taken for one another. */
const codeLetters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const codeLength = 8

/** A code that a person reads and types: eight letters, each as likely as the others. */
export const newCode = (secrets: Secrets): string => {
  const fair = Math.floor(256 / codeLetters.length) * codeLetters.length
  let code = ''
  while (code.length < codeLength) {
    for (const byte of secrets.random(16)) {
      if (byte < fair && code.length < codeLength) code += codeLetters[byte % codeLetters.length]
    }
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** A code as it is kept, however it was typed. */
export const codeHash = (secrets: Secrets, code: string): string =>
  secrets.hash(`tillwire enrolment ${code.toUpperCase().replace(/[^0-9A-Z]/g, '')}`)

/**
 * The salt of a PIN that a request sets: made from the request's id, so that the same request sent again has the same hash
 * and is known as a repeat. A salt has to be unique and not secret, and an id is used once.
 */
export const saltOf = (secrets: Secrets, requestId: string): string =>
  secrets.hash(`tillwire pin salt ${requestId}`).slice(0, 32)

/** All the same digit, or a straight run up or down: the first that anyone tries. */
export const isTooSimple = (pin: string): boolean => {
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]))
  return [0, 1, -1].some(step => steps.every(each => each === step))
}
