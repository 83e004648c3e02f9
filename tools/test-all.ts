import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { sumOf, totalsOf } from './test-report.ts'
import { testServers } from './test-servers.ts'
import { provideTools } from './test-tools.ts'

/** sysexits.h EX_CONFIG: the machine lacks something. */
const missingTools = 78

const root = resolve(import.meta.dirname, '..')

type Step = { name: string; command: string[]; reports: boolean }

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

const steps: Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'], reports: false },
  { name: 'style', command: ['biome', 'check', '.'], reports: false },
  { name: 'build', command: ['npm', 'run', 'build'], reports: false },
  { name: 'vitest', command: ['vitest', 'run'], reports: true },
  ...('test:browser' in scripts
    ? [{ name: 'browser', command: ['npm', 'run', 'test:browser', '--'], reports: true }]
    : []),
]

const usage = `npm run test:all -- [--only STEP]... [-- ARGUMENTS FOR VITEST]   steps: ${steps.map(step => step.name).join(', ')}`

const readArguments = (): { chosen: Step[]; extra: string[] } => {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean' } },
    allowPositionals: true,
  })
  const only = values.only ?? steps.map(step => step.name)
  const unknown = only.find(name => !steps.some(step => step.name === name))
  if (values.help || unknown !== undefined) {
    console.log(unknown === undefined ? usage : `There is no step ${unknown}. ${usage}`)
    process.exit(values.help ? 0 : 64)
  }
  return { chosen: steps.filter(step => only.includes(step.name)), extra: positionals }
}

let running: ChildProcess | undefined

const killRunning = (signal: NodeJS.Signals): void => {
  if (running?.pid === undefined) return
  try {
    process.kill(-running.pid, signal)
  } catch {
    // It has ended by itself.
  }
}

const runStep = (command: string[], environment: Record<string, string>): Promise<boolean> =>
  new Promise(done => {
    console.log(`\n$ ${command.join(' ')}`)
    const [program = '', ...args] = command
    const path = [join(root, 'node_modules', '.bin'), dirname(process.execPath), process.env.PATH].join(':')
    running = spawn(program, args, {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...environment, PATH: path },
    })
    running.once('error', error => {
      console.error(error.message)
      done(false)
    })
    running.once('exit', code => {
      killRunning('SIGKILL')
      running = undefined
      done(code === 0)
    })
  })

const readReport = (path: string) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

const main = async (): Promise<number> => {
  const { chosen, extra } = readArguments()
  const provided = provideTools()
  if (!provided.ok) {
    console.error(provided.sentence)
    return missingTools
  }
  const servers = testServers(provided.tools)
  process.once('exit', () => {
    killRunning('SIGKILL')
    servers.stopNow()
  })
  let interrupted = 0
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
    process.on(signal, () => {
      if (interrupted > 0) process.exit(128 + number)
      interrupted = number
      killRunning('SIGTERM')
      setTimeout(() => killRunning('SIGKILL'), 5_000).unref()
    })
  }
  try {
    const environment = await servers.start()
    const totals = []
    for (const step of chosen) {
      if (interrupted > 0) break
      const reportPath = join(servers.folder, `${step.name}.json`)
      const reporting = step.reports
        ? ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`, ...extra]
        : []
      const succeeded = await runStep([...step.command, ...reporting], environment)
      const report = step.reports ? readReport(reportPath) : undefined
      const stepTotals = totalsOf({ succeeded: succeeded && (report !== undefined || !step.reports), report })
      if (stepTotals.failed > 0) console.log(`step ${step.name} failed`)
      totals.push(stepTotals)
    }
    if (interrupted > 0) return 128 + interrupted
    const { passed, failed, skipped } = sumOf(totals)
    if (skipped > 0) console.log(`\n${skipped} skipped`)
    console.log(`\n${passed} passed, ${failed} failed`)
    return failed === 0 ? 0 : 1
  } finally {
    await servers.stop()
  }
}

process.exit(await main())
