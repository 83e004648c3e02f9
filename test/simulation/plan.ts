import { tillsAtMost } from './base.ts'
import type { Dice } from './dice.ts'

/** What may go wrong in a world. Each seed takes some of it: what is rare among everything is common where little else happens. */
export const accidentNames = ['loss', 'repeat', 'delay', 'cut', 'one-way cut'] as const
export type AccidentName = (typeof accidentNames)[number]

/** What a seed makes of a world. */
export type Plan = {
  tills: number
  /** How long everything goes wrong. */
  chaosMs: number
  /** Things that people do at each till, in each store and at HQ in that time. */
  actsAtTill: number
  actsInStore: number
  actsAtHq: number
  /** How often something goes wrong for each kind that this seed has, from 0 to 1. */
  accidents: Partial<Record<AccidentName, number>>
}

export const planOf = (dice: Dice): Plan => {
  const tills = dice.between(2, tillsAtMost)
  const accidents: Plan['accidents'] = {}
  for (const name of accidentNames) if (dice.chance(0.4)) accidents[name] = dice.roll()
  return {
    tills,
    chaosMs: dice.between(40, 90) * 1_000,
    actsAtTill: Math.floor(dice.between(60, 120) / tills),
    actsInStore: dice.between(3, 10),
    actsAtHq: dice.between(4, 20),
    accidents,
  }
}
