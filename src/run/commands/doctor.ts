import { accessSync, constants, existsSync, mkdirSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { DatabaseSync } from 'node:sqlite'
import { platformRoutes } from '../../contracts/platform.ts'
import { openSqlite } from '../../platform/database/sqlite.ts'
import { verifyJournal } from '../../platform/journal/verify.ts'
import { systemPorts } from '../../platform/system.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { dataFolder } from '../data-folder.ts'
import { exitCodes } from './exit.ts'
import type { Finding } from './finding.ts'
import { httpsFindings } from './https-findings.ts'

const oldestNode = 26
const leastFreeBytes = 500_000_000

const portIsFree = (port: number, host: string): Promise<boolean> =>
  new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })

const folderFinding = (path: string): Finding => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(path, constants.W_OK)
    const { bavail, bsize } = statfsSync(path)
    const free = bavail * bsize
    return { check: 'disk', ok: free >= leastFreeBytes, says: `${Math.round(free / 1_000_000)} MB free in ${path}` }
  } catch (error) {
    return {
      check: 'disk',
      ok: false,
      says: `${path} can't be written: ${error instanceof Error ? error.message : error}`,
    }
  }
}

const databaseFindings = async (file: string): Promise<Finding[]> => {
  if (!existsSync(file)) return [{ check: 'shop', ok: true, says: 'no shop here yet; npm start makes one' }]
  const sqlite = new DatabaseSync(file, { readOnly: true })
  const integrity = String(Object.values(sqlite.prepare('PRAGMA quick_check(1)').get() ?? {})[0])
  sqlite.close()
  const db = openSqlite(file, { readOnly: true })
  const { facts, damages } = await verifyJournal(db)
  await db.close()
  return [
    { check: 'database', ok: integrity === 'ok', says: integrity },
    {
      check: 'journal',
      ok: damages.length === 0,
      says: damages[0] ? `damaged at ${damages[0].position}: ${damages[0].what}` : `${facts} facts, the chain is whole`,
    },
  ]
}

const runningFindings = async (config: ShopConfig): Promise<Finding[]> => {
  const shop = await connectShop(config)
  try {
    const { head, rows } = await shop.client.call(platformRoutes.services, {})
    return rows.map(({ service, waiting, failure }) => ({
      check: `service ${service}`,
      ok: failure === null,
      says: failure ?? (waiting === 0 ? `at the head (${head})` : `${waiting} facts behind`),
    }))
  } finally {
    await shop.close()
  }
}

/** Looks at the machine, the data folder and the shop in it. Ends with `failed` where something is wrong. */
export const doctor = async (config: ShopConfig, json: boolean): Promise<void> => {
  const folder = dataFolder(config.data)
  const running = folder.running()
  const major = Number(process.versions.node.split('.')[0])
  const findings: Finding[] = [
    {
      check: 'node',
      ok: major >= oldestNode,
      says: `${process.versions.node} (${oldestNode} or later; npm scripts bring it)`,
    },
    folderFinding(config.data),
    ...(await databaseFindings(folder.database)),
    running
      ? { check: 'running', ok: true, says: `${running.url}, process ${running.pid}` }
      : { check: 'port', ok: await portIsFree(config.port, config.host), says: `${config.port} on ${config.host}` },
    ...httpsFindings(config, systemPorts().clock.nowMs()),
    ...(existsSync(folder.database) ? await runningFindings(config) : []),
  ]
  if (json) console.log(JSON.stringify({ findings }))
  else for (const { check, ok, says } of findings) console.log(`${ok ? 'ok   ' : 'WRONG'} ${check}: ${says}`)
  if (findings.some(finding => !finding.ok)) process.exitCode = exitCodes.failed
}
