import { decimalFromMinor } from '../../domain/money.ts'
import type { Reader } from '../../platform/database/database.ts'
import type { RawContext, RawHandler } from '../../platform/host/service.ts'
import { barcodesCell } from './import-batch.ts'
import { withVariants } from './products.ts'
import { askedStore, storeProfileOf } from './store.ts'
import type { CatalogueTables } from './tables.ts'

const productsAtOnce = 500
const header = ['sku', 'name', 'category', 'barcode', 'price', 'cost', 'tax', 'unit', 'favourite']

/** A field by RFC 4180. What a spreadsheet might take for a formula stays as it is: an export has to come back unchanged. */
const field = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
const line = (fields: readonly string[]): string => `${fields.map(field).join(',')}\r\n`

async function* productLines(db: Reader, currency: string): AsyncGenerator<string> {
  yield line(header)
  let after = 0
  for (;;) {
    const rows = await db
      .tables<CatalogueTables>()
      .selectFrom('catalogue_product')
      .selectAll()
      .where('archived', '=', 0)
      .where('number', '>', after)
      .orderBy('number')
      .limit(productsAtOnce)
      .execute()
    const last = rows.at(-1)
    if (!last) return
    after = last.number
    let text = ''
    for (const product of await withVariants(db, rows)) {
      for (const { sku, barcodes, priceMinor, costMinor, taxCode, unit } of product.variants) {
        const cost = costMinor === null ? '' : decimalFromMinor(costMinor, currency)
        text += line([
          sku,
          product.name,
          product.category,
          barcodesCell(barcodes),
          decimalFromMinor(priceMinor, currency),
          cost,
          taxCode,
          unit,
          product.favourite ? 'yes' : '',
        ])
      }
    }
    yield text
  }
}

/**
 * Every product on sale as CSV at its base price, a few hundred at a time, however many there are. Amounts have the decimals of
 * the currency of the store that is asked about.
 */
export const exportProducts: RawHandler = async (_request, context: RawContext) => {
  const { db, respond } = context
  const handle = askedStore(context)
  if (handle === null) return respond.refuse({ ok: false, code: 'store-needed' })
  const store = await storeProfileOf(db, handle)
  if (!store) return respond.refuse({ ok: false, code: 'store-not-configured' })
  const lines = productLines(db, store.currency)
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array>({
    pull: async controller => {
      const { done, value } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await lines.return(undefined)
    },
  })
  return new Response(stream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="products.csv"',
    },
  })
}
