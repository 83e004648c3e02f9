import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm'
import { letGoWrong } from './accidents.ts'
import { furnish } from './base.ts'
import type { Dice } from './dice.ts'
import { heal } from './healing.ts'
import { checkInvariants } from './invariants/invariants.ts'
import { type Plan, planOf } from './plan.ts'
import { cashierAt } from './workload/cashier.ts'
import { headOfficeAt, storekeeperAt, type Worker } from './workload/office.ts'
import { type Breach, createWorld, type World } from './world.ts'

export type Result = {
  seed: number
  plan: Plan
  /** The same in every run of this seed. */
  hash: string
  breaches: readonly Breach[]
  /** The last steps, one a row. */
  rows: string[]
  acts: { done: number; refused: number; unknown: number }
  simulatedMs: number
}

/** Somebody who has so much to do in the time that there is. */
const toil = async (world: World, dice: Dice, worker: Worker, acts: number, withinMs: number): Promise<void> => {
  for (let n = 0; n < acts; n++) {
    await world.pause((dice.roll() * 2 * withinMs) / acts)
    await worker.work()
  }
}

const chaos = async (world: World, plan: Plan): Promise<void> => {
  let over = false
  const { chaosMs, actsAtTill, actsInStore, actsAtHq } = plan
  const toils = world.machines.flatMap(machine => {
    const dice = world.dice.apart()
    const { kind, handle } = machine
    if (kind === 'till') return [toil(world, dice, cashierAt(world, machine, handle, dice), actsAtTill, chaosMs)]
    if (kind === 'hq') return [toil(world, dice, headOfficeAt(world, machine, dice), actsAtHq, chaosMs)]
    const atCounter = cashierAt(world, machine, 'counter', dice)
    return [
      toil(world, dice, storekeeperAt(world, machine, dice), actsInStore, chaosMs),
      toil(world, dice.apart(), atCounter, Math.ceil(actsInStore / 2), chaosMs),
    ]
  })
  const accidents = letGoWrong(world, plan, () => over)
  await Promise.all(toils)
  over = true
  await Promise.all(accidents)
}

/** No seed needs so long; what does hangs. */
const longestUs = 7 * 86_400_000_000

/** Lets time pass until some work is done. Throws what it throws. */
const during = async (world: World, work: Promise<void>): Promise<void> => {
  const end = { done: false, error: undefined as unknown }
  work.then(
    () => {
      end.done = true
    },
    (error: unknown) => Object.assign(end, { done: true, error }),
  )
  await world.schedule.pass(longestUs, () => !end.done)
  if (!end.done) world.breach(17, 'the world stands still')
  if (end.error) throw end.error
}

export type SimulationOptions = {
  show?: ((row: string) => void) | undefined
  /** Leaves the invariants out: for the second run, whose trace alone is of interest. */
  traceOnly?: boolean
}

/** Everything that one seed makes of a world. */
export const simulate = async (
  sqlite3: Sqlite3Static,
  seed: number,
  { show, traceOnly = false }: SimulationOptions = {},
): Promise<Result> => {
  const world = createWorld({ sqlite3, seed, show })
  try {
    const plan = planOf(world.dice)
    await furnish(world, plan.tills)
    for (const machine of world.machines) await world.start(machine)
    await during(world, chaos(world, plan))
    await during(world, heal(world))
    const hash = world.trace.hash()
    if (!traceOnly) await during(world, checkInvariants(world))
    const count = (outcome: string): number => world.acts.filter(act => act.outcome === outcome).length
    return {
      seed,
      plan,
      hash,
      breaches: world.breaches,
      rows: world.trace.rows(60),
      acts: { done: count('done'), refused: count('refused'), unknown: count('unknown') },
      simulatedMs: world.schedule.nowUs() / 1_000,
    }
  } finally {
    await world.end()
  }
}
