import { argon2, createHash, timingSafeEqual } from 'node:crypto'

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

/** SHA-256 of a secret with 256 random bits; such a one can't be guessed, so it needs no slow hash. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** argon2id of a PIN, as hexadecimal digits. Takes some 50 ms in a thread of its own: never inside a transaction. */
export const pinHash = (pin: string, salt: string): Promise<string> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', { message: pin, nonce: Buffer.from(salt, 'hex'), ...cost }, (error, hash) => {
      if (error) reject(error)
      else resolve(hash.toString('hex'))
    })
  })

/**
 * The salt of a PIN that a request sets: made from the request's id, so that the same request sent again has the same hash
 * and is known as a repeat. A salt has to be unique and not secret, and an id is used once.
 */
export const saltOf = (requestId: string): string =>
  createHash('sha256').update(`tillwire pin salt ${requestId}`).digest('hex').slice(0, 32)

/** Compares without telling by its time how much was right. */
export const sameText = (a: string, b: string): boolean => {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

/** All the same digit, or a straight run up or down: the first that anyone tries. */
export const isTooSimple = (pin: string): boolean => {
  const steps = [...pin].slice(1).map((digit, index) => Number(digit) - Number(pin[index]))
  return [0, 1, -1].some(step => steps.every(each => each === step))
}
