import type { Secrets } from '../../platform/ports.ts'

/** Secret bytes as text for a header or a cookie. */
export const secretText = (secrets: Secrets): string =>
  btoa(String.fromCharCode(...secrets.random(32)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

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
