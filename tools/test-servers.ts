import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { TestTools } from './test-tools.ts'

/** Private servers of one test run. `start` answers with the environment that the tests find them by. */
export type TestServers = {
  folder: string
  start: () => Promise<Record<string, string>>
  stop: () => Promise<void>
  /** What can still be done while the process is ending: kill and remove. */
  stopNow: () => void
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

type Account = { uid: number; gid: number }

/** Postgres refuses to run as root: then its own account runs it, or nobody. */
const postgresAccount = (): Account | undefined => {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map(flag =>
      Number(spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout || Number.NaN),
    )
    if (Number.isInteger(uid) && Number.isInteger(gid)) return { uid: uid ?? 0, gid: gid ?? 0 }
  }
  throw new Error('there is neither an account postgres nor nobody to run Postgres as')
}

const killGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // The group has ended by itself.
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

type Server = { child: ChildProcess; stopSignal: NodeJS.Signals }

/** Starts a server in a process group of its own that, on Linux, the kernel stops even if this process is killed. */
const startServer = (
  servers: Server[],
  command: string[],
  options: { folder: string; log: string; stopSignal: NodeJS.Signals; account?: Account | undefined },
): Server => {
  const guard = existsSync('/usr/bin/setpriv')
    ? ['/usr/bin/setpriv', '--pdeathsig', options.stopSignal.slice(3), '--']
    : []
  const [program = '', ...args] = [...guard, ...command]
  const log = openSync(options.log, 'a')
  const child = spawn(program, args, {
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
    ...options.account,
  })
  closeSync(log)
  const server = { child, stopSignal: options.stopSignal }
  servers.push(server)
  return server
}

const stopServer = async ({ child, stopSignal }: Server): Promise<void> => {
  if (!hasEnded(child)) {
    const ended = new Promise(resolve => child.once('exit', resolve))
    child.kill(stopSignal)
    await Promise.race([ended, pause(10_000, undefined, { ref: false })])
  }
  killGroup(child, 'SIGKILL')
}

/** Repeats `attempt` until it succeeds; gives up when the server has ended or after half a minute. */
const whenReady = async (name: string, server: Server, log: string, attempt: () => Promise<void>): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (hasEnded(server.child)) break
    try {
      return await attempt()
    } catch {
      await pause(100)
    }
  }
  throw new Error(`${name} did not start:\n${readFileSync(log, 'utf8').split('\n').slice(-20).join('\n')}`)
}

const startPostgres = async (servers: Server[], tools: TestTools, folder: string): Promise<string> => {
  const account = postgresAccount()
  const data = join(folder, 'postgres')
  const log = join(folder, 'postgres.log')
  const password = randomBytes(16).toString('hex')
  mkdirSync(data, { mode: 0o700 })
  const passwordFile = join(data, '..', 'postgres-password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (account) for (const path of [data, passwordFile]) chownSync(path, account.uid, account.gid)
  const made = spawnSync(
    tools.initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { cwd: data, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...account },
  )
  if (made.status !== 0) throw new Error(`initdb failed:\n${made.stdout}${made.stderr}`)

  const port = await freePort()
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'max_connections=200',
    'logging_collector=off',
  ]
  const server = startServer(servers, [tools.postgres, '-D', data, ...settings.flatMap(setting => ['-c', setting])], {
    folder: data,
    log,
    stopSignal: 'SIGINT',
    account,
  })
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  await whenReady('postgres', server, log, async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.end()
  })
  return url
}

const startNats = async (servers: Server[], tools: TestTools, folder: string): Promise<string> => {
  const log = join(folder, 'nats.log')
  const port = await freePort()
  const command = [
    tools.natsServer,
    '--addr',
    '127.0.0.1',
    '--port',
    String(port),
    '--jetstream',
    '--store_dir',
    join(folder, 'nats'),
  ]
  const server = startServer(servers, command, { folder, log, stopSignal: 'SIGTERM' })
  await whenReady(
    'nats-server',
    server,
    log,
    () =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1')
        socket.once('error', reject)
        socket.once('data', greeting => {
          socket.destroy()
          if (greeting.toString().startsWith('INFO ')) resolve()
          else reject(new Error('not a NATS server'))
        })
      }),
  )
  return `nats://127.0.0.1:${port}`
}

/** Another program may take the free port first: then once more with another. */
const twice = async <T>(start: (folder: string) => Promise<T>, folder: string): Promise<T> => {
  const attempt = (): Promise<T> => {
    const own = mkdtempSync(join(folder, 'server-'))
    chmodSync(own, 0o711)
    return start(own)
  }
  try {
    return await attempt()
  } catch {
    return await attempt()
  }
}

/**
 * A private Postgres and a private NATS with JetStream, on free ports of this machine only, with their data in a temporary
 * folder. Settings of durability are left as they are in service.
 */
export const testServers = (tools: TestTools): TestServers => {
  const folder = mkdtempSync(join(tmpdir(), 'tillwire-test-'))
  chmodSync(folder, 0o711)
  const servers: Server[] = []
  const stopNow = (): void => {
    for (const { child } of servers) killGroup(child, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  return {
    folder,
    start: async () => ({
      TEST_POSTGRES_URL: await twice(own => startPostgres(servers, tools, own), folder),
      TEST_NATS_URL: await twice(own => startNats(servers, tools, own), folder),
      TEST_CHROMIUM: tools.chromium,
    }),
    stop: async () => {
      await Promise.all(servers.map(stopServer))
      stopNow()
    },
    stopNow,
  }
}
