import { existsSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { SingleBar } from 'cli-progress'
import { catalogueRoutes, type Product } from '../../contracts/catalogue.ts'
import { ApiRefusal, type Client } from '../../contracts/client.ts'
import { salesRoutes } from '../../contracts/sales.ts'
import { atMsOfLocal } from '../../domain/local-time.ts'
import { currencyExponent, decimalFromMinor } from '../../domain/money.ts'
import type { ShopConfig } from '../config.ts'
import { connectShop } from '../connection.ts'
import { type Invoice, type RefusedRow, readInvoices, WrongFile } from '../replay/invoices.ts'
import { idOf, productsOf, replayTax, returnOf, type Sold, saleOf } from '../replay/requests.ts'
import { exitCodes, Failed } from './exit.ts'

type Summary = { sales: number; returns: number; refused: number; netMinor: number }

const readFile = async (file: string, exponent: number, refusals: RefusedRow[]): Promise<Invoice[]> => {
  if (!existsSync(file)) throw new Failed(exitCodes['no input'], `there is no file ${file}`)
  return readInvoices(file, exponent, refused => refusals.push(refused)).catch((error: unknown) => {
    if (
      error instanceof WrongFile ||
      (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))
    ) {
      throw new Failed(exitCodes.data, `${file}: ${error.message}`)
    }
    throw error
  })
}

/** Adds the products that the shop does not have, and answers what each code costs in the catalogue. */
const bringProducts = async (client: Client, wanted: readonly Product[]): Promise<Map<string, number>> => {
  const { articles, taxes } = await client.call(catalogueRoutes.tillCatalogue, {})
  const listed = new Map(articles.map(article => [article.sku, article.priceMinor]))
  if (!taxes.some(tax => tax.code === replayTax)) {
    const parts = [{ code: replayTax, name: 'No tax', ratePpm: 0, compound: false }]
    await client.call(catalogueRoutes.setTax, { id: idOf('tax', replayTax), code: replayTax, name: 'No tax', parts })
  }
  const missing = wanted.filter(product => product.variants.every(variant => !listed.has(variant.sku)))
  const atOnce = 64
  for (let from = 0; from < missing.length; from += atOnce) {
    const products = missing.slice(from, from + atOnce)
    await Promise.all(
      products.map(product =>
        client.call(catalogueRoutes.saveProduct, { ...product, id: idOf('product saved', product.productId) }),
      ),
    )
  }
  for (const { variants } of missing) for (const { sku, priceMinor } of variants) listed.set(sku, priceMinor)
  return listed
}

/**
 * Rings up past sales through the API that the till uses. Ids are made from the file, so a second run, or one that goes on
 * after a crash, records nothing twice. Rows that can't be read and invoices that are refused are listed with why.
 */
export const replay = async (config: ShopConfig, file: string, given: Record<string, unknown>): Promise<void> => {
  const speed = given.speed === undefined ? Number.POSITIVE_INFINITY : Number(given.speed)
  if (!(speed > 0)) throw new Failed(exitCodes.usage, '--speed takes a number above zero')
  const shop = await connectShop(config)
  try {
    const store = await shop.client.call(catalogueRoutes.getStore, {})
    const refusals: RefusedRow[] = []
    const invoices = await readFile(file, currencyExponent(store.currency) ?? 2, refusals)
    const listed = await bringProducts(shop.client, productsOf(invoices))
    const summary: Summary = { sales: 0, returns: 0, refused: refusals.length, netMinor: 0 }
    const sold: Sold = new Map()
    const bar = new SingleBar({
      format: '{bar} {value}/{total} invoices, {eta} s left',
      stream: process.stderr,
      clearOnComplete: true,
      noTTYOutput: false,
    })
    bar.start(invoices.length, 0)
    let beforeMs: number | undefined
    for (const invoice of invoices) {
      const atMs = atMsOfLocal(invoice.localTime, store.timeZone)
      if (beforeMs !== undefined && Number.isFinite(speed)) await setTimeout(Math.max(0, (atMs - beforeMs) / speed))
      beforeMs = atMs
      try {
        if (invoice.number.startsWith('C')) {
          const request = returnOf(invoice, atMs, store.currency, sold)
          await shop.client.call(salesRoutes.returnGoods, request)
          summary.returns += 1
          summary.netMinor -= request.refundMinor
        } else {
          const request = saleOf(invoice, atMs, store.currency, listed, sold)
          await shop.client.call(salesRoutes.completeSale, request)
          summary.sales += 1
          summary.netMinor += request.totals.netMinor
        }
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error
        summary.refused += invoice.lines.length
        for (const { row } of invoice.lines) refusals.push({ row, code: error.problem.code, value: invoice.number })
      }
      bar.increment()
    }
    bar.stop()
    const list = given.json === true ? console.error : console.log
    for (const { row, code, value } of refusals.slice(0, 100)) list(`row ${row}: ${code} (${JSON.stringify(value)})`)
    if (refusals.length > 100) list(`and ${refusals.length - 100} more`)
    if (given.json === true) console.log(JSON.stringify(summary))
    else
      console.log(
        `${summary.sales} sales, ${summary.returns} returns, net ${decimalFromMinor(summary.netMinor, store.currency)} ${store.currency}, ${summary.refused} rows refused`,
      )
    if (summary.refused > 0) process.exitCode = exitCodes.data
  } finally {
    await shop.close()
  }
}
