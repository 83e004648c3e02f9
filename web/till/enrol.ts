import { createClient } from '../../src/contracts/client.ts'
import { shellKept } from '../shared/update.ts'
import type { NodeState } from './node-messages.ts'
import { thisTillRoutes } from './node-routes.ts'
import { askToKeep, rememberTill, thisNode } from './this-node.ts'

const begun = (): Promise<NodeState> => {
  const node = thisNode()
  return new Promise(resolve => {
    const look = () => {
      const state = node.state()
      if (state.at === 'starting') return
      end()
      resolve(state)
    }
    const end = node.onState(look)
    look()
  })
}

/**
 * Makes this device a till by a code, and asks the browser to keep what it will record. Answers which till it is now; the page
 * is to be loaded anew after that. Throws the store's refusal.
 */
export const enrolHere = async (code: string): Promise<{ handle: string; name: string }> => {
  await askToKeep()
  await begun()
  const own = createClient(thisNode().ask, location.origin)
  const till = await own.call(thisTillRoutes.enrolHere, { code: code.trim().toUpperCase() })
  rememberTill(till)
  // From here on it opens without the shop.
  await shellKept()
  return till
}

export const openTill = (): void => {
  if (location.pathname === '/till' && location.hash !== '') {
    // The code in the address is used: it must not be tried again.
    history.replaceState(null, '', '/till')
    location.reload()
  } else location.replace('/till')
}
