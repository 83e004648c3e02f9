import type { Client } from '../../contracts/client.ts'
import { deviceRoutes } from '../../contracts/devices.ts'
import type { WorkContext } from '../../platform/host/service.ts'
import { itself } from './identify.ts'

/** So often, that a till which is connected never comes near the end of its PINs. */
const everyMs = 3_600_000
const againMs = 60_000
/**
 * Facts about people come in bursts, and to a till they come before its store has the PINs that belong to them: it asks at once, and
 * again when the store surely has them.
 */
const soonMs: readonly number[] = [1_000, 4_000, 15_000]

/**
 * Fetches the PINs of those who may sign in here from the node above: at the start, every hour, and soon after anything about
 * people came down. Answers how to end it.
 */
export const hearPins = (
  { timers, execute, onCommit, log }: Pick<WorkContext, 'timers' | 'execute' | 'onCommit' | 'log'>,
  parent: Pick<Client, 'call'>,
): (() => Promise<void>) => {
  const controller = new AbortController()
  let cancel: () => void = () => {}
  let running: Promise<void> = Promise.resolve()
  let soon: number[] = []

  const fetchOnce = async (): Promise<number> => {
    try {
      const handed = await parent.call(deviceRoutes.pins, {}, { signal: controller.signal })
      await execute({ service: 'staff', command: 'keepPins', input: handed, principal: itself })
      return soon.shift() ?? everyMs
    } catch (error) {
      if (!controller.signal.aborted) log.info({ error: String(error) }, 'PINs could not be fetched')
      return againMs
    }
  }
  const after = (ms: number): void => {
    cancel()
    if (controller.signal.aborted) return
    cancel = timers.after(ms, () => {
      running = running.then(fetchOnce).then(after)
    })
  }
  const endListening = onCommit(facts => {
    if (facts.some(fact => fact.fromAbove && fact.type.startsWith('staff.'))) {
      soon = [...soonMs]
      after(soon.shift() ?? 0)
    }
  })
  after(0)
  return async () => {
    controller.abort()
    endListening()
    cancel()
    await running
  }
}
