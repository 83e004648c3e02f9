import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { catalogueRoutes, importReport } from '../../contracts/catalogue.ts'
import { ApiRefusal } from '../../contracts/client.ts'
import { problem } from '../../contracts/platform.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { exitCodes, Failed } from './exit.ts'

const path = (route: { path: string }) => `/api/v1${route.path}`

const needFile = async (file: string): Promise<void> => {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new Failed(exitCodes['no input'], `there is no file ${file}`)
}

/** Ends with `data` where rows were refused; the others are in. */
export const importProducts = async (config: ShopConfig, file: string, json: boolean): Promise<void> => {
  await needFile(file)
  const shop = await connectShop(config)
  try {
    // `duplex` lets the file stream out while it is read; the type of the platform does not name it yet.
    const request: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: Readable.toWeb(createReadStream(file)) as ReadableStream,
      duplex: 'half',
    }
    const response = await shop.fetch(path(catalogueRoutes.importProducts), request)
    const answer: unknown = await response.json()
    if (!response.ok) throw new ApiRefusal(problem.parse(answer))
    const report = importReport.parse(answer)
    if (json) console.log(JSON.stringify(report))
    else {
      console.log(
        `${report.added} added, ${report.changed} changed, ${report.unchanged} as they were, ${report.refused} refused`,
      )
      for (const { row, code, field, value } of report.refusals)
        console.log(`  row ${row}: ${code} (${field}: ${JSON.stringify(value)})`)
    }
    if (report.refused > 0) process.exitCode = exitCodes.data
  } finally {
    await shop.close()
  }
}

export const exportProducts = async (config: ShopConfig, file: string | undefined): Promise<void> => {
  const shop = await connectShop(config)
  try {
    const response = await shop.fetch(path(catalogueRoutes.exportProducts))
    if (!response.ok || !response.body) throw new ApiRefusal(problem.parse(await response.json()))
    await pipeline(response.body, file === undefined ? process.stdout : createWriteStream(file), {
      end: file !== undefined,
    })
  } finally {
    await shop.close()
  }
}
