import type { Calls } from './worker.ts'

/** What the worker tells without being asked: a sale was sold; opening waits for somebody. */
export type Told = 'sold' | 'waits'
type Said = { told: Told } | { id: number; value?: unknown; error?: string }
type Waiting = { resolve(value: unknown): void; reject(error: Error): void }

declare global {
  interface Window {
    /** Asks the worker. */
    ask(call: keyof Calls, args: unknown[]): Promise<unknown>
    /** Given by the test, which counts. */
    told(what: Told): void
  }
}

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
const waiting = new Map<number, Waiting>()
let asked = 0
worker.addEventListener('message', ({ data }: MessageEvent<Said>) => {
  if ('told' in data) return window.told(data.told)
  const { resolve, reject } = waiting.get(data.id) ?? {}
  waiting.delete(data.id)
  if (data.error === undefined) resolve?.(data.value)
  else reject?.(new Error(data.error))
})
worker.addEventListener('error', ({ message }) => {
  for (const { reject } of waiting.values()) reject(new Error(message))
})
window.ask = (call, args) =>
  new Promise((resolve, reject) => {
    asked += 1
    waiting.set(asked, { resolve, reject })
    worker.postMessage({ id: asked, call, args })
  })
