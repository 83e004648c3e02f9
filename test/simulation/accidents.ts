import type { Dice } from './dice.ts'
import type { Machine } from './machine.ts'
import { goodLink, goodWay, type Way } from './network.ts'
import type { AccidentName, Plan } from './plan.ts'
import type { World } from './world.ts'

/** Something that goes wrong, and is mended after a while or at the end of the chaos. */
type Accident = (world: World, dice: Dice, strength: number) => void | Promise<void>

const oneBelow = (world: World, dice: Dice): Machine => dice.one(world.machines.filter(({ parent }) => parent))

/** A way that is bad for a while. */
const worsen =
  (what: string, change: (way: Way, dice: Dice, strength: number) => void): Accident =>
  async (world, dice, strength) => {
    const { name, link } = oneBelow(world, dice)
    const way = dice.chance(0.5) ? link.up : link.down
    change(way, dice, strength)
    world.trace.step(`${what} ${way === link.up ? 'from' : 'to'} ${name}`)
    await world.pause(dice.between(2_000, 25_000))
    Object.assign(way, goodWay())
    world.trace.step(`${name} is well connected again`)
  }

export const accidents: Record<AccidentName, Accident> = {
  loss: worsen('much is lost', (way, dice, strength) => {
    way.loss = dice.roll() * strength
  }),
  repeat: worsen('much comes twice', (way, dice, strength) => {
    way.repeat = dice.roll() * strength
  }),
  delay: worsen('much comes late', (way, dice, strength) => {
    way.slow = dice.roll()
    way.slowMs = Math.round(strength * 20_000)
    way.latencyMs = [1, dice.between(5, 800)]
  }),
  'one-way cut': worsen('nothing comes', way => {
    way.cut = true
  }),
  cut: async (world, dice) => {
    const { name, link } = oneBelow(world, dice)
    link.up.cut = true
    link.down.cut = true
    world.trace.step(`${name} is cut off`)
    await world.pause(dice.between(2_000, 40_000))
    Object.assign(link, goodLink())
    world.trace.step(`${name} is connected again`)
  },
}

/** How long it takes on average until the same goes wrong again, at the full strength of one. */
const usuallyMs = 15_000

/** Lets everything of a plan go wrong until `isOver`. */
export const letGoWrong = (world: World, plan: Plan, isOver: () => boolean): Array<Promise<void>> =>
  Object.entries(plan.accidents).map(async ([name, strength]) => {
    const dice = world.dice.apart()
    for (;;) {
      await world.pause(dice.between(0, (2 * usuallyMs) / (0.2 + strength)))
      if (isOver()) return
      await accidents[name as AccidentName](world, dice, strength)
    }
  })
