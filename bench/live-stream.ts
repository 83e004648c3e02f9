import { get } from 'node:http'
import type { RecordedFact } from '../src/contracts/fact.ts'
import { monotonicUs } from './statistics.ts'

type Reached = { position: number; atUs: number }
/** What one who watches a shop was told, and when, by the monotonic clock. */
export type LiveStream = {
  /** When it was told that a service had got to a position; undefined where it never was. */
  reachedAtUs(service: string, position: number): number | undefined
  /** When it was told of the first fact that has this cause. */
  causedAtUs(cause: string): number | undefined
  close(): void
}

/** Watches a shop's live stream with the facts of these types, each of which `onFact` is told. Ready when the shop has answered. */
export const watchLive = (
  url: string,
  token: string,
  types: readonly string[],
  onFact: (id: string) => void = () => {},
): Promise<LiveStream> =>
  new Promise((resolve, reject) => {
    const reached = new Map<string, Reached[]>()
    const caused = new Map<string, number>()

    const take = (event: string, atUs: number): void => {
      const kind = /^event: (.*)$/m.exec(event)?.[1]
      const data = /^data: (.*)$/m.exec(event)?.[1]
      if (data === undefined) return
      if (kind === 'fact') {
        const { id, cause } = JSON.parse(data) as Pick<RecordedFact, 'id' | 'cause'>
        onFact(id)
        if (cause !== undefined && !caused.has(cause)) caused.set(cause, atUs)
        return
      }
      for (const { service, position } of JSON.parse(data) as Array<{ service: string; position: number }>) {
        const all = reached.get(service) ?? []
        reached.set(service, all)
        if (position > (all.at(-1)?.position ?? -1)) all.push({ position, atUs })
      }
    }

    const request = get(
      `${url}/api/v1/live?types=${types.join(',')}`,
      { headers: { authorization: `Bearer ${token}` } },
      response => {
        if (response.statusCode !== 200) return reject(new Error(`the live stream answers ${response.statusCode}`))
        let waiting = ''
        response.setEncoding('utf8')
        response.on('data', (text: string) => {
          const atUs = monotonicUs()
          const events = (waiting + text).split('\n\n')
          waiting = events.pop() ?? ''
          for (const event of events) take(event, atUs)
        })
        resolve({
          reachedAtUs: (service, position) => {
            const all = reached.get(service) ?? []
            let low = 0
            let high = all.length
            while (low < high) {
              const middle = (low + high) >> 1
              if (all[middle]!.position >= position) high = middle
              else low = middle + 1
            }
            return all[low]?.atUs
          },
          causedAtUs: cause => caused.get(cause),
          close: () => request.destroy(),
        })
      },
    )
    // Closing it from this side is an error to the request, and meant.
    request.on('error', reject)
  })
