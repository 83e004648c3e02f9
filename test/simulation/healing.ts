import { settleAct } from './acts.ts'
import { whatIsMissing } from './convergence.ts'
import { goodLink } from './network.ts'
import type { World } from './world.ts'

/** How long all may take to agree, once everything that was broken is mended. */
const agreeWithinMs = 600_000
const lookEveryMs = 1_000

/** Mends everything, and waits until all nodes agree. What does not come to agree is a breach of invariant 17. */
export const heal = async (world: World): Promise<void> => {
  world.trace.step('all is mended')
  for (const machine of world.machines) {
    Object.assign(machine.link, goodLink())
    if (!machine.process) await world.start(machine)
  }
  for (const act of world.acts.filter(({ outcome }) => outcome === 'unknown')) await settleAct(world, act)
  const sinceUs = world.schedule.nowUs()
  let missing = await whatIsMissing(world)
  while (missing !== undefined && world.schedule.nowUs() - sinceUs < agreeWithinMs * 1_000) {
    await world.pause(lookEveryMs)
    missing = await whatIsMissing(world)
  }
  if (missing === undefined) world.trace.step('all agree')
  else world.breach(17, missing)
}
