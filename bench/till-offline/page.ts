import { v7 } from 'uuid'
import { createClient } from '../../src/contracts/client.ts'
import { platformRoutes } from '../../src/contracts/platform.ts'
import { type SaleRequest, salesRoutes } from '../../src/contracts/sales.ts'
import { staffRoutes } from '../../src/contracts/staff.ts'
import { syncRoutes } from '../../src/contracts/sync.ts'
import { openNode } from '../../web/till/node-link.ts'
import { thisTillRoutes } from '../../web/till/node-routes.ts'

/** Microseconds of each sale, from the page's call to the answer that it is durable, and of each bare commit. */
export type SalesTook = { saleUs: number[]; bareUs: number[]; factCharacters: number }
export type Sale = Omit<SaleRequest, 'id'>

declare global {
  interface Window {
    /** Makes this browser a till with someone signed in. */
    beTill(code: string, person: { number: number; pin: string }): Promise<void>
    /** Waits until the store is known not to be reached. */
    isAlone(): Promise<boolean>
    sell(sales: readonly Sale[], warmUps: number): Promise<SalesTook>
  }
}

const node = openNode()
const client = createClient(node.ask, location.origin)
const until = (holds: () => boolean): Promise<void> =>
  new Promise(resolve => {
    const look = () => {
      if (!holds()) return
      end()
      resolve()
    }
    const end = node.onState(look)
    look()
  })

window.beTill = async (code, person) => {
  await until(() => node.state().at === 'none')
  await navigator.storage.persist()
  await client.call(thisTillRoutes.enrolHere, { code })
  await until(() => node.state().at === 'running')
  await client.call(staffRoutes.signIn, person)
}

window.isAlone = async () => (await client.call(syncRoutes.linkState, {})).state === 'alone'

const bareCommits = () => {
  const worker = new Worker(new URL('./bare.ts', import.meta.url), { type: 'module' })
  return (length: number): Promise<number> =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<number | string>) => {
        if (typeof data === 'number') resolve(data)
        else reject(new Error(data))
      }
      worker.onerror = ({ message }) => reject(new Error(message))
      worker.postMessage(length)
    })
}

window.sell = async (sales, warmUps) => {
  const commitBare = bareCommits()
  const took: SalesTook = { saleUs: [], bareUs: [], factCharacters: 0 }
  for (const [index, sale] of sales.entries()) {
    const id = v7()
    const startedMs = performance.now()
    await client.call(salesRoutes.completeSale, { id, ...sale })
    const saleUs = (performance.now() - startedMs) * 1_000
    if (took.factCharacters === 0) {
      const {
        position: _p,
        recordedAtUs: _r,
        hash: _h,
        ...fact
      } = await client.call(platformRoutes.getFact, {
        factId: id,
      })
      took.factCharacters = JSON.stringify(fact).length
    }
    const bareUs = await commitBare(took.factCharacters)
    if (index < warmUps) continue
    took.saleUs.push(saleUs)
    took.bareUs.push(bareUs)
  }
  return took
}
