import { Command, CommanderError, Option } from 'commander'
import { ApiRefusal } from '../contracts/client.ts'
import { exitCodes, Failed } from './commands/exit.ts'
import { readConfig, WrongConfig } from './config.ts'
import { FolderTaken, version } from './shop.ts'

const options = {
  port: new Option('--port <number>', 'port to listen on (TILLWIRE_PORT)').default(undefined, '7070'),
  host: new Option('--host <address>', 'address to listen on (TILLWIRE_HOST)').default(undefined, 'all'),
  data: new Option('--data <folder>', 'folder of everything the shop keeps (TILLWIRE_DATA)').default(
    undefined,
    './data',
  ),
  log: new Option('--log <level>', 'debug, info, warn, error or silent (TILLWIRE_LOG)').default(undefined, 'warn'),
  https: new Option('--https <how>', 'own: with an authority of its own, or off (TILLWIRE_HTTPS)').default(
    undefined,
    'own',
  ),
  httpsPort: new Option('--https-port <number>', 'port of HTTPS (TILLWIRE_HTTPS_PORT)').default(
    undefined,
    'that of HTTP + 373, so 7443',
  ),
  httpsNames: new Option(
    '--https-names <names>',
    'names and addresses that this machine does not know it has, with commas between (TILLWIRE_HTTPS_NAMES)',
  ),
  certificate: new Option('--certificate <file>', 'a certificate of your own, in PEM form (TILLWIRE_CERTIFICATE)'),
  key: new Option('--key <file>', 'the key of that certificate (TILLWIRE_KEY)'),
  json: new Option('--json', 'print data as JSON, one value a line'),
}
const { port, host, https, httpsPort, httpsNames, certificate, key } = options
/** For every command that starts a node and listens. */
const listening = (command: Command): Command =>
  [port, host, https, httpsPort, httpsNames, certificate, key].reduce(
    (given, option) => given.addOption(option),
    command,
  )
type Given = Record<string, unknown> & { json?: boolean }

/** The command line. Ends the process with a code that scripts can use; see `exitCodes`. */
export const main = async (argv: readonly string[]): Promise<void> => {
  const program = new Command('tillwire')
    .description('A point of sale from the corner shop to the chain')
    .version(version)
  program.exitOverride().showHelpAfterError('(tillwire <command> --help tells more)')
  program.addHelpText(
    'after',
    `\nExit codes: ${Object.entries(exitCodes)
      .map(([name, code]) => `${code} ${name}`)
      .join(', ')}`,
  )

  const config = (given: Given) => readConfig(given, process.env)
  const onData = (parent: Command, name: string, description: string) =>
    parent.command(name).description(description).addOption(options.data).addOption(options.log)

  listening(onData(program, 'shop', 'start a shop: till, office and API on one machine (npm start)'))
    .option('--demo', 'a shop to look at: people with PINs, products, and two weeks of sales')
    .option('--empty', 'start without the demo catalogue')
    .option(
      '--webhooks-to-private',
      'let webhooks go to addresses inside a private network (TILLWIRE_WEBHOOKS_TO_PRIVATE)',
    )
    .action(async (given: Given) =>
      (await import('./commands/shop.ts')).runShop(config(given), {
        demo: given.demo === true,
        empty: given.empty === true,
      }),
    )

  listening(
    onData(program, 'hq', 'start a headquarters: what several stores have in common, and all that happens in them'),
  ).action(async (given: Given) => (await import('./commands/node.ts')).runHq(config(given)))
  const below = (kind: 'store' | 'till', parent: 'hq' | 'store', description: string) =>
    listening(onData(program, kind, description))
      .option(`--${parent} <url>`, `where the ${parent} is; kept once it was enrolled there`)
      .option('--code <code>', `enrols this ${kind} by a code that was made there`)
      .option('--authority <file>', "the authority of the other's certificate (PEM), where it made its own")
      .action(async (given: Given & { code?: string; authority?: string; hq?: string; store?: string }) =>
        (await import('./commands/node.ts')).runBelow(config(given), kind, {
          url: given[parent],
          code: given.code,
          authority: given.authority,
        }),
      )
  below('store', 'hq', 'start a store under a headquarters; it goes on alone when that is not reached')
  below('till', 'store', 'start a till as a process of its own; it goes on alone when its store is not reached')

  const importing = program.command('import').description('bring data in')
  onData(importing, 'products', 'add and change products from CSV; good rows go in, the others are listed with why')
    .argument('<file>', 'CSV with at least the columns sku, name and price')
    .addOption(options.json)
    .action(async (file: string, given: Given) =>
      (await import('./commands/products.ts')).importProducts(config(given), file, given.json === true),
    )
  const exporting = program.command('export').description('take data out')
  onData(exporting, 'products', 'every product as CSV, in the form that the import reads')
    .argument('[file]', 'where to write; standard output where absent')
    .action(async (file: string | undefined, given: Given) =>
      (await import('./commands/products.ts')).exportProducts(config(given), file),
    )

  onData(
    program,
    'replay',
    'ring up real past sales from a file, through the API that the till uses; running it again changes nothing',
  )
    .argument('<file>', 'CSV with InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice')
    .option('--speed <times>', 'so many times as fast as it happened; as fast as it goes where absent')
    .addOption(options.json)
    .action(async (file: string, given: Given) =>
      (await import('./commands/replay.ts')).replay(config(given), file, given),
    )

  const report = program.command('report').description('print a report')
  onData(report, 'day', "a day's sales by hour, product, cashier, tender and tax")
    .argument('[day]', 'YYYY-MM-DD; today where absent')
    .option('--to <day>', 'sum up to this day')
    .addOption(options.json)
    .action(async (day: string | undefined, given: Given) =>
      (await import('./commands/report.ts')).reportDay(config(given), day, given),
    )

  onData(program, 'verify', "check the journal's chain from the first fact to the last")
    .addOption(options.json)
    .action(async (given: Given) => (await import('./commands/journal.ts')).verify(config(given), given.json === true))
  onData(program, 'rebuild', 'drop everything derived and make it again from the journal')
    .addOption(options.json)
    .action(async (given: Given) => (await import('./commands/journal.ts')).rebuild(config(given), given.json === true))
  onData(program, 'backup', 'copy the whole shop into one file, while it sells')
    .argument('<file>', 'must not exist yet')
    .action(async (file: string, given: Given) => (await import('./commands/backup.ts')).backup(config(given), file))
  onData(program, 'restore', 'bring a backup back into an empty data folder')
    .argument('<file>', 'made by backup')
    .action(async (file: string, given: Given) => (await import('./commands/backup.ts')).restore(config(given), file))

  const token = program.command('token').description('API tokens')
  onData(token, 'create', 'make an API token and print its secret, once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope...>', 'what it may do: sales:write, catalogue:read, …')
    .addOption(options.json)
    .action(async (given: Given) => (await import('./commands/token.ts')).createToken(config(given), given))
  onData(program, 'trust', 'print by what devices know this shop, and where they learn to trust it')
    .option('--renew', 'make a new server certificate now; a running shop takes it within a minute')
    .addOption(options.port)
    .addOption(options.httpsPort)
    .addOption(options.httpsNames)
    .addOption(options.json)
    .action(async (given: Given) =>
      (await import('./commands/trust.ts')).trust(config(given), {
        renew: given.renew === true,
        json: given.json === true,
      }),
    )
  onData(program, 'doctor', 'look for what is wrong with this machine and this shop')
    .addOption(options.json)
    .addOption(options.port)
    .addOption(options.https)
    .addOption(options.certificate)
    .addOption(options.key)
    .action(async (given: Given) => (await import('./commands/doctor.ts')).doctor(config(given), given.json === true))

  try {
    await program.parseAsync([...argv])
  } catch (error) {
    process.exitCode = reportFailure(error)
  }
}

/** Says what went wrong in one line on standard error, and answers the code to end with. */
const reportFailure = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
  if (error instanceof Failed) {
    if (error.message) console.error(error.message)
    return error.exitCode
  }
  if (error instanceof WrongConfig) {
    console.error(`wrong configuration: ${error.message}`)
    return exitCodes.configuration
  }
  if (error instanceof FolderTaken) {
    console.error(`${error.message}. Stop it first, or name another folder with --data.`)
    return exitCodes.unavailable
  }
  if (error instanceof ApiRefusal) {
    console.error(`refused (${error.problem.code}): ${error.message}`)
    return exitCodes.refused
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.failed
}
