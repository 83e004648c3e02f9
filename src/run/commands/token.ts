import { v7 } from 'uuid'
import { type Scope, scopes } from '../../contracts/route.ts'
import { staffRoutes } from '../../contracts/staff.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { exitCodes, Failed } from './exit.ts'

export const createToken = async (config: ShopConfig, given: Record<string, unknown>): Promise<void> => {
  const wanted = (given.scope as string[]).flatMap(each => each.split(','))
  const unknown = wanted.filter(each => !(scopes as readonly string[]).includes(each))
  if (unknown.length > 0)
    throw new Failed(exitCodes.usage, `unknown scope ${unknown.join(', ')}; there are ${scopes.join(', ')}`)
  const shop = await connectShop(config)
  try {
    const token = await shop.client.call(staffRoutes.createToken, {
      id: v7(),
      name: String(given.name),
      scopes: wanted as Scope[],
    })
    console.log(given.json === true ? JSON.stringify(token) : token.secret)
  } finally {
    await shop.close()
  }
}
