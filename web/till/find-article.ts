import type { Article } from '../../src/contracts/catalogue.ts'
import { parseScan } from '../../src/domain/barcode.ts'
import { currencyExponent } from '../../src/domain/money.ts'

export type Found = { article: Article; quantityMicro?: number; priceMinor?: number }

/**
 * What a scanned or typed code means: a barcode or SKU of the catalogue as it is, a GTIN in another of its lengths, or goods
 * weighed and labelled in the shop, whose code holds a price or a weight. Undefined where it means nothing here.
 */
export const findArticle = (
  code: string,
  bySku: ReadonlyMap<string, Article>,
  byBarcode: ReadonlyMap<string, Article>,
  currency: string,
): Found | undefined => {
  const direct = byBarcode.get(code) ?? bySku.get(code)
  if (direct) return { article: direct }
  const outcome = parseScan(code, undefined, currencyExponent(currency) ?? 2)
  if (!outcome.ok) return undefined
  const { scan } = outcome
  if (scan.kind === 'gtin') {
    const wanted = scan.gtin14
    for (const [barcode, article] of byBarcode)
      if (/^\d{8,14}$/.test(barcode) && barcode.padStart(14, '0') === wanted) return { article }
    return undefined
  }
  if (scan.kind === 'plain') return undefined
  const article = bySku.get(scan.itemCode) ?? byBarcode.get(scan.itemCode)
  if (!article) return undefined
  return scan.kind === 'embedded-price'
    ? { article, priceMinor: scan.valueMinor }
    : { article, quantityMicro: scan.weightMicro }
}
