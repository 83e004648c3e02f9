import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../../src/contracts/client.ts'

const cli = new URL('../../src/run/cli.js', import.meta.url).pathname

/** A folder of its own for a shop's data, and how to remove it. */
export const temporaryFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'tillwire-process-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export type Ended = { code: number | null; out: string; err: string }

/** Runs a command to its end, as a user would type it. */
export const runCommand = (...args: string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', chunk => {
      out += chunk
    })
    child.stderr.on('data', chunk => {
      err += chunk
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, out, err }))
  })

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

/** Starts a shop as a process on a free port of this machine and waits until it says that it is open. */
export const startShopProcess = (data: string, ...args: string[]): Promise<NodeProcess> =>
  startNodeProcess('shop', data, ...args)

/** The same for a node of any kind: `command` is shop, hq, store or till. */
export const startNodeProcess = async (command: string, data: string, ...args: string[]): Promise<NodeProcess> => {
  const child = spawn(process.execPath, [cli, command, '--port', '0', '--host', '127.0.0.1', '--data', data, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let errors = ''
  child.stderr.on('data', chunk => {
    errors += chunk
  })
  const ended = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    const deadline = AbortSignal.timeout(30_000)
    const tooLate = () => {
      child.kill('SIGKILL')
      reject(new Error(`it was not open after 30 s and printed: ${printed}${errors}`))
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
  const { url, key } = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as { url: string; key: string }
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
