import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { systemPorts } from '../platform/system.ts'
import { exitCodes, Failed } from './commands/exit.ts'
import { type DemoOptions, runDemoStores } from './demo/stores/run.ts'

/** `npm run demo:stores`: see the description below. */
const wholeNumber =
  (most: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number > most) throw new InvalidArgumentError(`a whole number up to ${most} is needed`)
    return number
  }

const program = new Command('npm run demo:stores --')
  .description(
    'Starts HQ, two stores and three tills that sell by themselves, each as a process of its own on this machine, and a page that shows them all: cut any link, kill any process, and see everyone agree afterwards.',
  )
  .option('--port <number>', 'port of the page, on this machine alone; 0 takes a free one', wholeNumber(65_535), 7400)
  .option('--data <folder>', 'an empty or new folder for what the nodes keep; one for temporary files where absent')
  .option('--keep', 'keep that folder at the end', false)
  .option('--no-browser', 'open no browser')
  .option(
    '--seconds <number>',
    'end after selling for so long: 0 where all agree in the end, 1 where not',
    wholeNumber(86_400),
  )
  .exitOverride()

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Whoever is in a hurry says so twice; the nodes are then killed.
    if (stop.signal.aborted) process.exit(exitCodes.failed)
    stop.abort()
  })
}
try {
  program.parse()
  const { port, data, keep, browser, seconds } = program.opts<DemoOptions>()
  const ports = systemPorts('warn')
  const agreed = await runDemoStores({ port, data, keep, browser, seconds }, ports, stop.signal)
  process.exit(agreed ? exitCodes.ok : exitCodes.failed)
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? exitCodes.ok : exitCodes.usage)
  console.error(error instanceof Failed ? error.message : error)
  process.exit(error instanceof Failed ? error.exitCode : exitCodes.failed)
}
