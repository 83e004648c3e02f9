import { expect, test } from 'vitest'
import type { Timers } from '../../../src/platform/ports.ts'
import { watchedStanding } from './standing.ts'

const clock = () => {
  const waiting: Array<{ ms: number; run: () => void }> = []
  const timers: Timers = {
    after: (ms, run) => {
      const timer = { ms, run }
      waiting.push(timer)
      return () => void waiting.splice(waiting.indexOf(timer), 1)
    },
    turn: async () => {},
  }
  return { timers, waiting }
}

test('who waits for a number hears of it when the store has it, and of nothing once the time is over', async () => {
  const { timers, waiting } = clock()
  const { standing, acknowledged } = watchedStanding(timers)
  standing.acknowledgedSeq = 4
  expect(await acknowledged(4, 300)).toBe(true)
  const fifth = acknowledged(5, 300)
  const sixth = acknowledged(6, 300)
  standing.acknowledgedSeq = 5
  expect(await fifth).toBe(true)
  expect(waiting.map(({ ms }) => ms)).toEqual([300])
  for (const { run } of [...waiting]) run()
  expect(await sixth).toBe(false)
  expect(standing.acknowledgedSeq).toBe(5)
})
