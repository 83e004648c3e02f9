import { existsSync, readFileSync } from 'node:fs'
import type { ShopConfig } from '../config.ts'
import { dataFolder } from '../data-folder.ts'
import { enrolHere } from '../enrol-here.ts'
import { readEnrolled } from '../enrolled.ts'
import { FolderTaken } from '../shop.ts'
import { exitCodes, Failed } from './exit.ts'
import { openNode } from './open-node.ts'

/** Runs a headquarters until it is told to stop. */
export const runHq = (config: ShopConfig): Promise<void> => openNode(config, 'hq', async () => [])

type Above = { url: string | undefined; code: string | undefined; authority: string | undefined }

const readAuthority = (file: string | undefined): string | null => {
  if (file === undefined) return null
  if (!existsSync(file)) throw new Failed(exitCodes['no input'], `there is no file ${file}`)
  return readFileSync(file, 'utf8')
}

/**
 * Runs a node below another until it is told to stop. With a code it is enrolled first: the first time, and again after it was
 * restored from a backup or refused as a copy.
 */
export const runBelow = async (config: ShopConfig, kind: 'store' | 'till', above: Above): Promise<void> => {
  const folder = dataFolder(config.data)
  const release = folder.take()
  if (!release) throw new FolderTaken(`another Tillwire has ${config.data}`)
  try {
    const before = readEnrolled(folder.enrolled)
    const url = above.url ?? before?.parentUrl
    const isEnrolled = above.code === undefined && before?.kind === kind
    if (!isEnrolled && (above.code === undefined || url === undefined)) {
      const parent = kind === 'store' ? '--hq' : '--store'
      throw new Failed(exitCodes.usage, `this ${kind} is not enrolled yet: name ${parent} <url> and --code <code>`)
    }
    if (above.code !== undefined && url !== undefined)
      await enrolHere(folder, {
        kind,
        parentUrl: url,
        code: above.code,
        authority: readAuthority(above.authority) ?? before?.authority ?? null,
      })
  } finally {
    release()
  }
  await openNode(config, kind, async ({ shop }) => [
    `  ${kind === 'store' ? 'Store' : 'Till of store'} ${shop.node.store}`,
  ])
}
