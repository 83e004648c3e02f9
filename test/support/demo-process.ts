import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

const entry = new URL('../../src/run/demo-stores.ts', import.meta.url).pathname

export type DemoProcess = {
  child: ChildProcess
  printed(): string
  /** Resolves as soon as it has printed this. */
  says(text: string): Promise<void>
  /** Where its page is. */
  url(): string
  /** What it ended with. */
  ended: Promise<number | null>
}

/** `npm run demo:stores` without a browser, on a free port. */
export const startDemo = (...args: string[]): DemoProcess => {
  const child = spawn(process.execPath, [entry, '--no-browser', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  child.stdout.on('data', chunk => {
    printed += chunk
  })
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!printed.includes(text)) return
        child.stdout.off('data', look)
        resolve()
      }
      child.stdout.on('data', look)
      void ended.then(code => reject(new Error(`the demo ended with ${code} and printed: ${printed}`)))
      look()
    })
  return { child, printed: () => printed, says, url: () => /http:\S+/.exec(printed)?.[0] ?? '', ended }
}
