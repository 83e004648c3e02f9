import { seededRandom } from './seeded-random.ts'

/** All that happens by chance in one place of the world. */
export type Dice = {
  /** From 0 up to 1. */
  roll(): number
  /** Whether something happens that happens so often of once. */
  chance(share: number): boolean
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  one<T>(of: readonly T[]): T
  /** Each of them at most once, in any order. */
  some<T>(of: readonly T[], count: number): T[]
  bytes(count: number): Uint8Array
  /** Dice of their own: who rolls them moves nothing here. */
  apart(): Dice
}

export const diceOf = (seed: number): Dice => {
  const roll = seededRandom(seed)
  const between = (least: number, most: number): number => least + Math.floor(roll() * (most - least + 1))
  const one = <T>(of: readonly T[]): T => {
    if (of.length === 0) throw new Error('there is nothing to choose from')
    return of[between(0, of.length - 1)] as T
  }
  return {
    roll,
    chance: share => roll() < share,
    between,
    one,
    some: (of, count) => {
      const left = [...of]
      return Array.from({ length: Math.min(count, left.length) }, () =>
        left.splice(between(0, left.length - 1), 1),
      ).flat()
    },
    bytes: count => Uint8Array.from({ length: count }, () => between(0, 255)),
    apart: () => diceOf(Math.floor(roll() * 2 ** 32)),
  }
}
