import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NodeProcess, startNodeProcess as startProcess } from '../../src/run/demo/stores/node-process.ts'

export type { NodeProcess }

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

/** Starts a shop as a process on a free port of this machine and waits until it says that it is open. */
export const startShopProcess = (data: string, ...args: string[]): Promise<NodeProcess> =>
  startNodeProcess('shop', data, ...args)

/** The same for a node of any kind: `command` is shop, hq, store or till. */
export const startNodeProcess = (command: string, data: string, ...args: string[]): Promise<NodeProcess> =>
  startProcess(command, data, '--port', '0', '--host', '127.0.0.1', ...args)
