import { existsSync } from 'node:fs'
import { platformRoutes } from '../../contracts/platform.ts'
import { openSqlite } from '../../platform/database/sqlite.ts'
import { verifyJournal } from '../../platform/journal/verify.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { dataFolder } from '../data-folder.ts'
import { exitCodes, Failed } from './exit.ts'

/** Reads the journal beside a shop that may be running; a reader holds no writer up. Ends with `data` where it is damaged. */
export const verify = async (config: ShopConfig, json: boolean): Promise<void> => {
  const { database } = dataFolder(config.data)
  if (!existsSync(database)) throw new Failed(exitCodes['no input'], `there is no shop in ${config.data}`)
  const db = openSqlite(database, { readOnly: true })
  try {
    const found = await verifyJournal(db)
    if (json) console.log(JSON.stringify(found))
    else {
      console.log(
        `${found.facts} facts, head ${found.head.slice(0, 16)}: ${found.damages.length === 0 ? 'the chain is whole' : 'DAMAGED'}`,
      )
      for (const { position, what } of found.damages) console.log(`  position ${position}: ${what}`)
    }
    if (found.damages.length > 0) process.exitCode = exitCodes.data
  } finally {
    await db.close()
  }
}

export const rebuild = async (config: ShopConfig, json: boolean): Promise<void> => {
  const shop = await connectShop(config)
  try {
    const { tables } = await shop.client.call(platformRoutes.rebuild, {})
    if (json) console.log(JSON.stringify({ tables }))
    else
      for (const { table, rows, same } of tables) console.log(`${same ? 'same   ' : 'CHANGED'} ${table} (${rows} rows)`)
    if (tables.some(each => !each.same)) process.exitCode = exitCodes.data
  } finally {
    await shop.close()
  }
}
