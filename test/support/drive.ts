import { catalogueRoutes } from '../../src/contracts/catalogue.ts'
import { ApiRefusal, type Client, createClient } from '../../src/contracts/client.ts'
import { deviceRoutes } from '../../src/contracts/devices.ts'
import { salesRoutes } from '../../src/contracts/sales.ts'
import type { Ids } from '../../src/platform/ports.ts'
import type { NodeProcess } from './node-process.ts'

/** A client of HQ for what concerns one store. */
export const clientAbout = (node: Pick<NodeProcess, 'url' | 'key'>, store: string): Client =>
  createClient(
    request => {
      const url = new URL(request.url)
      url.searchParams.set('store', store)
      return fetch(new Request(url, request))
    },
    node.url,
    node.key,
  )

export const enrolmentCode = async (
  client: Client,
  ids: Ids,
  kind: 'store' | 'till',
  handle: string,
): Promise<string> => {
  const { code } = await client.call(deviceRoutes.createEnrolmentCode, { id: ids.next(), kind, handle, name: handle })
  return code
}

export const plainTax = {
  code: 'zero',
  name: 'No tax',
  parts: [{ code: 'zero', name: 'No tax', ratePpm: 0, compound: false }],
}

export const configureStore = async (client: Client, ids: Ids, name: string): Promise<void> => {
  await client.call(catalogueRoutes.configureStore, {
    id: ids.next(),
    name,
    address: [],
    taxNumber: '',
    currency: 'EUR',
    taxMode: 'included',
    taxRounding: 'line',
    cashStepMinor: 1,
    timeZone: 'Europe/Berlin',
    locale: 'en-GB',
    receiptFooter: [],
  })
}

/** Products named P-1, P-2, … at 1.00, 2.00, … each. */
export const addProducts = async (client: Client, ids: Ids, count: number): Promise<void> => {
  await client.call(catalogueRoutes.setTax, { id: ids.next(), ...plainTax })
  for (let n = 1; n <= count; n++)
    await client.call(catalogueRoutes.saveProduct, {
      id: ids.next(),
      productId: ids.next(),
      name: `Product ${n}`,
      variants: [
        { sku: `P-${n}`, form: '', barcodes: [], unit: 'each', priceMinor: n * 100, costMinor: null, taxCode: 'zero' },
      ],
    })
}

/** Rings up one piece of a product for cash, under an id that is kept for sending it again. */
export const sellOne = async (client: Client, id: string, till: string, product: number): Promise<void> => {
  const totalMinor = product * 100
  await client.call(salesRoutes.completeSale, {
    id,
    till,
    currency: 'EUR',
    lines: [
      {
        sku: `P-${product}`,
        quantityMicro: 1_000_000,
        unitPriceMinor: totalMinor,
        priceSource: 'list',
        discountMinor: 0,
      },
    ],
    tenders: [{ kind: 'cash', amountMinor: totalMinor }],
    changeMinor: 0,
    totals: {
      subtotalMinor: totalMinor,
      discountMinor: 0,
      netMinor: totalMinor,
      taxMinor: 0,
      totalMinor,
      roundingMinor: 0,
      dueMinor: totalMinor,
    },
  })
}

/** Every sale that a node knows, by id, with its total. */
export const salesOf = async (client: Client): Promise<Map<string, number>> => {
  const found = new Map<string, number>()
  let cursor: string | undefined
  for (;;) {
    const page = await client.call(salesRoutes.listSales, { limit: 1_000, ...(cursor ? { cursor } : {}) })
    for (const { id, totalMinor } of page.rows) {
      if (found.has(id)) throw new Error(`${id} is there twice`)
      found.set(id, totalMinor)
    }
    if (page.next === null) return found
    cursor = page.next
  }
}

/** Whether a call failed because nobody answered, so that what became of it is not known. */
export const isOutage = (error: unknown): boolean => !(error instanceof ApiRefusal)
