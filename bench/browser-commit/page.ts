import type { Took } from './worker.ts'

declare global {
  interface Window {
    measureCommits(rounds: number): Promise<Took>
  }
}

window.measureCommits = rounds =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<Took | string>) => {
      if (typeof data === 'string') reject(new Error(data))
      else resolve(data)
    })
    worker.addEventListener('error', ({ message }) => reject(new Error(message)))
    worker.postMessage(rounds)
  })
