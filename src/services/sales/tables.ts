import type { Tax } from '../../domain/basket.ts'

/** What a SKU was called and cost from a position of the journal on. */
type ArticleRow = {
  sku: string
  from_position: number
  product_id: string
  name: string
  price_minor: number
  tax_code: string
  archived: number
}
type TaxRow = {
  code: string
  from_position: number
  /** JSON of `Tax`. */
  tax: string
}
type StoreRow = {
  from_position: number
  currency: string
  tax_mode: 'included' | 'excluded'
  tax_rounding: 'line' | 'document'
  cash_step_minor: number
  time_zone: string
}
type ShiftRow = { shift_id: string; till: string; open: number }
type TillRow = { till: string; receipt_number: number }
type SaleRow = {
  position: number
  id: string
  kind: 'sale' | 'return'
  till: string
  receipt_number: number
  completed_at_ms: number
  cashier: string
  currency: string
  total_minor: number
  lines: number
  /** Kinds of tender, each once, with a comma between. */
  tenders: string
  /** JSON of the fact's body. */
  document: string
}
type SaleSkuRow = { sku: string; position: number }
type ReturnedRow = { sale_id: string; line_no: number; returned_micro: number }
type ParkedRow = {
  parked_sale_id: string
  parked_at_ms: number
  taken_up: number
  /** JSON of the fact's body. */
  document: string
}

export type SalesTables = {
  sales_article: ArticleRow
  sales_tax: TaxRow
  sales_store: StoreRow
  sales_shift: ShiftRow
  sales_till: TillRow
  sales_sale: SaleRow
  sales_sale_sku: SaleSkuRow
  sales_returned: ReturnedRow
  sales_parked: ParkedRow
}

export const taxOfText = (text: string): Tax => JSON.parse(text) as Tax
