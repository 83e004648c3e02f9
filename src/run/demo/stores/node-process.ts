import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Client, createClient } from '../../../contracts/client.ts'
import { dataFolder } from '../../data-folder.ts'

const cli = new URL('../../cli.js', import.meta.url).pathname
const openWithinMs = 60_000
/** So many characters of what it says of errors are kept. */
const mostErrors = 4_000

/** A node as a process of its own. */
export type NodeProcess = {
  url: string
  /** The operator's key, which only those who may read the data folder have. */
  key: string
  child: ChildProcess
  /** What it has printed so far. */
  printed(): string
  /** The operator, with all rights. */
  client: Client
  clientWith(token: string): Client
  /** Ends it by a signal and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts a node (`command` is shop, hq, store or till) and waits until it says that it is open. Throws where it does not. */
export const startNodeProcess = async (command: string, data: string, ...args: string[]): Promise<NodeProcess> => {
  const child = spawn(process.execPath, [cli, command, '--data', data, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  // Whatever ends this process, its nodes go with it.
  const takeAlong = () => child.kill('SIGKILL')
  process.once('exit', takeAlong)
  const ended = once(child, 'exit').finally(() => process.off('exit', takeAlong))
  let printed = ''
  let errors = ''
  child.stderr.on('data', chunk => {
    errors = `${errors}${chunk}`.slice(-mostErrors)
  })
  await new Promise<void>((resolve, reject) => {
    const deadline = AbortSignal.timeout(openWithinMs)
    const tooLate = () => {
      child.kill('SIGKILL')
      reject(new Error(`${command} was not open after ${openWithinMs / 1_000} s and printed: ${printed}${errors}`))
    }
    deadline.addEventListener('abort', tooLate)
    child.stdout.on('data', chunk => {
      printed += chunk
      if (!printed.includes('API ')) return
      deadline.removeEventListener('abort', tooLate)
      resolve()
    })
    child.once('exit', code => {
      deadline.removeEventListener('abort', tooLate)
      reject(new Error(`${command} ended with ${code}: ${errors}`))
    })
  })
  const running = dataFolder(data).running()
  if (running === null || running.pid !== child.pid) throw new Error(`${command} is open and does not say where`)
  const { url, key } = running
  const clientWith = (token: string) => createClient(request => fetch(request), url, token)
  return {
    url,
    key,
    child,
    printed: () => printed,
    client: clientWith(key),
    clientWith,
    end: async (signal = 'SIGTERM') => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
      return child.exitCode
    },
  }
}
