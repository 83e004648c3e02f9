import { fork } from 'node:child_process'
import type { SaleRequest } from '../../src/contracts/sales.ts'
import type { Basket } from '../baskets.ts'
import type { LoadOrder, LoadResult, SaleTemplate } from './messages.ts'

/**
 * Runs the load generator in a process of its own and answers what it measured. Throws where an answer was not 200, because
 * a refusal is quick and would make a figure look better than it is.
 */
export const runLoad = (order: LoadOrder): Promise<LoadResult> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./generator.ts', import.meta.url), { serialization: 'advanced' })
    let result: LoadResult | undefined
    child.on('message', message => {
      result = message as LoadResult
      child.disconnect()
    })
    child.on('error', reject)
    child.on('exit', code => {
      if (!result) return reject(new Error(`the load generator ended with ${code}`))
      const wrong = Object.keys(result.statuses).filter(status => status !== '200')
      if (wrong.length > 0) return reject(new Error(`not everything was answered: ${result.refusals.join('\n')}`))
      resolve(result)
    })
    child.send(order)
  })

/** A request up to its body, as a till's browser or a lean client sends it. */
const headOf = (method: string, path: string, host: string, token: string, rest: string): string =>
  `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n${rest}\r\n`

export const getRequest = (path: string, host: string, token: string): string => headOf('GET', path, host, token, '')

const idCharacters = 36
const tillCharacters = 'bench-000'.length

/** A basket as the request that a till would send for it, whole but for its id and till. */
export const saleTemplate = (
  basket: Basket,
  rest: Pick<SaleRequest, 'currency' | 'catalogueVersion' | 'completedAtMs'>,
  host: string,
  token: string,
): SaleTemplate => {
  const { lines, tenders, changeMinor, totals } = basket
  const tail = JSON.stringify({ ...rest, lines, tenders, changeMinor, totals }).slice(1)
  if (Buffer.byteLength(tail) !== tail.length) throw new Error('the generator writes ASCII alone')
  const length = '{"id":"","till":"",'.length + idCharacters + tillCharacters + tail.length
  return {
    head: headOf(
      'POST',
      '/api/v1/sales',
      host,
      token,
      `content-type: application/json\r\ncontent-length: ${length}\r\n`,
    ),
    tail,
  }
}
