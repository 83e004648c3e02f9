import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** Programs from outside the package that the tests run against. */
export type TestTools = { postgres: string; initdb: string; natsServer: string; chromium: string }

export const oldestPostgres = 15

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Where programs may be: PATH, the folder of servers that a plain user's PATH lacks, and Debian's Postgres folders, newest first. */
export const foldersToSearch = (path: string, postgresRoot = '/usr/lib/postgresql'): string[] => {
  const versions = existsSync(postgresRoot) ? readdirSync(postgresRoot) : []
  return [
    ...versions.toSorted((a, b) => Number(b) - Number(a)).map(version => join(postgresRoot, version, 'bin')),
    ...path.split(delimiter).filter(folder => folder !== ''),
    '/usr/local/sbin',
    '/usr/sbin',
  ]
}

/** The major version that `postgres --version` names: `postgres (PostgreSQL) 15.14 (Debian …)` is 15. */
export const postgresMajor = (version: string): number => Number(/\(PostgreSQL\)\s+(\d+)/.exec(version)?.[1] ?? 0)

const postgresIn = (folder: string): Pick<TestTools, 'postgres' | 'initdb'> | undefined => {
  const postgres = join(folder, 'postgres')
  const initdb = join(folder, 'initdb')
  if (!isProgram(postgres) || !isProgram(initdb)) return undefined
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8' })
  return postgresMajor(stdout ?? '') >= oldestPostgres ? { postgres, initdb } : undefined
}

const first = (folders: readonly string[], names: readonly string[]): string | undefined =>
  names.flatMap(name => folders.map(folder => join(folder, name))).find(isProgram)

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** What is there, and the Debian packages of what is not. */
export const findTools = (folders: readonly string[]): { tools: Partial<TestTools>; missing: string[] } => {
  const postgres = folders.map(postgresIn).find(found => found !== undefined)
  const natsServer = first(folders, ['nats-server'])
  const chromium = first(folders, chromiumNames)
  return {
    tools: { ...postgres, ...(natsServer ? { natsServer } : {}), ...(chromium ? { chromium } : {}) },
    missing: [
      ...(postgres ? [] : ['postgresql']),
      ...(natsServer ? [] : ['nats-server']),
      ...(chromium ? [] : ['chromium']),
    ],
  }
}

export const isComplete = (tools: Partial<TestTools>): tools is TestTools =>
  [tools.postgres, tools.initdb, tools.natsServer, tools.chromium].every(path => path !== undefined)

const run = (command: string, args: readonly string[]): void => {
  console.log(`$ ${[command, ...args].join(' ')}`)
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status !== 0) throw new Error(`${command} ended with ${status}`)
}

/** Writes a file for the time of `work`, unless one is there already. */
const withFile = (path: string, text: string, mode: number, work: () => void): void => {
  const isMine = !existsSync(path)
  if (isMine) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode })
  }
  try {
    work()
  } finally {
    if (isMine) rmSync(path, { force: true })
  }
}

/**
 * Installs Debian packages without any service of theirs starting: policy-rc.d keeps servers down, and Postgres makes no
 * cluster of its own, because the tests start private ones.
 */
const installPackages = (packages: readonly string[]): void => {
  run('apt-get', ['update'])
  withFile('/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', 0o755, () =>
    withFile('/etc/postgresql-common/createcluster.d/tillwire-test.conf', 'create_main_cluster = false\n', 0o644, () =>
      run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]),
    ),
  )
}

/** Finds the programs, installs them where this machine lets us, or says in words what is missing. */
export const provideTools = (): { ok: true; tools: TestTools } | { ok: false; sentence: string } => {
  const look = () => findTools(foldersToSearch(process.env.PATH ?? ''))
  let found = look()
  const mayInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (found.missing.length > 0 && mayInstall) {
    try {
      installPackages(found.missing)
      found = look()
    } catch (error) {
      console.error(error instanceof Error ? error.message : error)
    }
  }
  if (isComplete(found.tools)) return { ok: true, tools: found.tools }
  const names: Record<string, string> = {
    postgresql: `the server programs of PostgreSQL ${oldestPostgres} or later (initdb and postgres)`,
    'nats-server': 'nats-server 2.9 or later',
    chromium: 'Chromium or Google Chrome',
  }
  return {
    ok: false,
    sentence: [
      `Missing for the tests: ${found.missing.map(name => names[name]).join('; ')}.`,
      `On Debian or Ubuntu: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${found.missing.join(' ')}`,
      'Elsewhere install them by the means of your system, so that they are in PATH, and run this again.',
    ].join('\n'),
  }
}
